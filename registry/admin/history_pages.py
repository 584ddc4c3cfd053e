"""The history of a record and of the rows on its page: who changed what, when, from what to what."""

from collections.abc import Collection
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from simple_history.admin import SimpleHistoryAdmin

from registry.admin.chooser import region_path
from registry.admin.history import Difference, Names, differing, labels
from registry.audit.history import load_linked
from registry.loading import in_words
from registry.scope import COUNTRY

ROWS = "of"  # parameter that names the kind of rows whose history is asked for instead of the record's own
KNOWN = frozenset({ROWS, PAGE_VAR, "_changelist_filters"})  # the last: how the admin finds back to a filtered list


class HistoryPages(SimpleHistoryAdmin):
    """Part of an admin class: its history page. Where rows are edited with the record, their history is a page on."""

    def get_urls(self) -> list[Any]:
        """Without simple-history's form of a past version: saving it would go past scope, versions and services."""
        return super(SimpleHistoryAdmin, self).get_urls()

    def has_history(self) -> bool:
        return hasattr(self.model, "history")

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return gettext("Change history: %s") % obj

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["has_history"] = self.has_history()
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_history():
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.GET.keys() - KNOWN:
            raise SuspiciousOperation("a parameter the history does not know")
        request.history_of = obj  # type: ignore[attr-defined]
        inlines = self._inlines_with_history(request, obj)
        chosen = request.GET.get(ROWS, "")
        if chosen and chosen not in inlines:
            raise SuspiciousOperation("there are no such rows")
        request.history_rows = inlines.get(chosen)  # type: ignore[attr-defined]
        context = {"kinds": _kinds(self.opts, inlines, chosen), "rows": chosen, **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def _inlines_with_history(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """By name of the model; of two inlines of one model the first."""
        found: dict[str, Any] = {}
        for inline in self.get_inline_instances(request, obj):
            if hasattr(inline.model, "history"):
                found.setdefault(str(inline.opts.model_name), inline)
        return found

    def get_history_queryset(
        self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any
    ) -> QuerySet[Any]:
        """Each row with the key of the one before it, so that the last of a page has something to differ from."""
        inline = request.history_rows  # type: ignore[attr-defined]
        rows = _of_rows(inline, request) if inline else history_manager.filter(**{pk_name: object_id})
        key = rows.model.instance_type._meta.pk.attname
        before = rows.model.objects.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id"))
        return rows.annotate(before_id=Subquery(before.order_by("-history_id").values("history_id")[:1]))

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, **kwargs: Any) -> None:
        """Puts on each row who wrote it, why, and the changes it made, and on rows of a page what they are called."""
        rows = list(historical_records)
        inline = request.history_rows  # type: ignore[attr-defined]
        if not rows:
            return
        before = type(rows[0]).objects.in_bulk([row.before_id for row in rows])
        load_linked([*rows, *before.values()])
        hidden = self._hidden_of(request, rows[0].instance_type)
        if inline:
            hidden.add(_parent_key(inline, request).name)
        found = {row.pk: _told(row, before.get(row.before_id), hidden, bool(inline)) for row in rows}
        names = Names(self.admin_site, request.user, (each for told in found.values() for each in told))
        may = frozenset() if inline else self.restorable(request, request.history_of)  # type: ignore[attr-defined]
        strangers = strangers_to(request.user, rows)
        for row in rows:
            row.who = gettext("a user outside your scope") if row.history_user_id in strangers else row.history_actor
            row.why = in_words(row.history_change_reason or "")
            row.changes = [self._change_in_words(each, row, names, may, request) for each in found[row.pk]]
        if inline:
            self._name_rows(request, inline.model, rows)

    def restorable(self, request: HttpRequest, obj: Any) -> frozenset[str]:
        """Fields whose former values may come back; none, unless a part of the class says so."""
        return frozenset()

    def _hidden_of(self, request: HttpRequest, model: Any) -> set[str]:
        admin: Any = self.admin_site.get_model_admin(model) if self.admin_site.is_registered(model) else None
        return set(admin.hidden_fields(request)) if admin else set()

    def _change_in_words(
        self, each: Difference, row: Any, names: Names, may: frozenset[str], request: HttpRequest
    ) -> dict[str, Any]:
        old, new = each.in_short(names)
        obj = request.history_of  # type: ignore[attr-defined]
        name = each.field.name
        is_former = name in may and each.old != getattr(obj, each.field.attname) and names.knows(each.field, each.old)
        info = (self.opts.app_label, self.opts.model_name)
        args = (quote(obj.pk), row.before_id, name)
        restore = reverse("admin:{}_{}_restore".format(*info), args=args) if is_former else ""
        return {"field": each.label, "old": old, "new": new, "restore": restore}

    def _name_rows(self, request: HttpRequest, model: Any, rows: list[Any]) -> None:
        keys = {getattr(row, model._meta.pk.attname) for row in rows}
        named = labels(self.admin_site, request.user, model, keys)
        for row in rows:
            key = getattr(row, model._meta.pk.attname)
            row.name = named.get(key) or gettext("No. %s, no longer there") % key


def strangers_to(user: Any, rows: list[Any]) -> set[int]:
    """Keys of authors whose names are none of the user's; one who is gone is in nobody's scope and named."""
    users: Any = get_user_model()
    authors = users._base_manager.filter(pk__in={row.history_user_id for row in rows} - {None})
    return set(authors.exclude(pk__in=users.objects.visible_to(user).values("pk")).values_list("pk", flat=True))


def _kinds(opts: Any, inlines: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    """The links between the history of the record and those of its rows."""
    named = {"": opts.verbose_name, **{name: inline.opts.verbose_name_plural for name, inline in inlines.items()}}
    return [
        {"name": capfirst(said), "address": f"?{ROWS}={name}" if name else "?", "is_here": name == chosen}
        for name, said in named.items()
    ]


def _parent_key(inline: Any, request: HttpRequest) -> Any:
    """The foreign key of the rows to their record."""
    return inline.get_formset(request, request.history_of).fk  # type: ignore[attr-defined]


def _told(row: Any, before: Any, hidden: Collection[str], is_of_rows: bool) -> list[Difference]:
    """Of a record that was made or deleted nothing: its page says it all; of a row all that it said."""
    if row.history_type == "~":
        return differing(row, before, hidden) if before else []
    if not is_of_rows:
        return []
    return differing(row, None, hidden) if row.history_type == "+" else differing(None, row, hidden)


def _of_rows(inline: Any, request: HttpRequest) -> QuerySet[Any]:
    """History of the rows of the record the user sees; of those gone where their place is the record's own."""
    user: Any = request.user
    model, obj = inline.model, request.history_of  # type: ignore[attr-defined]
    parent = _parent_key(inline, request)
    key, path = model._meta.pk.attname, region_path(model)
    seen = model._default_manager.visible_to(user).filter(**{parent.name: obj})
    shown = Q(**{f"{key}__in": seen.order_by().values("pk")})
    if not path or path.startswith(f"{parent.name}__") or user.region_id == COUNTRY:
        shown |= Q(~Exists(model._base_manager.filter(pk=OuterRef(key))))
    return model.history.filter(shown, **{parent.attname: obj.pk})
