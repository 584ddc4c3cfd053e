"""Where a person occurs, for the one who asks what the registry holds about them."""

import pytest
from django.core.management import CommandError, call_command

from programs.instructions import services
from registry.accounts.choices import Role
from tests.factories import TODAY, make_cooperative, make_deadline, make_user

pytestmark = pytest.mark.django_db


def report(capsys, subject):
    call_command("personal_data_report", subject=subject)
    return capsys.readouterr().out.splitlines()[:-1]


def test_a_person_is_found_in_records_history_and_journal(capsys):
    dana = make_user(Role.CONTROLLER, first_name="Дана", last_name="Өмірова")
    cooperative = make_cooperative(chair="Өмірова Дана Серікқызы")
    cooperative.chair = "Другой"
    cooperative.save()
    make_cooperative(chair="Дана Другая")
    deadline = make_deadline()
    services.submit_report(deadline=deadline, text="Сделано", by=dana, on=TODAY)
    found = report(capsys, "омирова  ДАНА")
    assert f"accounts.User [first_name, last_name]: {dana.pk}" in found
    assert f"accounts.User (history) [first_name, last_name]: {dana.pk}" in found
    assert f"cooperatives.Cooperative (history) [chair]: {cooperative.pk}" in found
    assert f"instructions.Act [by_name]: {deadline.acts.get().pk}" in found
    assert not any(line.startswith("cooperatives.Cooperative [") for line in found)
    assert "Өмірова" not in "".join(found)


@pytest.mark.parametrize("subject", ["87012345678", "+7 (701) 234-56-78", "701 234 56 78"])
def test_a_phone_is_found_however_it_is_written(capsys, subject):
    cooperative = make_cooperative(phone="+7 701 2345678")
    make_cooperative(phone="+7 701 2345679")
    assert f"cooperatives.Cooperative [phone]: {cooperative.pk}" in report(capsys, subject)


def test_many_records_are_counted_and_not_all_named(capsys):
    keys = sorted(make_cooperative(chair="Серик Ахметов").pk for _n in range(22))
    line = next(line for line in report(capsys, "Ахметов Серик") if "history" not in line)
    assert line == f"cooperatives.Cooperative [chair]: {', '.join(map(str, keys[:20]))} and 2 more"


def test_nobody_is_found(capsys):
    assert report(capsys, "Никто Никогда") == ["No record names this person."]


def test_a_subject_that_would_name_everybody_is_refused():
    with pytest.raises(CommandError, match="too short"):
        call_command("personal_data_report", subject=" а ")
