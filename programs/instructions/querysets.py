"""Questions about instructions and deadlines, named once and used by every door. Dates are handed in as `on`."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Value, When, Window
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from programs.instructions.choices import (
    AccessMark,
    DeadlineKind,
    DeadlineState,
    ExecutorRole,
    ExtensionState,
    InstructionState,
    Mark,
    Verb,
)
from registry.scope import COUNTRY, ScopedQuerySet, has_scope, within
from registry.search import containing

ROLE_ORDER = Case(When(role=ExecutorRole.LEAD, then=0), When(role=ExecutorRole.EQUAL, then=1), default=2)
LIVE = (DeadlineState.DRAFT, DeadlineState.OPEN, DeadlineState.REPORTED)  # states still to be finished


def _deadlines(**conditions: Any) -> Any:
    return apps.get_model("instructions", "Deadline").objects.filter(**conditions)


def _instructions(**conditions: Any) -> Any:
    return apps.get_model("instructions", "Instruction").objects.filter(**conditions)


def of_organisation(path: str, user: Any) -> Q:
    """Rows of the user's organisation and of those subordinate to it. By keys and not by a join: the rows of few
    bodies are read from their index, and are planned sooner."""
    return Q(**{f"{path}__in": user.bodies})


class RestrictedQuerySet(ScopedQuerySet):
    """Rows of instructions, some of which are for official use (ДСП) and need a permission of their own."""

    mark_path = ""  # lookup of the instruction's access mark

    def in_scope(self, user: Any) -> Self:
        """As `visible_to`, whatever the mark: for rows of an instruction whose own mark is looked at beside them."""
        return super().visible_to(user)

    def visible_to(self, user: Any) -> Self:
        rows = self.in_scope(user)
        return rows if user.has_perm("instructions.view_restricted") else rows.unrestricted()

    def unrestricted(self) -> Self:
        """What may be counted and leave the office."""
        return self.filter(**{self.mark_path: AccessMark.NONE})


def _counts(by: str, sorts: dict[str, Any]) -> dict[str, Any]:
    """Expressions of how many rows of each of `sorts` one outer row has; `by` is the lookup that names it."""
    return {
        name: Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)
        for name, rows in sorts.items()
    }


class MeetingQuerySet(ScopedQuerySet):
    """Country scope sees every meeting; others those that gave an instruction they see."""

    def seen_by_country(self, user: Any) -> Self:
        return self.seen_by_region(user) if user.is_only_executor else self

    def seen_by_region(self, user: Any) -> Self:
        return self.filter(Exists(_instructions(meeting=OuterRef("pk")).visible_to(user)))

    def for_listing(self) -> Self:
        return self.select_related("source")

    def with_counts(self, user: Any, *, on: date) -> Self:
        """Adds `told`, how many instructions of each `user` sees, and how many of their deadlines are `in_work` on the
        day `on`, of these `overdue`, of these `silent` where the public text says nothing more, `under_review` and
        `fulfilled`. What is for official use is not counted."""
        instructions = _instructions(meeting=OuterRef("pk")).visible_to(user).unrestricted()
        deadlines = _deadlines(instruction__meeting=OuterRef("pk")).visible_to(user).unrestricted()
        sorts = {
            "in_work": deadlines.open(),
            "overdue": deadlines.overdue(on=on),
            "silent": deadlines.overdue(on=on).with_silence().filter(is_silent=True),
            "under_review": deadlines.awaiting_review(),
            "fulfilled": deadlines.filter(state=DeadlineState.FULFILLED),
        }
        return self.annotate(**_counts("meeting", {"told": instructions}), **_counts("instruction__meeting", sorts))


def _has_one(rows: Any) -> IsNull:
    """As `Exists`, asked anew for every outer row."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _seen(user: Any, some: Callable[[Any], Any]) -> Q:
    """The instructions of `InstructionQuerySet.seen_by_region`; `some` tells whether a row has deadlines of a sort."""
    told = _deadlines(instruction=OuterRef("pk"))
    if not user.is_only_executor:
        return within("region_id", user.region_id) | Q(some(told.in_scope(user)))
    # In two questions, each asked of the body's own few deadlines and not of all that an instruction has.
    own = told.issued_in_region(user).filter(of_organisation("executor", user))
    co = _deadlines(instruction=OuterRef("instruction"), role=ExecutorRole.CO).issued_in_region(user)
    return Q(some(own)) | Q(some(told.led_by(user).filter(some(co))))


