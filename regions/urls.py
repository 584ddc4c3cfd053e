from django.urls import path

from regions import views

urlpatterns = [
    path("regions/", views.RegionListPage.as_view(), name="regions"),
    path("regions/<slug:code>/", views.RegionPage.as_view(), name="region"),
]
