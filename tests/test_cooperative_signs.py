"""Signs of a narrow circle: what each word of the queryset selects, and the reason given for it."""

from datetime import date
from decimal import Decimal

import pytest

from programs.cooperatives.choices import SupportKind, WarningSign
from programs.cooperatives.models import Cooperative
from programs.cooperatives.querysets import in_mrp
from programs.models import MonthlyIndex
from tests.factories import TODAY, make_cooperative

pytestmark = pytest.mark.django_db
CEILING = Decimal(1000)


def flags(cooperative):
    row = Cooperative.objects.with_signs(few=3, ceiling=CEILING).get(pk=cooperative.pk)
    return [sign for sign in WarningSign if getattr(row, sign.value)]


def by_words(cooperative):
    rows = Cooperative.objects.filter(pk=cooperative.pk)
    return [sign for sign in WarningSign if rows.showing(sign, few=3, ceiling=CEILING).exists()]


@pytest.mark.parametrize(
    ("fields", "amounts", "signs"),
    [
        ({}, [], []),  # nothing reported is no sign
        ({"members": 3}, [], [WarningSign.FEW_MEMBERS]),
        ({"members": 4}, [], []),
        ({"households_served": 0}, [], []),
        ({"households_served": 0}, [1, 2], [WarningSign.NOBODY_SERVED]),
        ({"households_served": None}, [1], []),
        ({"members": 9, "members_at_registration": 10}, [], [WarningSign.SHRUNK]),
        ({"members": 10, "members_at_registration": 10}, [], []),
        ({}, [1000], []),
        ({}, [1001, 5], [WarningSign.ABOVE_CEILING]),
        ({"members": 1, "members_at_registration": 2, "households_served": 0}, [1001], list(WarningSign)),
    ],
)
def test_signs(fields, amounts, signs):
    cooperative = make_cooperative(**fields)
    for amount in amounts:
        cooperative.supports.create(kind=SupportKind.LOAN, amount=amount, provided_on=TODAY)
    assert flags(cooperative) == signs
    assert by_words(cooperative) == signs
    any_sign = Cooperative.objects.with_any_sign(few=3, ceiling=CEILING)
    assert list(any_sign) == ([cooperative] if signs else [])


def test_ceiling_is_that_of_the_day_of_the_support():
    for year, amount in ((2025, 3932), (2026, 4325)):
        MonthlyIndex.objects.create(year=year, valid_from=date(year, 1, 1), amount=amount)
    amount = 8000 * 4000  # above the ceiling of 2025, below that of 2026; before 2025 none is known
    for day, is_above in ((date(2026, 1, 1), False), (date(2025, 12, 31), True), (date(2024, 12, 31), False)):
        cooperative = make_cooperative()
        cooperative.supports.create(kind=SupportKind.LOAN, amount=amount, provided_on=day)
        rows = Cooperative.objects.above_ceiling(ceiling=in_mrp(8000))
        assert rows.filter(pk=cooperative.pk).exists() is is_above, day


def test_without_a_ceiling_nothing_is_above_it():
    make_cooperative().supports.create(kind=SupportKind.LOAN, amount=10**12, provided_on=TODAY)
    assert not Cooperative.objects.above_ceiling(ceiling=None).exists()