class InstructionQuerySet(RestrictedQuerySet):
    region_path = "region_id"
    mark_path = "access_mark"

    def seen_by_country(self, user: Any) -> Self:
        return self.seen_by_region(user) if user.is_only_executor else self

    def seen_by_region(self, user: Any) -> Self:
        """It concerns the region, or one of its executors sits there; an executor sees those with a deadline it sees:
        an own one, or a co-executor's where it leads."""
        return self.filter(_seen(user, Exists))

    def visible_one_by_one(self, user: Any) -> Self:
        """As `visible_to`, without what is for official use, for the first rows of an order: each is looked at when its
        turn comes. `visible_to` lets the database gather all that `user` sees, which takes longer than a hundred rows.
        """
        rows = self.unrestricted()
        if not has_scope(user) or (user.region_id == COUNTRY and not user.is_only_executor):
            return rows.visible_to(user)
        return rows.filter(_seen(user, _has_one))

    def for_listing(self) -> Self:
        return self.select_related("meeting", "program", "region", "controller", "source")

    def with_rights(self, user: Any) -> Self:
        """Adds `may_control`: whether the row lies in what `user` edits; the role is another question. And
        `is_periodic`: it has deadlines that come back, so that its term can be changed."""
        periodic = _deadlines(instruction=OuterRef("pk"), kind=DeadlineKind.PERIODIC)
        return self.annotate(
            may_control=Exists(_instructions(pk=OuterRef("pk")).editable_by(user)), is_periodic=Exists(periodic)
        )

    def with_progress(self, user: Any, *, on: date) -> Self:
        """Adds how many deadlines of each, of those `user` sees, stand how on the day `on`: `overdue`, of these
        `silent` where the public text says nothing more, `in_time`, `under_review`, `without_date`; the same over all
        rows as `all_overdue`…; the `nearest` last day in work; and whether some executor `is_told`."""
        deadlines = _deadlines(instruction=OuterRef("pk")).visible_to(user)
        sorts = {
            "overdue": deadlines.overdue(on=on),
            "silent": deadlines.overdue(on=on).with_silence().filter(is_silent=True),
            "in_time": deadlines.in_time(until=on - timedelta(days=1)),
            "under_review": deadlines.awaiting_review(),
            "without_date": deadlines.without_date(),
        }
        nearest = sorts["in_time"].order_by("due_key").values("due")[:1]
        totals = {f"all_{name}": Window(Sum(name)) for name in sorts}
        is_told = Exists(deadlines.exclude(state=DeadlineState.CANCELLED))
        counts = _counts("instruction", sorts)
        return self.annotate(**counts, nearest=Subquery(nearest), is_told=is_told).annotate(**totals)

    def search(self, words: str) -> Self:
        return self.filter(containing(words))

    def on_control(self) -> Self:
        return self.filter(state=InstructionState.ON_CONTROL)

    def unfinished(self) -> Self:
        return self.filter(state__in=(InstructionState.DRAFT, InstructionState.ON_CONTROL))

    def without_executor(self) -> Self:
        """Nobody at all is told to do it, in whatever region: else a region would take another's duty for nobody's."""
        told = _deadlines(instruction=OuterRef("pk")).exclude(state=DeadlineState.CANCELLED)
        return self.unfinished().filter(~Exists(told))

    def without_date(self, told: "DeadlineQuerySet") -> Self:
        """Somebody is told to do it, with no day to do it by; `told` are the deadlines its reader sees."""
        return self.unfinished().filter(Exists(told.filter(instruction=OuterRef("pk")).without_date()))


