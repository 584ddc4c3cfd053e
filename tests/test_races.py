"""Two people act on one thing at one moment: one succeeds, the other is told why not, and nothing is done twice."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from programs.instructions import services
from programs.instructions.choices import DeadlineState, ExtensionState, InstructionState, ReportState, Verb
from programs.instructions.models import Act, Deadline
from programs.instructions.services import TransitionRefused, journal
from tests.factories import TODAY, make_deadline, make_instruction, make_organisation

NEW_DUE = date(2026, 3, 16)

together = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for one another")


@pytest.fixture
def deadline(transactional_db):
    return make_deadline(due=TODAY)


def at_once(*acts):
    """What became of `acts`, each called in a thread and a connection of its own: "done" or the code of the refusal."""
    barrier, outcomes = Barrier(len(acts)), [""] * len(acts)

    def do(place, act):
        barrier.wait()
        try:
            act()
            outcomes[place] = "done"
        except TransitionRefused as refused:
            outcomes[place] = refused.code
        except Exception as error:  # a thread's own traceback is lost
            outcomes[place] = repr(error)
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive(), "they wait for each other for ever"
    return outcomes


def acts_of(deadline):
    return list(Act.objects.filter(deadline=deadline).order_by("pk").values_list("verb", flat=True))


def reported(deadline):
    return services.submit_report(deadline=deadline, text="Исполнено", by="Исполнитель", on=TODAY)


def asked(deadline):
    return services.request_extension(deadline=deadline, new_due=NEW_DUE, reason="x", by="Исполнитель", on=TODAY)


# On two connections


@together
@pytest.mark.parametrize("_round", range(3))
def test_two_controllers_accept_one_report(deadline, _round):
    report = reported(deadline)
    acts = [lambda by=by: services.accept_report(report=report, by=by, on=TODAY) for by in ("Айгерим", "Болат")]
    assert sorted(at_once(*acts)) == ["deadline_state", "done"]
    assert acts_of(deadline) == [Verb.REPORT, Verb.ACCEPT]
    deadline.refresh_from_db()
    assert deadline.state == DeadlineState.FULFILLED
    assert deadline.history.count() == deadline.version


@together
def test_one_accepts_while_the_other_returns(deadline):
    report = reported(deadline)
    outcomes = at_once(
        lambda: services.accept_report(report=report, by="Айгерим", on=TODAY),
        lambda: services.return_report(report=report, by="Болат", on=TODAY, reason="x"),
    )
    assert sorted(outcomes) == ["deadline_state", "done"]
    report.refresh_from_db()
    won = (ReportState.ACCEPTED, ReportState.RETURNED)[outcomes.index("done")]
    assert report.state == won
    assert acts_of(deadline) == [Verb.REPORT, (Verb.ACCEPT, Verb.RETURN)[outcomes.index("done")]]


@together
@pytest.mark.parametrize("_round", range(3))
def test_extension_granted_while_the_deadline_closes(deadline, _round):
    """Closed first: the request has lapsed. Granted first: the deadline is closed with its new last day."""
    extension = asked(deadline)
    granted, closed = at_once(
        lambda: services.grant_extension(extension=extension, by="Айгерим", on=TODAY),
        lambda: services.cancel_deadline(deadline=deadline, by="Болат", on=TODAY, reason="x"),
    )
    deadline.refresh_from_db()
    extension.refresh_from_db()
    assert closed == "done"
    assert deadline.state == DeadlineState.CANCELLED
    if granted == "done":
        assert (extension.state, deadline.due) == (ExtensionState.GRANTED, NEW_DUE)
        assert acts_of(deadline) == [Verb.REQUEST_EXTENSION, Verb.GRANT_EXTENSION, Verb.CANCEL]
    else:
        assert granted == "deadline_state"
        assert (extension.state, deadline.due) == (ExtensionState.LAPSED, TODAY)
        assert acts_of(deadline) == [Verb.REQUEST_EXTENSION, Verb.CANCEL]


@together
def test_two_issue_one_draft(transactional_db):
    instruction = make_instruction(state=InstructionState.DRAFT)
    deadline = make_deadline(instruction=instruction, state=DeadlineState.DRAFT)
    acts = [lambda by=by: services.issue_instruction(instruction=instruction, by=by, on=TODAY) for by in ("А", "Б")]
    assert sorted(at_once(*acts)) == ["done", "instruction_state"]
    assert acts_of(deadline) == [Verb.ISSUE]
    assert Act.objects.filter(instruction=instruction, deadline=None).count() == 1


@together
def test_two_ask_for_more_time(deadline):
    assert sorted(at_once(lambda: asked(deadline), lambda: asked(deadline))) == ["done", "extension_pending"]
    assert deadline.extensions.count() == 1


@together
def test_executor_reports_while_the_instruction_is_cancelled(deadline):
    """One locks from the deadline's side, the other from the instruction's: both take the instruction first."""
    others = [make_deadline(instruction=deadline.instruction, role="co", due=TODAY) for _n in range(5)]
    outcomes = at_once(
        *[lambda each=each: reported(each) for each in (deadline, *others)],
        lambda: services.cancel_instruction(instruction=deadline.instruction, by="А", on=TODAY, reason="x"),
    )
    assert outcomes[-1] == "done"
    assert set(outcomes[:-1]) <= {"done", "instruction_state"}
    assert set(Deadline.objects.values_list("state", flat=True)) == {DeadlineState.CANCELLED}


@together
def test_acts_on_many_deadlines_of_one_instruction_do_not_deadlock(transactional_db):
    instruction = make_instruction()
    deadlines = [
        make_deadline(instruction=instruction, executor=make_organisation(), role="equal", due=TODAY) for _n in range(6)
    ]
    extensions = [asked(each) for each in deadlines]
    acts = [lambda each=each: services.grant_extension(extension=each, by="А", on=TODAY) for each in extensions]
    acts += [lambda each=each: reported(each) for each in reversed(deadlines)]
    outcomes = at_once(*acts)
    assert set(outcomes) == {"done"}
    assert Act.objects.filter(verb=Verb.GRANT_EXTENSION).count() == Act.objects.filter(verb=Verb.REPORT).count() == 6


# On one: the guard is in the write itself, so it holds where the database has no locks of rows


@pytest.mark.django_db
def test_a_copy_read_before_the_other_wrote_is_refused_by_the_write():
    """Both read the report as pending; the second write finds another version and changes nothing."""
    deadline = make_deadline(due=TODAY)
    report = reported(deadline)
    stale = Deadline.objects.select_related("instruction").get(pk=deadline.pk)
    services.accept_report(report=report, by="Айгерим", on=TODAY)
    with pytest.raises(TransitionRefused) as refused, journal.transition():
        journal.move(stale, Verb.ACCEPT, by="Болат", on=TODAY, state=DeadlineState.FULFILLED, closed_on=TODAY)
    assert refused.value.code == "changed_meanwhile"
    assert acts_of(deadline) == [Verb.REPORT, Verb.ACCEPT]
    assert Deadline.objects.get(pk=deadline.pk).version == deadline.history.count()


@pytest.mark.django_db
@pytest.mark.parametrize("act", [services.accept_report, services.return_report])
def test_second_decision_on_a_report_is_refused(act):
    deadline = make_deadline(due=TODAY)
    report = reported(deadline)
    services.accept_report(report=report, by="Айгерим", on=TODAY)
    more = {"reason": "x"} if act is services.return_report else {}
    with pytest.raises(TransitionRefused):
        act(report=report, by="Болат", on=TODAY, **more)
    assert acts_of(deadline) == [Verb.REPORT, Verb.ACCEPT]


@pytest.mark.django_db
def test_an_extension_cannot_be_granted_once_its_deadline_is_closed():
    deadline = make_deadline(due=TODAY)
    extension = asked(deadline)
    services.cancel_deadline(deadline=deadline, by="Болат", on=TODAY, reason="x")
    with pytest.raises(TransitionRefused):
        services.grant_extension(extension=extension, by="Айгерим", on=TODAY)
    extension.refresh_from_db()
    deadline.refresh_from_db()
    assert (extension.state, deadline.due) == (ExtensionState.LAPSED, TODAY)
