"""Composition only: which part of the registry answers which address."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path, reverse_lazy

from registry import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="registry/password.html", success_url=reverse_lazy("home")),
        name="password_change",
    ),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", include("registry.api.urls")),
    path("", include("regions.urls")),
    path("", include("programs.urls")),
    path("", include("programs.indicators.urls")),
    path("", include("programs.instructions.urls")),
]

handler500 = views.server_error
