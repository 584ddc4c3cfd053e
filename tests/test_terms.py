import csv
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from programs.instructions.choices import RollPolicy
from programs.instructions.terms import TermKind, in_words, reckon
from programs.instructions.workdays import WorkCalendar

VECTORS = list(csv.DictReader((Path(__file__).parent / "data/term_vectors.csv").open(encoding="utf-8")))
CALENDAR = WorkCalendar({})
ISSUED = date(2026, 1, 31)


def test_all_vectors_are_here():
    assert len(VECTORS) == 46


@pytest.mark.parametrize("policy", RollPolicy.values)
@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['wording']}@{row['issued_on']}")
def test_vector(row, policy):
    got = reckon(row["wording"], issued_on=date.fromisoformat(row["issued_on"]), policy=policy, calendar=CALENDAR)
    assert got.kind == row["kind"]
    assert str(got.raw_due or "") == row["raw_due"]
    assert str(got.due or "") == row[f"due_{policy}"]


@pytest.mark.parametrize(
    ("wording", "due"),
    [
        ("в десятидневный срок", "2026-02-10"),
        ("в 10-ти дневный срок", "2026-02-10"),
        ("в течение двадцати пяти рабочих дней", "2026-03-06"),
        ("в срок до 15 марта т.г.", "2026-03-16"),
        ("до 1 июля 2026 года включительно", "2026-07-01"),
        ("не позднее I квартала", "2026-03-31"),
        ("он бес күн ішінде", "2026-02-16"),
        ("within a month", "2026-03-02"),
    ],
)
def test_a_wording_of_the_same_kind_works_too(wording, due):
    assert reckon(wording, issued_on=ISSUED, policy=RollPolicy.NEXT, calendar=CALENDAR).due == date.fromisoformat(due)


@pytest.mark.parametrize(
    "wording",
    [
        "по мере готовности",
        "до 15 числа",
        "к 99 июля",
        "до 1 января 2020 года",
        "в течение 99999999999 дней",
        "в течение 9999 месяцев",
        "до двух",
        "дней десять в",
        "1 2 3",
        "<script>",
    ],
)
def test_what_is_not_understood_is_never_guessed(wording):
    got = reckon(wording, issued_on=ISSUED, policy=RollPolicy.NEXT, calendar=CALENDAR)
    assert (got.kind, got.due, got.raw_due) == (TermKind.NOT_UNDERSTOOD, None, None)
    assert in_words(got.steps)


def test_the_steps_are_told_in_words():
    got = reckon("в двухнедельный срок", issued_on=ISSUED, policy=RollPolicy.NEXT, calendar=CALENDAR)
    with translation.override("en"):
        assert in_words(got.steps) == [
            "31.01.2026 + 14 days = 14.02.2026",
            "14.02.2026 (Saturday) is a day off → Monday 16.02.2026",
        ]
