"""A user who left: the account of one who is named anywhere is closed, of one who is not may be deleted; acts stay."""

import re

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType

from programs.instructions.choices import InstructionState
from programs.instructions.models import Act
from programs.instructions.services import issue_instruction
from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.audit.naming import is_named
from tests.factories import AKMOLA, PASSWORD, TODAY, ZHAMBYL, make_deadline, make_instruction, make_program, make_user
from tests.pages import speaking
from tests.staff import filled, make_staff, page_of, sealed, sign_in

pytestmark = pytest.mark.usefixtures("roles")


@pytest.fixture
def aigerim():
    return make_staff(Role.ADMINISTRATOR, first_name="Айгерим")


@pytest.fixture
def bolat():
    return make_staff(Role.CONTROLLER, region=AKMOLA, first_name="Болат")


def delete(boss, user):
    """The question and the answer, which carries along what is hidden in the question."""
    client, address = sign_in(boss, "en"), page_of(user, "delete")
    hidden = re.findall(r'<input type="hidden" name="(.+?)" value="(.*?)"', client.get(address).content.decode())
    return client.post(address, dict(hidden), follow=True)


def journal():
    return list(Act.objects.order_by("pk").values()), list(User.history.order_by("pk").values())


def act(user):
    """He issued an instruction."""
    draft = make_instruction(state=InstructionState.DRAFT)
    make_deadline(instruction=draft, state="draft")
    issue_instruction(instruction=draft, by=user, on=TODAY)


def change(user):
    """He changed a record."""
    program = make_program()
    program._history_user = user
    program.name_ru = "Иначе"
    program.save()


def control(user):
    make_instruction(controller=user)


def control_once(user):
    """He controlled an instruction that is somebody else's now."""
    instruction = make_instruction(controller=user)
    instruction.controller = None
    instruction.save()


def make_a_key(user):
    """The key is gone; the log of the admin has him still."""
    LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(ApiToken), object_repr="Ключ", action_flag=ADDITION
    )


@pytest.mark.parametrize("name", [act, change, control, control_once, make_a_key])
def test_who_is_named_stays_and_is_closed(aigerim, bolat, name):
    name(bolat)
    before = journal()
    response = delete(aigerim, bolat)
    assert response.redirect_chain[0][0] == page_of(bolat)
    assert {str(said)[:16] for said in response.context["messages"]} == {"“Болат” is named"}
    assert journal() == before
    sign_in(aigerim).post(page_of(bolat), filled(response, is_active=None))
    assert not User.objects.get(pk=bolat.pk).is_active
    assert speaking("ru").post("/login/", {"username": bolat.username, "password": PASSWORD}).status_code == 200
    assert journal()[0] == before[0]


def test_the_question_is_not_even_asked_of_one_who_is_named(aigerim, bolat):
    act(bolat)
    assert sign_in(aigerim).get(page_of(bolat, "delete")).status_code == 302


def test_who_is_not_named_goes_and_all_that_was_written_stays(aigerim, bolat):
    act(aigerim)
    ApiToken.objects.create(user=bolat, name="Витрина")
    before = journal()
    response = delete(aigerim, bolat)
    assert response.status_code == 200
    assert not User.objects.filter(pk=bolat.pk).exists()
    after = journal()
    assert after[0] == before[0]
    assert after[1][:-1] == before[1]
    last = after[1][-1]
    assert (last["id"], last["history_type"], last["history_actor"]) == (bolat.pk, "-", "Айгерим")


def test_what_is_the_own_goes_with_the_account(aigerim, bolat):
    role = aigerim.groups.get()
    role.permissions.remove(*role.permissions.filter(codename="delete_apitoken"))
    ApiToken.objects.create(user=bolat, name="Витрина")
    delete(aigerim, bolat)
    assert not User.objects.filter(pk=bolat.pk).exists()
    assert not ApiToken.objects.exists()


def test_gone_past_the_admin_the_acts_still_say_who(bolat):
    act(bolat)
    before = journal()[0]
    author = bolat.pk
    bolat.delete()
    assert journal()[0] == before
    assert set(Act.objects.values_list("by_id", "by_name")) == {(author, "Болат")}


def test_having_signed_in_or_changed_the_own_account_names_nobody(bolat):
    """Nor is a sign-in a change of the account: its history neither grows by it nor knows of it."""
    versions = bolat.history.count()
    client = speaking("ru")
    client.post("/login/", {"username": bolat.username, "password": PASSWORD})
    bolat.refresh_from_db()
    assert bolat.last_login is not None
    assert bolat.history.count() == versions
    assert not {"password", "last_login"} & {field.name for field in User.history.model._meta.fields}
    bolat._history_user = bolat
    bolat.save()
    assert bolat.history.first().history_user_id == bolat.pk
    assert not is_named(bolat)


def test_nobody_deletes_the_own_account_a_superuser_or_another_region_s(aigerim):
    of_akmola = make_staff(Role.ADMINISTRATOR, region=AKMOLA)
    root, foreign = make_user(is_superuser=True), make_user(region=ZHAMBYL)
    for boss, user in ((aigerim, aigerim), (aigerim, root), (of_akmola, foreign)):
        delete(boss, user)
        assert User.objects.filter(pk=user.pk).exists()


def test_many_at_once_are_not_deleted(aigerim, bolat):
    sent = {"action": "delete_selected", "_selected_action": [bolat.pk], "post": "yes"} | sealed(bolat)
    sign_in(aigerim).post(page_of(bolat, "changelist"), sent)
    assert User.objects.filter(pk=bolat.pk).exists()


# --- What acts name ---------------------------------------------------------------------------------------------------


def test_what_an_act_names_is_not_deleted(bolat):
    """An instruction without deadlines is held by its act alone."""
    boss = make_staff()
    draft = make_instruction(state=InstructionState.DRAFT)
    Act.objects.create(instruction=draft, verb="issue", on=TODAY, by_name="Болат")
    response = delete(boss, draft)
    assert response.status_code == 200
    assert response.context["protected"]
    assert type(draft).objects.filter(pk=draft.pk).exists()


def test_a_draft_is_deleted(bolat):
    draft = make_instruction(state=InstructionState.DRAFT)
    response = delete(make_staff(), draft)
    assert not type(draft).objects.filter(pk=draft.pk).exists()
    assert response.status_code == 200
    assert type(draft).history.filter(id=draft.pk, history_type="-").exists()
