"""The catalogues of strings: nothing untranslated, nothing forgotten, placeholders, plurals and dates right.

Strings are found without the tools of GNU gettext, which not every machine has: Python files by their syntax tree,
templates by Django's own `templatize`, which turns their tags into calls of gettext.
"""

import ast
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from gettext import c2py
from pathlib import Path

import polib
import pytest
from django.utils import formats, translation
from django.utils.translation import ngettext, template, trans_real

ROOT = Path(__file__).parent.parent
OWN = ROOT / "registry" / "locale"
PACKAGES = ROOT / "registry" / "locale_packages"  # what the packages below leave untranslated, or say badly
CATALOGUES = sorted([*OWN.glob("*/LC_MESSAGES/*.po"), *PACKAGES.glob("*/LC_MESSAGES/*.po")])
LANGUAGES = ("ru", "kk")
APPS = ("registry", "regions", "programs")

# Packages whose strings people meet: their code and templates, less what only developers see.
SEEN = (
    "django/core", "django/db/models", "django/forms", "django/utils", "django/views/generic", "django/contrib/admin",
    "django/contrib/auth", "rest_framework", "knox", "django_filters", "simple_history",
)  # fmt: skip
UNSEEN = ("/management/", "/migrations/", "/checks", "/templates/rest_framework/docs/", "/templatetags/rest_framework")

KEYWORDS = {  # as `makemessages` has them: place of the context, of the string and of its plural
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\({LITERAL}(?:, ?(?:{LITERAL}|count))*\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]|%[sd]|\{\w*(?::[^{}]*)?\}|</?\w+")

SUFFIXES = (".py", ".html", ".txt")

String = tuple[str | None, str, str | None]  # context, string, its plural


def strings_of(tree: ast.AST) -> Iterator[String]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in KEYWORDS and (found := _string(node, *KEYWORDS[name])):
            yield found


def _string(call: ast.Call, context: int | None, single: int, plural: int | None) -> String | None:
    def text(place: int | None) -> str | None:
        argument = call.args[place] if place is not None and place < len(call.args) else None
        value = argument.value if isinstance(argument, ast.Constant) else None
        return value if isinstance(value, str) else None

    found = text(single)
    return (text(context), found, text(plural)) if found else None


def strings_in(path: Path) -> Iterator[String]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from strings_of(ast.parse(text))
    elif "{%" in text:
        for call in CALL.finditer(template.templatize(text, origin=str(path))):
            yield from strings_of(ast.parse(call[0], mode="eval"))


def source_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        yield from (path for path in paths if path.suffix in SUFFIXES and "migrations" not in path.parts)


@cache
def own_strings() -> set[String]:
    return {string for path in source_files([ROOT / app for app in APPS]) for string in strings_in(path)}


@cache
def package_strings(name: str) -> set[String]:
    package, _slash, inside = name.partition("/")
    spec = importlib.util.find_spec(package)
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent / inside
    seen = (path for path in source_files([folder]) if not any(part in path.as_posix() for part in UNSEEN))
    return {string for path in seen for string in strings_in(path)}


def is_known(language: str, string: String) -> bool:
    """Whether `string` has a translation; Russian, which Django falls back to, is not one for Kazakh."""
    context, text, _plural = string
    key = f"{context}\x04{text}" if context else text
    found = trans_real.translation(language)
    while found is not None and getattr(found, "language", lambda: language)() == language:
        if key in found._catalog or (key, 0) in found._catalog:
            return True
        found = found._fallback
    return False


def catalogue(path: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def label(path: Path) -> str:
    return f"{path.parts[-4]}-{path.parts[-3]}-{path.stem}"


each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=label)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_there_is_a_catalogue_of_our_own_and_one_for_the_packages(language):
    for folder in (OWN, PACKAGES):
        assert folder / language / "LC_MESSAGES" / "django.po" in CATALOGUES


@each_catalogue
def test_every_string_is_translated(path):
    for entry in catalogue(path):
        assert "fuzzy" not in entry.flags, entry.msgid
        assert all(text.strip() for text in translations(entry)), entry.msgid


@pytest.mark.parametrize("path", [path for path in CATALOGUES if path.parts[-3] == "ru"], ids=label)
def test_russian_has_no_letters_of_kazakh_alone(path):
    """Save in names it quotes."""
    texts = (re.sub("«[^»]*»", "", text) for entry in catalogue(path) for text in translations(entry))
    assert not [text for text in texts if re.search("(?i)[әғқңөұүһі]", text)]


@each_language
def test_the_catalogue_holds_the_strings_of_the_source_and_no_others(language):
    held = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural or None)
        for entry in catalogue(OWN / language / "LC_MESSAGES" / "django.po")
    }
    found = own_strings()
    assert not found - held, "run `manage.py makemessages`, translate what is new, run `manage.py compilemessages`"
    assert not held - found, "no longer in the source: `manage.py makemessages --no-obsolete` removes them"


