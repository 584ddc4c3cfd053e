"""Every text of Zhambyl says the same word, and so does every instruction for official use: no answer to a reader who
may not meet it says that word, whatever is asked. The plain addresses of everything are walked by test_census.

A new door gets a line in `questions`: what can be asked at it, and with which keys of hidden rows.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client
from django.urls import resolve, reverse

from programs.cooperatives.models import Support
from registry.accounts.choices import Role, TokenScope
from registry.accounts.models import User
from registry.checks import own_models
from registry.exports import FORMATS
from tests.factories import AKMOLA, ZHAMBYL, make_region, make_token, make_user
from tests.routes import Route, address, routes
from tests.test_census import REFUSALS
from tests.world import (
    EVERY_STAFF_ROLE,
    HIDDEN_SIGN,
    LURE,
    OWN,
    READ_BY_ALL,
    SECRET_SIGN,
    Rows,
    plant,
    said,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

Question = tuple[str, dict[str, Any]]  # an address and what it is asked
# Pages that can be had as files, and the model of the row they are about.
DOCUMENTS = {
    "deadlines": "", "instructions": "", "meetings": "", "discipline": "", "programs": "",
    "projects": "", "funding": "", "indicators": "", "cooperatives": "", "standards": "", "provisions": "",
    "system": "programs.InformationSystem",
    "instruction": "instructions.Instruction", "meeting": "instructions.Meeting",
    "program": "programs.Program",
}  # fmt: skip
# Parameters that name a row which may be hidden, in the API and on pages, and the model of that row.
KEYS = {
    "controller": "accounts.User", "meeting": "instructions.Meeting", "instruction": "instructions.Instruction",
    "instruction__in": "instructions.Instruction", "executor": "regions.Organisation", "region_under": "regions.Region",
    "part_of": "programs.Funding",
}  # fmt: skip
READS_RESTRICTED = {Role.CONTROLLER, Role.ADMINISTRATOR}


def questions(rows: Rows) -> Iterator[Question]:
    """All that lists, choices and files can be asked; `rows` lend their keys."""
    for route in routes():
        if route.page == "changelist":
            for asked in ({"q": LURE}, *({name: key} for name, key in _lookups(route, rows))):
                yield address(route, rows), asked
        elif filterset := filterset_of(route, rows):
            for name in filterset.base_filters.keys() & {"search", *KEYS}:
                yield address(route, rows), {name: LURE if name == "search" else rows[KEYS[name]].pk}
    for name in ("home", "deadlines", "instructions", "discipline", "calendar"):
        yield reverse(name), {"restricted": "include"}
    for kind in FORMATS:
        for name in ("deadlines", "instructions", "discipline"):
            yield reverse(name), {"restricted": "include", "format": kind}
        for name, about in DOCUMENTS.items():
            yield reverse(name, args=[rows[about].pk] if about else ()), {"format": kind}


def filterset_of(route: Route, rows: Rows) -> Any:
    """What the list at `route` is filtered by; None where it is no list of a page or of the API."""
    if route.takes or route.name.startswith("admin"):
        return None
    view: Any = resolve(address(route, rows)).func
    return getattr(getattr(view, "cls", None) or getattr(view, "view_class", None), "filterset_class", None)


def _lookups(route: Route, rows: Rows) -> Iterator[tuple[str, Any]]:
    """Filters of an admin list that name another row."""
    model_admin: Any = next(each for each in site._registry.values() if each.opts.label == route.model)
    for name in (*model_admin.list_filter, *getattr(model_admin, "link_lookups", ())):
        field = model_admin.opts.get_field(name) if isinstance(name, str) and "__" not in name else None
        if isinstance(field, ForeignKey):
            yield f"{name}__id__exact", rows[field.related_model._meta.label].pk


def choices() -> Iterator[Question]:
    """Every foreign key of every form, searched for what is hidden and for anything."""
    for model_admin in site._registry.values():
        for model in (model_admin.model, *(inline.model for inline in model_admin.inlines)):
            for field in (*model._meta.fields, *model._meta.many_to_many):
                if isinstance(field, ForeignKey | ManyToManyField):
                    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                    for term in (LURE, ""):
                        yield reverse("admin:autocomplete"), asked | {"field_name": field.name, "term": term}


def test_everything_is_planted(world):
    """What a reader of Akmola may read anyway is named; of every other model a row is hidden, and says so."""
    staff = world.people[EVERY_STAFF_ROLE]
    for model in own_models():
        label = model._meta.label
        row = model.objects.filter(pk=world.foreign[label].pk)
        assert row.visible_to(staff).exists() == (label in READ_BY_ALL), label
        texts = [value for value in row.values_list().get() if isinstance(value, str)]
        assert label in (*READ_BY_ALL, "instructions.MonthEnd") or any(HIDDEN_SIGN in text for text in texts), label


@pytest.mark.parametrize("who", [EVERY_STAFF_ROLE, Role.OFFICIAL, Role.EXECUTOR, f"{Role.CONSUMER} API"])
def test_no_question_finds_a_row_of_another_region(world, who):
    client = world.caller(Role.CONSUMER) if who.endswith("API") else world.browser(who)
    asked = [*questions(world.foreign), *(choices() if who == EVERY_STAFF_ROLE else ())]
    answers = [(path, query, client.get(path, query)) for path, query in asked]
    assert {answer.status_code for *_asked, answer in answers} <= {200, 302, 400, 401, 403, 404}
    assert not [(path, query) for path, query, answer in answers if HIDDEN_SIGN in said(answer)]


@pytest.mark.parametrize("who", [Role.EDITOR, Role.OFFICIAL, Role.EXECUTOR, Role.CONSUMER])
def test_what_is_for_official_use_is_not_there_for_those_who_may_not_read_it(world, who):
    pages: list[Question] = [
        (address(route, world.secret), {}) for route in routes() if route.about.startswith("instructions.")
    ]
    client = world.caller(who) if who == Role.CONSUMER else world.browser(who)
    for path, query in (*questions(world.secret), *pages, ("/", {}), ("/discipline/", {}), ("/admin/", {})):
        assert SECRET_SIGN not in said(client.get(path, query)), (path, query)


@pytest.mark.once
@pytest.mark.parametrize("who", sorted(READS_RESTRICTED))
def test_what_is_for_official_use_is_marked_wherever_it_stands(world, who):
    browser, caller, marked = world.browser(who), world.caller(who), 0
    for path, query in questions(world.secret):
        if path.startswith("/api/"):
            assert SECRET_SIGN not in said(caller.get(path, query)), (path, query)
    for route in routes():
        if not (route.model or route.about).startswith("instructions."):
            continue
        is_api = route.name.startswith("api:")
        page = said((caller if is_api else browser).get(address(route, world.secret)))
        assert not is_api or SECRET_SIGN not in page
        if SECRET_SIGN in page and "%pdf" not in page:
            assert "дсп" in page, route.name
            marked += 1
    assert marked > 10


# An instruction of the whole country: Akmola and Zhambyl each do their part


@pytest.mark.parametrize("who", [EVERY_STAFF_ROLE, Role.OFFICIAL, Role.EXECUTOR])
def test_of_a_shared_instruction_nothing_is_told_that_others_do(world, who):
    """Nor who of Zhambyl controls it, nor the amount of Zhambyl that a national one is a part of."""
    browser, caller = world.browser(who), world.caller(who)
    for route in routes():
        if route.about not in ("instructions.Instruction", "programs.Funding"):
            continue
        for method in ("GET", "POST"):
            client = caller if route.name.startswith("api:") else browser
            response = client.generic(method, address(route, world.shared))
            assert response.status_code != 500 and HIDDEN_SIGN not in said(response), (method, route.name)
    for path, query in questions(world.shared):
        client = caller if path.startswith("/api/") else browser
        assert HIDDEN_SIGN not in said(client.get(path, query)), (path, query)
    opened = (address(route, world.shared) for route in routes() if route.name in ("instruction", "api:funding-detail"))
    assert any(browser.get(path).status_code == 200 for path in opened)


def test_what_others_do_under_a_shared_instruction_is_refused(world):
    client = world.browser(EVERY_STAFF_ROLE)
    for route in routes():
        if route.about in [f"instructions.{name}" for name in ("Deadline", "Extension", "Report", "Attachment", "Act")]:
            response = client.get(address(route, world.shared))
            assert response.status_code in REFUSALS and HIDDEN_SIGN not in said(response), route.name


@pytest.mark.parametrize("who", [EVERY_STAFF_ROLE, *sorted(READS_RESTRICTED), Role.OFFICIAL, Role.EXECUTOR])
def test_a_calendar_feed_tells_the_own_and_nothing_else(world, who):
    key = make_token(world.people[who], scopes=TokenScope.CALENDAR)
    feed = said(Client().get(reverse("calendar_feed", kwargs={"key": key})))
    assert OWN in feed
    assert HIDDEN_SIGN not in feed
    assert SECRET_SIGN not in feed


def test_history_does_not_name_what_is_hidden_by_now(world):
    """A record that was moved: what it pointed at before lies in another region."""
    own = world.own["cooperatives.Support"]
    support = plant("cooperatives.Support", world.foreign, "свой")
    support.cooperative, support.quote, support.note, support.ref = own.cooperative, "с", "с", None
    support.save()
    page = world.browser(EVERY_STAFF_ROLE).get(f"/admin/cooperatives/support/{support.pk}/history/")
    assert page.status_code == 200
    assert HIDDEN_SIGN not in said(page)
    assert Support.objects.visible_to(world.people[EVERY_STAFF_ROLE]).filter(pk=support.pk).exists()


# The same person, another reader


def stripped(user: User) -> None:
    user.groups.clear()


def moved(user: User) -> None:
    User.objects.filter(pk=user.pk).update(region=make_region(ZHAMBYL))


def left_without_region(user: User) -> None:
    User.objects.filter(pk=user.pk).update(region=None)


def disabled(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("change", [stripped, moved, left_without_region, disabled])
def test_the_next_request_knows_who_one_is_now(world, change):
    """By session and by token: nothing of Akmola is left, in the list of one's own last acts either."""
    user = make_user(region=AKMOLA, is_staff=True)
    user.groups.set(world.people[EVERY_STAFF_ROLE].groups.all())
    world.people["leaver"] = user
    browser, caller = world.browser("leaver"), world.caller("leaver")
    models = ("cooperatives.Cooperative", "instructions.Instruction", "accounts.User")
    placed = [str(world.own[label]).lower() for label in models]
    LogEntry.objects.log_actions(user.pk, [world.own[models[0]]], CHANGE, "x", single_object=True)
    paths = [address(route, world.own) for route in routes() if route.model in models or route.about in models]
    paths += ["/", "/admin/", "/deadlines/", "/instructions/", "/api/v1/deadlines/", "/api/v1/cooperatives/"]

    def met() -> list[str]:
        answers = [said((caller if "/api/" in path else browser).get(path)) for path in paths]
        return [text for text in placed for answer in answers if re.search(rf"{re.escape(text)}\b", answer)]

    assert set(met()) == set(placed)
    change(user)
    assert not met()
