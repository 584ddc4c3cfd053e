"""The pages in a real browser: what an official sees, on a desk and on a phone, all of it under the strict CSP."""

from datetime import date

import pytest
from django.core.management import call_command

from registry.accounts.choices import Role
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("roles")


@pytest.fixture
def real_data(transactional_db):
    call_command("load_registry", verbosity=0)


@pytest.fixture
def signed_in(transactional_db, page, problems, monkeypatch):
    """Aigerim at the board on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 3, 2))
    make_user(Role.OFFICIAL, username="aigerim")
    page.goto("/")
    page.fill("#id_username", "aigerim")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/")
    return page


def test_official_reads_the_board_and_the_rows_behind_it(real_data, signed_in):
    page = signed_in
    instruction = page.locator("article", has_text="Amanatnesie")
    assert instruction.locator(".lateness strong").inner_text() == "14"
    assert not instruction.locator("li", has_text="Акимат Акмолинской области").is_visible()
    instruction.locator("details.executors summary").click()
    assert instruction.locator("li", has_text="Акимат Акмолинской области").is_visible()

    page.locator(".figure-overdue a").click()
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == 36

    page.select_option("#id_region_under", "110000000")
    page.locator(".filters button").click()
    rows = page.locator("tbody tr")
    assert rows.count() == 2
    assert "region_under=110000000" in page.url
    assert "search=" not in page.url
    amanatnesie = rows.filter(has_text="Amanatnesie")
    assert "16.02.2026" in amanatnesie.inner_text()
    amanatnesie.locator(".estimate summary").click()
    assert amanatnesie.locator(".estimate p").is_visible()

    page.locator('button[lang="kk"]').click()
    assert page.locator("html").get_attribute("lang") == "kk"
    assert "region_under=110000000" in page.url
    assert page.locator("tbody tr").count() == 2

    for path in ("/instructions/?without_executor=true", "/password/"):
        page.goto(path)

    page.locator(".user-menu summary").click()
    page.locator(".user-menu button").click()
    page.wait_for_url("/login/")


def test_phone_shows_rows_as_cards_without_scrolling_sideways(real_data, signed_in):
    page = signed_in
    page.set_viewport_size({"width": 375, "height": 740})
    for path in ("/", "/deadlines/?mark=overdue", "/instructions/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
    page.goto("/deadlines/?mark=overdue")
    assert not page.locator("thead").first.is_visible()
    label = page.locator("tbody td.verdict").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label.strip('"')
    assert not page.locator("#id_search").is_visible()  # the filters wait behind one line
    page.locator(".filters > summary").click()
    assert page.locator("#id_search").is_visible()


def test_keyboard_reaches_the_content_first_and_always_shows_where_it_is(signed_in):
    page = signed_in
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_file_is_told_to_be_ready_when_it_is_here(real_data, signed_in):
    page = signed_in
    page.goto("/deadlines/?mark=overdue")
    with page.expect_download() as download:
        page.locator(".files a", has_text="PDF").click()
    assert download.value.suggested_filename == "deadlines-2026-03-02.pdf"
    page.locator(".files [role=status]", has_text="Файл готов.").wait_for()
