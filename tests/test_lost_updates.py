"""Eight writers at one record: what was acknowledged is in the history, and nothing was overwritten unseen."""

import sqlite3
import time
from threading import Thread

import pytest
from django.db import connection, transaction
from django.forms import modelform_factory

from programs.models import Source
from registry.admin.forms import RegistryForm
from registry.models import StaleRecord
from tests.factories import make_region, make_source
from tests.staff import filled, make_staff, page_of, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EDITS = 8, 100
PAUSE = 0.02  # seconds a refused writer waits, longer each time, so that not all try again together


@pytest.fixture
def shared(roles, tmp_path, monkeypatch):
    """A database that threads share as they do when serving: SQLite's for tests lives in memory and has other locks.

    This thread keeps to the one in memory, so that all reading and writing is done by `together`.
    """
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        copied = sqlite3.connect(tmp_path / "shared.sqlite3")
        connection.connection.backup(copied)
        copied.close()
        monkeypatch.setitem(settings, "NAME", str(tmp_path / "shared.sqlite3"))
        yield
    else:
        connection.close_pool()  # smaller than the writers, so that a busy server answers 503; here each has its own
        monkeypatch.setitem(settings["OPTIONS"], "pool", {"min_size": 1, "max_size": WRITERS + 1, "timeout": 60})
        yield
        connection.close_pool()


def together(*jobs):
    """Runs the jobs at once, each in a thread with its own connection; their results, or the first failure."""
    results, failures = [None] * len(jobs), []

    def run(n, job):
        try:
            results[n] = job()
        except BaseException as failure:  # a thread would swallow it
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def history_of(source):
    """Stored title, and versions with titles as history has them."""
    rows = list(source.history.order_by("pk").values_list("version", "title"))
    return Source.objects.get(pk=source.pk).title, rows


FORM = modelform_factory(Source, form=RegistryForm, fields=("title",))


def add_one(source):
    """The form opened, filled in with what was read and one more, and sent. Whether that was acknowledged."""
    shown = FORM(instance=Source.objects.get(pk=source.pk))
    sent = {"title": str(int(shown.initial["title"]) + 1), "opened": shown.initial["opened"]}
    try:
        with transaction.atomic():
            form = FORM(sent, instance=Source.objects.get(pk=source.pk))
            assert form.is_valid(), form.errors
            form.save()
    except StaleRecord:
        return False
    return True


def test_eight_writers_of_a_hundred_edits_each_lose_none(shared):
    (source,) = together(lambda: make_source(title="0"))

    def writer():
        refused = 0
        for _n in range(EDITS):
            tries = 0
            while not add_one(source):
                tries += 1
                time.sleep(PAUSE * min(tries, 20))
            refused += tries
        return refused

    assert sum(together(*[writer] * WRITERS)), "the writers never met"
    (found,) = together(lambda: history_of(source))
    assert found == (str(WRITERS * EDITS), [(n + 1, str(n)) for n in range(WRITERS * EDITS + 1)])


def test_pages_of_eight_people_at_once(shared):
    """The same through the pages: who meets a conflict goes on from it, and every name saved is in the history."""

    def prepared():
        make_region()
        return make_source(title="начало"), [sign_in(make_staff()) for _n in range(WRITERS)]

    ((source, clients),) = together(prepared)
    page = page_of(source)
    opened = together(*(lambda client=client: filled(client.get(page)) for client in clients))

    def person(name, client, form):
        conflicts, form["title"] = 0, name
        while (response := client.post(page, form)).status_code != 302:
            assert response.status_code == 409, response.content.decode()[:500]
            conflicts += 1
            time.sleep(PAUSE * conflicts)
            form = filled(client.post(page, filled(response, _continue_beside="1")))
            assert form["title"] == name
        return conflicts

    names = [f"имя {n}" for n in range(WRITERS)]
    people = zip(names, clients, opened, strict=True)
    conflicts = together(*(lambda each=each: person(*each) for each in people))
    assert sum(count > 0 for count in conflicts) == WRITERS - 1
    ((title, history),) = together(lambda: history_of(source))
    assert sorted(stored for _version, stored in history) == sorted(["начало", *names])
    assert history[-1] == (WRITERS + 1, title)
