"""Deadlines as a calendar other programs subscribe to (iCalendar, RFC 5545)."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from programs.instructions.exports import why_in_doubt
from programs.instructions.listing import Row
from programs.instructions.models import Deadline
from programs.instructions.querysets import DeadlineQuerySet

CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # what ends a line or is no text there
SHOWN = 80  # characters of the instruction in a title
REFRESHED = "PT1H"  # how often programs are asked to look


def nearest(rows: DeadlineQuerySet, *, on: date) -> list[Deadline]:
    """In work, CALENDAR_FEED_DAYS back and ahead: what is to come first, then the latest overdue. Two queries."""
    window = timedelta(days=settings.CALENDAR_FEED_DAYS)
    rows = rows.for_listing().with_silence()
    ahead = list(rows.due_soon(on=on, until=on + window).by_due()[: settings.CALENDAR_FEED_ROWS])
    overdue = rows.overdue(on=on).filter(due_key__gte=on - window).order_by("-due_key", "-pk")
    return [*ahead, *overdue[: settings.CALENDAR_FEED_ROWS - len(ahead)]]


def calendar_of(rows: Iterable[Row], *, root: str, language: str) -> bytes:
    """A file of all-day events in the language in force; `root` is the address of the registry as the reader has it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Regional Development Registry//Deadlines//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("Calendar of deadlines")
    about = _("Deadlines in work that you may see. The last day counts as in time.")
    told = {"name": name, "x-wr-calname": name, "description": about, "x-wr-caldesc": about}
    for key, text in (told | {"x-published-ttl": REFRESHED}).items():
        calendar.add(key, vText(text))
    calendar.add("refresh-interval", vText(REFRESHED), parameters={"VALUE": "DURATION"})
    for row in rows:
        calendar.add_component(_event(row, root))
    return calendar.to_ical()


def _event(row: Row, root: str) -> Event:
    deadline, instruction = row.deadline, row.deadline.instruction
    changed = max(deadline.updated_at, instruction.updated_at).astimezone(UTC)
    event = Event()
    event.add("uid", f"deadline-{deadline.pk}@{urlsplit(root).netloc}")
    event.add("dtstamp", changed)  # not the hour of asking: the same deadlines are the same file
    event.add("last-modified", changed)
    event.add("dtstart", deadline.due)
    event.add("dtend", deadline.due + timedelta(days=1))  # type: ignore[operator]
    event.add("summary", f"{Truncator(_line(instruction.text)).chars(SHOWN)} – {_line(deadline.executor.name)}")
    event.add("description", "\n".join(_described(row)))
    event.add("url", urljoin(root, reverse("instruction", args=(instruction.pk,))))
    event.add("transp", "TRANSPARENT")  # takes nobody's day
    return event


def _described(row: Row) -> Iterator[str]:
    """Nothing that changes from day to day but for the doubt, which an overdue deadline is never shown without."""
    deadline, instruction = row.deadline, row.deadline.instruction
    yield _line(instruction.text)
    facts = (
        (_("number"), instruction.number),
        (_("executor"), f"{deadline.executor.name} ({deadline.get_role_display()})"),
        (_("programme"), instruction.program),
        (_("meeting"), instruction.meeting),
        (_("term"), instruction.term),
        (_("doubt"), why_in_doubt(row)),
    )
    for label, value in facts:
        if value:
            yield f"{capfirst(label)}: {_line(str(value))}"


def _line(text: str) -> str:
    return CONTROL.sub(" ", text).strip()
