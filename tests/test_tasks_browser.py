"""The tasks people come for, in a real browser from the sign-in to the end, in Russian and in Kazakh.

Everything is found as a person finds it: by the words on the buttons, fields and links in the language chosen.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from django.utils.text import capfirst
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from programs.instructions import services
from programs.instructions.choices import DeadlineState, ExecutorRole, InstructionState, MeetingKind
from programs.instructions.models import Deadline, Instruction
from regions.models import OrganisationGroup, OrganisationGroupMember
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    PASSWORD,
    TODAY,
    ZHAMBYL,
    make_instruction,
    make_meeting,
    make_organisation,
    make_source,
    make_user,
)
from tests.staff import make_staff

pytestmark = pytest.mark.usefixtures("roles")

BUTTONS = {"ru": "Рус", "kk": "Қаз"}
AKIMATS = {
    AKMOLA: ("Акимат Акмолинской области", "Ақмола облысының әкімдігі"),
    ZHAMBYL: ("Акимат Жамбылской области", "Жамбыл облысының әкімдігі"),
    "610000000": ("Акимат Туркестанской области", "Түркістан облысының әкімдігі"),
}
TERM = "в двухнедельный срок"


@dataclass
class Person:
    """Somebody at a browser window, who reads in one language."""

    page: Page
    language: str

    def said(self, words: str, context: str = "") -> str:
        """What the interface says instead of `words`, which must not be English."""
        with translation.override(self.language):
            found = translation.pgettext(context, words) if context else translation.gettext(words)
        assert found != words
        return found

    def sign_in(self, user: Any) -> None:
        self.page.goto("/")
        self.page.get_by_role("button", name=BUTTONS[self.language]).click()
        self.field("username").fill(user.username)
        self.field("Password").fill(PASSWORD)
        self.button("Sign in", "button").click()
        self.sees_heading("Control board")

    def sees_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(capfirst(self.said(words)))

    def button(self, words: str, context: str = "") -> Locator:
        """The first of them: the admin has its buttons above the form and below."""
        return self.page.get_by_role("button", name=self.said(words, context), exact=True).first

    def link(self, words: str, context: str = "", *, of: str = "") -> Locator:
        """Named with `of` whom where a page has several of them, as a screen reader tells them apart."""
        name = re.escape(self.said(words, context)) + (f" ?: {re.escape(of)}" if of else "")
        return self.page.get_by_role("link", name=re.compile(f"^{name}$"))

    def choose(self, words: str) -> None:
        """Follows a link of the menu, which may be folded in."""
        link = self.page.get_by_role("link", name=self.said(words), include_hidden=True)
        for fold in link.locator("xpath=ancestor::details[not(@open)]").all():
            if (summary := fold.locator("> summary")).is_visible():
                summary.click()
        link.click()

    def field(self, words: str) -> Locator:
        """The admin closes its labels with a colon."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(self.said(words))}:?$", re.IGNORECASE))

    def row(self, words: str) -> Locator:
        """The first: the journal names executors again below their table."""
        return self.page.get_by_role("row").filter(has_text=words).first


@pytest.fixture(params=["ru", "kk"])
def person(request, transactional_db, page, problems, monkeypatch):
    """At work on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda moment=None: TODAY)
    expect.set_options(timeout=10_000)
    return Person(page, request.param)


@pytest.fixture
def akimats(transactional_db):
    """Akimats of three oblasts, which make the group «Акиматы областей»."""
    group = OrganisationGroup.objects.create(name_ru="Акиматы областей", name_kk="Облыстардың әкімдіктері")
    made = [make_organisation(code, name_ru=ru, name_kk=kk) for code, (ru, kk) in AKIMATS.items()]
    for akimat in made:
        OrganisationGroupMember.objects.create(group=group, organisation=akimat)
    return made


@pytest.fixture
def late(akimats):
    """An instruction of a public text to all three, due on Monday 16 February; Zhambyl alone has reported."""
    controller = make_staff(Role.CONTROLLER)
    instruction = make_instruction(
        text="Подключить регионы к Amanatnesie", ref="amanatnesie", source=make_source(), meeting=make_meeting(),
        issued_on=date(2026, 1, 31), term=TERM, state=InstructionState.DRAFT,
    )  # fmt: skip
    by = {"by": controller, "on": date(2026, 2, 2)}
    services.add_executors(instruction=instruction, executors=akimats, role=ExecutorRole.EQUAL, **by)
    services.issue_instruction(instruction=instruction, **by)
    reported = instruction.deadlines.get(executor__region=ZHAMBYL)
    services.submit_report(deadline=reported, text="Подключено", by=controller, on=date(2026, 2, 13))
    return instruction


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
