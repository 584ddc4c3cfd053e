from django.urls import path

from programs.instructions import views

urlpatterns = [
    path("", views.BoardPage.as_view(), name="home"),
    path("deadlines/", views.DeadlineListPage.as_view(), name="deadlines"),
    path("instructions/", views.InstructionListPage.as_view(), name="instructions"),
]
