"""Users, their roles and the keys of other systems. Nobody grants more than the own scope."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.accounts.roles import STAFF_ROLES
from registry.admin import QueueFilter, ReadOnly, RegistryAdmin, RegistryForm, region_filter
from registry.audit.naming import is_named

LONGEST_KEY = 1095  # days
NAMED = _(
    "“%(user)s” is named in records, in their history or in the journal, so the account cannot be deleted. "
    "Take away the mark “Active” and save: then nobody signs in with it."
)


class UserForm(RegistryForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = ("username",)  # type: ignore[assignment]


class NewUserForm(RegistryForm, AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User


class RoleFilter(QueueFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def rows_of(self, name: str, queryset: Any) -> QuerySet[User]:
        return queryset.filter(groups__name=name)


@admin.register(User)
class UserAdmin(RegistryAdmin, DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    list_display = (
        "username",
        "last_name",
        "first_name",
        "role_names",
        "region",
        "organisation",
        "is_active",
        "last_login",
    )
    list_filter = ("is_active", RoleFilter, region_filter("region_id"), ("region", admin.EmptyFieldListFilter))
    list_select_related = ("region", "organisation")
    search_fields = ("username", "last_name", "first_name", "email", "organisation__search_text")
    folded_search = False
    ordering = ("username",)
    filter_horizontal = ()
    plain_choices = ("groups",)
    readonly_fields = ("is_staff", "is_superuser", "last_login", "date_joined", "is_demo")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("last_name", "first_name"), "email")}),
        (_("What the user sees and does"), {"fields": ("region", "organisation", "groups", "is_active")}),
        (
            _("The account"),
            {
                "fields": (("is_staff", "is_superuser", "is_demo"), ("last_login", "date_joined")),
                "classes": ("collapse",),
            },
        ),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("Person"), {"fields": (("last_name", "first_name"), "email")}),
        (_("What the user sees and does"), {"fields": ("region", "organisation", "groups")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(role_name(group) for group in user.groups.all())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.widget = forms.CheckboxSelectMultiple()
            field.queryset = Group.objects.filter(name__in=Role.values).order_by("pk")
            field.label_from_instance = role_name
            field.label, field.help_text = _("Roles"), ""
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is changed by a superuser only: a new password would hand over more than the own rights."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """One by one and never oneself: each is looked for in records and history first."""
        other = obj is not None and obj.pk != request.user.pk
        return other and self.has_change_permission(request, obj) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is the user's own, such as a token, goes with the account, whoever may delete it alone."""
        goes, counts, _forbidden, protected = super().get_deleted_objects(objs, request)
        return goes, counts, set(), protected

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        user = self.get_object(request, unquote(object_id))
        if user is not None and self.has_delete_permission(request, user) and is_named(user):
            self.message_user(request, NAMED % {"user": user}, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=(user.pk,)))
        return super().delete_view(request, object_id, extra_context)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody widens the own rights."""
        own = ("region", "organisation", "groups", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return [*super().get_readonly_fields(request, obj), *own]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Writes what was changed alone: a password or a sign-in of the same moment stays."""
        if not change:
            super().save_model(request, obj, form, change)
        elif changed := {field.name for field in self.opts.fields} & set(form.changed_data):
            obj.save(update_fields=changed)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Who enters the admin follows from the roles."""
        super().save_related(request, form, formsets, change)
        user = form.instance
        if "groups" in form.cleaned_data:
            is_staff = user.is_superuser or any(group.name in STAFF_ROLES for group in form.cleaned_data["groups"])
            if user.is_staff != is_staff:
                user.is_staff = is_staff
                user.save(update_fields=["is_staff"])


def role_name(group: Group) -> str:
    return str(Role(group.name).label) if group.name in Role.values else group.name


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnly, admin.ModelAdmin):
    """Roles are made by `manage.py sync_roles`; here one reads what each may do."""

    list_display = ("role",)
    search_fields = ("name",)
    ordering = ("pk",)
    fields = ("role", "may")
    readonly_fields = ("role", "may")
    show_full_result_count = False

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_name(group)

    @admin.display(description=_("permissions"))
    def may(self, group: Group) -> str:
        return ", ".join(
            group.permissions.order_by("content_type__app_label", "codename").values_list("codename", flat=True)
        )


class TokenForm(RegistryForm):
    days = forms.IntegerField(
        label=_("Valid for, days"),
        initial=365,
        min_value=1,
        max_value=LONGEST_KEY,
        help_text=_("Then a new key is made."),
    )

    class Meta:
        model = ApiToken
        fields = ("name", "user")


@admin.register(ApiToken)
class ApiTokenAdmin(RegistryAdmin):
    """A key is made and shown once; taking it back is deleting it."""

    form = TokenForm
    list_display = ("name", "user", "beginning", "created", "expiry")
    list_filter = ("created", ("expiry", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "user__last_name")
    folded_search = False
    fields = ("name", "user", "days")

    @admin.display(description=_("begins with"))
    def beginning(self, token: ApiToken) -> str:
        return f"{token.token_key}…"

    def get_fieldsets(self, request: HttpRequest, obj: ApiToken | None = None) -> Any:
        shown = ("name", "user", "days") if obj is None else ("name", "user", "beginning", "created", "expiry")
        return [(None, {"fields": shown})]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        return [] if obj is None else ["name", "user", "beginning", "created", "expiry"]

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and not request.user.is_superuser:
            field.queryset = field.queryset.filter(is_superuser=False)
        return field

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Knox makes the key and keeps its digest; the key itself lives until the next page is shown."""
        valid = timedelta(days=form.cleaned_data["days"])
        made, request.made_key = ApiToken.objects.create(user=obj.user, name=obj.name, expiry=valid)  # type: ignore[attr-defined]
        obj.pk = made.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: Any = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key is made"),
            "opts": self.opts,
            "token": obj,
            "key": request.made_key,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/apitoken/made.html", context)
