"""The tasks by keyboard alone: nothing is out of reach, no focus is lost, trapped or unseen."""

import re

import pytest
from playwright.sync_api import expect

from programs.instructions.models import Deadline
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, make_deadline, make_organisation, make_user
from tests.staff import act_page, make_staff, page_of
from tests.windows import Typist, let_in

pytestmark = pytest.mark.usefixtures("roles")

# All that Tab should stop at. Of a group of radio buttons it stops at one.
STOPS = """(part) => {
  part.tabIndex = -1;
  part.focus(); // some pages begin with a field: here Tab goes from the top
  window.unmet = new Set([...part.querySelectorAll(
  "a[href], button, input:not([type=hidden], [type=radio]:not(:checked)), select, textarea, summary, [tabindex='0']"
)].filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})));
}"""
UNMET = "() => [...window.unmet].map((one) => one.outerHTML.slice(0, 150))"


@pytest.fixture
def typist(transactional_db, page, problems, monkeypatch):
    """At work on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda moment=None: TODAY)
    expect.set_options(timeout=10_000)
    return Typist(page, "ru")


def test_official_goes_to_the_control_card_of_a_late_akimat(typist, late, akimats):
    page, akmola = typist.page, akimats[0].name_ru
    typist.sign_in(make_user(Role.OFFICIAL))
    typist.step()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"  # past the menu at once
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    overdue = page.get_by_role("article").filter(has_text=late.text)
    executors = overdue.get_by_role("group").last
    typist.press(executors.locator("summary"))
    expect(executors.get_by_text(akmola)).to_be_visible()
    page.keyboard.press("Enter")
    expect(executors.get_by_text(akmola)).to_be_hidden()
    typist.press(overdue.get_by_role("link", name=late.text))
    page.wait_for_url("**/instructions/*/")

    row = typist.row(akmola)
    typist.press(row.get_by_text(typist.said("how reckoned")))
    expect(row.get_by_text("14.02.2026").last).to_be_visible()


def test_menus_open_and_close_and_lead_on(typist):
    page = typist.page
    typist.sign_in(make_user(Role.OFFICIAL))
    more = page.locator(".more-menu")
    typist.press(more.locator("summary"))
    expect(more.get_by_role("link").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(more.get_by_role("link").first).to_be_hidden()
    page.keyboard.press("Enter")
    typist.press(typist.link("Regions", "menu"))
    page.wait_for_url("**/regions/")
    typist.press(page.locator(".user-menu summary"), "Space")
    typist.press(typist.button("Sign out"))
    page.wait_for_url("**/login/")


def test_executor_reports(typist, late, akimats):
    page, akmola = typist.page, akimats[0].name_ru
    typist.sign_in(make_user(Role.EXECUTOR, AKMOLA, organisation=akimats[0]))
    typist.press(page.get_by_role("link", name=late.text))
    page.wait_for_url("**/instructions/*/")
    typist.press(typist.link("Report", "button", of=akmola))
    page.wait_for_url("**/act/report/")
    typist.type(typist.field("what was done"), "Подключены все районы")
    typist.press(typist.button("Report", "button"))
    expect(page.get_by_text(typist.said("The report is submitted and under review."))).to_be_visible()
    assert late.deadlines.get(executor=akimats[0]).reported_on == TODAY


def test_controller_finds_an_executor_in_the_admin(typist, live_server):
    """The box that searches as one types takes the focus, gives it back, and says what was chosen."""
    page, deadline = typist.page, make_deadline(AKMOLA)
    other = make_organisation(name_ru="Министерство")
    let_in(page, live_server, make_staff())
    page.goto(act_page(deadline, "replace_executor"))
    box = page.get_by_role("combobox").first
    typist.press(box)
    page.keyboard.type("министер")
    expect(page.get_by_role("option", name=re.compile(other.name_ru))).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_contain_text(other.name_ru)
    typist.reach(box)
    assert Deadline.objects.count() == 1


def test_tab_stops_everywhere_and_ends(typist, live_server, late):
    """From the first to the last stop of a page; none is missed, none is put before the others."""
    page, deadline = typist.page, late.deadlines.first()
    let_in(page, live_server, make_staff())
    for path in ("/", "/admin/"):
        walk(typist, path, "body")
    site = (
        "/deadlines/?mark=overdue",
        f"/instructions/{late.pk}/",
        f"/deadlines/{deadline.pk}/act/cancel/",
        "/password/",
    )
    for path in (*site, page_of(late, "changelist"), page_of(late), act_page(late, "cancel")):
        walk(typist, path, "main")  # what stands around it is the same


def walk(typist, path, part):
    page = typist.page
    page.goto(path)
    assert not page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count(), path
    page.locator(part).evaluate(STOPS)
    steps = 0
    while typist.step():
        steps += 1
        assert steps < 300, path
    assert not page.evaluate(UNMET), path
