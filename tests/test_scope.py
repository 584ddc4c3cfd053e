"""Whose rows a user sees: Aigerim of the centre, Bolat of Akmola, Dana of Akmola's akimat."""

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole
from programs.instructions.models import Act, Deadline, Instruction, Meeting, Report
from programs.models import Funding, Program
from registry.accounts.choices import Role
from registry.accounts.models import User
from registry.accounts.services import sync_roles
from registry.checks import every_model_is_scoped, own_models
from registry.scope import COUNTRY
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_funding,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(roles):
    return make_user(Role.CONTROLLER)


@pytest.fixture
def bolat(roles):
    return make_user(Role.OFFICIAL, AKMOLA)


@pytest.fixture
def dana(roles):
    return make_user(Role.EXECUTOR, AKMOLA, organisation=make_organisation(AKMOLA))


def test_every_model_knows_its_scope():
    assert every_model_is_scoped(None) == []
    assert {"Region", "Deadline", "User", "ApiToken", "MonthEnd"} <= {model.__name__ for model in own_models()}


def nobody():
    return [
        AnonymousUser(),
        make_user(Role.ADMINISTRATOR, region=None),
        make_user(Role.ADMINISTRATOR, is_active=False),
        make_user(Role.OFFICIAL, region=AKMOLA, is_active=False),
        make_user(region=None, is_superuser=True),
    ]


def test_default_is_deny():
    make_deadline(AKMOLA, instruction=make_instruction(AKMOLA))
    make_funding(AKMOLA)
    models: tuple[Any, ...] = (Program, Funding, Deadline, Instruction, Meeting, User)
    for user in nobody():
        assert not Instruction.objects.visible_one_by_one(user).exists()
        for model in models:
            assert not model.objects.visible_to(user).exists()
            assert not model.objects.editable_by(user).exists()


def test_a_region_reads_its_own_rows_and_the_countrys_and_edits_its_own(bolat):
    own, _foreign, national = make_funding("110101000"), make_funding(ZHAMBYL), make_funding(COUNTRY)
    assert set(Funding.objects.visible_to(bolat)) == {own, national}
    assert set(Funding.objects.editable_by(bolat)) == {own}


def test_the_country_reads_and_edits_all(aigerim):
    rows = {make_funding(AKMOLA), make_funding(ZHAMBYL), make_funding(COUNTRY)}
    assert set(Funding.objects.visible_to(aigerim)) == set(Funding.objects.editable_by(aigerim)) == rows


def test_reference_data_is_read_by_all_and_edited_country_wide(bolat, aigerim):
    program = make_program()
    assert list(Program.objects.visible_to(bolat)) == [program]
    assert not Program.objects.editable_by(bolat).exists()
    assert list(Program.objects.editable_by(aigerim)) == [program]


def test_of_a_shared_instruction_a_region_sees_its_own_deadlines_only(bolat):
    own = make_deadline(AKMOLA, role=ExecutorRole.EQUAL)
    make_deadline(ZHAMBYL, role=ExecutorRole.EQUAL, instruction=own.instruction)
    make_deadline(COUNTRY, role=ExecutorRole.CO, instruction=own.instruction)
    make_deadline(ZHAMBYL)
    assert list(Deadline.objects.visible_to(bolat)) == [own]
    assert list(Instruction.objects.visible_to(bolat)) == [own.instruction]


def test_an_instruction_is_seen_where_it_concerns_the_region(bolat):
    about_akmola = make_instruction("114600000")
    make_deadline(COUNTRY, instruction=about_akmola)
    make_instruction(ZHAMBYL)
    make_instruction(COUNTRY)
    assert list(Instruction.objects.visible_to(bolat)) == [about_akmola]
    assert not Deadline.objects.visible_to(bolat).exists()


def test_meetings_follow_their_instructions(bolat, aigerim):
    seen, hidden = make_meeting(), make_meeting()
    make_deadline(AKMOLA, instruction=make_instruction(meeting=seen))
    make_deadline(ZHAMBYL, instruction=make_instruction(meeting=hidden))
    assert list(Meeting.objects.visible_to(bolat)) == [seen]
    assert set(Meeting.objects.visible_to(aigerim)) == {seen, hidden}


