"""Deletions, rows edited in a list, and accounts: nothing goes or changes but as it was shown."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from programs.admin import ConnectionAdmin
from programs.models import Connection, InformationSystem, Source
from programs.models.programs import ProgramLink
from regions.models import OrganisationGroup, OrganisationGroupMember
from registry.accounts.choices import Role
from registry.accounts.models import User
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_organisation,
    make_program,
    make_region,
    make_source,
)
from tests.pages import read
from tests.staff import filled, make_staff, page_of, sign_in

CANARY = "Секретарь-Канарейкин"


@pytest.fixture
def aigerim(roles):
    make_region(AKMOLA)
    return make_staff(last_name="Айгерим")


@pytest.fixture
def client(roles):
    return sign_in(make_staff(last_name="Болат"), "en")


def touch(record, by, **fields):
    """Somebody else changes `record`."""
    fresh = type(record).objects.get(pk=record.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh._history_user = by
    fresh.save()


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- One deletion -----------------------------------------------------------------------------------------------------


def test_what_is_as_it_was_shown_is_deleted(client, aigerim):
    source = make_source()
    assert client.post(page_of(source, "delete"), filled(client.get(page_of(source, "delete")))).status_code == 302
    assert not Source.objects.exists()


def test_a_record_changed_while_the_question_stood_is_not_deleted(client, aigerim):
    source = make_source()
    sent = filled(client.get(page_of(source, "delete")))
    touch(source, aigerim, title="Уже другой")
    response = client.post(page_of(source, "delete"), sent)
    assert response.status_code == 409
    assert "Айгерим" in said(response)[0]
    assert "Уже другой" in read(response).words
    assert client.post(page_of(source, "delete"), filled(response)).status_code == 302
    assert not Source.objects.exists()


def test_a_member_that_came_meanwhile_does_not_go_unseen(client, aigerim):
    group = OrganisationGroup.objects.create(name_ru="Г")
    sent = filled(client.get(page_of(group, "delete")))
    OrganisationGroupMember.objects.create(group=group, organisation=make_organisation())
    assert client.post(page_of(group, "delete"), sent).status_code == 409
    assert group.memberships.count() == 1


@pytest.mark.parametrize("seal", [None, "", "x", "0" * 64])
def test_a_deletion_without_the_seal_of_what_was_shown(client, aigerim, seal):
    source = make_source()
    sent = {"post": "yes"} | ({f"seal-{source.pk}": seal} if seal is not None else {})
    assert client.post(page_of(source, "delete"), sent).status_code == 409
    assert Source.objects.exists()


def test_the_message_names_no_colleague_out_of_scope(client, aigerim):
    akmola = sign_in(make_staff(region=AKMOLA))
    cooperative = make_cooperative(AKMOLA)
    sent = filled(akmola.get(page_of(cooperative, "delete")))
    touch(cooperative, make_staff(region=ZHAMBYL, last_name=CANARY))
    response = akmola.post(page_of(cooperative, "delete"), sent)
    assert response.status_code == 409
    assert CANARY not in response.content.decode()


# --- Many at once -----------------------------------------------------------------------------------------------------


def test_of_many_those_changed_meanwhile_stay_and_are_counted(client, aigerim):
    rows = [make_source() for _n in range(4)]
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    address = page_of(rows[0], "changelist")
    question = client.post(address, chosen)
    touch(rows[1], aigerim, title="Уже другой")
    response = client.post(address, filled(question, **chosen), follow=True)
    assert list(Source.objects.all()) == [rows[1]]
    refused, done = said(response)
    assert refused.startswith("1 not deleted, changed meanwhile: Уже другой: Айгерим")
    assert done.startswith("Successfully deleted 3")


def test_a_row_that_left_the_filter_meanwhile_is_told_of(client, aigerim):
    rows = [make_source(language="ru") for _n in range(2)]
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    address = page_of(rows[0], "changelist") + "?language__exact=ru"
    question = client.post(address, chosen)
    touch(rows[1], aigerim, language="kk")
    refused, _done = said(client.post(address, filled(question, **chosen), follow=True))
    assert refused.startswith("1 not deleted")
    assert list(Source.objects.all()) == [rows[1]]


def test_many_without_seals_stay(client, aigerim):
    rows = [make_source() for _n in range(2)]
    sent = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [row.pk for row in rows], "post": "yes"}
    response = client.post(page_of(rows[0], "changelist"), sent, follow=True)
    assert said(response)[0].startswith("2 not deleted")
    assert Source.objects.count() == 2


def test_links_from_both_ends_are_sealed_too(client, aigerim):
    """A link stands between two records: it goes with the first, and the question about the other has changed."""
    one, other = make_program(), make_program()
    sent = filled(client.get(page_of(one, "delete")))
    ProgramLink.objects.create(program=other, linked=one)
    assert client.post(page_of(one, "delete"), sent).status_code == 409


# --- Rows edited in a list --------------------------------------------------------------------------------------------


@pytest.fixture
def connections(aigerim, monkeypatch):
    """Three rows of a list whose states are edited in it."""
    monkeypatch.setattr(ConnectionAdmin, "list_editable", ("state",))
    system = InformationSystem.objects.create(name_ru="С", slug="s")
    return [
        Connection.objects.create(system=system, region=make_region(code), state="no_data")
        for code in (AKMOLA, "150000000", "190000000")
    ]


LIST = "/admin/programs/connection/"


def listed(client, **changes):
    """The list's form; TOTAL_FORMS rows in the order of the list."""
    response = client.get(LIST)
    form = filled(response, **changes, _save="Save")
    return form | _rows(response, form)


