"""/healthz says the process is alive, /readyz that it can serve; both at once and to anybody."""

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests.pages import speaking


def broken(*args, **kwargs):
    raise OperationalError("connection refused at 10.0.0.7")


def test_alive_without_a_database(client, monkeypatch):
    monkeypatch.setattr(connection, "ensure_connection", broken)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder(connection).record_unapplied("instructions", "0001_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == "1 migrations are not applied"


@pytest.mark.django_db
def test_not_ready_while_the_database_is_down(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "10.0.0.7" not in response.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("gone"), 503), (psycopg.OperationalError("gone"), 503), (ValueError("secret"), 500)],
)
def test_page_that_fails_says_so_without_asking_the_database(monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    client = speaking("en", raise_request_exception=False)
    monkeypatch.setattr("django.contrib.auth.views.LoginView.dispatch", fail)
    response = client.get("/login/")
    assert response.status_code == status
    assert "could not answer" in response.content.decode()
    assert "secret" not in response.content.decode()
    assert response.has_header("Retry-After") is (status == 503)
