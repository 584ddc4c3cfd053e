"""Addresses of sign-in and of what a person does to the own account."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from registry.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("login/code/", views.SignInCodeView.as_view(), name="sign_in_code"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="registry/password.html", success_url=reverse_lazy("home")),
        name="password_change",
    ),
    path("second-factor/", views.SecondFactorView.as_view(), name="second_factor"),
    path("second-factor/set-up/", views.SetUpView.as_view(), name="second_factor_setup"),
    path("second-factor/codes/", views.RecoveryCodesView.as_view(), name="second_factor_codes"),
    path("second-factor/remove/", views.RemoveView.as_view(), name="second_factor_remove"),
]
