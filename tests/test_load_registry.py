"""`load_registry` on the real data: what it brings, and what it leaves alone when run again."""

import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from programs.choices import ConnectionState, FundingStage, ReplicationState
from programs.indicators.models import IndicatorValue
from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState, Verb
from programs.instructions.models import Act, CalendarDay, Deadline, Instruction, Meeting
from programs.models import Connection, Finding, Funding, Practice, PracticeReplication, Program, Project, Source
from regions.choices import GroupKind, MembershipStatus, RegionKind
from regions.models import (
    Official,
    Organisation,
    OrganisationGroup,
    Region,
    RegionGroup,
    RegionGroupMember,
    RegionRenumbering,
)
from regions.standards.choices import StandardStatus
from regions.standards.models import StandardItem
from registry.loading import all_steps
from registry.models import Loaded, Record
from registry.scope import COUNTRY, level_of, subtree
from tests.factories import AKMOLA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

NOW = date(2026, 11, 21)
LOADED_MODELS = [model for model in apps.get_models() if issubclass(model, Loaded) and model._default_manager]


def load(**options):
    out = StringIO()
    call_command("load_registry", stdout=out, **options)
    return out.getvalue()


def snapshot():
    """Key, version and time of change of every record, and the number of acts and of history rows."""
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    rows = {model: set(model._default_manager.values_list("pk", "version", "updated_at")) for model in records}
    return rows, {model: model.history.count() for model in records}, Act.objects.count()


# The classifier


def test_every_unit_stands_on_its_level():
    levels = Counter(Region.objects.values_list("level", flat=True))
    assert levels == {0: 1, 1: 20, 2: 209, 3: 2379, 4: 12986}


def test_the_tree_is_the_codes():
    rows = {code: (parent, level) for code, parent, level in Region.objects.values_list("code", "parent_id", "level")}
    for code, (parent, level) in rows.items():
        assert level == level_of(code)
        if code != COUNTRY:
            first, last = subtree(parent)
            assert parent in rows and first <= code <= last and rows[parent][1] < level


def test_level_four_is_more_than_villages():
    kinds = Counter(Region.objects.filter(level=4).values_list("kind", flat=True))
    assert kinds[RegionKind.WINTERING] == 1597
    assert kinds[RegionKind.PLOT] == 428
    assert kinds[RegionKind.OTHER] == 457


def test_the_country_and_its_regions_are_named_in_three_languages():
    country = Region.objects.get(pk=COUNTRY)
    assert (country.name_ru, country.name_kk) == ("Республика Казахстан", "Қазақстан Республикасы")
    assert not Region.objects.filter(level__lte=1).filter(name_en="").exists()
    assert Region.objects.get(pk="114600000").name_en == "Ereymentau"


def test_the_twenty_regions_have_tiles_codes_and_centres():
    tiles = Region.objects.tiles()
    assert len({(region.tile_row, region.tile_column) for region in tiles}) == 20
    assert Region.objects.get(pk="330000000").iso == "KZ-33"
    assert Region.objects.get(centre_of=AKMOLA).name_ru == "г.Кокшетау"


def test_units_are_found_by_words():
    assert Region.objects.search("кокшетау").filter(level=3).exists()


def test_past_renumberings():
    assert RegionRenumbering.objects.count() == 518
    assert RegionRenumbering.objects.get(old_code="101033000").region_id == "104133000"


# Groups and organisations


def test_groups_of_territories():
    kinds = Counter(RegionGroup.objects.values_list("kind", flat=True))
    assert kinds == {"macro_region": 5, "agglomeration": 5, "small_towns": 1, "monotowns": 1}


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (GroupKind.MACRO_REGION, {MembershipStatus.CONFIRMED_DRAFT: 12, MembershipStatus.INFERRED: 8}),
        (GroupKind.MONOTOWNS, {MembershipStatus.CONFIRMED: 14, MembershipStatus.UNVERIFIED: 13}),
        (GroupKind.SMALL_TOWNS, {MembershipStatus.CONFIRMED: 1, MembershipStatus.UNVERIFIED: 47}),
        (GroupKind.AGGLOMERATION, {MembershipStatus.CONFIRMED: 32, MembershipStatus.INFERRED: 1}),
    ],
)
def test_membership_says_how_sure_it_is(kind, statuses):
    members = RegionGroupMember.objects.filter(group__kind=kind)
    assert Counter(members.values_list("status", flat=True)) == statuses
    assert not members.filter(source="").exists()


def test_a_place_the_classifier_lacks_keeps_its_name():
    assert RegionGroupMember.objects.get(region=None).name_as_given == "пос. Заречный"


