"""What is overdue changes at midnight in Almaty, wherever the server's own clock stands."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.accounts.choices import Role
from tests.api import Caller
from tests.factories import TODAY, make_deadline, make_user
from tests.pages import Reader

MIDNIGHT = datetime(2026, 3, 2, 19, tzinfo=UTC)  # the end of TODAY: Almaty is five hours ahead of Greenwich
SECOND = timedelta(seconds=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("roles")
@pytest.mark.parametrize(("now", "overdue"), [(MIDNIGHT - SECOND, 0), (MIDNIGHT, 1), (MIDNIGHT + SECOND, 1)])
def test_the_last_day_ends_at_midnight_in_almaty(monkeypatch, now, overdue):
    make_deadline(due=TODAY)
    make_deadline(due=TODAY + timedelta(days=1))
    make_deadline(due=None)
    dana, saule = Reader(make_user(Role.OFFICIAL)), Caller.of(make_user(Role.CONSUMER))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert dana.count("/deadlines/", {"mark": "overdue"}) == overdue
    assert len(saule.ids("deadlines/", {"overdue": "true"})) == overdue
