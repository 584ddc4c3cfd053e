from django.urls import path

from programs.cooperatives import views

urlpatterns = [
    path("cooperatives/", views.CooperativeListPage.as_view(), name="cooperatives"),
    path("cooperatives/<int:pk>/", views.CooperativePage.as_view(), name="cooperative"),
]
