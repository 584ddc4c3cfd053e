"""Keys of rows of another region, sent where a form expects one of the own: refused by name, and nothing is written.

Forms are found, not listed: every form of the admin open to the staff of Akmola, with the rows on its page.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import reverse

from programs.instructions.choices import ExecutorRole
from programs.instructions.models import Deadline
from registry.accounts.choices import Role
from registry.scope import COUNTRY
from tests.factories import AKMOLA, ZHAMBYL, make_deadline, make_organisation
from tests.routes import address, routes
from tests.staff import errors_at, filled
from tests.world import EVERY_STAFF_ROLE, HIDDEN_SIGN, READ_BY_ALL, World, said, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

EXPECTED_AT_LEAST = 25  # so that a walk that finds no form is no success


def open_forms(world: World, client: Client) -> Iterator[tuple[str, Any]]:
    for route in routes():
        if route.page in ("add", "change"):
            path = address(route, world.own)
            page = client.get(path)
            if page.status_code == 200 and page.context.get("adminform"):
                yield path, page


def hidden_keys(world: World, field: Any) -> list[Any]:
    """Keys the choice `field` must not take from Akmola; the country is wider than Akmola."""
    if not isinstance(field, ModelChoiceField):
        return []
    label = field.queryset.model._meta.label
    if label == "regions.Region":
        return [ZHAMBYL, COUNTRY]
    return [world.foreign[label].pk] if label in world.foreign and label not in READ_BY_ALL else []


def forgeries(world: World, page: Any) -> Iterator[tuple[str, str, Any]]:
    """What is sent under which name, and the name of its error."""
    for name, field in page.context["adminform"].form.fields.items():
        yield from ((name, name, key) for key in hidden_keys(world, field))
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for form in formset.initial_forms[:1] if inline.has_change_permission else ():
            for name, field in form.fields.items():
                if not field.disabled:
                    keys = hidden_keys(world, field) or _other_rows(world, formset, name)
                    yield from ((f"{formset.prefix}-0-{name}", f"0-{name}", key) for key in keys)


def _other_rows(world: World, formset: Any, name: str) -> list[Any]:
    """The row itself replaced by one of another parent, and its parent by another."""
    if name == formset._pk_field.name:
        return [world.foreign[formset.model._meta.label].pk] if formset.model._meta.label not in READ_BY_ALL else []
    parent = type(formset.instance)._meta.label
    return [world.foreign[parent].pk] if name == formset.fk.name and parent not in READ_BY_ALL else []


def test_no_form_takes_a_row_of_another_region(world):
    client, before, tried, wrong = world.browser(EVERY_STAFF_ROLE), state(), 0, []
    for path, page in open_forms(world, client):
        for name, at, key in forgeries(world, page):
            answer = client.post(path, filled(page, **{name: key}))
            refused = answer.status_code in (400, 409) or (
                answer.status_code == 200 and (errors_at(answer).keys() & {at, ""})
            )
            tried += 1
            if not refused or HIDDEN_SIGN in said(answer):
                wrong.append((path, name, key, answer.status_code))
    assert not wrong
    assert tried >= EXPECTED_AT_LEAST
    assert state() == before


def test_no_action_on_many_touches_a_row_of_another_region(world):
    client, wrong, tried = world.browser(EVERY_STAFF_ROLE), [], 0
    for route in routes():
        if route.page != "changelist" or route.model in READ_BY_ALL or route.model == "auth.Group":
            continue
        path, foreign = address(route, world.own), world.foreign[route.model]
        actions = client.get(path).context["action_form"]
        kept = type(foreign)._base_manager.filter(pk=foreign.pk).values().get()
        for action, _label in actions.fields["action"].choices if actions else ():
            sent = {"action": action, ACTION_CHECKBOX_NAME: [world.own[route.model].pk, foreign.pk], "post": "yes"}
            answer = client.post(path, sent | {"decided": "1", "on": "01.03.2026", "reason": "так"}, follow=True)
            tried += bool(action)
            if HIDDEN_SIGN in said(answer) or type(foreign)._base_manager.filter(pk=foreign.pk).values().get() != kept:
                wrong.append((path, action))
    assert not wrong
    assert tried > 10


@pytest.mark.parametrize(
    ("verb", "field", "label"),
    [
        ("accept", "report", "instructions.Report"),
        ("return", "report", "instructions.Report"),
        ("grant_extension", "extension", "instructions.Extension"),
        ("refuse_extension", "extension", "instructions.Extension"),
    ],
)
def test_no_decision_is_made_on_what_others_sent(world, verb, field, label):
    before, own = state(), world.own["instructions.Deadline"]
    for rows in (world.foreign, world.shared):
        sent = {field: rows[label].pk, "on": "2026-03-01", "reason": "так", "seen": own.version}
        answer = world.browser(Role.CONTROLLER).post(reverse("deadline_act", args=(own.pk, verb)), sent)
        assert answer.status_code == 400
        assert field in answer.context["form"].errors
        assert HIDDEN_SIGN not in said(answer)
    assert state() == before


def test_a_lead_reports_on_the_own_part_alone(world):
    """Though it sees its co-executors' parts."""
    body = world.people[Role.EXECUTOR].organisation
    own = make_deadline(executor=body, role=ExecutorRole.LEAD)
    other = make_deadline(executor=make_organisation(AKMOLA), role=ExecutorRole.CO, instruction=own.instruction)
    assert Deadline.objects.visible_to(world.people[Role.EXECUTOR]).filter(pk=other.pk).exists()
    sent = {"text": "Сделано", "on": "2026-03-01", "seen": 1}
    client = world.browser(Role.EXECUTOR)
    for verb in ("report", "request_extension", "accept", "cancel"):
        assert client.post(reverse("deadline_act", args=(other.pk, verb)), sent).status_code == 403
    assert client.post(reverse("deadline_act", args=(own.pk, "report")), sent).status_code == 302
    other.refresh_from_db()
    assert (other.state, other.version) == ("open", 1)