def _rows(response, form):
    """Names of the list's form are prefixed; the form has another id than the others of the admin."""
    formset = response.context["cl"].formset
    sent = {f"{formset.prefix}-{name}": value for name, value in formset.management_form.initial.items()}
    for row in formset.forms:
        for name in row.fields:
            value = row[name].value()
            sent[row.add_prefix(name)] = "" if value is None else str(value)
    return sent | {name: value for name, value in form.items() if name.startswith(("form-", "_save"))}


def nth(client, row):
    return [each.pk for each in client.get(LIST).context["cl"].result_list].index(row.pk)


def states():
    return dict(Connection.objects.values_list("region_id", "state"))


def test_the_list_carries_the_edition_of_each_row(client, connections):
    page = read(client.get(LIST))
    names = [attrs.get("name") for tag, attrs in page.tags if tag == "input"]
    assert [page.has("input", name=f"form-{n}-opened", value="1", type="hidden") for n in range(3)] == [True] * 3
    assert [names.count(f"form-{n}-opened") for n in range(3)] == [1] * 3


def test_rows_edited_in_a_list_are_saved(client, connections):
    n = nth(client, connections[0])
    assert client.post(LIST, listed(client) | {f"form-{n}-state": "testing"}).status_code == 302
    assert states()[AKMOLA] == "testing"
    assert sorted(Connection.objects.values_list("version", flat=True)) == [1, 1, 2]


def test_a_row_changed_meanwhile_stops_the_whole_list(client, aigerim, connections):
    n, m = (nth(client, row) for row in connections[:2])
    sent = listed(client) | {f"form-{n}-state": "testing", f"form-{m}-state": "testing"}
    touch(connections[0], aigerim, state="connected", since=TODAY)
    response = client.post(LIST, sent)
    assert response.status_code == 409
    differences = {part.stored.pk: part.differences for part in response.context["parts"]}
    assert [(each.name, each.author.who) for each in differences[connections[0].pk]] == [
        ("state", "Айгерим"),
        ("since", "Айгерим"),
    ]
    assert [each.is_clash for each in differences[connections[1].pk]] == [False]
    assert states() == {AKMOLA: "connected", "150000000": "no_data", "190000000": "no_data"}


def go_on(client, conflict, query=""):
    """The list that the conflict page leads to."""
    return client.post(LIST + query, filled(conflict, _continue_beside="1"))


def cells(response):
    """By key of the row: the value in its cell and what is noted beside it."""
    forms = response.context["cl"].formset.forms
    return {form.instance.pk: (form["state"].value(), list(form["state"].errors)) for form in forms}


