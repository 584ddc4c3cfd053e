"""Errors as problem details (RFC 9457), in the caller's language."""

import pytest
from rest_framework.exceptions import ErrorDetail, Throttled, ValidationError

from registry.accounts.choices import Role
from registry.api.problems import problem_handler
from registry.api.viewsets import ReadViewSet
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


def test_a_problem_says_what_and_where(saule):
    response = saule.get("deadlines/", {"overdu": "true"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:problem:malformed",
        "title": "Malformed request",
        "status": 400,
        "detail": "There is no parameter “overdu” here.",
        "errors": [{"field": "overdu", "code": "unknown_parameter", "message": "There is no parameter “overdu” here."}],
    }


def test_a_problem_speaks_the_callers_language(roles):
    user, told = make_user(Role.CONSUMER), set()
    for language in ("ru", "kk", "en"):
        response = Caller.of(user, language).get("deadlines/", {"limit": 0})
        assert response["Content-Language"] == language
        assert "Accept-Language" in response["Vary"]
        told.add((response.json()["title"], response.json()["errors"][0]["message"]))
    assert len({title for title, _ in told}) == len({message for _, message in told}) == 3


@pytest.mark.parametrize("name", ["accept", "accept-language", "content-type", "if-none-match", "range"])
@pytest.mark.parametrize("value", ["\xff\xfe", "a" * 5000, ";;;q=x,,", "*/*;q=nan", "ru-\x00"])
def test_broken_headers_break_nothing(saule, name, value):
    assert saule.client.get("/api/v1/regions/", headers={name: value}).status_code in (200, 400, 406)


@pytest.mark.parametrize("path", ["", "nowhere/", "deadlines/0/x/", "deadlines/x/", "deadlines/" + "9" * 30 + "/"])
def test_nowhere_is_a_problem_too(saule, path):
    response = saule.get(path)
    assert response.status_code == 404
    assert response.json()["type"] == "urn:problem:not-found"


def test_what_is_not_offered_is_not_acceptable(saule):
    response = saule.client.get("/api/v1/regions/", headers={"accept": "application/xml"})
    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"


def test_too_many_requests_say_when_to_come_back(saule, monkeypatch):
    def refuse(*args):
        raise Throttled(wait=2.1)

    monkeypatch.setattr(ReadViewSet, "check_throttles", refuse)
    response = saule.get("regions/")
    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert response.json()["type"] == "urn:problem:too-many-requests"


def test_nested_errors_are_told_by_their_path():
    detail = {"rows": [{"due": [ErrorDetail("Wrong.", "invalid")]}, {"non_field_errors": ["No."]}]}
    response = problem_handler(ValidationError(detail), {})
    assert b'"field": "rows.due", "code": "invalid"' in response.content
    assert b'"field": "rows", "code": "invalid", "message": "No."' in response.content


def test_an_error_of_ours_is_left_to_django():
    assert problem_handler(ZeroDivisionError(), {}) is None


def test_options_and_head_are_answered(saule):
    assert saule.client.head("/api/v1/deadlines/").status_code == 200
    assert saule.client.options("/api/v1/deadlines/").status_code == 200
