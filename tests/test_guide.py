"""The staff guide names what people see: a button renamed or an act added makes a test fail, not a reader.

In the guide **«…»** is a name on the screen, letter by letter; where the interface puts something in, the guide may say
what, or write an ellipsis.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from programs.instructions.doing import ON_DEADLINE, ON_INSTRUCTION
from registry.accounts.choices import Role
from registry.admin.site import GROUPS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/rukovodstvo.md").read_text(encoding="utf-8")
NAMES = sorted({" ".join(name.split()) for name in re.findall(r"\*\*«([^«»]+(?:«[^«»]+»[^«»]*)*)»\*\*", GUIDE)})
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
LEAST_LETTERS = 8  # beside its placeholders, or «%(name)s %(day)s» would be any name


def plain(text: str) -> str:
    """As names are compared: a sentence or a label may begin with a capital that the catalogue does not have."""
    return text.strip().rstrip(":").casefold()


@cache
def interface() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every Russian string that can be shown: those that stand as they are, and those that take something in."""
    texts = {plain(text) for _key, text in trans_real.translation("ru")._catalog.items()}
    filled = [text for text in texts if PLACEHOLDER.search(text)]
    long = [text for text in filled if sum(letter.isalpha() for letter in PLACEHOLDER.sub("", text)) >= LEAST_LETTERS]
    return texts, [re.compile(".+".join(map(re.escape, PLACEHOLDER.split(text)))) for text in long]


@cache
def in_templates() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "registry/templates").rglob("*.html"))


def is_shown(name: str) -> bool:
    texts, filled = interface()
    said = plain(name)
    return said in texts or f">{name}<" in in_templates() or any(pattern.fullmatch(said) for pattern in filled)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_in_the_guide_is_on_a_screen(name):
    assert is_shown(name), f"no string of the interface in Russian is «{name}»"


def test_a_name_that_is_nowhere_is_found_out():
    assert not is_shown("Кнопка, которой нет")
    assert not is_shown("Принять отчёт сейчас")


@pytest.mark.parametrize(
    "doing", [*ON_INSTRUCTION.values(), *ON_DEADLINE.values()], ids=lambda doing: str(doing.button)
)
def test_every_act_is_described(doing):
    with translation.override("ru"):
        assert str(doing.button) in NAMES


@pytest.mark.parametrize("shortcut", [shortcut for group in GROUPS for shortcut in group.shortcuts], ids=str)
def test_every_queue_of_the_admin_is_described(shortcut):
    with translation.override("ru"):
        assert str(shortcut.name) in NAMES


@pytest.mark.parametrize("role", Role)
def test_every_role_is_described(role):
    with translation.override("ru"):
        assert str(role.label) in GUIDE.casefold() or str(role.label) in GUIDE


def test_links_lead_to_their_places():
    for name in re.findall(r"\]\(#([\w-]+)\)", GUIDE):
        assert f'<a id="{name}"></a>' in GUIDE, name
    for address in re.findall(r"\]\((?!#|https?:)([^)#]+)", GUIDE):
        assert (ROOT / "docs" / address).exists(), address


def test_the_guide_stays_short():
    assert len(GUIDE.splitlines()) <= 350
