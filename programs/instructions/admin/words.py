"""How lists and pages of the admin word what they share."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from programs.instructions.models import Deadline
from programs.instructions.terms import in_words

SHORT = 90  # characters of a text that a list shows


def steps_in_words(deadline: Deadline) -> str:
    """How the date was reckoned, a step a line."""
    return format_html_join("", "<div>{}</div>", ((step,) for step in in_words(deadline.reckoning)))


def short_date(day: date | None) -> str:
    """As tables show days, in the reader's format."""
    return "–" if day is None else formats.date_format(day, "SHORT_DATE_FORMAT")


def instruction_link(instruction: Any) -> str:
    address = reverse("admin:instructions_instruction_change", args=(instruction.pk,))
    return format_html('<a href="{}">{}</a>', address, Truncator(str(instruction)).chars(SHORT))
