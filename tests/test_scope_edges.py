"""Where scope has edges: visible rows that point at hidden ones, rights that end, counts of what others do."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation

from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole
from programs.instructions.models import Deadline
from programs.models import Funding, Source
from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.admin.deletion import deletion_of
from registry.checks import own_models
from registry.scope import COUNTRY, sees_region
from tests.api import Caller
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_deadline,
    make_funding,
    make_instruction,
    make_organisation,
    make_region,
    make_token,
    make_user,
)
from tests.pages import Reader
from tests.staff import filled, make_staff, page_of, sign_in

pytestmark = pytest.mark.django_db

VILLAGE = "116630100"  # of Akmola


@pytest.fixture
def bolat(roles):
    return make_user(Role.OFFICIAL, AKMOLA)


# What a visible row points at


def test_a_region_is_seen_alike_with_a_query_and_without():
    users = [make_user(region=code) for code in (AKMOLA, ZHAMBYL, COUNTRY, VILLAGE, None)]
    for reader in users:
        seen = set(User.objects.visible_to(reader))
        assert {other for other in users if sees_region(reader, other.region_id)} == seen & set(users)


def test_a_controller_of_another_region_is_not_named(bolat):
    instruction = make_deadline(
        AKMOLA, instruction=make_instruction(controller=make_user(region=ZHAMBYL, last_name="К"))
    )
    national = make_deadline(AKMOLA, instruction=make_instruction(controller=make_user(last_name="Садыкова")))
    dana = Caller.of(bolat)
    assert dana.get(f"instructions/{instruction.instruction_id}/").json()["controller"] is None
    assert dana.get(f"instructions/{national.instruction_id}/").json()["controller"]["name"] == "Садыкова"
    assert "controller of another region" in Reader(bolat).get(f"/instructions/{instruction.instruction_id}/").words
    assert "Садыкова" in Reader(bolat).get(f"/instructions/{national.instruction_id}/").words


def test_a_key_of_a_hidden_row_is_neither_shown_nor_emptied(roles):
    """Somebody of the country made the amount a part of one of another region."""
    whole = make_funding(ZHAMBYL, purpose="Чужое", amount=1000)
    part = make_funding(AKMOLA, purpose="Своё", amount=10, part_of=whole, program=whole.program)
    client = sign_in(make_staff(Role.EDITOR, region=AKMOLA))
    page = client.get(page_of(part))
    assert "Чужое" not in page.content.decode()
    assert client.post(page_of(part), filled(page, purpose="Новое")).status_code == 302
    part.refresh_from_db()
    assert (part.purpose, part.part_of) == ("Новое", whole)


def test_a_visible_key_stays_in_the_form(roles):
    part = make_funding(AKMOLA, part_of=make_funding(purpose="Страна"))
    page = sign_in(make_staff(Role.EDITOR, region=AKMOLA)).get(page_of(part))
    assert "Страна" in page.content.decode()
    assert "part_of" in page.context["adminform"].form.fields


def test_history_names_no_hidden_row(roles):
    part = make_funding(AKMOLA, part_of=make_funding(ZHAMBYL, purpose="Чужое"))
    part.part_of = None
    part.save()
    editor, aigerim = make_staff(Role.EDITOR, region=AKMOLA), make_staff(Role.EDITOR)
    assert "Чужое" not in sign_in(editor).get(page_of(part, "history")).content.decode()
    assert "Чужое" in sign_in(aigerim).get(page_of(part, "history")).content.decode()


def test_a_moved_user_does_not_read_the_own_last_acts(roles):
    user = make_staff(Role.EDITOR, region=AKMOLA)
    LogEntry.objects.log_actions(user.pk, [make_funding(AKMOLA, purpose="Былое")], CHANGE, "", single_object=True)
    User.objects.filter(pk=user.pk).update(region=make_region(ZHAMBYL))
    assert "Былое" not in sign_in(user).get("/admin/").content.decode()


def test_keys_of_the_country_are_not_read_by_a_region(roles):
    make_token(make_user(), "Центр")
    make_token(make_user(region=AKMOLA), "Своя")
    administrator = make_staff(Role.ADMINISTRATOR, region=AKMOLA)
    assert [token.name for token in ApiToken.objects.visible_to(administrator)] == ["Своя"]


# Rights that end


def test_a_lead_freed_of_its_duty_sees_its_co_executors_no_more(roles):
    akimat = make_organisation(AKMOLA)
    dana = make_user(Role.EXECUTOR, AKMOLA, organisation=akimat)
    lead = make_deadline(executor=akimat, role=ExecutorRole.LEAD)
    co = make_deadline(AKMOLA, role=ExecutorRole.CO, instruction=lead.instruction)
    assert set(Deadline.objects.visible_to(dana)) == {lead, co}
    Deadline.objects.filter(pk=lead.pk).update(state=DeadlineState.CANCELLED, closed_on=lead.due)
    assert list(Deadline.objects.visible_to(dana)) == [lead]


def test_a_group_that_is_no_role_widens_nothing(roles):
    akimat = make_organisation(AKMOLA)
    dana = make_user(Role.EXECUTOR, AKMOLA, organisation=akimat)
    dana.groups.add(Group.objects.create(name="Почта"))
    own, _other = make_deadline(executor=akimat), make_deadline(AKMOLA)
    assert list(Deadline.objects.visible_to(dana)) == [own]


# What others do under an instruction one sees


def test_an_instruction_is_without_a_date_as_far_as_its_reader_sees(bolat):
    shared = make_deadline(AKMOLA, role=ExecutorRole.EQUAL).instruction
    make_deadline(ZHAMBYL, role=ExecutorRole.EQUAL, instruction=shared, due=None)
    own = make_deadline(AKMOLA, due=None).instruction
    assert Reader(bolat).count("/instructions/?without_date=true") == 1
    assert Reader(bolat).count("/instructions/?without_date=false") == 1
    assert Caller.of(bolat).ids("instructions/", {"without_date": "true"}) == [own.pk]
    staff = sign_in(make_staff(Role.CONTROLLER, region=AKMOLA))
    listed = staff.get(page_of(shared, "changelist"), {"queue": "no_date"}).context["cl"].queryset
    assert list(listed) == [own]
    assert Reader(make_user(Role.OFFICIAL)).count("/instructions/?without_date=true") == 2


def test_an_instruction_told_to_others_is_not_nobodys(bolat):
    make_deadline(ZHAMBYL, instruction=make_instruction(AKMOLA))
    make_instruction(AKMOLA)
    assert Reader(bolat).count("/instructions/?without_executor=true") == 1


def test_drop_downs_name_nothing_to_those_without_a_region(roles):
    body = make_organisation(AKMOLA, name_ru="Акимат")
    page = Reader(make_user(Role.OFFICIAL, None)).get(f"/deadlines/?executor={body.pk}&region_under={AKMOLA}")
    assert page.status == 400
    assert "Акимат" not in page.html and f"Регион {AKMOLA}" not in page.html


def test_what_is_for_official_use_says_so_in_its_name():
    secret = make_instruction(number="7", text="Тайное", access_mark=AccessMark.RESTRICTED)
    with translation.override("ru"):
        assert str(secret) == "ДСП 7 Тайное"
        assert "ДСП" in str(make_deadline(instruction=secret))
        assert "ДСП" not in str(make_instruction())


# Rules that can be said


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_every_rule_can_say_what_is_broken(language):
    """Django fills in the message as a template, where a bare % is an error."""
    with translation.override(language):
        said = [rule.get_violation_error_message() for model in own_models() for rule in model._meta.constraints]
    assert len(said) > 40
    assert all(said)


@pytest.mark.parametrize("path", ["/?overdu=true", "/meetings/{}/?x=1", "/instructions/{}/?before=1&before=2"])
def test_a_page_refuses_what_it_does_not_read(bolat, path):
    deadline = make_deadline(AKMOLA)
    assert Reader(bolat).get(path.format(deadline.instruction_id)).status == 400


def test_a_row_that_nobody_may_place_is_counted_and_not_named(roles):
    """Of a model that knows no scope, such as Django's own."""
    user = make_user(region=AKMOLA)
    LogEntry.objects.log_actions(user.pk, [make_funding(AKMOLA, purpose="Былое")], CHANGE, "", single_object=True)
    goes, *_rest = deletion_of([user], make_staff(is_superuser=True))
    assert not [name for name in goes if "Былое" in name]
    assert Funding.objects.count() == 1


def test_an_editor_of_a_region_adds_the_source_of_a_figure_and_changes_none(roles):
    client = sign_in(make_staff(Role.EDITOR, region=AKMOLA), "en")
    page = reverse("admin:programs_source_add")
    sent = filled(client.get(page), title="Отчёт акимата", url="https://example.kz/1", published_note="без даты")
    assert client.post(page, sent).status_code == 302
    source = Source.objects.get(title="Отчёт акимата")
    assert client.post(page_of(source), {"title": "Иное"}).status_code == 403
