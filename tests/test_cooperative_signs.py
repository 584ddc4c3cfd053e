"""Signs of a narrow circle: the words of the queryset and those of one cooperative are the same."""

from decimal import Decimal

import pytest

from programs.cooperatives.choices import SupportKind, WarningSign
from programs.cooperatives.models import Cooperative
from programs.cooperatives.services import warning_signs
from tests.factories import TODAY, make_cooperative

pytestmark = pytest.mark.django_db
CEILING = Decimal(1000)


def by_queryset(cooperative):
    rows = Cooperative.objects.filter(pk=cooperative.pk)
    words = {
        WarningSign.FEW_MEMBERS: rows.few_members(at_most=3),
        WarningSign.NOBODY_SERVED: rows.nobody_served(),
        WarningSign.SHRUNK: rows.shrunk(),
        WarningSign.ABOVE_CEILING: rows.above_ceiling(ceiling=CEILING),
    }
    return [sign for sign, found in words.items() if found.exists()]


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
    assert warning_signs(cooperative, few=3, ceiling=CEILING) == signs
    assert by_queryset(cooperative) == signs
