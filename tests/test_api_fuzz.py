"""What the schema allows and what it forbids, thrown at every operation: no error of ours, no undocumented answer."""

from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from registry.accounts.choices import Role
from tests.factories import make_token, make_user
from tests.test_api_access import LISTS
from tests.test_api_pages import make_one_of_each

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
KEYS = {"regions": "code", "programs": "slug", "indicators": "slug"}
ATTACKS = [
    (path, mode)
    for name in LISTS
    for path, modes in (
        (f"/api/v1/{name}/", list(GenerationMode)),
        (f"/api/v1/{name}/{{{KEYS.get(name, 'id')}}}/", [GenerationMode.POSITIVE]),  # a wrong address is nowhere
    )
    for mode in modes
]


@cache
def api():
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    described = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True), config=config)
    described.app = get_wsgi_application()
    return described


@pytest.fixture
def headers(roles):
    """A served request closes its connection, and with it the transaction of the test: Django's own client keeps it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    for n in range(3):
        make_one_of_each(n)
    yield {"Authorization": f"Token {make_token(make_user(Role.CONSUMER))}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "mode"), ATTACKS)
def test_no_answer_is_a_surprise(headers, path, mode):
    @seed(20260302)
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=api()[path]["GET"].as_strategy(generation_mode=mode))
    def attack(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    attack()