class DeadlineQuerySet(RestrictedQuerySet):
    region_path = "executor__region_id"
    mark_path = "instruction__access_mark"

    # Whose

    def seen_by_country(self, user: Any) -> Self:
        return self._of_executor(user) if user.is_only_executor else self

    def seen_by_region(self, user: Any) -> Self:
        """Executors of the region; unlike other rows those of the country are not shown to every region."""
        return self._of_executor(user) if user.is_only_executor else self.in_region(user)

    def in_region(self, user: Any) -> Self:
        return self if user.region_id == COUNTRY else self.filter(within("executor__region_id", user.region_id))

    def issued_in_region(self, user: Any) -> Self:
        return self.in_region(user).exclude(state=DeadlineState.DRAFT)

    def _of_executor(self, user: Any) -> Self:
        """Own deadlines once issued; a lead that is not freed of its duty sees its co-executors' as well."""
        own = of_organisation("executor", user)
        leads = _deadlines(instruction=OuterRef("instruction")).led_by(user)
        return self.issued_in_region(user).filter(own | Q(Exists(leads), role=ExecutorRole.CO))

    def led_by(self, user: Any) -> Self:
        """What the user's organisation leads and is not freed of."""
        return self.filter(of_organisation("executor", user), role=ExecutorRole.LEAD).exclude(
            state=DeadlineState.CANCELLED
        )

    def editable_by(self, user: Any) -> Self:
        return self.filter(Exists(_instructions(pk=OuterRef("instruction")).editable_by(user)))

    def reportable_by(self, user: Any) -> Self:
        """What the user's organisation must itself report on; seeing a co-executor's deadline is not enough."""
        return self.visible_to(user).filter(of_organisation("executor", user))

    def with_rights(self, user: Any) -> Self:
        """Adds `may_control` and `may_report`, whether the row lies in what `user` edits and in what the user's
        organisation must report on, and `is_asked`: a request for more time awaits a decision."""
        same = _deadlines(pk=OuterRef("pk"))
        return self.annotate(
            may_control=Exists(same.editable_by(user)),
            may_report=Exists(same.reportable_by(user)),
            is_asked=Exists(same.filter(extensions__state=ExtensionState.PENDING)),
        )

    def under(self, code: str) -> Self:
        """Executors of the territory `code`."""
        return self.filter(within("executor__region_id", code))

    # When

    def open(self) -> Self:
        return self.filter(state=DeadlineState.OPEN)

    def overdue(self, *, on: date) -> Self:
        """Open deadlines whose last day has passed on `on`; the last day itself still counts as in time."""
        return self.open().filter(due_key__lt=on)  # due_key, not due: it is what the partial index holds

    def due_soon(self, *, on: date, until: date) -> Self:
        """Open deadlines whose last day is `on` to `until`, both included."""
        return self.open().filter(due_key__gte=on, due_key__lte=until)

    def in_time(self, *, until: date) -> Self:
        """Open deadlines with a date beyond `until`."""
        return self.open().filter(due_key__gt=until, due__isnull=False)

    def periods_to_come(self, *, on: date) -> Self:
        """Periodic deadlines in work whose last day is after `on`: what a new term replaces."""
        return self.open().filter(kind=DeadlineKind.PERIODIC, due__gt=on)

    def unfinished_main(self, *, on: date) -> Self:
        """Of leads and equals, what awaits review and what fell due by `on` and is in work: no removal from control."""
        main = self.filter(role__in=(ExecutorRole.LEAD, ExecutorRole.EQUAL))
        return main.filter(Q(state=DeadlineState.REPORTED) | Q(state=DeadlineState.OPEN, due__lte=on))

    def awaiting_review(self) -> Self:
        return self.filter(state=DeadlineState.REPORTED)

    def without_date(self) -> Self:
        return self.filter(state__in=LIVE, due=None, due_key=date.max)  # due_key: it is what the index holds

    def late(self, *, on: date) -> Self:
        """Overdue on `on`, or reported after the last day."""
        reported = Q(state__in=(DeadlineState.REPORTED, DeadlineState.FULFILLED), reported_on__gt=F("due"))
        return self.filter(reported | Q(state=DeadlineState.OPEN, due_key__lt=on))

    def as_of(self, day: date) -> Self:
        """Adds `state_then` and `due_then`, as the last act dated by `day` left them; leaves out those without one."""
        acts = apps.get_model("instructions", "Act").objects.filter(deadline=OuterRef("pk"), on__lte=day)
        last = acts.order_by("-on", "-pk")
        return self.annotate(
            state_then=Subquery(last.values("state_after")[:1]), due_then=Subquery(last.values("due_after")[:1])
        ).filter(state_then__isnull=False)

    def overdue_as_of(self, day: date) -> Self:
        """What was overdue on the past `day`, rebuilt from the acts; for today the same rows as `overdue`.

        In one go over the acts, whose keys follow their dates: asked row by row, as in `as_of`, PostgreSQL is misled
        about what that costs. Most deadlines were reported or closed by then and are so still: those are passed over.
        """
        acts = apps.get_model("instructions", "Act").objects.filter(deadline__isnull=False, on__lte=day).order_by()
        told = acts.exclude(deadline__reported_on__lte=day).exclude(deadline__closed_on__lte=day)
        last = told.values("deadline").annotate(last=Max("pk")).values("last")
        overdue = acts.filter(pk__in=last, state_after=DeadlineState.OPEN, due_after__lt=day)
        return self.filter(pk__in=overdue.values("deadline"))

    def marked(self, mark: str, *, on: date, until: date) -> Self:
        """Deadlines that carry `mark` on the day `on`, where "soon" ends with `until`."""
        return self.filter(_marks(on, until)[Mark(mark)])

    def with_mark(self, *, on: date, until: date) -> Self:
        """Adds `mark` to every row."""
        whens = [When(condition, then=Value(mark.value)) for mark, condition in _marks(on, until).items()]
        return self.annotate(mark=Case(*whens, output_field=CharField()))

    def with_silence(self) -> Self:
        """Adds `is_silent`: loaded from a public text and nothing heard since, so that lateness is no accusation."""
        acts = apps.get_model("instructions", "Act").objects.exclude(verb=Verb.ISSUE)
        heard = acts.filter(Q(deadline=OuterRef("pk")) | Q(deadline=None, instruction=OuterRef("instruction")))
        told = Q(instruction__ref__isnull=False, instruction__source__isnull=False)
        return self.annotate(is_silent=Case(When(told & ~Exists(heard), then=Value(True)), default=Value(False)))

    # How shown

    def for_listing(self) -> Self:
        """Rows with all that a list shows beside them; the order is the caller's, closed by the key."""
        return self.select_related(
            "executor", "executor__region", "instruction", "instruction__meeting", "instruction__program"
        )

    def by_due(self) -> Self:
        """Earliest first, undated last."""
        return self.order_by("due_key", "pk")


