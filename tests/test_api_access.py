"""Who reads what through the API: Saule's system with a token of the country, Bolat of Akmola, Dana of its akimat."""

from datetime import timedelta

import pytest
from django.utils import timezone

from programs.instructions.choices import AccessMark, ExecutorRole
from registry.accounts.choices import Role
from registry.accounts.models import ApiToken
from tests.api import Caller
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_meeting,
    make_organisation,
    make_token,
    make_user,
    make_value,
)

pytestmark = pytest.mark.django_db

LISTS = (
    "regions", "organisations", "sources", "programs", "funding", "indicators", "indicator-values",
    "cooperatives", "meetings", "instructions", "deadlines",
)  # fmt: skip


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


@pytest.fixture
def bolat(roles):
    return Caller.of(make_user(Role.OFFICIAL, AKMOLA))


@pytest.mark.parametrize("path", LISTS)
def test_every_resource_answers(saule, path):
    assert saule.get(f"{path}/").status_code == 200


def test_every_resource_is_known_to_these_tests(saule):
    paths = saule.get("schema/").json()["paths"]
    assert {path.split("/")[3] for path in paths} == set(LISTS)


@pytest.mark.parametrize("path", [*LISTS, "schema"])
def test_no_token_no_answer(client, path):
    response = client.get(f"/api/v1/{path}/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert response.json()["type"] == "urn:problem:not-authenticated"


WRONG = ("nonsense", "", "a b", "\xff\xfe", "a\x00b", "f" * 64, "f" * 5000)


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_token_is_no_token(client, key):
    assert client.get("/api/v1/regions/", headers={"authorization": f"Token {key}"}).status_code == 401


def test_the_token_of_an_inactive_user_is_no_token(client, roles):
    user = make_user(Role.CONSUMER)
    headers = {"authorization": f"Token {make_token(user)}"}
    assert client.get("/api/v1/regions/", headers=headers).status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/api/v1/regions/", headers=headers).status_code == 401


def test_an_expired_token_is_refused_and_stays_to_be_seen(client, roles):
    headers = {"authorization": f"Token {make_token(make_user(Role.CONSUMER))}"}
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/regions/", headers=headers).status_code == 401
    assert ApiToken.objects.count() == 1


def test_a_session_reads_as_a_token_does(client, roles):
    client.force_login(make_user(Role.OFFICIAL))
    assert client.get("/api/v1/deadlines/").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["deadlines/", "regions/110000000/"])
def test_nothing_is_written_yet(saule, path, method):
    response = getattr(saule.client, method)(f"/api/v1/{path}", "{}", content_type="application/json")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_an_editor_has_no_business_with_instructions(roles):
    editor = Caller.of(make_user(Role.EDITOR))
    assert editor.get("deadlines/").status_code == 403
    assert editor.get("programs/").status_code == 200


def test_without_a_region_nothing_is_seen(roles):
    make_deadline(AKMOLA)
    assert Caller.of(make_user(Role.CONSUMER, region=None)).rows("deadlines/") == []


def test_bolat_sees_his_region_and_gets_404_for_the_others(bolat, saule):
    own, other = make_deadline(AKMOLA), make_deadline(ZHAMBYL)
    assert bolat.ids("deadlines/") == [own.pk]
    assert bolat.get(f"deadlines/{own.pk}/").status_code == 200
    assert bolat.get(f"deadlines/{other.pk}/").status_code == 404
    assert bolat.get(f"instructions/{other.instruction_id}/").status_code == 404
    assert saule.get(f"deadlines/{other.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("path", "make"), [("funding", make_funding), ("indicator-values", make_value), ("cooperatives", make_cooperative)]
)
def test_rows_of_another_region_are_not_there(bolat, path, make):
    own, other = make(AKMOLA), make(ZHAMBYL)
    assert bolat.ids(f"{path}/") == [own.pk]
    assert bolat.get(f"{path}/{other.pk}/").status_code == 404


def test_a_hidden_row_answers_like_one_that_does_not_exist(bolat):
    other = make_deadline(ZHAMBYL)
    hidden, missing = bolat.get(f"deadlines/{other.pk}/"), bolat.get(f"deadlines/{other.pk + 1000}/")
    assert hidden.json() == missing.json()


def test_no_filter_tells_what_the_list_does_not(bolat):
    """The same instruction is given to Bolat's akimat and to one of Zhambyl; the latter's part is not his to see."""
    own = make_deadline(AKMOLA)
    other = make_deadline(ZHAMBYL, instruction=own.instruction, role=ExecutorRole.CO)
    assert bolat.ids("instructions/", {"executor": own.executor_id}) == [own.instruction_id]
    assert bolat.rows("instructions/", {"executor": other.executor_id}) == []
    assert bolat.rows("deadlines/", {"executor": other.executor_id}) == []
    assert bolat.rows("deadlines/", {"id__in": other.pk}) == []


def test_the_meetings_of_others_are_not_there(bolat):
    ours, theirs = make_meeting(), make_meeting()
    make_deadline(AKMOLA, instruction=make_instruction(meeting=ours))
    make_deadline(ZHAMBYL, instruction=make_instruction(meeting=theirs))
    assert bolat.ids("meetings/") == [ours.pk]


def test_an_executor_reads_the_duties_of_the_own_body(roles):
    akimat = make_organisation(AKMOLA)
    dana = Caller.of(make_user(Role.EXECUTOR, AKMOLA, organisation=akimat))
    own, _ = make_deadline(executor=akimat), make_deadline(AKMOLA)
    assert dana.ids("deadlines/") == [own.pk]


def test_restricted_instructions_never_leave(roles):
    """Not even for those who may see them in the admin."""
    administrator = Caller.of(make_user(Role.ADMINISTRATOR))
    secret = make_deadline(AKMOLA, instruction=make_instruction(access_mark=AccessMark.RESTRICTED, text="Тайное"))
    for path in ("instructions/", "deadlines/"):
        assert administrator.rows(path) == []
        assert administrator.rows(path, {"search": "тайное"}) == []
    assert administrator.get(f"deadlines/{secret.pk}/").status_code == 404
    assert administrator.get(f"instructions/{secret.instruction_id}/").status_code == 404


def test_personal_data_need_their_permission(saule, roles):
    known = {"chair": "Асель Т.", "phone": "+7 700 000 00 00", "email": "assel@example.kz"}
    pk = make_cooperative(AKMOLA, **known).pk
    official = Caller.of(make_user(Role.OFFICIAL))
    shown = official.get(f"cooperatives/{pk}/").json()
    hidden = saule.get(f"cooperatives/{pk}/").json()
    assert {name: shown[name] for name in known} == known
    assert {name: hidden[name] for name in known} == dict.fromkeys(known)


@pytest.mark.parametrize("name", ["chair", "phone", "email"])
def test_personal_data_cannot_be_asked_about(roles, name):
    official = Caller.of(make_user(Role.OFFICIAL))
    make_cooperative(AKMOLA, **{name: "a@example.kz"})
    assert official.errors("cooperatives/", {name: "a@example.kz"}) == [(name, "unknown_parameter")]
    assert official.errors("cooperatives/", {"ordering": name}) == [("ordering", "unknown_ordering")]
    assert official.rows("cooperatives/", {"search": "a@example.kz"}) == []
