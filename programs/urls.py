from django.urls import path

from programs import system_views

urlpatterns = [
    path("systems/", system_views.SystemListPage.as_view(), name="systems"),
    path("systems/<slug:slug>/", system_views.SystemPage.as_view(), name="system"),
]