def test_the_list_opens_anew_with_what_was_typed_beside_what_is_stored(client, aigerim, connections):
    """What both changed stands side by side, what only one changed is there; saving is the reader's word."""
    both, mine, hers = connections
    n, m = nth(client, both), nth(client, mine)
    sent = listed(client) | {f"form-{n}-state": "testing", f"form-{m}-state": "testing"}
    touch(both, aigerim, state="connected", since=TODAY)
    touch(hers, aigerim, state="connected", since=TODAY)
    response = go_on(client, client.post(LIST, sent))
    assert response.status_code == 200
    found = cells(response)
    assert found[both.pk][0] == "testing" and "Айгерим" in found[both.pk][1][0]
    assert found[mine.pk] == ("testing", [])
    assert found[hers.pk] == ("connected", [])
    page = response.content.decode()
    assert found[both.pk][1][0].split(" (")[0] in page and page.count('class="beside"') == 1
    assert set(states().values()) == {"no_data", "connected"}  # nothing is saved yet
    form = filled(response, _save="Save")
    assert client.post(LIST, form | _rows(response, form)).status_code == 302
    assert states() == {AKMOLA: "testing", "150000000": "testing", "190000000": "connected"}


def test_the_list_changes_once_more_while_one_looks(client, aigerim, connections):
    n = nth(client, connections[0])
    sent = listed(client) | {f"form-{n}-state": "testing"}
    touch(connections[0], aigerim, state="connected", since=TODAY)
    response = go_on(client, client.post(LIST, sent))
    touch(connections[0], aigerim, state="not_connected", since=None)
    form = filled(response, _save="Save")
    assert client.post(LIST, form | _rows(response, form)).status_code == 409
    assert states()[AKMOLA] == "not_connected"


def test_what_was_typed_into_a_row_that_left_the_list_is_told(client, aigerim, connections):
    n, query = nth(client, connections[0]), "?state__exact=no_data"
    sent = listed(client) | {f"form-{n}-state": "testing"}
    touch(connections[0], aigerim, state="connected", since=TODAY)
    response = go_on(client, client.post(LIST + query, sent), query)
    assert connections[0].pk not in cells(response)
    assert [each.name for each in response.context["without_place"]] == ["state"]
    assert 'class="typed"' in response.content.decode()


def test_what_was_typed_into_a_row_that_is_gone_is_told(client, connections):
    n = nth(client, connections[0])
    sent = listed(client) | {f"form-{n}-state": "testing"}
    connections[0].delete()
    response = go_on(client, client.post(LIST, sent))
    assert [each.name for each in response.context["without_place"]] == ["state"]


@pytest.mark.parametrize(
    ("forged", "status"),
    [
        ({"form-TOTAL_FORMS": "4", "form-3-state": "testing", "form-3-id": ""}, 400),
        ({"form-0-id": "x", "form-1-id": "", "form-0-opened": "", "form-1-opened": "x"}, 200),
        ({"form-TOTAL_FORMS": "x"}, 200),
    ],
)
def test_a_forged_way_on(client, connections, forged, status):
    response = client.post(LIST, listed(client) | {"_continue_beside": "1"} | forged)
    assert response.status_code == status
    assert set(states().values()) == {"no_data"} and len(states()) == 3


def test_the_way_on_tells_nothing_of_rows_of_elsewhere(aigerim, connections):
    akmola = sign_in(make_staff(region=AKMOLA))
    foreign = listed(akmola) | {"form-0-id": str(connections[1].pk), "form-0-state": "testing", "_continue_beside": "1"}
    response = akmola.post(LIST, foreign)
    assert response.status_code == 200
    assert connections[1].region.name_ru not in response.content.decode()


def test_who_may_not_edit_the_list_is_led_nowhere(client, connections):
    reader = sign_in(make_staff(Role.CONTROLLER))
    assert reader.post(LIST, listed(client) | {"_continue_beside": "1"}).status_code == 403


@pytest.mark.parametrize("forged", [None, "", "x", "2"])
def test_a_forged_edition_in_a_list(client, connections, forged):
    n = nth(client, connections[0])
    sent = listed(client) | {f"form-{n}-state": "testing", f"form-{n}-opened": forged}
    if forged is None:
        del sent[f"form-{n}-opened"]
    assert client.post(LIST, sent).status_code == 409
    assert set(states().values()) == {"no_data"}