def test_akimats_of_all_regions_and_the_group_of_the_oblasts():
    akimats = Organisation.objects.filter(kind="oblast_akimat")
    assert set(akimats.values_list("region_id", flat=True)) == set(Region.objects.tiles().values_list("pk", flat=True))
    members = OrganisationGroup.objects.get(name_ru="Акиматы областей").members
    assert members.count() == 17 and not members.filter(region__kind=RegionKind.CAPITAL).exists()


def test_officials_are_those_the_sources_name():
    assert Official.objects.count() == 8
    assert Official.objects.get(name="Канат Бозумбаев").organisation.name_ru == "Правительство Республики Казахстан"


# Programmes and money


def test_fourteen_programmes_and_the_two_that_other_money_belongs_to():
    assert Program.objects.count() == 14 + 2
    linked = Program.objects.get(slug="auyl-amanaty").links.values_list("linked__slug", flat=True)
    assert set(linked) == {
        "auyl-el-besigi", "kredit-molodezh", "granty-susn", "subsid-rabochie-mesta", "odno-selo-odin-produkt"
    }  # fmt: skip


def test_money_of_auyl_amanaty():
    money = Funding.objects.filter(program__slug="auyl-amanaty", region=COUNTRY)
    assert money.get(year_from=2025, stage=FundingStage.ALLOCATED, as_of=None).amount == Decimal(50 * 10**9)
    assert money.get(year_to=2029).amount == Decimal(600 * 10**9)
    whole = money.get(ref="fact:F002")
    assert (whole.amount, whole.year_from) == (Decimal(100 * 10**9), 2026)
    cooperatives = whole.parts.get()
    assert (cooperatives.amount, cooperatives.approximation) == (Decimal(60 * 10**9), "about")


def test_a_plant_has_a_cost_and_a_cluster_has_none():
    assert Project.objects.get(ref="fact:F017").cost == Decimal(10 * 10**9)
    assert Project.objects.get(ref="project:meat-cluster").cost is None


def test_a_value_keeps_the_word_the_period_and_the_quote_of_its_source():
    jobs = IndicatorValue.objects.get(ref="fact:F024")
    assert (jobs.value, jobs.approximation, jobs.approximation_word) == (Decimal(20000), "about", "около")
    assert (jobs.period_from, jobs.period_to) == (date(2023, 1, 1), date(2024, 12, 31))
    assert jobs.period_label == "за два года" and jobs.quote in "в рамках проекта создано около 20 тысяч рабочих мест"
    assert jobs.source == Source.objects.get(publisher="rus.baq.kz") and "вывод" in jobs.note


def test_the_loaded_figures_do_not_contradict_each_other():
    assert IndicatorValue.objects.disagreements() == []


def test_no_oblast_is_said_to_be_connected():
    rows = Connection.objects.filter(system__slug="amanatnesie")
    assert rows.count() == 17
    assert set(rows.values_list("state", flat=True)) == {ConnectionState.NO_DATA}


def test_practice_finding_and_proposed_standards():
    assert set(Practice.objects.get(region="310000000").replications.values_list("state", flat=True)) == {
        ReplicationState.PROPOSED
    }
    assert Finding.objects.get().organisation_kind == "spk"
    items = StandardItem.objects.filter(direction_ru="Инфраструктура для сельского бизнеса")
    assert items.count() == 5 and set(items.values_list("status", flat=True)) == {StandardStatus.PROPOSED}


# Instructions


def test_overdue_deadlines():
    overdue = Deadline.objects.overdue(on=NOW)
    assert Counter(overdue.values_list("due", flat=True)) == {date(2026, 2, 16): 17, date(2025, 12, 18): 19}
    assert overdue.under(AKMOLA).count() == 2


def test_the_last_day_still_counts():
    assert Deadline.objects.overdue(on=date(2026, 2, 16)).count() == 19


def test_silence_is_not_accused():
    assert all(row.is_silent for row in Deadline.objects.overdue(on=NOW).with_silence())


def test_the_reckoning_of_the_estimated_date_is_kept():
    instruction = Instruction.objects.get(ref="seed:I06")
    assert instruction.issued_on_is_estimate and "в тексте не названа" in instruction.issued_on_note
    deadline = instruction.deadlines.get(executor__region=AKMOLA)
    assert (deadline.raw_due, deadline.due, deadline.due_original) == (
        date(2026, 2, 14), date(2026, 2, 16), date(2026, 2, 16)
    )  # fmt: skip
    assert deadline.role == ExecutorRole.EQUAL and deadline.reckoning


