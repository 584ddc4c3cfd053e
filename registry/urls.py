"""Composition only: which part of the registry answers which address."""

from django.contrib import admin
from django.urls import include, path

from registry import section_views, views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("registry.accounts.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("search/", section_views.SearchPage.as_view(), name="search"),
    path("quality/", section_views.QualityPage.as_view(), name="quality"),
    path("api/v1/", include("registry.api.urls")),
    path("", include("regions.urls")),
    path("", include("programs.urls")),
    path("", include("programs.indicators.urls")),
    path("", include("programs.instructions.urls")),
    path("", include("programs.cooperatives.urls")),
    path("", include("regions.standards.urls")),
]

handler500 = views.server_error
