"""What is missing from instructions."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.instructions.models import Deadline, Instruction
from registry.quality import Asked
from registry.sections import Section


def sections(asked: Asked) -> Iterator[Section]:
    if not asked.may("instructions.view_instruction"):
        return
    rows = Instruction.objects.visible_to(asked.user).unrestricted()
    shown: dict[str, Any] = {
        "title": F("text"),
        "about": (F("number"), F("term"), F("meeting__title")),
        "state": "state",
        "order": "-issued_on",
        "page": lambda key, ref: reverse("instruction", args=(key,)),
    }
    yield Section(
        "without_executor",
        _("Instructions without an executor"),
        rows.without_executor(),
        why=_("Nobody is told to do them, so nobody can be late."),
        how=_("Add the executors on the instruction's page in the administration."),
        every=f"{reverse('instructions')}?without_executor=true",
        **shown,
    )
    yield Section(
        "without_date",
        _("Instructions without a date"),
        rows.without_date(Deadline.objects.visible_to(asked.user)),
        why=_("Somebody is told to do them, with no day to do them by: they never fall overdue."),
        how=_("Set the date, or the wording of the term from which it is reckoned."),
        every=f"{reverse('instructions')}?without_date=true",
        **shown,
    )
