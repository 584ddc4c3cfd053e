"""Made-up rows for measuring: the same ones each time, as true to the rules as real ones, never by accident."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q

from programs.instructions import services
from programs.instructions.choices import DeadlineState, ExtensionState, InstructionState, ReportState
from programs.instructions.discipline import discipline, total
from programs.instructions.models import Act, Deadline, Extension, Instruction, Report
from programs.instructions.synthetic import NUMBER
from regions.choices import OrganisationKind
from tests.factories import make_instruction, make_organisation, make_region

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
MANY = 3000


@pytest.fixture(autouse=True)
def country(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    for n in range(10, 30):
        make_organisation(f"{n}0000000", kind=OrganisationKind.OBLAST_AKIMAT)
        make_region(f"{n}1000000")
        make_region(f"{n}2000000")


def make(deadlines=MANY, **options):
    call_command("make_synthetic", deadlines=deadlines, yes=True, verbosity=0, **options)


def rows():
    """All that is told of the deadlines, without keys and times."""
    deadlines = Deadline.objects.order_by("pk").values_list(
        "instruction__text", "executor__name_ru", "role", "due_original", "due", "state", "reported_on", "closed_on"
    )
    return [*deadlines, *Act.objects.order_by("pk").values_list("verb", "on", "state_after", "due_after")]


def test_as_many_as_asked_for(capsys):
    call_command("make_synthetic", deadlines=200, yes=True)
    assert Deadline.objects.count() == 200
    assert "200" in capsys.readouterr().out


def test_same_seed_same_rows():
    told = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            make(300, seed=seed)
            told.append(rows())
            transaction.set_rollback(True)
    assert told[0] == told[1] != told[2]


def test_rows_keep_the_rules():
    make()
    live = Q(state__in=(DeadlineState.OPEN, DeadlineState.REPORTED))
    open_share = Deadline.objects.filter(state=DeadlineState.OPEN).count() / MANY
    assert 0.02 < open_share < 0.07
    assert not Deadline.objects.filter(live).exclude(instruction__state=InstructionState.ON_CONTROL).exists()
    assert not Deadline.objects.filter(due__lt=F("instruction__issued_on")).exists()
    assert not Deadline.objects.filter(Q(reported_on__gt=TODAY) | Q(closed_on__gt=TODAY)).exists()
    assert not Deadline.objects.filter(closed_on__lt=F("reported_on")).exists()
    assert not Act.objects.filter(on__gt=TODAY).exists()
    assert set(map(type, Deadline.objects.values_list("reckoning", flat=True))) == {list}
    under_review = Deadline.objects.filter(state=DeadlineState.REPORTED)
    assert Report.objects.filter(state=ReportState.PENDING).count() == under_review.count() > 0
    moved = Deadline.objects.filter(due__gt=F("due_original")).count()
    assert Extension.objects.filter(state=ExtensionState.GRANTED).count() == moved > 0
    for deadline in Deadline.objects.all()[:200]:
        deadline.full_clean()


def test_acts_tell_how_each_deadline_stands():
    make()
    now = list(Deadline.objects.as_of(TODAY))
    assert [each for each in now if (each.state_then, each.due_then) != (each.state, each.due)] == []
    assert len(now) == MANY
    assert set(Deadline.objects.overdue_as_of(TODAY)) == set(Deadline.objects.overdue(on=TODAY)) != set()
    assert Deadline.objects.overdue_as_of(date(2025, 3, 3)).exists()
    wrong = [
        key
        for key in Deadline.objects.values_list("pk", flat=True)[:300]
        if list(Act.objects.filter(deadline=key).order_by("pk").values_list("on", flat=True))
        != sorted(Act.objects.filter(deadline=key).values_list("on", flat=True))
    ]
    assert wrong == []


def test_work_goes_on_with_them():
    make_instruction(text="Настоящее")
    make()
    report = Report.objects.filter(state=ReportState.PENDING).first()
    services.accept_report(report=report, by="Айгерим", on=TODAY)
    deadline = Deadline.objects.overdue(on=TODAY).first()
    services.submit_report(deadline=deadline, text="x", by="Исполнитель", on=TODAY)
    assert Instruction.objects.get(text="Настоящее").number == ""
    assert make_instruction().pk > Instruction.objects.filter(number__startswith=NUMBER).last().pk


def test_discipline_has_something_to_show():
    make()
    got = total(discipline(Deadline.objects.all(), by="region", start=date(2025, 1, 1), end=TODAY, on=TODAY))
    assert got.late > 0
    assert got.extensions > 0
    assert got.returns > 0
    assert got.in_time > got.late


def test_refused_outside_debug_without_a_word(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("make_synthetic", deadlines=10)
    assert not Deadline.objects.exists()


def test_refused_without_regions():
    from regions.models import Organisation

    Organisation.objects.all().delete()
    with pytest.raises(CommandError, match="load_registry"):
        make(10)


def test_refused_a_second_time():
    make(50)
    with pytest.raises(CommandError, match="already"):
        make(50)
    assert Deadline.objects.count() == 50


@pytest.mark.parametrize("deadlines", [0, -1, 10**9])
def test_refused_number(deadlines):
    with pytest.raises(CommandError, match="choose from 1"):
        make(deadlines)
