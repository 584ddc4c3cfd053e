from django.urls import path

from programs import views

urlpatterns = [
    path("programs/", views.ProgramListPage.as_view(), name="programs"),
    path("programs/<slug:slug>/", views.ProgramPage.as_view(), name="program"),
    path("funding/", views.FundingListPage.as_view(), name="funding"),
]
