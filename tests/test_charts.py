"""Geometry of the bars, and the words and numbers people read beside them."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from registry.charts import LETTER, WIDTH, BarChart, Datum
from registry.figures import days, figure, plain, tenge, years
from tests.pages import Page


def datum(value, group="2025", label="план", shown=None):
    return Datum(group, label, "plan", Decimal(value), shown or str(value))


def widths(*values):
    return [bar.width for bar in BarChart("x", "x", map(datum, values)).bars]


def test_longest_bar_fills_the_width_and_the_others_are_to_its_scale():
    assert widths(50, 100, 0) == [WIDTH // 2, WIDTH, 0]


def test_values_below_nothing_go_left_of_zero():
    chart = BarChart("x", "x", [datum(-50), datum(150)])
    assert [(bar.x, bar.width) for bar in chart.bars] == [(0, WIDTH // 4), (WIDTH // 4, WIDTH * 3 // 4)]
    assert chart.zero == WIDTH // 4


def test_nothing_but_zeros_draws_no_bar():
    assert widths(0, 0) == [0, 0]


def test_neighbours_of_one_group_stand_under_one_name_and_nothing_overlaps():
    chart = BarChart("x", "x", [datum(1), datum(2), datum(3, group="2026")])
    assert [heading.text for heading in chart.headings] == ["2025", "2026"]
    tops = sorted([*(bar.y for bar in chart.bars), *(heading.y for heading in chart.headings)])
    assert all(lower - upper >= 22 for upper, lower in pairwise(tops))
    assert all(bar.y < bar.bar_y and bar.bar_y + chart.thickness <= chart.height for bar in chart.bars)


def test_long_words_are_cut_before_they_run_into_the_number():
    bar = BarChart("x", "x", [datum(1, label="слово " * 30, shown="около 600 млрд тенге")]).bars[0]
    assert bar.label.endswith("…")
    assert (len(bar.label) + len(bar.shown)) * LETTER <= WIDTH
    assert BarChart("x", "x", [datum(1, shown="9" * 90)]).bars[0].label == "…"


def test_description_says_in_words_all_that_is_drawn():
    chart = BarChart("x", "x", [datum(1, shown="около 1"), datum(2, group="", label="факт")])
    assert chart.description == "2025, план: около 1; факт: 2"


def test_drawing_has_a_text_alternative_escapes_and_writes_numbers_in_no_language():
    chart = BarChart("jobs", "<b>Места", [datum(1500, label="<script>"), datum(3000)])
    with translation.override("ru"):
        page = Page(200, render_to_string("registry/charts/bars.html", {"chart": chart}))
    assert page.has("svg", role="img", **{"aria-labelledby": "chart-jobs-title chart-jobs-text"})
    assert page.has("title", id="chart-jobs-title") and page.has("desc", id="chart-jobs-text")
    assert "<b>" not in page.html and "<script>" not in page.html
    rects = [attrs for tag, attrs in page.tags if tag == "rect"]
    assert {attrs["width"] for attrs in rects} == {str(WIDTH), str(WIDTH // 2)}
    assert not any("style" in attrs for _tag, attrs in page.tags)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1700000000000", "1.7 trillion tenge"),
        ("21200000000", "21.2 billion tenge"),
        ("50000000000", "50 billion tenge"),
        ("3705000", "3.7 million tenge"),
        ("999999.49", "999,999 tenge"),
    ],
)
def test_money_is_said_in_the_unit_that_fits(amount, expected):
    with translation.override("en"):
        assert tenge(Decimal(amount)).replace("\xa0", ",") == expected


def test_numbers_have_no_empty_decimals_and_no_exponent():
    with translation.override("ru"):
        shown = [figure(Decimal(value)).replace("\xa0", " ") for value in ("8600.0000", "99.5000", "100000")]
    assert shown == ["8 600", "99,5", "100 000"]
    assert str(plain(Decimal("100000.0000"))) == "100000"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2026, 2026, "2026"),
        (2023, 2024, "2023–2024"),
        (2023, None, "since 2023"),
        (None, 2029, "until 2029"),
        (None, None, ""),
    ],
)
def test_years_in_words(first, last, expected):
    with translation.override("en"):
        assert years(first, last) == expected
        edges = (first and date(first, 1, 1)), (last and date(last, 12, 31))
        assert days(*edges) == expected


def test_other_periods_are_told_by_their_days():
    with translation.override("ru"):
        assert days(date(2026, 1, 1), date(2026, 3, 31)) == "01.01.2026–31.03.2026"
        assert days(date(2026, 3, 2), date(2026, 3, 2)) == "02.03.2026"
        assert days(None, date(2026, 3, 31)) == "…–31.03.2026"
