"""The tasks in a browser that runs no script."""

import pytest
from playwright.sync_api import expect

from programs.instructions.choices import DeadlineState
from programs.instructions.models import Deadline, Instruction
from registry.accounts.choices import Role
from tests.factories import AKMOLA, TODAY, ZHAMBYL, make_deadline, make_instruction, make_organisation, make_user
from tests.staff import make_staff, page_of
from tests.windows import Person

pytestmark = pytest.mark.usefixtures("roles")


@pytest.fixture
def person(transactional_db, browser, live_server, monkeypatch):
    """At work on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda moment=None: TODAY)
    expect.set_options(timeout=10_000)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="ru-RU")
    yield Person(context.new_page(), "ru")
    context.close()


def test_official_filters_sorts_turns_the_page_and_reads_in_another_language(person):
    page, text = person.page, "Подключить регионы"
    for region in [AKMOLA] * 52 + [ZHAMBYL]:
        make_deadline(region, instruction=make_instruction(text=text), due=TODAY)
    person.sign_in(make_user(Role.OFFICIAL))
    page.goto("/deadlines/")
    page.select_option("#id_region_under", AKMOLA)
    person.button("Show").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.locator("th a.sort").first.click()
    assert "ordering=" in page.url
    page.locator("a[rel=next]").click()
    expect(page.locator("tbody tr")).to_have_count(2)

    page.get_by_role("button", name="Қаз").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert all(part in page.url for part in ("ordering=", "page=2", f"region_under={AKMOLA}"))
    page.get_by_role("link", name=text).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    with page.expect_download():
        page.get_by_role("link", name="PDF").click()


def test_executor_reports(person, late, akimats):
    page, akmola = person.page, akimats[0].name_ru
    person.sign_in(make_user(Role.EXECUTOR, AKMOLA, organisation=akimats[0]))
    page.get_by_role("link", name=late.text).click()
    person.link("Report", "button", of=akmola).click()
    person.field("what was done").fill("Подключены все районы")
    person.button("Report", "button").click()
    expect(page.get_by_text(person.said("The report is submitted and under review."))).to_be_visible()
    assert late.deadlines.get(executor=akimats[0]).reported_on == TODAY


def test_controller_adds_a_group_and_one_executor_by_words_and_issues(person, akimats):
    page, ministry = person.page, make_organisation(name_ru="Министерство торговли")
    make_organisation(name_ru="Министерство юстиции")
    person.sign_in(make_staff(Role.CONTROLLER))
    page.goto(page_of(Instruction, "add"))
    page.locator("p.words a").click()
    person.field("text").fill("Проверить готовность")
    person.field("issued on").fill("02.03.2026")
    person.field("term as worded").fill("в двухнедельный срок")
    page.select_option("#id_group", label="Акиматы областей")
    executor = page.locator("[name=deadlines-0-executor-words]")
    executor.fill("министерство")
    person.button("Save and continue editing").click()
    expect(page.locator("#deadlines-0 .errorlist")).to_contain_text("Министерство юстиции")
    expect(executor).to_have_value("министерство")
    executor.fill("министерство торг")
    person.button("Save and continue editing").click()
    page.wait_for_url("**/change/")
    person.button("Save and issue…").click()
    person.button("Issue", "button").click()
    page.wait_for_url("**/change/")
    deadlines = Deadline.objects.filter(state=DeadlineState.OPEN)
    assert {each.executor for each in deadlines} == {ministry, *akimats}
