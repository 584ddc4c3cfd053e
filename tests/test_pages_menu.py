"""The main menu: only what its reader may open, in one row on a desk and behind one word on a phone."""

import pytest

from registry.accounts.choices import Role
from tests.factories import PASSWORD, make_user
from tests.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("roles")]

CONTROL = ["Board", "Deadlines", "Instructions", "Discipline", "Meetings", "Calendar"]
REGISTERS = ["Cooperatives", "Projects", "Information systems", "Standards"]


def menu(reader, path="/password/"):
    return [words for words in reader.get(path).links if words not in ("Skip to the content", "Change password")]


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.OFFICIAL, [*CONTROL, *REGISTERS, "Data quality", "API"], ["Administration"]),
        (Role.CONTROLLER, [*CONTROL, *REGISTERS, "Data quality"], []),
        (Role.EDITOR, [*REGISTERS, "Data quality"], CONTROL),
        (Role.EXECUTOR, [*CONTROL, "Data quality"], REGISTERS),
    ],
)
def test_menu_holds_what_the_reader_may_open(role, shown, hidden):
    reader = Reader(make_user(role))
    words = menu(reader)
    assert [each for each in shown if each not in words] == []
    assert [each for each in hidden if each in words] == []
    links = reader.get("/password/").links
    for each in shown:
        assert reader.client.get(links[each], follow=True).status_code == 200, each


def test_staff_are_led_to_the_administration():
    assert "Administration" in menu(Reader(make_user(Role.EDITOR, is_staff=True)))


def test_someone_without_a_role_is_offered_nothing_forbidden():
    page = Reader(make_user()).get("/password/")
    assert not {*CONTROL, *REGISTERS, "Data quality"} & set(page.links)
    assert not page.has("form", role="search")


@pytest.mark.parametrize(
    ("path", "link"), [("/deadlines/", "/deadlines/?state__in=open,reported"), ("/calendar/", "/calendar/")]
)
def test_menu_says_where_one_is(path, link):
    page = Reader(make_user(Role.OFFICIAL)).get(path)
    assert page.has("a", href=link, **{"aria-current": "page"})
    assert page.has("summary", **{"aria-current": "true"}) is (path == "/calendar/")


@pytest.fixture
def aigerim(transactional_db, page):
    make_user(Role.OFFICIAL, username="aigerim", first_name="Айгерим", last_name="Нурсултановна-Сейдахметова")
    page.goto("/login/")
    page.fill("#id_username", "aigerim")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/")
    return page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_one_row_on_a_desk_and_one_word_on_a_phone(aigerim, language):
    page = aigerim
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(f'button[lang="{language}"]').click()
    tops = page.evaluate("[...document.querySelectorAll('.bar > *, .site-nav > ul > li')].map(e => e.offsetTop)")
    heights = page.evaluate("document.querySelector('.site-header').offsetHeight")
    assert heights < 75, tops
    page.goto("/deadlines/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert not page.locator(".more-menu ul").is_visible()
    page.locator(".more-menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator('.more-menu a[href="/calendar/"]').is_visible()

    page.set_viewport_size({"width": 375, "height": 740})
    page.goto("/calendar/")
    assert not page.locator(".site-nav").is_visible()
    page.locator(".menu > summary").click()
    assert page.locator(".site-nav").is_visible()
    assert page.locator("#site-search").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_search_from_the_header_by_keyboard(aigerim):
    page = aigerim
    page.fill("#site-search", "нет такого")
    page.keyboard.press("Enter")
    page.wait_for_url("/search/?q=*")
    assert page.input_value("#id_q") == "нет такого"
