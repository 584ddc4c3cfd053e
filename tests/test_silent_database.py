"""A PostgreSQL that keeps its connections open and answers nothing: nobody waits for it, and it may come back."""

import logging
import socket
import sys
import threading
import time
from contextlib import suppress

import pytest
from django.db import OperationalError, connection, connections
from psycopg import Error

from registry.accounts.choices import Role
from registry.api.viewsets import ReadViewSet
from registry.logs import RedactingFormatter
from registry.postgresql import base
from registry.postgresql.pulse import DatabaseSilent, Pulse, pulse
from tests.api import Caller
from tests.factories import make_user

postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could fall silent")


@pytest.fixture
def stopped(monkeypatch):
    """The pulse of this process is known to have stopped."""
    monkeypatch.setattr(pulse, "has_stopped", True)


# Waiting


def conversation():
    """As psycopg's generators: says what it waits for, is told what is ready, returns the answer."""
    told = [(yield "write"), (yield "read")]
    return told


def talk(gen, *ready):
    """What the generator asks for, and its answer."""
    asked = [next(gen)]
    try:
        for each in ready:
            asked.append(gen.send(each))
    except StopIteration as stop:
        return asked, stop.value
    return asked, None


def test_a_living_database_is_waited_for():
    assert talk(base._while_alive(conversation()), 0, 1) == (["write", "read"], [0, 1])


def test_an_answer_that_has_come_is_taken_though_the_pulse_has_stopped(stopped):
    assert talk(base._while_alive(conversation()), 2, 1) == (["write", "read"], [2, 1])


def test_a_silent_database_is_waited_for_no_longer(stopped):
    with pytest.raises(DatabaseSilent):
        talk(base._while_alive(conversation()), 0)


def test_what_needs_no_waiting_passes():
    def at_once():
        return "answer"
        yield

    with pytest.raises(StopIteration) as stop:
        next(base._while_alive(at_once()))
    assert stop.value.value == "answer"


# The server behind a line that goes dead


class Line:
    """A way to the server of this connection which may be cut off without being closed."""

    def __init__(self):
        target = connections["default"].settings_dict
        self.target = (target["HOST"], int(target["PORT"] or 5432))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.ends: list[socket.socket] = []
        self.port = self.door.getsockname()[1]
        self.open = threading.Event()
        self.open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, server = self.door.accept()[0], socket.create_connection(self.target)
                self.ends += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                self.open.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the thread that reads from it

    def close(self):
        """For good: a pulse that follows it keeps no session of the server."""
        self.open.set()
        for end in (self.door, *self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def line(monkeypatch, django_db_setup):
    monkeypatch.setattr(base, "pulse", Pulse())
    line = Line()
    yield line
    line.close()


@pytest.fixture
def watched(line, django_db_blocker):
    """A connection as pages have it, the only one of its pool."""
    own = connections["default"].settings_dict
    pool = {"min_size": 1, "max_size": 1, "timeout": 1, "reconnect_timeout": 1}
    options = {"OPTIONS": own["OPTIONS"] | {"pool": pool}}
    settings = own | options | {"HOST": "127.0.0.1", "PORT": line.port}
    with django_db_blocker.unblock():
        wrapper = base.DatabaseWrapper(settings, "watched")
        yield wrapper
        wrapper.close()
        wrapper.close_pool()


def ask(wrapper, statement="SELECT 1"):
    try:
        with wrapper.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()
    finally:
        wrapper.close()


@postgresql
def test_a_question_under_way_is_given_up_and_later_ones_are_not_asked(watched, line):
    assert ask(watched) == (1,)
    threading.Timer(0.5, line.open.clear).start()
    with pytest.raises(OperationalError, match="does not answer"):
        ask(watched, "SELECT pg_sleep(1)")
    with pytest.raises(OperationalError, match="does not answer"):
        ask(watched)
    line.open.set()
    deadline = time.monotonic() + 20
    while base.pulse.has_stopped and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ask(watched) == (1,)


@postgresql
def test_a_slow_question_is_not_a_silent_database(watched):
    assert ask(watched, "SELECT 1 FROM pg_sleep(3)") == (1,)


@postgresql
def test_a_busy_pool_is_waited_for(watched):
    watched.ensure_connection()
    watched.inc_thread_sharing()
    threading.Timer(1.5, watched.close).start()  # longer than the pool's own patience
    assert ask(base.DatabaseWrapper(watched.settings_dict, "watched")) == (1,)


@postgresql
def test_a_pool_that_stays_busy_is_given_up(watched, monkeypatch):
    monkeypatch.setattr(base, "POOL_SECONDS", 0)
    watched.ensure_connection()
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        ask(base.DatabaseWrapper(watched.settings_dict, "watched"))


def test_a_server_that_is_not_there_has_no_pulse():
    nobody = Pulse()
    with socket.create_server(("127.0.0.1", 0)) as unanswered:
        port = unanswered.getsockname()[1]
    nobody.follow({"host": "127.0.0.1", "port": port})
    deadline = time.monotonic() + 20
    while not nobody.has_stopped and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(Error):
        nobody.check()


# What is answered and written down


def test_the_api_says_that_the_database_is_away(roles, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("connection refused at 10.0.0.7")

    monkeypatch.setattr(ReadViewSet, "list", fail)
    response = Caller.of(make_user(Role.CONSUMER)).get("regions/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:problem:database-unavailable"
    assert "10.0.0.7" not in response.content.decode()


def logged(cause):
    try:
        raise OperationalError("the database does not answer") from cause
    except OperationalError:
        return RedactingFormatter().format(logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info()))


def test_a_silence_is_logged_in_a_line():
    assert logged(DatabaseSilent("x")).endswith("failed\nOperationalError: the database does not answer")
    assert "Traceback" in logged(ValueError("x"))
