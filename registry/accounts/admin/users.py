"""Users and their roles. Nobody grants more than the own scope, nor a role wider than the own ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.admin import TOTPDevice

from registry.accounts.admin.tokens import TokenInline
from registry.accounts.choices import Role
from registry.accounts.models import User
from registry.accounts.roles import STAFF_ROLES, grantable, is_above
from registry.accounts.services import lift_locks, locks_of, remove_second_factor
from registry.admin import QueueFilter, ReadOnly, RegistryAdmin, RegistryForm, region_filter
from registry.admin.chooser import LabelledChoices
from registry.audit.naming import is_named

NAMED = _(
    "“%(user)s” is named in records, in their history or in the journal, so the account cannot be deleted. "
    "Take away the mark “Active” and save: then nobody signs in with it."
)
STAYING = _("Also in: %(groups)s. These groups are not given or taken here, and stay.")


class UserForm(RegistryForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = ("username",)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self._set_groups_apart()

    def _set_groups_apart(self) -> None:
        """What its reader cannot give or take is told, and stays."""
        offered: Any = self.fields["groups"]
        mine = set(offered.queryset.values_list("pk", flat=True))
        groups = list(self.instance.groups.all())
        self.initial["groups"] = [group.pk for group in groups if group.pk in mine]
        self._kept = [group for group in groups if group.pk not in mine]
        if self._kept:
            offered.help_text = STAYING % {"groups": ", ".join(map(role_name, self._kept))}

    def clean_groups(self) -> list[Group]:
        return [*self.cleaned_data["groups"], *self._kept]


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
    list_filter = (
        "is_active",
        RoleFilter,
        region_filter("region_id"),
        ("region", admin.EmptyFieldListFilter),
        ("second_factor_since", admin.EmptyFieldListFilter),
    )
    list_select_related = ("region", "organisation")
    search_fields = ("username", "last_name", "first_name", "email", "organisation__search_text")
    folded_search = False
    ordering = ("username",)
    filter_horizontal = ()
    plain_choices = ("groups",)
    readonly_fields = (
        *("is_staff", "is_superuser", "last_login", "date_joined", "is_demo"),
        *("second_factor_since", "closed_sign_in"),
    )
    actions = ("open_sign_in", "remove_second_factor")
    inlines = (TokenInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("last_name", "first_name"), "email")}),
        (_("What the user sees and does"), {"fields": ("region", "organisation", "groups", "is_active")}),
        (_("Sign-in"), {"fields": ("second_factor_since", "closed_sign_in")}),
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

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Who chooses a controller and may not look through the users finds them by name alone."""
        return self.search_fields if self.has_view_permission(request) else ("last_name", "first_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return super().get_inlines(request, obj) if obj is not None else ()

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(role_name(group) for group in user.groups.all())

    @admin.display(description=_("sign-in is closed"))
    def closed_sign_in(self, user: User) -> str:
        locks = locks_of(user.username, at=timezone.now())
        told = ((lock.address or "–", _moment(lock.until)) for lock in locks)
        return format_html_join(", ", gettext("from {} until {}"), told) or gettext("no")

    @admin.action(description=_("Open sign-in closed after failures"), permissions=["change"])
    def open_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        opened = sum(1 for user in queryset if self.has_change_permission(request, user) and lift_locks(user.username))
        said = ngettext("Sign-in opened for %(n)d user", "Sign-in opened for %(n)d users", opened) % {"n": opened}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Remove the second factor (lost phone)"), permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Of others alone: the own one is removed on its page, which asks for a code."""
        having = queryset.filter(second_factor_since__isnull=False)
        reached = [user for user in having if user != request.user and self.has_change_permission(request, user)]
        for user in reached:
            remove_second_factor(user)
        said = ngettext(
            "The second factor of %(n)d user is removed", "The second factors of %(n)d users are removed", len(reached)
        )
        self.message_user(request, said % {"n": len(reached)}, messages.SUCCESS)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.widget = forms.CheckboxSelectMultiple()
            field.queryset = grantable(request.user).order_by("pk")
            field.label_from_instance = role_name
            field.label, field.help_text = _("Roles"), ""
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody of more rights is changed: a new password would hand them over."""
        return super().has_change_permission(request, obj) and (obj is None or not is_above(obj, request.user))

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


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def role_name(group: Group) -> str:
    return str(Role(group.name).label) if group.name in Role.values else group.name


admin.site.unregister(Group)
admin.site.unregister(TOTPDevice)  # it would show the secret of everybody's second factor


@admin.register(Group)
class RoleAdmin(LabelledChoices, ReadOnly, admin.ModelAdmin):
    """Roles are made by `manage.py sync_roles`; here one reads what each may do."""

    list_display = ("role",)
    search_fields = ("name",)
    ordering = ("pk",)
    fields = ("role", "may")
    readonly_fields = ("role", "may")
    show_full_result_count = False

    def labels(self, records: Iterable[Group]) -> dict[Any, str]:
        return {group.pk: role_name(group) for group in records}

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_name(group)

    @admin.display(description=_("permissions"))
    def may(self, group: Group) -> str:
        return ", ".join(
            group.permissions.order_by("content_type__app_label", "codename").values_list("codename", flat=True)
        )
