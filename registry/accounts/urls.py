"""Addresses of sign-in and of what a person does to the own account."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from registry.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="registry/password.html", success_url=reverse_lazy("home")),
        name="password_change",
    ),
]
