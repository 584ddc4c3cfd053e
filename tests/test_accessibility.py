"""The site for those who see badly or not at all: axe-core finds nothing serious on any page, in Russian or Kazakh.

The pages of the admin are looked at where they are opened anyway, in `test_admin_browser.py`.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from programs.instructions import services
from programs.instructions.models import Instruction
from registry.accounts.choices import Role
from registry.section_views import SearchPage
from tests.admin_rows import make_cooperative_with_support
from tests.axe import faults
from tests.factories import PASSWORD, TODAY, make_user
from tests.routes import MODEL_OF, address, routes
from tests.staff import make_staff
from tests.windows import let_in, speak

pytestmark = pytest.mark.usefixtures("roles", "quiet")

# What is no page, and the pages that are come to otherwise than by their address.
NOT_VISITED = {"healthz", "readyz", "set_language", "logout", "attachment"} | {
    "login", "sign_in_code", "instruction_act", "deadline_act", "calendar_feed",
}  # fmt: skip
STATES = [
    "/deadlines/?mark=overdue&role=lead",
    "/deadlines/?mark=in_time&search=zzzz",
    "/deadlines/?due__gte=x&overdu=1",
    "/discipline/?by=region&from=2026-01-01&to=2026-03-01",
    "/calendar/?month=2026-02",
    "/search/?q=акмол",
    "/search/?q=zzzz",
    "/regions/000000000/",
    "/regions/116630100/",
    "/nowhere/",
]
MAIN = [
    "/", "/deadlines/?mark=overdue", "/instructions/", "/meetings/", "/projects/", "/quality/", "/calendar/",
    "/discipline/?by=region&from=2026-01-01&to=2026-03-01", "/regions/110000000/", "/programs/auyl-amanaty/",
]  # fmt: skip


@pytest.fixture
def real_data(transactional_db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda moment=None: TODAY)
    call_command("load_registry", verbosity=0)
    make_cooperative_with_support()


@pytest.fixture
def card(real_data):
    """Of an instruction with a report and a request for more time that await a decision."""
    instruction = Instruction.objects.get(text__contains="Amanatnesie")
    reported, late = instruction.deadlines.order_by("pk")[:2]
    by = {"by": make_staff(Role.CONTROLLER), "on": TODAY}
    services.submit_report(deadline=reported, text="Подключено", **by)
    services.request_extension(deadline=late, new_due=TODAY + timedelta(days=30), reason="Снег", **by)
    return reverse("instruction", args=(instruction.pk,))


def rows() -> dict[str, Any]:
    """One of each model: where it matters, one of which much is known."""
    models = {label: apps.get_model(label) for label in set(MODEL_OF.values())}
    chosen = {
        "regions.Region": models["regions.Region"].objects.get(pk="110000000"),
        "programs.Program": models["programs.Program"].objects.get(slug="auyl-amanaty"),
    }
    return {label: model._base_manager.order_by("pk").first() for label, model in models.items()} | chosen


def addresses() -> list[str]:
    known = rows()
    named = (each for each in routes() if not each.pattern.startswith(("admin/", "api/v1/")))
    pages = [address(each, known) for each in named if each.name not in NOT_VISITED]
    return [*pages, *STATES]


class Walker:
    """Somebody who opens page after page and is told what is wrong with them."""

    def __init__(self, page: Any, *, colours: bool) -> None:
        self.page, self.colours = page, colours
        self.found: list[str] = []

    def look(self) -> None:
        self.found += faults(self.page, colours=self.colours)

    def visit(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(path)
            self.look()

    def acts(self, card: str) -> None:
        """The page of every kind of act that is offered on a card."""
        self.visit(card)
        links = self.page.eval_on_selector_all("a[href*='/act/']", "all => all.map(one => one.getAttribute('href'))")
        assert links
        self.visit(*{link.rstrip("/").rpartition("/")[2]: link for link in links}.values())


def test_nothing_serious_is_found_on_any_page_and_nothing_is_cut_off(card, page, live_server, phone, monkeypatch):
    careful, outsider, staff = make_user(Role.OFFICIAL), make_user(region=None), make_staff()
    phone.set_up(careful)
    late = Instruction.objects.get(text__contains="Amanatnesie").deadlines.open().overdue(on=TODAY).first()
    executor = make_user(Role.EXECUTOR, late.executor.region_id, organisation=late.executor)
    paths, found = addresses(), []
    for language in ("ru", "kk"):
        walker = Walker(page, colours=language == "ru")
        speak(page, live_server, language)
        walker.visit("/login/")
        give_password(page, careful.username, "wrong")
        walker.look()
        give_password(page, careful.username, PASSWORD)
        assert page.url.endswith("/login/code/")
        walker.look()
        let_in(page, live_server, outsider)
        walker.visit("/")
        let_in(page, live_server, executor)
        walker.acts(card)
        let_in(page, live_server, staff)
        walker.acts(card)
        walker.visit(*paths)
        with monkeypatch.context() as broken:
            broken.setattr(SearchPage, "get", None)
            walker.visit("/search/")
        page.context.clear_cookies()
        found += walker.found
    assert not found, "\n".join(found)
    let_in(page, live_server, staff)
    check_narrow(page)


def give_password(page, username, password):
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def check_narrow(page):
    """A window of 1280 px zoomed to 400% is 320 px wide: nothing is cut off there, on a tablet or on a small laptop."""
    for path in MAIN:
        page.goto(path)
        for width in (320, 768, 1024):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
