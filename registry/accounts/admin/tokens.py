"""Keys of other systems: made for a user of the own scope, shown once, revoked; those of calendar feeds are revoked."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from registry.accounts.choices import API_SCOPES, TokenScope
from registry.accounts.models import ApiToken
from registry.accounts.roles import holding_no_more
from registry.accounts.services import TokenRefused, issue_token, revoke_tokens
from registry.admin import QueueFilter, ReadOnly, Refused, RegistryAdmin, RegistryForm, RegistryInline

STATES = {
    "in_force": pgettext_lazy("API token", "in force"),
    "revoked": pgettext_lazy("API token", "revoked"),
    "expired": pgettext_lazy("API token", "expired"),
}


class TokenWords:
    """Part of an admin class or inline: how a key is spoken of."""

    @admin.display(description=_("begins with"))
    def beginning(self, token: ApiToken) -> str:
        return f"{token.token_key}…"

    @admin.display(description=pgettext_lazy("API token", "allows to"))
    def allows(self, token: ApiToken) -> str:
        return ", ".join(str(scope.label) for scope in TokenScope if token.allows(scope))

    @admin.display(description=_("state"))
    def state(self, token: ApiToken) -> str:
        if token.revoked_at is not None:
            return str(STATES["revoked"])
        return str(STATES["in_force" if token.is_in_force(at=timezone.now()) else "expired"])


class TokenForm(RegistryForm):
    scopes = forms.MultipleChoiceField(
        label=capfirst(pgettext_lazy("API token", "allows to")),
        choices=[(scope.value, scope.label) for scope in API_SCOPES],
        initial=[TokenScope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the user may do."),
    )
    days = forms.IntegerField(
        label=_("Valid for, days"),
        initial=settings.API_TOKEN_DAYS,
        min_value=1,
        max_value=settings.API_TOKEN_MAX_DAYS,
        help_text=_("Then a new key is made."),
    )

    class Meta:
        model = ApiToken
        fields = ("name", "user")

    def clean_scopes(self) -> str:
        return " ".join(self.cleaned_data["scopes"])


class StateFilter(QueueFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def rows_of(self, name: str, queryset: Any) -> QuerySet[ApiToken]:
        if name == "in_force":
            return queryset.in_force(at=timezone.now())
        if name == "revoked":
            return queryset.exclude(revoked_at=None)
        return queryset.filter(revoked_at=None, expiry__lte=timezone.now())


@admin.register(ApiToken)
class ApiTokenAdmin(TokenWords, RegistryAdmin):
    """A key is made and shown once; a revoked one stays in the list."""

    form = TokenForm
    list_display = ("name", "user", "allows", "beginning", "created", "expiry", "last_used_at", "state")
    list_filter = (StateFilter, "created", ("last_used_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "token_key", "user__username", "user__last_name")
    folded_search = False
    actions = ("revoke",)
    fields = ("name", "user", "scopes", "days")
    facts = (
        *("name", "user", "allows", "beginning", "state", "created", "created_by", "expiry", "last_used_at"),
        *("revoked_at", "revoked_by"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        return [(None, {"fields": self.fields if obj is None else self.facts})]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        return [] if obj is None else list(self.facts)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apitoken")

    @admin.action(description=_("Revoke the keys, at once and for good"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        own = ApiToken.objects.editable_by(request.user).filter(pk__in=queryset.values("pk"))
        revoked = revoke_tokens(own, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        said = ngettext("%(n)d key is revoked", "%(n)d keys are revoked", revoked) % {"n": revoked}
        self.message_user(request, said, messages.SUCCESS)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            field.queryset = holding_no_more(field.queryset, request.user)
        return field

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """The service makes the key and keeps its digest; the key itself lives until the next page is shown."""
        given = form.cleaned_data
        try:
            made, request.made_key = issue_token(  # type: ignore[attr-defined]
                user=given["user"],
                name=given["name"],
                scopes=given["scopes"].split(),
                days=given["days"],
                by=request.user,  # type: ignore[arg-type]
            )
        except TokenRefused as error:
            raise Refused(error.message, error.field) from error
        obj.pk = made.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: Any = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key is made"),
            "opts": self.opts,
            "token": obj,
            "allows": self.allows(obj),
            "key": request.made_key,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/apitoken/made.html", context)


class TokenInline(TokenWords, ReadOnly, RegistryInline):
    """The keys of a user, on the user's page."""

    model = ApiToken
    fk_name = "user"
    fields = readonly_fields = ("name", "allows", "beginning", "created", "expiry", "last_used_at", "state")
    show_change_link = True
