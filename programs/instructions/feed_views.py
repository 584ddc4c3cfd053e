"""The calendar feed: its address, made and revoked by its reader, and the file other programs fetch there."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import conditional_page

from programs.instructions.calendar_views import NARROWED_BY, NarrowForm, narrowed
from programs.instructions.feed import calendar_of, nearest
from programs.instructions.listing import Day, as_rows
from programs.instructions.models import Deadline
from registry.accounts.models import ApiToken, User
from registry.accounts.services import TokenRefused, feed_token, record_use, renew_feed_key, revoke_tokens
from registry.filters import OptionField
from registry.pages import RegistryPage

PERMISSION = "instructions.view_deadline"
MAKE, REVOKE = "make", "revoke"


class FeedForm(NarrowForm):
    """What the address of a feed may be asked for."""

    lang = OptionField(choices=settings.LANGUAGES, label=gettext_lazy("language"), required=False)


@method_decorator(conditional_page, name="dispatch")  # programs look often, and seldom has anything changed
class FeedFile(View):
    """The file. Whoever has its address reads it, so the key in the address opens nothing else, and an address that
    opens nothing does not say why. No session, no cookie."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        now = timezone.now()
        token = feed_token(key, at=now)
        if token is None or not token.user.has_perm(PERMISSION):
            return _answer("There is no such feed.\n", status=404)
        record_use(token, at=now)
        form = FeedForm(request.GET, user=token.user)
        if not form.is_valid():
            return _answer("There is something in the address that the feed does not know.\n", status=400)
        language = form.cleaned_data["lang"] or settings.LANGUAGE_CODE
        with translation.override(language):
            file = _file(request, token.user, form.cleaned_data, language)
        answer = _answer(file, content_type="text/calendar; charset=utf-8")
        answer["Content-Language"] = language
        return answer


def _file(request: HttpRequest, user: User, told: dict[str, Any], language: str) -> bytes:
    day = Day.load(on=timezone.localdate())
    rows = narrowed(Deadline.objects.visible_to(user).unrestricted(), told)
    return calendar_of(as_rows(nearest(rows, on=day.on), day), root=request.build_absolute_uri("/"), language=language)


def _answer(content: str | bytes, *, status: int = 200, content_type: str = "text/plain") -> HttpResponse:
    headers = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    return HttpResponse(content, status=status, content_type=content_type, headers=headers)


class ActForm(NarrowForm):
    reserved = frozenset({"csrfmiddlewaretoken"})

    act = OptionField(choices=((MAKE, ""), (REVOKE, "")))


class FeedPage(RegistryPage):
    """Makes the address, which the answer itself shows and nothing keeps, or revokes it."""

    http_method_names = ["get", "head", "post"]
    permission_required = PERMISSION
    template_name = "instructions/calendar_feed.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """After a sign-in that came in between."""
        return redirect("calendar")

    def post(self, request: HttpRequest) -> HttpResponse:
        form, now = ActForm(request.POST, user=request.user), timezone.now()
        if not form.is_valid():
            raise SuspiciousOperation("not what the calendar's page asks for")
        user: Any = request.user
        if form.cleaned_data["act"] == REVOKE:
            revoke_tokens(ApiToken.objects.of_feed(user), at=now, by=user)
            messages.success(request, _("The address of the feed is revoked."))
            return redirect("calendar")
        replaced = ApiToken.objects.of_feed(user).in_force(at=now).exists()
        try:
            token, key = renew_feed_key(user, at=now)
        except TokenRefused as error:
            messages.error(request, str(error.message))
            return redirect("calendar")
        context = {"token": token, "replaced": replaced, "most": settings.CALENDAR_FEED_ROWS}
        return self.render_to_response(self.get_context_data(address=self._address(key, request.POST), **context))

    def _address(self, key: str, told: QueryDict) -> str:
        """With the filters of the calendar it was made from, and in the language of its reader."""
        query = {name: told[name] for name in NARROWED_BY if told.get(name)}
        if (language := translation.get_language()) != settings.LANGUAGE_CODE:
            query["lang"] = str(language)
        path = reverse("calendar_feed", kwargs={"key": key})
        return self.request.build_absolute_uri(f"{path}?{urlencode(query)}" if query else path)
