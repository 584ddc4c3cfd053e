"""The tasks people come for, in a real browser from the sign-in to the end, in Russian and in Kazakh.

Everything is found as a person finds it: by the words on the buttons, fields and links in the language chosen.
"""

import re
from datetime import date
from typing import Any

import pytest
from django.utils.text import capfirst
from playwright.sync_api import expect
from pypdf import PdfReader

from programs.instructions import services
from programs.instructions.choices import DeadlineState, InstructionState, MeetingKind
from programs.instructions.models import Deadline, Instruction
from registry.accounts.choices import Role
from tests.akimats import TERM
from tests.factories import AKMOLA, TODAY, make_user
from tests.staff import make_staff
from tests.windows import Person

pytestmark = pytest.mark.usefixtures("roles")


@pytest.fixture(params=["ru", "kk"])
def person(request, transactional_db, page, problems, monkeypatch):
    """At work on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda moment=None: TODAY)
    expect.set_options(timeout=10_000)
    return Person(page, request.param)


def name_of(akimat: Any, language: str) -> str:
    return akimat.name_kk if language == "kk" else akimat.name_ru


def test_official_goes_from_the_board_to_the_card_of_a_late_akimat_and_its_pdf(person, late, akimats):
    page, akmola = person.page, name_of(akimats[0], person.language)
    person.sign_in(make_user(Role.OFFICIAL))
    overdue = page.get_by_role("article").filter(has_text=late.text)
    overdue.get_by_role("group").last.locator("summary").click()
    expect(overdue.get_by_text(akmola)).to_be_visible()
    expect(overdue.get_by_text(name_of(akimats[1], person.language))).to_have_count(0)  # has reported

    overdue.get_by_role("link", name=late.text).click()
    row = person.row(akmola)
    for words in (person.said("overdue"), person.said("the source does not report execution"), "16.02.2026"):
        expect(row).to_contain_text(words)
    expect(row.get_by_role("cell", name=re.compile("^14"))).to_be_visible()
    row.get_by_text(person.said("how reckoned")).click()
    expect(row.get_by_text("14.02.2026").last).to_be_visible()
    expect(person.row(name_of(akimats[1], person.language))).to_contain_text(person.said("under review"))
    expect(person.link("Accept the report")).to_have_count(0)  # an official reads

    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    told = "".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert akmola in " ".join(told.split())
    assert "16.02.2026" in told


def test_controller_goes_from_a_protocol_to_issued_deadlines_and_accepts_a_report(person, akimats):
    page = person.page
    aigerim = make_staff(Role.CONTROLLER)
    person.sign_in(aigerim)
    person.choose("Administration")
    person.row(capfirst(person.said("meetings"))).get_by_role("link", name=person.said("Add")).click()
    person.field("title").fill("Заседание Проектного офиса")
    person.field("kind").select_option(MeetingKind.SESSION)
    person.field("held on").fill("02.03.2026")
    person.field("chaired by").fill("Серік Жұманғарин")
    person.field("protocol number").fill("17-5/12")
    person.button("Save and continue editing").click()

    person.link("Add an instruction of this meeting").click()
    expect(person.field("issued on")).to_have_value("02.03.2026")
    expect(person.field("issued by")).to_have_value("Серік Жұманғарин")
    person.field("text").fill("Проверить готовность к севу")
    person.field("expected result").fill("Справка о готовности")
    person.field("term as worded").press_sequentially(TERM)
    expect(page.locator("#term-preview")).to_contain_text("16.03.2026")
    person.field("Group of organisations").select_option(label=name_of_group(person.language))
    person.button("Save").click()

    executors = page.get_by_role("group").filter(has=page.get_by_role("heading", name=person.said("executors")))
    for akimat in akimats:
        expect(executors).to_contain_text(name_of(akimat, person.language))
    draft = Instruction.objects.get()
    assert (draft.state, draft.controller, draft.meeting.protocol_number) == (
        InstructionState.DRAFT,
        aigerim,
        "17-5/12",
    )

    person.button("Save and issue…").click()
    expect(page.get_by_role("table", name=person.said("Deadlines that will open")).get_by_role("row")).to_have_count(4)
    person.button("Issue", "button").click()
    expect(page.get_by_text(person.said("The instruction is issued and on control."))).to_be_visible()
    assert set(draft.deadlines.values_list("state", "due")) == {(DeadlineState.OPEN, date(2026, 3, 16))}

    reported = draft.deadlines.get(executor__region=AKMOLA)
    services.submit_report(deadline=reported, text="Готовы", by=make_user(Role.EXECUTOR), on=TODAY)
    person.link("View on site").click()
    person.link("Accept the report", of=name_of(akimats[0], person.language)).click()
    expect(page.get_by_text("Готовы")).to_be_visible()
    person.button("Accept the report").click()
    expect(page.get_by_text(person.said("The report is accepted: the deadline is fulfilled."))).to_be_visible()
    assert Deadline.objects.get(pk=reported.pk).state == DeadlineState.FULFILLED


def name_of_group(language: str) -> str:
    return "Облыстардың әкімдіктері" if language == "kk" else "Акиматы областей"


def test_executor_goes_from_the_sign_in_to_a_report_with_a_file(person, late, akimats):
    page = person.page
    akmola, turkestan = (name_of(akimats[n], person.language) for n in (0, 2))
    person.sign_in(make_user(Role.EXECUTOR, AKMOLA, organisation=akimats[0]))
    page.get_by_role("link", name=late.text).click()
    expect(person.row(akmola)).to_contain_text(person.said("overdue"))
    expect(page.get_by_text(turkestan)).to_have_count(0)  # of others nothing is shown

    person.link("Report", "button", of=akmola).click()
    person.field("what was done").fill("Подключены все районы")
    file = {"name": "Акт.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 act"}
    person.field("files").set_input_files(file)
    person.button("Report", "button").click()

    expect(page.get_by_text(person.said("The report is submitted and under review."))).to_be_visible()
    report = page.get_by_role("article", name=akmola)
    expect(report).to_contain_text("Подключены все районы")
    with page.expect_download() as download:
        report.get_by_role("link", name="Акт.pdf").click()
    assert download.value.path().read_bytes() == file["buffer"]
    assert late.deadlines.get(executor=akimats[0]).reported_on == TODAY
