"""Addresses under /api/v1/. Each app adds its own by name."""

from django.urls import include, path, re_path

from registry.api.views import DocsView, NowhereView, SchemaView

app_name = "api"
urlpatterns = [
    path("", include("regions.api")),
    path("", include("programs.api")),
    path("", include("programs.indicators.api")),
    path("", include("programs.cooperatives.api")),
    path("", include("programs.instructions.api")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"^(.*/)?$", NowhereView.as_view(), name="nowhere"),
]
