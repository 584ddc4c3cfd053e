"""Pages as their readers see them: a signed-in browser without script, the words of a page and its links."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.test import Client

from registry.accounts.models import User

SILENT = {"script", "style", "title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Page(HTMLParser):
    """`words` is the visible text with single blanks, `links` maps the name of a link to its address."""

    status: int
    html: str
    words: str = ""
    links: dict[str, str] = field(default_factory=dict)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._link: list[str] = []
        self.feed(self.html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs)))
        if tag == "a":
            self._link = []

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1][0] == tag, f"</{tag}> closes <{self._open[-1][0]}>"
        attrs = self._open.pop()[1]
        if tag == "a" and (href := attrs.get("href")):
            self.links[attrs.get("aria-label") or " ".join("".join(self._link).split())] = href

    def handle_data(self, data: str) -> None:
        if any(tag in SILENT for tag, _ in self._open):
            return
        self.words += f" {data}"
        self._link.append(data)

    def has(self, tag: str, **wanted: str) -> bool:
        return any(name == tag and wanted.items() <= attrs.items() for name, attrs in self.tags)

    @property
    def fields(self) -> dict[str, str]:
        """What a browser would send: the name and value of every field that is filled in or chosen."""
        filled, select = {}, ""
        for tag, attrs in self.tags:
            select = str(attrs["name"]) if tag == "select" else select
            if tag == "option" and "selected" in attrs and attrs["value"]:
                filled[select] = str(attrs["value"])
            is_chosen = "checked" in attrs or attrs.get("type") not in ("checkbox", "radio")
            if tag == "input" and attrs.get("value") and is_chosen:
                filled[str(attrs["name"])] = str(attrs["value"])
        return filled

    def link(self, pattern: str) -> str:
        """Address of the first link whose words match."""
        return next(href for words, href in self.links.items() if re.search(pattern, words))


def speaking(language: str, **options: Any) -> Client:
    """A browser whose reader chose `language`."""
    client = Client(**options)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


class Reader:
    """A browser of `user`, or of nobody, in one language."""

    def __init__(self, user: User | None = None, language: str = "en") -> None:
        self.language = language
        self.client = speaking(language)
        if user:
            self.client.force_login(user)

    def get(self, path: str, query: Any = None) -> Page:
        return read(self.client.get(path, query))

    def count(self, path: str, query: Any = None) -> int:
        """How many rows a list says it has."""
        response = self.client.get(path, query)
        assert response.status_code == 200, read(response).words[:500]
        return response.context["count"]


def read(response: Any) -> Page:
    return Page(response.status_code, response.content.decode())
