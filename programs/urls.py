from django.urls import path

from programs import system_views, views

urlpatterns = [
    path("programs/", views.ProgramListPage.as_view(), name="programs"),
    path("programs/<slug:slug>/", views.ProgramPage.as_view(), name="program"),
    path("funding/", views.FundingListPage.as_view(), name="funding"),
    path("projects/", views.ProjectListPage.as_view(), name="projects"),
    path("systems/", system_views.SystemListPage.as_view(), name="systems"),
    path("systems/<slug:slug>/", system_views.SystemPage.as_view(), name="system"),
]