def test_an_executor_sees_the_own_organisation_and_its_subordinates(dana):
    own = make_deadline(executor=dana.organisation)
    below = make_deadline(executor=make_organisation(AKMOLA, parent=dana.organisation))
    make_deadline(AKMOLA)
    assert set(Deadline.objects.visible_to(dana)) == {own, below}
    assert set(Instruction.objects.visible_to(dana)) == {own.instruction, below.instruction}


def test_an_executor_does_not_see_a_draft(dana):
    make_deadline(executor=dana.organisation, state=DeadlineState.DRAFT)
    assert not Deadline.objects.visible_to(dana).exists()
    assert not Instruction.objects.visible_to(dana).exists()


def test_an_executor_without_an_organisation_sees_nothing(roles):
    make_deadline(AKMOLA)
    assert not Deadline.objects.visible_to(make_user(Role.EXECUTOR, AKMOLA)).exists()


def test_a_lead_sees_its_co_executors(dana):
    own = make_deadline(executor=dana.organisation, role=ExecutorRole.LEAD)
    co = make_deadline(AKMOLA, role=ExecutorRole.CO, instruction=own.instruction)
    assert set(Deadline.objects.visible_to(dana)) == {own, co}


def test_a_co_executor_does_not_see_the_others(dana):
    own = make_deadline(executor=dana.organisation, role=ExecutorRole.CO)
    make_deadline(AKMOLA, role=ExecutorRole.LEAD, instruction=own.instruction)
    assert list(Deadline.objects.visible_to(dana)) == [own]


@pytest.mark.parametrize("region", [AKMOLA, COUNTRY])
def test_an_executor_sees_the_instructions_of_the_deadlines_it_sees(roles, region):
    """Every pair of an own deadline and another's: the two are asked differently, and must never differ."""
    body = make_organisation(AKMOLA)
    below = make_organisation(AKMOLA, parent=make_organisation(AKMOLA, parent=body))
    elsewhere = make_organisation(ZHAMBYL, parent=body)
    user = make_user(Role.EXECUTOR, region, organisation=body)
    states = (DeadlineState.DRAFT, DeadlineState.OPEN, DeadlineState.CANCELLED)
    for own in (body, below, elsewhere):
        for role, state in product((ExecutorRole.LEAD, ExecutorRole.CO), states):
            for where, other_role, other_state in product((AKMOLA, ZHAMBYL), ExecutorRole, states[:2]):
                if role == other_role == ExecutorRole.LEAD:
                    continue
                instruction = make_instruction()
                make_deadline(instruction=instruction, executor=own, role=role, state=state)
                make_deadline(where, instruction=instruction, role=other_role, state=other_state)
    seen = Instruction.objects.visible_to(user)
    told = {deadline.instruction_id for deadline in Deadline.objects.visible_to(user)}
    assert set(seen.values_list("pk", flat=True)) == told
    assert 0 < len(told) < Instruction.objects.count()


def test_restricted_needs_a_permission_of_its_own(bolat, aigerim):
    secret = make_deadline(AKMOLA, instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    report = Report.objects.create(deadline=secret, text="x", submitted_by="x", submitted_on=TODAY)
    act = Act.objects.create(instruction=secret.instruction, deadline=secret, verb="issue", on=TODAY, by_name="x")
    for record in (secret, secret.instruction, report, act):
        assert not type(record).objects.visible_to(bolat).filter(pk=record.pk).exists()
        assert type(record).objects.visible_to(aigerim).filter(pk=record.pk).exists()
    assert not Deadline.objects.visible_to(aigerim).unrestricted().exists()


def test_a_moved_user_is_another_user_at_once(bolat):
    row = make_funding(AKMOLA)
    assert row in Funding.objects.visible_to(bolat)
    User.objects.filter(pk=bolat.pk).update(region=make_funding(ZHAMBYL).region)
    assert row not in Funding.objects.visible_to(User.objects.get(pk=bolat.pk))


def test_roles_are_exact_and_repeatable(roles):
    dana = make_user(Role.EXECUTOR, AKMOLA)
    assert dana.has_perm("instructions.view_deadline")
    assert not dana.has_perm("instructions.change_deadline")
    dana.groups.get().permissions.clear()
    sync_roles()
    assert User.objects.get(pk=dana.pk).has_perm("instructions.view_deadline")
