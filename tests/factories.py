"""Plain functions that make a record with sensible fields; name in a test only what the test is about."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from programs.choices import FundingStage, ProgramKind, ProgramStatus
from programs.cooperatives.models import Cooperative
from programs.indicators.choices import IndicatorNature, ValueKind
from programs.indicators.models import Indicator, IndicatorValue
from programs.instructions.choices import DeadlineState, InstructionState, MeetingKind
from programs.instructions.models import Deadline, Instruction, Meeting
from programs.models import Funding, Program, Source
from regions.choices import OrganisationKind, RegionKind
from regions.models import Organisation, Region
from registry.accounts.models import ApiToken, User
from registry.scope import COUNTRY, level_of, subtree

TODAY = date(2026, 3, 2)  # a Monday
AKMOLA, ZHAMBYL = "110000000", "310000000"
KINDS = (RegionKind.COUNTRY, RegionKind.OBLAST, RegionKind.DISTRICT, RegionKind.RURAL_OKRUG, RegionKind.VILLAGE)
PASSWORD = "long enough for a test"

_number = count(1)


def make_region(code: str = COUNTRY, **fields: Any) -> Region:
    """The region with this code and all above it, made where missing."""
    if region := Region.objects.filter(pk=code).first():
        return region
    level = level_of(code)
    parent = None
    if level:
        parent = make_region(_parent_code(code))
    values = {"name_ru": f"Регион {code}", "level": level, "kind": KINDS[level], "parent": parent} | fields
    return Region.objects.create(code=code, **values)


def _parent_code(code: str) -> str:
    return subtree(code)[0][: (0, 0, 2, 4, 6)[level_of(code)]].ljust(9, "0")


def make_organisation(region: str = COUNTRY, **fields: Any) -> Organisation:
    n = next(_number)
    values = {"name_ru": f"Организация {n}", "kind": OrganisationKind.OTHER, "region": make_region(region)} | fields
    return Organisation.objects.create(**values)


def make_user(role: str = "", region: str | None = COUNTRY, **fields: Any) -> User:
    """A user of this role and scope; the role's permissions are there when the `roles` fixture is used."""
    n = next(_number)
    values = {"username": f"user{n}", "region": make_region(region) if region else None} | fields
    user = User.objects.create_user(password=PASSWORD, **values)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_token(user: User, name: str = "test", **fields: Any) -> str:
    """The key itself, as it is shown once."""
    return ApiToken.objects.create(user=user, name=name, **fields)[1]


def make_source(**fields: Any) -> Source:
    n = next(_number)
    values = {"title": f"Источник {n}", "url": f"https://example.kz/{n}", "published_on": TODAY} | fields
    return Source.objects.create(**values)


def make_program(**fields: Any) -> Program:
    n = next(_number)
    values = {
        "slug": f"program-{n}",
        "name_ru": f"Программа {n}",
        "kind": ProgramKind.PROGRAM,
        "status": ProgramStatus.ACTIVE,
    } | fields
    return Program.objects.create(**values)


def make_funding(region: str = COUNTRY, **fields: Any) -> Funding:
    values = {
        "purpose": "На всё",
        "region": make_region(region),
        "stage": FundingStage.PLAN,
        "amount": Decimal(100),
    } | fields
    values.setdefault("program", None)
    values["program"] = values["program"] or make_program()
    return Funding.objects.create(**values)


def make_indicator(**fields: Any) -> Indicator:
    n = next(_number)
    values = {
        "slug": f"indicator-{n}",
        "name_ru": f"Показатель {n}",
        "unit_ru": "единица",
        "nature": IndicatorNature.FLOW,
    } | fields
    return Indicator.objects.create(**values)


def make_value(region: str = COUNTRY, **fields: Any) -> IndicatorValue:
    values = {"region": make_region(region), "kind": ValueKind.ACTUAL, "value": Decimal(10)} | fields
    if "indicator" not in values:
        values["indicator"] = make_indicator()
    return IndicatorValue.objects.create(**values)


def make_cooperative(region: str = COUNTRY, **fields: Any) -> Cooperative:
    values = {"name_ru": f"Кооператив {next(_number)}", "region": make_region(region)} | fields
    return Cooperative.objects.create(**values)


def make_meeting(**fields: Any) -> Meeting:
    n = next(_number)
    values = {"title": f"Заседание {n}", "kind": MeetingKind.SESSION, "held_on": date(2026, 1, 31)} | fields
    return Meeting.objects.create(**values)


def make_instruction(region: str = COUNTRY, **fields: Any) -> Instruction:
    values = {
        "text": f"Поручение {next(_number)}",
        "issued_on": date(2026, 1, 31),
        "region": make_region(region),
        "state": InstructionState.ON_CONTROL,
    } | fields
    return Instruction.objects.create(**values)


def make_deadline(executor_region: str = COUNTRY, **fields: Any) -> Deadline:
    """An open deadline of a lead executor in `executor_region`, due on TODAY unless told otherwise."""
    values: dict[str, Any] = {"due": TODAY, "state": DeadlineState.OPEN} | fields
    if "instruction" not in values:
        values["instruction"] = make_instruction()
    if "executor" not in values:
        values["executor"] = make_organisation(executor_region)
    values.setdefault("due_original", values["due"])
    if values["state"] in (DeadlineState.REPORTED, DeadlineState.FULFILLED):
        values.setdefault("reported_on", values["due"] or TODAY)
    if values["state"] in (DeadlineState.FULFILLED, DeadlineState.CANCELLED):
        values.setdefault("closed_on", values["due"] or TODAY)
    return Deadline.objects.create(**values)
