"""The ways between the pages of the site and the forms of the admin, and what a form begins with."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from programs.instructions.choices import InstructionState
from programs.instructions.models import Instruction
from registry.accounts.choices import Role
from tests.factories import AKMOLA, make_instruction, make_meeting, make_user
from tests.pages import Reader, read
from tests.staff import filled, make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]

ADD = "/admin/instructions/instruction/add/"
PAGES: dict[str, Callable[[], Any]] = {"instruction": make_instruction, "meeting": make_meeting}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_leads_to_its_form_and_the_form_back(name):
    record = PAGES[name]()
    page, form = reverse(name, args=(record.pk,)), page_of(record)
    controller = Reader(make_staff(Role.CONTROLLER))
    assert controller.get(page).links["Edit"] == form
    assert controller.get(form).links["View on site"] == page


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.EDITOR, Role.ADMINISTRATOR])
def test_the_admin_leads_to_a_page_of_the_site(role):
    """Not to one that leads back to the admin, as the board does for editors."""
    reader = Reader(make_staff(role, region=AKMOLA))
    site = reader.get(reverse("admin:index")).links["To the site"]
    assert reader.get(site).status == 200


@pytest.mark.parametrize("name", PAGES)
def test_who_may_not_change_the_record_is_not_led_to_its_form(name):
    page = reverse(name, args=(PAGES[name]().pk,))
    for reader in (make_user(Role.OFFICIAL), make_staff(Role.ADMINISTRATOR)):
        assert "Edit" not in Reader(reader).get(page).links


def test_an_instruction_of_a_meeting_begins_with_its_day_and_chair():
    meeting = make_meeting(held_on=date(2026, 1, 31), chair="Канат Бозумбаев")
    aigerim = make_staff(Role.CONTROLLER)
    client = sign_in(aigerim, "en")
    address = read(client.get(page_of(meeting))).links["Add an instruction of this meeting"]
    client.post(address, filled(client.get(address), text="Проверить"))
    instruction = Instruction.objects.get()
    assert (instruction.meeting, instruction.issued_on) == (meeting, meeting.held_on)
    assert (instruction.issued_by, instruction.controller) == (meeting.chair, aigerim)
    assert instruction.state == InstructionState.DRAFT


def test_who_adds_no_instructions_is_not_offered_to():
    page = read(sign_in(make_staff(Role.ADMINISTRATOR), "en").get(page_of(make_meeting())))
    assert page.status == 200
    assert "Add an instruction of this meeting" not in page.links


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30, "1' or '1'='1"])
def test_a_meeting_that_is_none_leaves_the_form_empty(key):
    client = sign_in(make_staff(Role.CONTROLLER, region=AKMOLA))
    response = client.get(ADD, {"meeting": key})
    assert response.status_code == 200
    assert filled(response)["issued_on"] == ""