def test_only_literals_are_looked_up():
    """`_(name)` or an f-string is found by no tool, so nobody would translate it."""
    for path in source_files([ROOT / app for app in APPS]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.suffix == ".py" else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
                assert _string(node, *KEYWORDS[node.func.id]), f"{path}:{node.lineno}"


@each_catalogue
def test_placeholders_survive_translation(path):
    for entry in catalogue(path):
        wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in translations(entry):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, entry.msgid


@each_catalogue
def test_compiled_catalogues_are_fresh(path):
    def texts(entries: Iterable[polib.POEntry]) -> dict[String, list[str]]:
        return {(entry.msgctxt, entry.msgid, entry.msgid_plural): translations(entry) for entry in entries}

    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert texts(compiled) == texts(catalogue(path)), "run `manage.py compilemessages`"


@each_catalogue
def test_every_plural_has_all_its_forms(path):
    number, rule = re.fullmatch(
        r"nplurals=(\d); plural=(.+);", polib.pofile(str(path)).metadata["Plural-Forms"]
    ).groups()
    form: Callable[[int], int] = c2py(rule)
    by_language = {"ru": [2, 0, 1, 2, 2, 0, 1, 2], "kk": [1, 0, 1, 1, 1, 1, 1, 1]}
    assert [form(n) for n in (0, 1, 2, 5, 11, 21, 22, 25)] == by_language[path.parts[-3]]
    for entry in catalogue(path):
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(int(number))), entry.msgid


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", {1: "1 день", 2: "2 дня", 5: "5 дней", 21: "21 день", 111: "111 дней"}),
        ("kk", {1: "1 күн", 2: "2 күн", 5: "5 күн", 21: "21 күн"}),
        ("en", {1: "1 day", 2: "2 days", 5: "5 days", 21: "21 days"}),
    ],
)
def test_numbers_agree_with_their_nouns(language, expected):
    with translation.override(language):
        assert {n: ngettext("%(n)d day", "%(n)d days", n) % {"n": n} for n in expected} == expected


@pytest.mark.parametrize("entry", [e for e in catalogue(OWN / "kk/LC_MESSAGES/django.po") if e.msgid_plural], ids=str)
def test_kazakh_nouns_stay_the_same_after_a_number(entry):
    assert len(set(translations(entry))) == 1


@pytest.mark.parametrize(
    ("language", "day", "month", "weekday"),
    [
        ("ru", "16 февраля", "Февраль 2026 г.", "понедельник"),
        ("kk", "16 ақпан", "2026 ж. ақпан", "дүйсенбі"),
        ("en", "16 February", "February 2026", "Monday"),
    ],
)
def test_dates_are_written_as_in_that_language(language, day, month, weekday):
    monday = date(2026, 2, 16)
    with translation.override(language):
        assert formats.date_format(monday, "MONTH_DAY_FORMAT") == day
        assert formats.date_format(monday, "YEAR_MONTH_FORMAT") == month
        assert formats.date_format(monday, "l") == weekday


@each_language
def test_a_day_has_one_look_whoever_shows_it(language):
    """Django's lists and read-only fields write it by one setting, its inputs by another, our pages by a third."""
    monday = date(2026, 2, 16)
    with translation.override(language):
        looks = {
            formats.localize(monday),
            formats.localize_input(monday),
            formats.date_format(monday, "SHORT_DATE_FORMAT"),
        }
    assert looks == {"16.02.2026"}


@each_language
@pytest.mark.parametrize("package", SEEN)
def test_what_people_see_of_the_packages_is_translated(language, package):
    """A new version of a package brings new strings: translate them in registry/locale_packages."""
    missing = {string for string in package_strings(package) if not is_known(language, string)}
    assert not missing
