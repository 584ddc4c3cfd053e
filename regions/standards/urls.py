from django.urls import path

from regions.standards import views

urlpatterns = [
    path("standards/", views.StandardListPage.as_view(), name="standards"),
    path("standards/provision/", views.ProvisionListPage.as_view(), name="provisions"),
]