def test_more_rows_than_the_list_has_are_refused(client, connections):
    sent = listed(client) | {
        "form-TOTAL_FORMS": "4", "form-3-state": "testing", "form-3-system": connections[0].system_id,
        "form-3-region": ZHAMBYL, "form-3-id": "",
    }  # fmt: skip
    assert client.post(LIST, sent).status_code == 400
    assert Connection.objects.count() == 3


def test_rows_of_elsewhere_posted_to_a_list_are_refused(aigerim, connections):
    """Neither another region's row nor a national one, which the region only reads, is changed from its list."""
    akmola = sign_in(make_staff(region=AKMOLA))
    national = Connection.objects.create(system=connections[0].system, region=make_region(), state="no_data")
    sent = listed(akmola) | {"form-0-state": "testing", "form-1-state": "testing"}
    assert {sent["form-0-id"], sent["form-1-id"]} == {str(connections[0].pk), str(national.pk)}
    foreign = sent | {"form-0-id": str(connections[1].pk)}
    response = akmola.post(LIST, foreign)
    assert response.status_code == 409
    assert connections[1].region.name_ru not in response.content.decode()
    assert set(states().values()) == {"no_data"}
    assert akmola.post(LIST, sent).status_code == 302
    assert states() == {AKMOLA: "testing", "150000000": "no_data", "190000000": "no_data", "000000000": "no_data"}


# --- Accounts, which have no version ----------------------------------------------------------------------------------


def test_an_account_changed_in_two_windows(client, aigerim):
    """Aigerim takes a role away while Bolat mends the name: going on gives it back to nobody."""
    user = make_staff(Role.EDITOR, Role.CONTROLLER, last_name="Было", region=AKMOLA)
    mine = filled(client.get(page_of(user)), last_name="Моё")
    hers = filled(sign_in(aigerim).get(page_of(user)))
    hers["groups"] = [key for key in hers["groups"] if key != str(user.groups.get(name=Role.CONTROLLER).pk)]
    hers["last_name"] = "Её"
    assert sign_in(aigerim).post(page_of(user), hers).status_code == 302
    response = client.post(page_of(user), mine)
    assert response.status_code == 409
    told = {each.name: each for part in response.context["parts"] for each in part.differences}
    assert (told["last_name"].opened, told["last_name"].typed, told["last_name"].stored) == ("Было", "Моё", "Её")
    assert told["last_name"].author.who == "Айгерим"
    assert told["groups"].typed is None
    form = client.post(page_of(user), filled(response, _continue_beside="1"))
    assert client.post(page_of(user), filled(form)).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert (user.last_name, user.roles) == ("Моё", {Role.EDITOR})


def test_signing_in_meanwhile_is_nobody_s_conflict(client, aigerim):
    user = make_staff(Role.EDITOR, region=AKMOLA)
    form = filled(client.get(page_of(user)), last_name="Моё")
    user.set_password("quite another one")
    user.save()
    sign_in(user)
    assert client.post(page_of(user), form).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.last_name == "Моё"
    assert user.check_password("quite another one")


@pytest.mark.parametrize("forged", ["", "x", "1", "a:b", ".eJw:x"])
def test_a_forged_edition_of_an_account(client, aigerim, forged):
    user = make_staff(Role.EDITOR, region=AKMOLA, last_name="Было")
    response = client.post(page_of(user), filled(client.get(page_of(user)), last_name="Моё", opened=forged))
    assert response.status_code == 409
    assert User.objects.get(pk=user.pk).last_name == "Было"


def test_the_edition_of_another_account_opens_nothing(client, aigerim):
    """Signed, and yet about somebody else: what it says is what this reader was shown there."""
    user, other = (make_staff(Role.EDITOR, region=AKMOLA, last_name=name) for name in ("Было", "Другой"))
    strange = filled(client.get(page_of(other)))["opened"]
    response = client.post(page_of(user), filled(client.get(page_of(user)), opened=strange))
    assert response.status_code == 409
    assert User.objects.get(pk=user.pk).last_name == "Было"
