"""A window of the browser: who sits at it, in which language, and how they find their way."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.text import capfirst
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.accounts.models import User
from tests.factories import PASSWORD

BUTTONS = {"ru": "Рус", "kk": "Қаз"}


def speak(page: Page, site: LiveServer, language: str) -> None:
    _remember(page, site, settings.LANGUAGE_COOKIE_NAME, language)


def let_in(page: Page, site: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user)
    _remember(page, site, settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)


def _remember(page: Page, site: LiveServer, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": site.url}])


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


# Where the focus is: not lost, within sight and told apart by a ring.
STOP = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const inSight = box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const moved = at !== window.lastStop; // within a date it goes from part to part
  window.lastStop = at;
  window.unmet?.delete(at);
  return {lost: at === document.body, inSight, ring, moved, html: at.outerHTML.slice(0, 200)};
}"""


@dataclass
class Typist(Person):
    """A person who has no mouse."""

    def sign_in(self, user: Any) -> None:
        self.page.goto("/")
        self.press(self.page.get_by_role("button", name=BUTTONS[self.language]))
        self.type(self.field("username"), user.username)
        self.type(self.field("Password"), PASSWORD)
        self.page.keyboard.press("Enter")
        self.sees_heading("Control board")

    def reach(self, target: Locator) -> None:
        """By Tab alone; every stop on the way must be seen."""
        expect(target).to_be_visible()
        for _ in range(200):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.step()
        raise AssertionError(f"Tab does not lead to {target}")

    def step(self) -> bool:
        """To the next stop; False at the end of the page, where the browser's own buttons follow."""
        stop = {"moved": False}
        while not stop["moved"]:
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            assert stop["lost"] or (stop["inSight"] and stop["ring"]), f"{self.page.url}: focus is not seen: {stop}"
        return not stop["lost"]

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)
