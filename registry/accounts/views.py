"""Pages of sign-in."""

from django.contrib.auth.views import LoginView

from registry.accounts.forms import SignInForm


class SignInView(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True
