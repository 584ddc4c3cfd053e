"""The calendar feed: an address of one's own that calendars subscribe to. It opens the feed and nothing else, to
whoever has it, and tells nothing once it is void.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from programs.instructions.choices import AccessMark, DeadlineState
from programs.instructions.models import Deadline, Instruction
from registry.accounts.choices import Role, TokenScope
from registry.accounts.models import ApiToken, User
from registry.accounts.services import TokenRefused, issue_token
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_instruction,
    make_meeting,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_token,
    make_user,
)
from tests.pages import Reader, read, speaking
from tests.staff import make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "quiet", "today")]

MAKE = "/calendar/feed/"


@pytest.fixture
def official():
    return make_user(Role.OFFICIAL)


def feed_of(user, **fields):
    """The address of a feed of `user`."""
    key = make_token(user, **{"scopes": TokenScope.CALENDAR, "expiry": timedelta(days=1)} | fields)
    return f"{MAKE}{key}/deadlines.ics"


def get(path, query=None, **headers):
    """As a calendar asks: without a session."""
    return Client(headers=headers).get(path, query)


def events(path, query=None):
    response = get(path, query)
    assert response.status_code == 200, response.content
    return Calendar.from_ical(response.content).events


def titles(path, query=None):
    return [str(event["SUMMARY"]) for event in events(path, query)]


def make(reader, **given):
    return reader.client.post(MAKE, {"act": "make"} | given)


# --- What stands in it ------------------------------------------------------------------------------------------------


def test_a_deadline_is_an_event_of_its_last_day(official):
    text = "Обеспечить подключение организаций региона к информационной системе и представить отчёт о сделанном"
    instruction = make_instruction(
        text=text, number="12-3", program=make_program(name_ru="СПК"), meeting=make_meeting(title="Аппаратное")
    )
    deadline = make_deadline(instruction=instruction, executor=make_organisation(name_ru="Акимат"), due=TODAY)
    (event,) = events(feed_of(official))
    assert event["SUMMARY"] == f"{text[:79]}… – Акимат"
    assert (event.start, event.end) == (TODAY, TODAY + timedelta(days=1))
    assert event["UID"] == f"deadline-{deadline.pk}@testserver"
    assert event["URL"] == f"http://testserver/instructions/{instruction.pk}/"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["DESCRIPTION"].split("\n") == [
        text,
        "Номер: 12-3",
        "Исполнитель: Акимат (ответственный)",
        "Программа: СПК",
        "Заседание: Аппаратное",
    ]


def test_only_what_is_in_work_and_has_a_date(official):
    instruction = make_instruction(text="В работе")
    make_deadline(instruction=instruction)
    for state in set(DeadlineState) - {DeadlineState.OPEN}:
        make_deadline(state=state)
    make_deadline(due=None)
    make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    assert [title.split(" – ")[0] for title in titles(feed_of(official))] == ["В работе"]


def test_not_even_who_may_read_it_gets_what_is_for_official_use():
    controller = make_user(Role.CONTROLLER)
    make_deadline(instruction=make_instruction(access_mark=AccessMark.RESTRICTED))
    assert controller.has_perm("instructions.view_restricted")
    assert events(feed_of(controller)) == []


def test_what_is_overdue_is_not_said_to_be_late_when_nobody_knows(official):
    known = make_instruction(text="Из текста", source=make_source(), ref="a")
    make_deadline(instruction=known, due=date(2026, 2, 27))
    make_deadline(instruction=make_instruction(text="Своё"), due=date(2026, 2, 27))
    said = {str(event["SUMMARY"]).split(" – ")[0]: str(event["DESCRIPTION"]) for event in events(feed_of(official))}
    assert "исполнение источником не сообщается" in said["Из текста"]
    assert "не сообщается" not in said["Своё"]


def test_the_nearest_are_kept_where_there_are_more(official, settings):
    settings.CALENDAR_FEED_ROWS, settings.CALENDAR_FEED_DAYS = 3, 30
    for days in (-31, -20, -1, 0, 5, 31):
        make_deadline(due=TODAY + timedelta(days=days))
    dates = [(event.start - TODAY).days for event in events(feed_of(official))]
    assert dates == [0, 5, -1]
    settings.CALENDAR_FEED_ROWS = 2
    assert [(event.start - TODAY).days for event in events(feed_of(official))] == [0, 5]
    settings.CALENDAR_FEED_ROWS = 10
    assert [(event.start - TODAY).days for event in events(feed_of(official))] == [0, 5, -1, -20]


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_it_speaks_the_language_of_its_address(official, language):
    body = make_organisation(name_ru="Акимат", name_kk="Әкімдік", name_en="Office")
    make_deadline(executor=body)
    path, query = feed_of(official), {"lang": language} if language != "ru" else {}
    assert titles(path, query)[0].endswith({"ru": "Акимат", "kk": "Әкімдік", "en": "Office"}[language])
    answer = speaking("en").get(path, query)  # whatever the browser is set to
    assert answer.content == get(path, query).content
    assert answer["Content-Language"] == language


def test_filters_of_the_calendar_narrow_it(official):
    program = make_program(slug="spk")
    make_deadline(AKMOLA, instruction=make_instruction(text="Акмола", program=program))
    make_deadline(ZHAMBYL, instruction=make_instruction(text="Жамбыл"))
    path = feed_of(official)
    assert len(titles(path)) == 2
    for query in ({"region_under": AKMOLA}, {"program": "spk"}, {"region_under": AKMOLA, "program": "spk"}):
        assert [title.split(" – ")[0] for title in titles(path, query)] == ["Акмола"]


@pytest.mark.parametrize(
    "query", ["lang=fr", "region_under=x", "region_under=999999999", "program=nothing", "month=2026-03", "lang=%00",
              "lang=ru&lang=kk", "limit=1", "%00=1"],
)  # fmt: skip
def test_nonsense_is_refused_and_never_answered_with_everything(official, query):
    make_deadline()
    response = get(f"{feed_of(official)}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain"


# --- What a strict program needs --------------------------------------------------------------------------------------

NASTY = "Строка\r\nX-EVIL:1\nEND:VEVENT\rBEGIN:VALARM\x0bя\u2028ю\u2029; запятая, и \\ и \x07\x85 «" + "ә" * 200


def test_what_people_type_makes_no_line_of_its_own(official):
    executor = make_organisation(name_ru=NASTY[:150])
    instruction = make_instruction(
        text=NASTY, number="1\r\nX-EVIL:2", term="до\r\n1", program=make_program(name_ru=NASTY[:150]),
        meeting=make_meeting(title=NASTY),
    )  # fmt: skip
    make_deadline(instruction=instruction, executor=executor)
    body = get(feed_of(official)).content
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not [line for line in lines if any(ord(letter) < 32 or letter in "\x7f\x85\u2028\u2029" for letter in line)]
    names = {line.partition(":")[0].partition(";")[0] for line in lines if line and line[0] != " "}
    assert names <= {
        *("BEGIN", "END", "VERSION", "PRODID", "METHOD", "NAME", "DESCRIPTION", "X-WR-CALNAME", "X-WR-CALDESC"),
        *("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY"),
        *("URL", "TRANSP"),
    }
    (event,) = Calendar.from_ical(body).events
    assert "Строка X-EVIL:1 END:VEVENT BEGIN:VALARM я ю ; запятая, и \\ и «" in str(event["DESCRIPTION"])


def test_the_file_is_whole_when_it_is_empty(official):
    calendar = Calendar.from_ical(get(feed_of(official)).content)
    assert (calendar["VERSION"], calendar["METHOD"], calendar["X-PUBLISHED-TTL"]) == ("2.0", "PUBLISH", "PT1H")
    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "Календарь сроков исполнения"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)


def test_an_event_is_the_same_until_it_changes(official):
    deadline, path = make_deadline(), feed_of(official)
    before = events(path)[0]
    assert get(path).content == get(path).content
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    Instruction.objects.filter(pk=deadline.instruction_id).update(updated_at=later, text="Иначе")
    after = events(path)[0]
    assert before["UID"] == after["UID"]
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == later > before["LAST-MODIFIED"].dt


def test_the_answer_is_of_its_kind_and_kept_by_nobody_else(official):
    response = get(feed_of(official))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert not Session.objects.exists()


def test_what_has_not_changed_is_not_sent_again(official):
    deadline, path = make_deadline(), feed_of(official)
    etag = get(path)["ETag"]
    again = get(path, **{"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    Deadline.objects.filter(pk=deadline.pk).update(due=TODAY + timedelta(days=1))
    assert get(path, **{"if-none-match": etag}).status_code == 200


def test_head_is_answered_and_no_other_method(official):
    path = feed_of(official)
    head = Client().head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert (head["Content-Type"], head["Content-Length"]) == (
        "text/calendar; charset=utf-8",
        str(len(get(path).content)),
    )
    for method in ("post", "put", "patch", "delete", "options", "trace"):
        assert getattr(Client(), method)(path).status_code == 405


def test_number_of_queries_does_not_grow_with_the_rows(official):
    path, counts = feed_of(official), set()
    get(path)  # the use is recorded now and then
    for n in (1, 20):
        for number in range(n):
            make_deadline(due=TODAY + timedelta(days=number - 10), instruction=make_instruction(meeting=make_meeting()))
        with CaptureQueriesContext(connection) as captured:
            events(path)
        counts.add(len(captured))
    assert counts == {7}  # the key with its user, rights twice, the calendar of days off, the role, to come, overdue


# --- Who opens it -----------------------------------------------------------------------------------------------------


def test_everybody_sees_their_own():
    make_deadline(AKMOLA, instruction=make_instruction(text="Акмола"))
    make_deadline(ZHAMBYL, instruction=make_instruction(text="Жамбыл"))
    body = make_organisation(AKMOLA, name_ru="Своя")
    make_deadline(executor=body, instruction=make_instruction(text="Своё"))
    seen = {
        "country": make_user(Role.OFFICIAL),
        "akmola": make_user(Role.CONTROLLER, AKMOLA),
        "executor": make_user(Role.EXECUTOR, AKMOLA, organisation=body),
        "nowhere": make_user(Role.OFFICIAL, None),
    }
    found = {who: {title.split(" – ")[0] for title in titles(feed_of(user))} for who, user in seen.items()}
    assert found == {
        "country": {"Акмола", "Жамбыл", "Своё"},
        "akmola": {"Акмола", "Своё"},
        "executor": {"Своё"},
        "nowhere": set(),
    }


def test_who_is_moved_sees_another_scope_at_the_next_request():
    user = make_user(Role.OFFICIAL, AKMOLA)
    make_deadline(AKMOLA)
    path = feed_of(user)
    assert len(titles(path)) == 1
    User.objects.filter(pk=user.pk).update(region=make_region(ZHAMBYL))
    assert titles(path) == []


def void(**fields):
    return lambda: ApiToken.objects.update(**fields)


@pytest.mark.parametrize(
    "happens",
    [
        void(revoked_at=timezone.now()),
        void(expiry=timezone.now()),
        void(scopes="read write"),
        lambda: User.objects.update(is_active=False),
        lambda: User.objects.get().groups.clear(),
    ],
    ids=["revoked", "expired", "of the API", "disabled", "stripped"],
)
def test_an_address_that_opens_nothing_does_not_say_why(official, happens):
    path = feed_of(official)
    assert get(path).status_code == 200
    happens()
    answer, unknown = get(path), get(f"{MAKE}{'0' * 64}/deadlines.ics")
    assert answer.status_code == unknown.status_code == 404
    assert answer.content == unknown.content
    assert answer.headers == unknown.headers
    assert not answer.cookies


@pytest.mark.parametrize("key", ["0", "%00", "%ED%A0%80", "..", "ключ", "0" * 5000, "a b", "{}", "%2F"])
def test_broken_keys_are_unknown_ones(official, key):
    feed_of(official)
    assert get(f"{MAKE}{key}/deadlines.ics").status_code == 404


def test_the_beginning_of_a_key_opens_nothing(official):
    path = feed_of(official)
    for wrong in (path.replace("/deadlines", "0/deadlines"), path.replace("/deadlines", "/x")):
        assert get(wrong).status_code == 404
    key = path.split("/")[3]
    for part in (key[:15], key[:-1], key[:-1] + ("0" if key[-1] != "0" else "1")):
        assert get(path.replace(key, part)).status_code == 404


def test_the_key_opens_nothing_else(official):
    key = feed_of(official).split("/")[3]
    client = Client(headers={"authorization": f"Token {key}"})
    for path in ("deadlines/", "regions/", "schema/", "nowhere/"):
        assert client.get(f"/api/v1/{path}").status_code == (404 if path == "nowhere/" else 401), path
    assert client.get("/deadlines/").status_code == 302
    assert ApiToken.objects.get().last_used_at is None


def test_no_key_of_the_api_opens_the_feed(official):
    for scopes in ("read", "write", "read write"):
        assert get(feed_of(official, scopes=scopes)).status_code == 404


@pytest.mark.parametrize("scopes", [["calendar", "read"], ["calendar", "write"]])
def test_no_key_is_made_for_both(official, scopes):
    with pytest.raises(TokenRefused):
        issue_token(user=official, name="К", scopes=scopes, days=1)


def test_its_use_is_recorded_and_a_refusal_is_not(official):
    path = feed_of(official)
    ApiToken.objects.update(revoked_at=timezone.now())
    get(path)
    assert ApiToken.objects.get().last_used_at is None
    ApiToken.objects.update(revoked_at=None)
    get(path)
    assert ApiToken.objects.get().last_used_at is not None


# --- Making and revoking it -------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_works(official, caplog):
    make_deadline()
    reader = Reader(official, "ru")
    page = make(reader)
    address = page.context["address"]
    assert address in read(page).words
    assert address.startswith("http://testserver/calendar/feed/")
    assert "no-store" in page["Cache-Control"]
    assert len(titles(address)) == 1
    key = address.split("/")[5]
    for path in ("/calendar/", MAKE):
        assert key not in reader.client.get(path, follow=True).content.decode()
    kept = [*LogEntry.objects.all(), *User.history.all(), *ApiToken.objects.all()]
    assert not any(key in str(vars(row)) for row in kept)
    assert not any(key in str(row.get_decoded()) for row in Session.objects.all())
    assert key not in caplog.text


def test_it_keeps_the_filters_and_the_language(official):
    make_program(slug="spk")
    make_deadline(AKMOLA, instruction=make_instruction(program=make_program(slug="a")))
    reader = Reader(official, "kk")
    form = read(reader.client.get("/calendar/", {"program": "spk", "region_under": AKMOLA, "month": "2026-04"}))
    address = make(reader, program=form.fields["program"], region_under=form.fields["region_under"]).context["address"]
    assert address.endswith(f"/deadlines.ics?region_under={AKMOLA}&program=spk&lang=kk")
    assert titles(address) == []
    assert make(Reader(official, "ru")).context["address"].endswith("/deadlines.ics")


def test_the_page_says_how_the_feed_stands(official):
    reader = Reader(official)
    before = reader.get("/calendar/")
    assert "Make an address" in before.words
    assert "Revoke" not in before.words
    address = make(reader).context["address"]
    made = reader.get("/calendar/").words
    assert "Last used not yet" in made
    assert "Replace the address" in made
    get(address)
    assert "not yet" not in reader.get("/calendar/").words


def test_a_new_address_voids_the_one_before(official):
    reader = Reader(official)
    first, second = (make(reader).context["address"] for _ in range(2))
    assert (get(first).status_code, get(second).status_code) == (404, 200)
    assert ApiToken.objects.of_feed(official).in_force(at=timezone.now()).count() == 1


def test_revoking_it_voids_the_address_and_nobody_elses(official):
    reader, dana = Reader(official), make_user(Role.OFFICIAL)
    others, of_api = make(Reader(dana)).context["address"], make_token(official)
    address = make(reader).context["address"]
    page = read(reader.client.post(MAKE, {"act": "revoke"}, follow=True))
    assert "The address of the feed is revoked" in page.words
    assert "Make an address" in page.words
    assert (get(address).status_code, get(others).status_code) == (404, 200)
    assert ApiToken.objects.get(token_key=of_api[:15]).revoked_at is None
    assert ApiToken.objects.filter(revoked_by=official).count() == 1


@pytest.mark.parametrize(
    "given",
    [{}, {"act": "steal"}, {"act": ["make", "make"]}, {"act": "make", "user": "1"}, {"act": "make", "program": "x"},
     {"act": "make", "region_under": "999999999"}, {"act": "make", "lang": "kk"}, {"act": "\x00"}],
)  # fmt: skip
def test_what_the_page_does_not_ask_is_refused(official, given):
    assert Reader(official).client.post(MAKE, given).status_code == 400
    assert not ApiToken.objects.exists()


def test_who_sees_no_deadlines_makes_none():
    assert make(Reader(make_user(Role.EDITOR))).status_code == 403
    assert make(Reader()).status_code == 302
    page = read(Reader(make_user(Role.OFFICIAL, None)).client.post(MAKE, {"act": "make"}, follow=True))
    assert "outside your scope" in page.words
    assert not ApiToken.objects.exists()


def test_only_who_had_an_address_is_told_that_it_stopped_working(official):
    reader = Reader(official)
    pages = [read(reader.client.post(MAKE, {"act": "make"})).words for _ in range(2)]
    assert ["from before has stopped working" in words for words in pages] == [False, True]


def test_another_site_makes_none(official):
    client = Client(enforce_csrf_checks=True)
    client.force_login(official)
    assert client.post(MAKE, {"act": "make"}).status_code == 403


def test_the_administration_lists_and_revokes_it_and_makes_none(official):
    address = make(Reader(official)).context["address"]
    token, client = ApiToken.objects.get(), sign_in(make_staff(Role.ADMINISTRATOR), "en")
    assert "calendar feed" in read(client.get(page_of(token, "changelist"))).words
    assert not read(client.get("/admin/accounts/apitoken/add/")).has("input", name="scopes", value="calendar")
    client.post(page_of(token, "changelist"), {"action": "revoke", "_selected_action": [token.pk]})
    assert get(address).status_code == 404
