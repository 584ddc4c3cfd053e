"""The passport of a programme: all that is known of it, each figure with its source, in few queries.

What stands in the apps above is reached by reverse relations. A section asks its one query when a template shows it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from programs.choices import FundingStage
from programs.models import InformationSystem, Practice, Program, ProgramTerm
from regions.models import Organisation
from registry.alphabet import by_name, named
from registry.charts import BarChart
from registry.facts import (
    Cells,
    Disagreement,
    Measured,
    Money,
    Standing,
    by_period,
    measured,
    money_chart,
    standings,
    wholes,
)
from registry.relations import First, Line, by_state, first, gathered, lines, rows_of
from registry.scope import COUNTRY

AMOUNTS_SHOWN = 200
VALUES_SHOWN = 300
PROJECTS_SHOWN = 100
INSTRUCTIONS_SHOWN = 20


@dataclass(frozen=True)
class TermsOfAct:
    act: str
    terms: list[ProgramTerm]


class Passport:
    """For one user on one day. Raises Program.DoesNotExist when there is no such programme for this user."""

    def __init__(self, user: Any, slug: str, *, on: date) -> None:
        self.user, self.slug, self.on = user, slug, on
        around: list[Any] = list(Program.objects.visible_to(user).around(slug).for_listing().order_by(by_name(), "pk"))
        itself = [each for each in around if each.place == "itself"]
        if not itself:
            raise Program.DoesNotExist
        self.program: Program = itself[0]
        self.parts = [each for each in around if each.place == "part"]
        self.linked = [each for each in around if each.place == "linked"]

    def _rows(self, relation: str) -> Any:
        """Of the records that point to programmes, those of this one that the user may see."""
        return rows_of(Program, relation, self.user).filter(program=self.program)

    @cached_property
    def terms(self) -> list[TermsOfAct]:
        """By act, the latest first."""
        rows = self._rows("terms").select_related("source").order_by("-valid_from", "act", "pk")
        return [TermsOfAct(act, list(terms)) for act, terms in groupby(rows, key=lambda term: term.act)]

    # Money

    @cached_property
    def amounts(self) -> First:
        rows = self._rows("funding").for_listing()
        latest = F("year_to").desc(nulls_first=True), F("year_from").desc(nulls_last=True)
        return first(rows.order_by("region__level", *latest, "region", "pk"), AMOUNTS_SHOWN)

    @cached_property
    def moneys(self) -> list[Money]:
        return wholes(self.amounts.rows)

    @property
    def country_money(self) -> list[Money]:
        return [money for money in self.moneys if money.row.region_id == COUNTRY]

    @property
    def regional_money(self) -> list[Money]:
        return [money for money in self.moneys if money.row.region_id != COUNTRY]

    @property
    def stages(self) -> list[Any]:
        return FundingStage.labels

    @property
    def money_by_period(self) -> list[tuple[str, Cells]]:
        return by_period(self.country_money, {stage.value: str(stage.label) for stage in FundingStage})

    @property
    def money_chart(self) -> BarChart | None:
        return money_chart("money", self.country_money)

    # Indicators

    @cached_property
    def values(self) -> First:
        indicator = Program._meta.get_field("indicators").related_model
        rows = rows_of(indicator, "values", self.user).filter(indicator__program=self.program).for_listing()
        return first(rows.order_by("region__level", "indicator", "pk"), VALUES_SHOWN)

    @cached_property
    def measured(self) -> list[Measured]:
        return measured(self.values.rows)

    @property
    def compared(self) -> list[Measured]:
        """Indicators with several values, to be seen together."""
        return [each for each in self.measured if len(each.values) > 1]

    @property
    def alone(self) -> list[Measured]:
        return [each for each in self.measured if len(each.values) == 1]

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        return [Disagreement(group) for group in self.values.rows.disagreements()]

    # What is done and what is wrong

    @cached_property
    def projects(self) -> First:
        return first(self._rows("projects").for_listing().order_by("region", by_name(), "pk"), PROJECTS_SHOWN)

    @cached_property
    def told(self) -> dict[str, list[Line]]:
        """Practices, where they are taken up, information systems with their connections, findings. One query."""
        source: Any = {"source": F("source__title"), "url": F("source__url")}
        practices = self._rows("practices")
        systems = self._rows("systems")
        connections = rows_of(InformationSystem, "connections", self.user).filter(system__program=self.program)
        replications = rows_of(Practice, "replications", self.user).filter(practice__program=self.program)
        return gathered(
            [
                lines(
                    "practices",
                    practices,
                    key=F("pk"),
                    title=named(),
                    place=named("region__"),
                    text=F("description"),
                    **source,
                ),
                lines(
                    "replications",
                    replications,
                    key=F("practice_id"),
                    title=named("practice__"),
                    place=named("region__"),
                    state="state",
                ),
                lines("systems", systems, title=named(), key=F("slug"), text=F("purpose"), **source),
                lines("connections", connections, key=F("system__slug"), state="state"),
                lines(
                    "findings",
                    self._findings(),
                    title=F("subject"),
                    place=named("authority__"),
                    state="state",
                    **source,
                ),
            ]
        )

    def _findings(self) -> Any:
        """Concerning the owner or an executor, by name or with all of its kind."""
        told = rows_of(Organisation, "deadlines", self.user).filter(instruction__in=self._instructions().values("pk"))
        answerable = Organisation.objects.filter(Q(programs=self.program) | Q(pk__in=told.values("executor")))
        return rows_of(Organisation, "findings_made", self.user).about(answerable)

    @property
    def systems(self) -> list[tuple[Line, list[tuple[str, int]]]]:
        """Each system with how many regions are how far connected, most first."""
        states = [(line.key, line.state) for line in self.told["connections"]]
        return [
            (system, Counter(state for slug, state in states if slug == system.key).most_common())
            for system in self.told["systems"]
        ]

    @property
    def practices(self) -> list[tuple[Line, list[tuple[str, str, list[Line]]]]]:
        """Each practice with where it is taken up, by state."""
        taken_up = self.told["replications"]
        return [
            (practice, by_state([line for line in taken_up if line.key == practice.key]))
            for practice in self.told["practices"]
        ]

    # Instructions

    def _instructions(self) -> Any:
        return self._rows("instructions").unrestricted()

    @cached_property
    def instructions(self) -> First:
        """Those in work, most overdue first."""
        rows = self._instructions().unfinished().for_listing().with_progress(self.user, on=self.on)
        return first(rows.order_by("-overdue", F("nearest").asc(nulls_last=True), "-pk"), INSTRUCTIONS_SHOWN)

    @property
    def standings(self) -> list[Standing]:
        """Deadlines of all instructions in work."""
        totals = vars(self.instructions.rows[0]) if self.instructions.total else {}
        numbers = {name.removeprefix("all_"): n for name, n in totals.items() if name.startswith("all_")}
        return standings(numbers, on=self.on, program=self.slug)
