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


def by_name(path: str = "name") -> Any:
    """`path` is a name without its language, such as "executor__name": to order by, as the reader sees it."""
    language = (get_language() or "ru")[:2]
    name: Any = F(f"{path}_ru")
    if language != "ru":
        name = Coalesce(NullIf(F(f"{path}_{language}"), Value("")), name)
    return Collate(name, COLLATIONS[language])


def teach(connection: Any, **kwargs: Any) -> None:
    """Gives a new connection to SQLite the collations."""
    if connection.vendor == "sqlite":
        driver: sqlite3.Connection = connection.connection
        for name in COLLATIONS.values():
            driver.create_collation(name, _compare)


def _compare(one: str, other: str) -> int:
    first, second = alphabetical(one), alphabetical(other)
    return (first > second) - (first < second)
