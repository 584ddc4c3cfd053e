"""Pages of sign-in and of the second factor."""

from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, RedirectURLMixin, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from registry.accounts.forms import AppCodeForm, CodeForm, SignInForm
from registry.accounts.lockout import passes
from registry.accounts.models import User
from registry.accounts.qr import qr_code
from registry.accounts.services import (
    confirm_second_factor,
    proposed_app,
    remove_second_factor,
    renew_recovery_codes,
)
from registry.accounts.sessions import APP_KEY, app_key, half_signed_in, remember_half, sign_in


class SignInView(LoginView):
    """The password; whoever has a second factor, or owes one, is not signed in by it yet."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if user.second_factor_since is None and not user.owes_second_factor:
            sign_in(self.request, user)
            return redirect(self.get_success_url())
        remember_half(self.request, user)
        return _to("second_factor_setup" if user.owes_second_factor else "sign_in_code", self.get_redirect_url())


def _to(page: str, target: str) -> HttpResponse:
    """To `page`, which leads on to `target`."""
    query = {"next": target} if target else {}
    return redirect(f"{resolve_url(page)}?{urlencode(query)}" if query else page)


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class CodePage(RedirectURLMixin, FormView):
    """Part of every page that asks for a code."""

    form_class: Any = CodeForm
    next_page = settings.LOGIN_REDIRECT_URL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_redirect_url(), **kwargs)

    def refuse(self, form: Any) -> HttpResponse:
        form.add_error(
            "code",
            _("This code does not open it: it is wrong, was used before, or came too soon after wrong ones. "
              "Wait for the next one."),
        )  # fmt: skip
        return self.form_invalid(form)


class SignInCodeView(CodePage):
    """The second page of sign-in."""

    template_name = "registration/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = half_signed_in(request)
        if self.user is None or self.user.second_factor_since is None:
            return _to("login", self.get_redirect_url())
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.user
        if not passes(self.request, user, form.cleaned_data["code"]):
            return self.refuse(form)
        sign_in(self.request, user)
        return redirect(self.get_success_url())


class SetUpView(CodePage):
    """Sets up the second factor: of who is signed in, or of who must before being let in."""

    template_name = "registry/second_factor_setup.html"
    form_class = AppCodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.is_signed_in = request.user.is_authenticated
        user: Any = request.user if self.is_signed_in else half_signed_in(request)
        if user is None:
            return redirect_to_login(request.get_full_path())
        if user.second_factor_since is not None:
            return redirect("second_factor")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        uri = proposed_app(self.user, app_key(self.request)).config_url
        secret = uri.partition("secret=")[2].partition("&")[0]
        grouped = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        owes = self.user.owes_second_factor
        return super().get_context_data(uri=uri, secret=grouped, qr=qr_code(uri), owes=owes, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        key = app_key(self.request)
        codes = confirm_second_factor(self.user, key, form.cleaned_data["code"], at=timezone.now())
        if not codes:
            return self.refuse(form)
        del self.request.session[APP_KEY]
        if self.is_signed_in:
            update_session_auth_hash(self.request, self.user)
        else:
            sign_in(self.request, self.user)
        return _show(self.request, codes, self.get_success_url())


def _show(request: HttpRequest, codes: list[str], target: str) -> HttpResponse:
    """The answer itself shows the codes, so that no session or message keeps them."""
    return render(request, "registry/recovery_codes.html", {"codes": codes, "target": target})


@method_decorator(never_cache, name="dispatch")
class SecondFactorView(LoginRequiredMixin, TemplateView):
    """What the second factor of the reader is, and what can be done about it."""

    template_name = "registry/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(codes_left=user.recovery_codes.count(), **kwargs)


class OwnSecondFactor(ABC, LoginRequiredMixin, CodePage):
    """Part of the pages that change the second factor; each asks for a code, since a session may be somebody else's."""

    next_page = "second_factor"
    request: HttpRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.second_factor_since is None:  # type: ignore[union-attr]
            return redirect("second_factor")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        return self.act(user) if passes(self.request, user, form.cleaned_data["code"]) else self.refuse(form)

    @abstractmethod
    def act(self, user: User) -> HttpResponse: ...


class RecoveryCodesView(OwnSecondFactor):
    template_name = "registry/second_factor_codes.html"

    def act(self, user: User) -> HttpResponse:
        return _show(self.request, renew_recovery_codes(user), self.get_success_url())


class RemoveView(OwnSecondFactor):
    template_name = "registry/second_factor_remove.html"

    def act(self, user: User) -> HttpResponse:
        remove_second_factor(user)
        if user.owes_second_factor:  # another phone; until it is set up nothing else is open
            remember_half(self.request, user)
            return redirect("second_factor_setup")
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("The second factor is removed."))
        return redirect("second_factor")
