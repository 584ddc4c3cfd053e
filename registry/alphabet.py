"""Names in the order of the reader's alphabet, alike on both databases and in Python.

PostgreSQL has the collations of ICU; SQLite, which knows ASCII alone, is given ones of the same names.
"""

import sqlite3
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Collate, NullIf
from django.utils.translation import get_language

COLLATIONS = {"ru": "ru-x-icu", "kk": "kk-x-icu", "en": "en-x-icu"}
# The Kazakh alphabet; it holds the Russian letters in the Russian order.
ORDER = {letter: n for n, letter in enumerate("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя", start=0x10000)}


def alphabetical(text: str) -> tuple[list[int], str]:
    """What to sort `text` by: blanks and marks, digits, Latin and Cyrillic letters, whatever their case."""
    return [ORDER.get(letter, ord(letter)) for letter in text.casefold()], text


def translated(path: str) -> Any:
    """The name at `path`, without its language, as the reader sees it: in Russian where the translation is missing."""
    language = (get_language() or "ru")[:2]
    return Coalesce(NullIf(F(f"{path}_{language}"), Value("")), F(f"{path}_ru"))


def named(path: str = "", field: str = "name") -> Any:
    """To be shown: the `field` of the row at `path`, such as "executor__"; empty where there is no such row."""
    return Coalesce(translated(f"{path}{field}"), Value(""))


def short_named() -> Any:
    """As `short_in_language`, of the row itself."""
    language = (get_language() or "ru")[:2]
    return Coalesce(NullIf(F(f"short_name_{language}"), Value("")), named())


def by_name(path: str = "name") -> Any:
    """To order by: `path` such as "executor__name", in the order of the reader's alphabet."""
    return Collate(translated(path), COLLATIONS[(get_language() or "ru")[:2]])


def teach(connection: Any, **kwargs: Any) -> None:
    """Gives a new connection to SQLite the collations."""
    if connection.vendor == "sqlite":
        driver: sqlite3.Connection = connection.connection
        for name in COLLATIONS.values():
            driver.create_collation(name, _compare)


def _compare(one: str, other: str) -> int:
    first, second = alphabetical(one), alphabetical(other)
    return (first > second) - (first < second)
