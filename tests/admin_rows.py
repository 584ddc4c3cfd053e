"""One record of every kind the admin shows, with rows on its page where it has any."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group

from programs.choices import ConnectionState, FundingStage, ProjectStatus, ReplicationState
from programs.cooperatives.choices import FacilityKind, SupportKind
from programs.cooperatives.models import Facility, Support
from programs.instructions.choices import Verb
from programs.instructions.models import Act, CalendarDay, Extension, MonthEnd, Report
from programs.models import (
    Connection,
    Finding,
    InformationSystem,
    MonthlyIndex,
    Practice,
    PracticeReplication,
    ProgramLink,
    ProgramTerm,
    Project,
)  # fmt: skip
from regions.choices import GroupKind, MembershipStatus
from regions.models import (
    Official,
    OrganisationGroup,
    OrganisationGroupMember,
    RegionGroup,
    RegionGroupMember,
    RegionRenumbering,
)  # fmt: skip
from regions.standards.choices import StandardKind, StandardStatus
from regions.standards.models import Provision, StandardItem
from registry.accounts.models import ApiToken
from tests.factories import (
    AKMOLA,
    TODAY,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_token,
    make_user,
    make_value,
)  # fmt: skip


def make_token_record() -> ApiToken:
    make_token(make_user(), "Витрина")
    return ApiToken.objects.get()


def make_group() -> RegionGroup:
    group = RegionGroup.objects.create(name_ru="Агломерации", kind=GroupKind.AGGLOMERATION)
    RegionGroupMember.objects.create(group=group, region=make_region(AKMOLA), status=MembershipStatus.CONFIRMED)
    return group


def make_organisation_group() -> OrganisationGroup:
    group = OrganisationGroup.objects.create(name_ru="Акиматы областей")
    OrganisationGroupMember.objects.create(group=group, organisation=make_organisation())
    return group


def make_linked_program() -> Any:
    program = make_program()
    ProgramLink.objects.create(program=program, linked=make_program())
    return program


def make_practice() -> Practice:
    practice = Practice.objects.create(name_ru="Практика", region=make_region(AKMOLA), description="Опыт")
    PracticeReplication.objects.create(practice=practice, region=make_region(), state=ReplicationState.STARTED)
    return practice


def make_cooperative_with_support() -> Any:
    cooperative = make_cooperative(AKMOLA)
    Support.objects.create(cooperative=cooperative, kind=SupportKind.LOAN, amount=5, provided_on=TODAY)
    Facility.objects.create(cooperative=cooperative, kind=FacilityKind.DAIRY, name_ru="Цех")
    return cooperative


def make_act() -> Act:
    deadline = make_deadline()
    return Act.objects.create(
        instruction=deadline.instruction, deadline=deadline, verb=Verb.ISSUE, on=TODAY, by_name="А", state_after="open"
    )


def make_system() -> InformationSystem:
    return InformationSystem.objects.get_or_create(slug="amanat", defaults={"name_ru": "Аманатнесие"})[0]


def make_item() -> StandardItem:
    return StandardItem.objects.create(
        name_ru="Аптека", kind=StandardKind.OBJECT, direction_ru="Здравоохранение", status=StandardStatus.IN_FORCE
    )


MAKERS: dict[str, Callable[[], Any]] = {
    "accounts.User": make_user,
    "accounts.ApiToken": make_token_record,
    "auth.Group": lambda: Group.objects.earliest("pk"),
    "regions.Region": lambda: make_region("116630100"),
    "regions.RegionRenumbering": lambda: RegionRenumbering.objects.create(
        old_code="111111111", region=make_region(AKMOLA)
    ),
    "regions.RegionGroup": make_group,
    "regions.Organisation": make_organisation,
    "regions.OrganisationGroup": make_organisation_group,
    "regions.Official": lambda: Official.objects.create(
        name="А. Б.", position_ru="Аким", organisation=make_organisation()
    ),
    "standards.StandardItem": make_item,
    "standards.Provision": lambda: Provision.objects.create(
        item=make_item(), region=make_region(), year=2026, required=3
    ),
    "programs.Source": make_source,
    "programs.Program": make_linked_program,
    "programs.ProgramTerm": lambda: ProgramTerm.objects.create(
        program=make_program(), parameter_ru="Займ", value=2, unit="МРП", valid_from=TODAY, act="Приказ"
    ),
    "programs.MonthlyIndex": lambda: MonthlyIndex.objects.create(year=2026, valid_from=TODAY, amount=4325),
    "programs.Funding": lambda: make_funding(stage=FundingStage.PLAN),
    "programs.Project": lambda: Project.objects.create(
        name_ru="Завод", kind="Переработка", region=make_region(), status=ProjectStatus.PLANNED
    ),
    "programs.InformationSystem": make_system,
    "programs.Connection": lambda: Connection.objects.create(
        system=make_system(), region=make_region(), state=ConnectionState.NO_DATA
    ),
    "programs.Practice": make_practice,
    "programs.Finding": lambda: Finding.objects.create(
        authority=make_organisation(), organisation=make_organisation(), region=make_region(), subject="Нет данных"
    ),
    "indicators.Indicator": lambda: make_value().indicator,
    "indicators.IndicatorValue": make_value,
    "cooperatives.Cooperative": make_cooperative_with_support,
    "cooperatives.Support": lambda: make_cooperative_with_support().supports.get(),
    "cooperatives.Facility": lambda: make_cooperative_with_support().facilities.get(),
    "instructions.Instruction": lambda: make_deadline(AKMOLA).instruction,
    "instructions.Deadline": lambda: make_deadline(AKMOLA, reckoning=[{"step": "by_hand", "to": "2026-03-02"}]),
    "instructions.Meeting": lambda: make_instruction(meeting=make_meeting()).meeting,
    "instructions.Extension": lambda: Extension.objects.create(
        deadline=make_deadline(), asked_by="Б", asked_on=TODAY, reason="Снег", new_due=TODAY
    ),
    "instructions.Report": lambda: Report.objects.create(
        deadline=make_deadline(), text="Сделано", submitted_by="Б", submitted_on=TODAY
    ),
    "instructions.Act": make_act,
    "instructions.CalendarDay": lambda: CalendarDay.objects.create(date=TODAY, is_working=False, name_ru="Праздник"),
    "instructions.MonthEnd": lambda: MonthEnd.objects.create(
        month=TODAY,
        region=make_region(),
        organisation=make_organisation(),
        in_work=1,
        overdue=1,
        under_review=0,
        fell_due=1,
        in_time=0,
    ),
}

# Models that only services or commands write, so that staff neither add nor delete them.
NOT_ADDED = {
    "instructions.Deadline",
    "instructions.Extension",
    "instructions.Report",
    "instructions.Act",
    "instructions.MonthEnd",
    "auth.Group",
}
NOT_DELETED = NOT_ADDED | {"accounts.ApiToken"}  # revoked