def _marks(on: date, until: date) -> dict[Mark, Q]:
    """The condition of each mark; every deadline meets exactly one."""
    is_open = Q(state=DeadlineState.OPEN)
    return {
        Mark.OVERDUE: is_open & Q(due_key__lt=on),
        Mark.DUE_SOON: is_open & Q(due_key__gte=on, due_key__lte=until),
        Mark.IN_TIME: is_open & Q(due_key__gt=until, due__isnull=False),
        Mark.NO_DATE: is_open & Q(due=None),
        Mark.UNDER_REVIEW: Q(state=DeadlineState.REPORTED),
        Mark.DRAFT: Q(state=DeadlineState.DRAFT),
        Mark.CLOSED: Q(state__in=(DeadlineState.FULFILLED, DeadlineState.CANCELLED)),
    }


class OfDeadlineQuerySet(RestrictedQuerySet):
    """Extensions and reports are seen with their deadline."""

    mark_path = "deadline__instruction__access_mark"

    def visible_to(self, user: Any) -> Self:
        return self.filter(Exists(_deadlines(pk=OuterRef("deadline")).visible_to(user)))

    def editable_by(self, user: Any) -> Self:
        return self.filter(Exists(_deadlines(pk=OuterRef("deadline")).editable_by(user)))

    def for_listing(self) -> Self:
        return self.select_related("deadline", "deadline__executor", "deadline__instruction")


class AttachmentQuerySet(RestrictedQuerySet):
    """Files are seen with the deadline whose report they belong to."""

    mark_path = "report__deadline__instruction__access_mark"

    def visible_to(self, user: Any) -> Self:
        return self.filter(Exists(_deadlines(pk=OuterRef("report__deadline")).visible_to(user)))

    def editable_by(self, user: Any) -> Self:
        return self.filter(Exists(_deadlines(pk=OuterRef("report__deadline")).editable_by(user)))


class MonthEndQuerySet(ScopedQuerySet):
    """Counts of deadlines are seen as the deadlines themselves: those of the country's bodies not by every region."""

    region_path = "region_id"

    def seen_by_country(self, user: Any) -> Self:
        return self.filter(of_organisation("organisation", user)) if user.is_only_executor else self

    def seen_by_region(self, user: Any) -> Self:
        return self.filter(within("region_id", user.region_id)).seen_by_country(user)


class ActQuerySet(RestrictedQuerySet):
    """The journal: acts on visible deadlines, and acts on the whole of visible instructions."""

    mark_path = "instruction__access_mark"

    def visible_to(self, user: Any) -> Self:
        on_deadline = Exists(_deadlines(pk=OuterRef("deadline")).visible_to(user))
        on_whole = Q(Exists(_instructions(pk=OuterRef("instruction")).visible_to(user)), deadline=None)
        return self.filter(Q(on_deadline) | on_whole)

    def editable_by(self, user: Any) -> Self:
        return self.none()
