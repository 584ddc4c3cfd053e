"""Two people press "save" at one moment: one is told why not, nobody meets an error page."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from programs.instructions.choices import DeadlineState, InstructionState
from programs.models import Funding
from tests.factories import AKMOLA, make_funding, make_instruction, make_organisation, make_program, make_region
from tests.staff import filled, make_staff, page_of, sign_in

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for one another"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("roles"),
]


def at_once(*requests):
    """Status of each of the POST requests (page, data), sent together by different people."""
    barrier, statuses = Barrier(len(requests)), []
    clients = [sign_in(make_staff()) for _request in requests]

    def send(client, page, data):
        barrier.wait()
        statuses.append(client.post(page, data).status_code)
        connection.close()

    threads = [Thread(target=send, args=(client, *request)) for client, request in zip(clients, requests, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def form(target, **changes):
    page = page_of(target, "add" if isinstance(target, type) else "change")
    return page, filled(sign_in(make_staff()).get(page), **changes)


def test_two_parts_that_together_overfill_their_whole():
    program = make_program()
    whole = make_funding(AKMOLA, program=program, amount=Decimal(100))
    part = {
        "program": program.pk,
        "purpose": "Ч",
        "region": AKMOLA,
        "stage": "plan",
        "part_of": whole.pk,
        "amount": "60",
    }
    request = form(Funding, **part)
    assert at_once(request, request) == [200, 302]
    assert whole.parts.count() == 1


def test_two_leads_named_together():
    make_region()
    instruction = make_instruction(state=InstructionState.DRAFT)
    rows = [
        {"deadlines-0-executor": make_organisation().pk, "deadlines-0-role": "lead", "deadlines-0-kind": "final"}
        for _n in range(2)
    ]
    requests = [form(instruction, **row, **{"deadlines-TOTAL_FORMS": 1}) for row in rows]
    statuses = at_once(*requests)
    assert statuses in ([200, 302], [302, 409])  # told of the rule where both were checked first, else of the new row
    assert instruction.deadlines.filter(state=DeadlineState.DRAFT).count() == 1


def test_one_record_changed_by_two():
    whole = make_funding(AKMOLA)
    assert at_once(form(whole, purpose="Первый"), form(whole, purpose="Второй")) == [302, 409]
    whole.refresh_from_db()
    assert whole.purpose in ("Первый", "Второй")
    assert whole.history.count() == whole.version == 2