def test_roles_of_the_instruction_on_cooperatives():
    deadlines = Instruction.objects.get(ref="public:2025-12-04:cooperatives").deadlines
    assert deadlines.get(role=ExecutorRole.LEAD).executor.short_name_ru == "МСХ РК"
    assert deadlines.filter(role=ExecutorRole.CO).count() == 18


def test_what_names_nobody_stays_a_draft_and_what_names_no_term_has_no_date():
    assert set(Instruction.objects.without_executor().values_list("ref", flat=True)) == {
        f"seed:{number}" for number in ("I01", "I07", "I08", "I09", "I10", "I14")
    }
    assert Instruction.objects.on_control().count() == 10
    assert Instruction.objects.without_date(Deadline.objects.all()).count() == 8


def test_an_unknown_date_says_why():
    assert Meeting.objects.get(ref="meeting:project-office").held_on is None
    assert not Instruction.objects.filter(issued_on=None, issued_on_note="").exists()


def test_issuing_left_its_acts():
    acts = Act.objects.filter(verb=Verb.ISSUE)
    assert acts.filter(deadline=None).count() == Instruction.objects.filter(state=InstructionState.ON_CONTROL).count()
    assert acts.exclude(deadline=None).count() == Deadline.objects.filter(state=DeadlineState.OPEN).count()
    assert set(acts.values_list("by_name", flat=True)) == {"load_registry"}


def test_the_calendar_knows_working_weekends():
    assert CalendarDay.objects.count() == 80
    assert sorted(CalendarDay.objects.filter(is_working=True).values_list("date", flat=True)) == [
        date(2024, 5, 4), date(2025, 1, 5)
    ]  # fmt: skip


# All rows


@pytest.mark.parametrize("model", LOADED_MODELS, ids=lambda model: model._meta.label)
def test_every_row_passes_the_checks_of_a_form(model):
    for record in model._default_manager.all():
        record.full_clean()


def test_a_region_of_every_kind_and_level_passes_the_checks_of_a_form():
    seen = {(region.level, region.kind): region for region in Region.objects.all()}
    for region in seen.values():
        region.full_clean()


def test_every_row_begins_its_history_with_the_loader():
    for model in [Region, *LOADED_MODELS]:
        first = model.history.filter(history_type="+")
        assert first.count() == model._default_manager.count(), model
        assert set(first.values_list("history_change_reason", flat=True)) <= {"load_registry"}, model


# Again


def test_a_second_run_changes_nothing():
    before = snapshot()
    assert load() == "Nothing was missing.\n"
    assert snapshot() == before


def test_a_second_run_keeps_what_people_edited():
    organisation = Organisation.objects.get(ref="org:mne")
    organisation.name_ru = "Переименовано человеком"
    organisation.save()
    load(only=["organisations"])
    assert Organisation.objects.get(ref="org:mne").name_ru == "Переименовано человеком"


def test_a_second_run_brings_what_is_missing_only():
    Official.objects.filter(ref="official:tokayev").update(ref=None)
    assert load(only=["officials"]) == "regions.Official: 1 added\n"


def test_what_people_deleted_stays_away():
    Practice.objects.get().replications.get(region=AKMOLA).delete()
    assert load(only=["practices"]) == "Nothing was missing.\n"


def test_what_hung_on_a_deleted_row_stays_away():
    practice = Practice.objects.get()
    PracticeReplication.objects.all()._raw_delete("default")  # gone without a trace of their own
    practice.delete()
    assert load(only=["practices"]) == "Nothing was missing.\n"


def test_a_unit_people_deleted_stays_away():
    Region.objects.get(pk="104133102").renumberings.get().delete()
    Region.objects.get(pk="104133102").delete()
    assert load(only=["regions", "renumberings"]) == "Nothing was missing.\n"


def test_what_people_entered_first_counts_as_present():
    CalendarDay.objects.filter(date=date(2026, 5, 1)).update(ref=None, name_ru="Своё")
    Source.objects.filter(ref="source:jjtv").update(ref=None)
    assert load(only=["calendar", "sources"]) == "Nothing was missing.\n"
    assert CalendarDay.objects.get(date=date(2026, 5, 1)).name_ru == "Своё"


def test_progress_is_shown_where_somebody_watches(capsys, monkeypatch):
    load(only=["findings"])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    load(only=["findings"])
    assert "findings: 100%" in capsys.readouterr().err


def test_an_unknown_step_is_refused_with_the_names_of_all():
    with pytest.raises(CommandError) as refusal:
        load(only=["regions", "regoins"])
    assert str(refusal.value).startswith("No such step: regoins. The steps are: regions, renumberings,")
    assert all(step.name in str(refusal.value) for step in all_steps())
