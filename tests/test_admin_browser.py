"""The admin in a real browser: no list, form or question breaks the content security policy or its own script."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from programs.instructions.models import Instruction
from regions.models import OrganisationGroup, OrganisationGroupMember
from tests.admin_rows import MAKERS, NOT_ADDED
from tests.axe import faults
from tests.factories import AKMOLA, make_cooperative, make_deadline, make_organisation, make_region
from tests.staff import act_page, filled, make_staff, page_of
from tests.windows import let_in, speak

pytestmark = pytest.mark.usefixtures("roles")


@pytest.fixture
def at_work(transactional_db, page, live_server):
    """A browser window of the staff, which must not complain of anything."""
    complaints = []
    let_in(page, live_server, make_staff())
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    yield page
    assert not complaints


def pages_of(label):
    """All lists and forms; the other pages look alike whatever they are about, so of some records only."""
    record = MAKERS[label]()
    yield page_of(record, "changelist")
    yield page_of(record)
    if label not in NOT_ADDED:
        yield page_of(record, "add")
    if label.startswith(("instructions", "accounts")):
        yield page_of(record, "history")
    if label.startswith("instructions") and label not in NOT_ADDED:
        yield page_of(record, "delete")


def pages_of_acts():
    deadline = make_deadline(AKMOLA)
    yield act_page(deadline, "replace_executor")
    yield act_page(deadline.instruction, "cancel")


def test_every_page_is_clean(at_work, live_server):
    """In both languages, and axe-core finds nothing serious on any.

    The form of a new record has the fields and colours of that of a stored one: it is opened in one language.
    """
    assert {model._meta.label for model in admin.site._registry} == MAKERS.keys()
    addresses = [reverse("admin:index"), *(each for label in MAKERS for each in pages_of(label)), *pages_of_acts()]
    found = []
    for language in ("ru", "kk"):
        speak(at_work, live_server, language)
        for address in addresses:
            is_new = address.endswith("/add/")
            if is_new and language == "kk":
                continue
            at_work.goto(address)
            assert at_work.locator("#content").is_visible(), address
            found += faults(at_work, colours=language == "ru" and not is_new)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [375, 1400])
def test_a_page_is_no_wider_than_the_window(at_work, width):
    at_work.set_viewport_size({"width": width, "height": 800})
    for address in pages_of("instructions.Instruction"):
        at_work.goto(address)
        assert at_work.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_an_instruction_with_a_group_from_typing_to_issuing(at_work):
    group = OrganisationGroup.objects.create(name_ru="Акиматы областей")
    for n in range(3):
        OrganisationGroupMember.objects.create(
            group=group, organisation=make_organisation(AKMOLA, name_ru=f"Акимат {n}")
        )
    make_region("110000000")
    make_organisation(name_ru="Министерство")
    page = at_work
    page.goto(reverse("admin:instructions_instruction_add"))
    page.fill("#id_text", "Проверить готовность")
    page.fill("#id_issued_on", "02.03.2026")
    page.fill("#id_term", "в двухнедельный срок")
    page.select_option("#id_group", label="Акиматы областей")
    page.select_option("#id_group_role", "co")
    page.click("#deadlines-group .add-row a")
    page.click("#deadlines-0 .select2-selection")
    page.fill(".select2-search__field", "министер")
    page.click(".select2-results__option:has-text('Министерство')")
    page.click("input[name=_save] >> nth=0")
    page.wait_for_url("**/change/")
    assert page.locator("tr.has_original").count() == 4
    page.check("#id_deadlines-2-DELETE")
    page.click("input[name=_issue] >> nth=0")
    page.wait_for_url("**/issue/")
    assert page.locator("tbody tr").count() >= 3
    page.fill("#id_on", "2026-03-02")
    page.click("#content input[type=submit]")
    page.wait_for_url("**/change/")
    instruction = Instruction.objects.get()
    assert instruction.state == "on_control"
    assert set(instruction.deadlines.values_list("state", "due__day")) == {("open", 16)}
    assert instruction.deadlines.count() == 3


def test_nothing_serious_is_found_where_two_meet_or_many_go(transactional_db, page, live_server):
    """The page with both values, the form with both, and the question before several are deleted."""
    cooperative, other, found = make_cooperative(AKMOLA), Client(), []
    other.force_login(make_staff())
    let_in(page, live_server, make_staff())
    for language in ("ru", "kk"):

        def look(button, shown, colours=language == "ru"):
            page.click(f"{button} >> nth=0")
            page.locator(shown).first.wait_for()
            found.extend(faults(page, colours=colours))

        speak(page, live_server, language)
        page.goto(page_of(cooperative))
        page.fill("#id_name_ru", "Моё")
        other.post(page_of(cooperative), filled(other.get(page_of(cooperative)), name_ru=language))
        look("input[name=_save]", ".conflict .clash")
        look("#conflict_form button", "ul.errorlist.stored")
        page.goto(page_of(cooperative, "changelist"))
        page.check("input.action-select >> nth=0")
        page.select_option("select[name=action]", "delete_selected")
        look("button[name=index]", ".delete-confirmation, .delete-selected-confirmation")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [375, 1280])
def test_a_conflict_is_settled_by_keyboard_without_script(browser, transactional_db, live_server, width):
    """From the stale form to the page with both values, on to the form with both, and saved."""
    cooperative, (me, other) = make_cooperative(AKMOLA, name_ru="Было"), (Client(), Client())
    me.force_login(make_staff())
    other.force_login(make_staff(last_name="Айгерим"))
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    context.add_cookies([{"name": "sessionid", "value": me.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(page_of(cooperative))
    page.fill("#id_name_ru", "Моё")
    other.post(page_of(cooperative), filled(other.get(page_of(cooperative)), name_ru="Её", product="Мёд"))
    page.press("#id_name_ru", "Enter")
    assert page.locator(".conflict .clash").count() == 1
    assert "Айгерим" in page.inner_text("#content-main")
    assert _fits(page)
    page.focus("#conflict_form button")
    page.keyboard.press("Enter")
    assert "Её" in page.inner_text("ul.errorlist.stored")
    assert (page.input_value("#id_name_ru"), page.input_value("#id_product")) == ("Моё", "Мёд")
    assert _fits(page)
    page.press("#id_name_ru", "Enter")
    context.close()
    cooperative.refresh_from_db()
    assert (cooperative.name_ru, cooperative.product, cooperative.version) == ("Моё", "Мёд", 3)


def _fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
