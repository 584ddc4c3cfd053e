"""The schema and its page for people."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from registry.accounts.choices import Role
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def saule(roles):
    return Caller.of(make_user(Role.CONSUMER))


@pytest.fixture
def schema(saule):
    return saule.get("schema/").json()


def test_the_schema_is_valid_and_leaves_nothing_to_guess():
    GENERATOR_STATS.reset()
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))
    assert not GENERATOR_STATS


def test_the_schema_is_for_everybody_who_signed_in(schema, client):
    assert schema["openapi"].startswith("3.1")
    assert client.get("/api/v1/schema/").status_code == 401


def parameters(schema, path):
    return {parameter["name"]: parameter for parameter in schema["paths"][path]["get"]["parameters"]}


def test_filters_are_described_as_they_are_read(schema):
    told = parameters(schema, "/api/v1/deadlines/")
    assert told["overdue"]["schema"] == {"type": "boolean"}
    assert told["due__gte"]["schema"] == {"type": "string", "format": "date"}
    assert told["region_under"]["schema"]["pattern"] == "^[0-9]{9}$"
    assert told["due_within"]["schema"] == {"type": "integer", "minimum": 0, "maximum": 250}
    assert told["state__in"]["schema"]["maxItems"] == 100
    assert told["state__in"]["schema"]["items"]["enum"] == ["draft", "open", "reported", "fulfilled", "cancelled"]
    assert told["limit"]["schema"]["maximum"] == 1000
    assert "-due" in told["ordering"]["schema"]["items"]["enum"]


def test_codes_are_told_with_their_labels(schema):
    assert "`overdue` - overdue" in schema["components"]["schemas"]["Mark"]["description"]


def test_every_operation_tells_its_problems(schema):
    for path in schema["paths"].values():
        assert set(path) == {"get"}
        assert {"200", "400", "401", "403", "404", "405", "406", "429", "503"} == set(path["get"]["responses"])


def test_the_schema_speaks_the_language_asked_for(saule):
    assert saule.get("schema/", {"lang": "kk"}).status_code == 200
    assert saule.errors("schema/", {"lang": "../x"}) == [("lang", "invalid_choice")]
    assert saule.errors("schema/", {"version": "2"}) == [("version", "unknown_parameter")]


def test_the_page_asks_to_sign_in(client):
    response = client.get("/api/v1/docs/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/api/v1/docs/")


def test_the_page_stands_on_files_of_our_own(client, roles):
    client.force_login(make_user(Role.OFFICIAL))
    page = client.get("/api/v1/docs/").content.decode()
    script = client.get("/api/v1/docs/?script=")
    assert "://" not in page
    assert "<style" not in page
    assert script["Content-Type"] == "application/javascript"


def test_the_page_shows_the_api_under_the_policy(page, live_server, client, roles):
    """The fixture `page` fails on any script error or breach of the Content-Security-Policy."""
    client.force_login(make_user(Role.OFFICIAL))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto("/api/v1/docs/")
    page.get_by_text("/api/v1/deadlines/", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text('"results"').first.wait_for()
