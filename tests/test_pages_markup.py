"""Every page stands on its own: strict CSP, no script, landmarks, labels, the language of the reader."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from programs.instructions.choices import InstructionState
from registry.accounts.choices import Role
from tests.factories import PASSWORD, TODAY, make_deadline, make_instruction, make_program, make_user
from tests.pages import Reader, read

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("roles")]

ROOT = Path(__file__).parent.parent
PAGES = [
    "/",
    "/deadlines/",
    "/deadlines/?mark=overdue&role=lead",
    "/deadlines/?page=7",
    "/deadlines/?due__gte=x&overdu=1&meeting=x",
    "/instructions/",
    "/discipline/?by=region&from=2026-01-01",
    "/discipline/?by=week&form=1",
    "/instructions/?without_executor=true",
    "/programs/",
    "/programs/?status=x&kind=y&page=z",
    "/funding/?year=x",
    "/indicators/",
    "/regions/",
    "/regions/000000000/",
    "/password/",
    "/second-factor/",
    "/second-factor/set-up/",
    "/nowhere/",
]


@pytest.fixture(params=["ru", "kk", "en"])
def official(request):
    make_deadline(due=TODAY, instruction=make_instruction(program=make_program(), issued_on_note="по публикации"))
    make_deadline(due=None)
    make_instruction(state=InstructionState.DRAFT)
    return Reader(make_user(Role.OFFICIAL), request.param)


def inline(page):
    """What a strict policy would refuse: inline scripts and styles, handlers, anything from elsewhere."""
    for tag, attrs in page.tags:
        yield from ((tag, name) for name in attrs if name.startswith("on") or name == "style")
        if tag == "style" or (tag == "script" and "src" not in attrs):
            yield tag, ""
        for name in ("src", "href", "action"):
            address = attrs.get(name) or ""
            if tag != "a" and re.match(r"[a-z]+:|//", address):
                yield tag, address


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_under_a_strict_policy(official, path):
    response = official.client.get(path)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    page = read(response)  # which also refuses tags closed in a wrong order
    assert list(inline(page)) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_can_be_read_by_ear_and_keyboard(official, path):
    check_landmarks(official.get(path), official.language)


def check_landmarks(page, language):
    """One heading, one main part, no id twice, a label for every field."""
    tags = [tag for tag, _ in page.tags]
    assert tags.count("main") == tags.count("h1") == 1
    assert page.tags[tags.index("a")][1]["href"] == "#main"
    assert page.has("html", lang=language)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    labelled = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}
    for tag, attrs in page.tags:
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden" and "hidden" not in attrs:
            assert attrs["id"] in labelled
        for reference in (attrs.get("aria-describedby") or attrs.get("aria-labelledby") or "").split():
            assert reference in ids, reference


def check_whole(page, language):
    check_landmarks(page, language)
    assert list(inline(page)) == []


@pytest.mark.parametrize("path", ["/login/", "/nowhere/"])
def test_page_for_nobody(path):
    page = Reader().get(path)
    assert list(inline(page)) == []
    assert "/deadlines/" not in page.html


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/", "evil.example"),
        ("/deadlines/?" + "&".join(["a=1"] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)), "testserver"),
    ],
)
def test_request_that_cannot_be_read_gets_a_page(path, host):
    reader = Reader(make_user(Role.OFFICIAL))
    page = read(reader.client.get(path, headers={"host": host}))
    assert page.status == 400
    assert "The request is not understood" in page.words
    assert list(inline(page)) == []


def test_refused_sign_in_and_forbidden_page():
    user = make_user()
    assert list(inline(read(Reader().client.post("/login/", {"username": user.username, "password": "x"})))) == []
    assert list(inline(Reader(user).get("/"))) == []


def test_page_answers_in_the_language_of_the_cookie_before_that_of_the_browser():
    user = make_user(Role.OFFICIAL)
    reader = Reader(language="ru")
    reader.client.post("/login/", {"username": user.username, "password": PASSWORD})
    reader.client.cookies["django_language"] = "kk"
    assert reader.get("/").has("html", lang="kk")


@pytest.mark.parametrize(
    "pattern", ["registry/templates/**/*.html", "regions/**/templates/**/*.html", "programs/**/templates/**/*.html"]
)
def test_templates_hold_no_inline_style_or_script_and_no_untranslated_words(pattern):
    for path in ROOT.glob(pattern):
        if "admin" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|https?://|\|safe\b", source), path
        source = re.sub(r"{% (blocktranslate|comment).*?{% end\1 %}", "", source, flags=re.DOTALL)
        bare = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", source)
        words = set(re.findall(r"[^\W\d_]{2,}", bare)) - {"Қаз", "Рус", "Eng", "DOCTYPE", "html"}
        assert not words, (path, words)


def test_stylesheet_stands_alone():
    source = (ROOT / "registry/static/registry/site.css").read_text(encoding="utf-8")
    assert "@import" not in source
    assert "url(" not in source
    for needed in ("prefers-reduced-motion", "@media print", ":focus-visible", "attr(data-label)", "tabular-nums"):
        assert needed in source


def _luminance(colour):
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"), ("ink", "closed-soft"), ("quiet", "ground"), ("quiet", "surface"), ("accent", "ground"),
        ("accent", "accent-soft"), ("surface", "accent"), ("surface", "accent-dark"), ("overdue", "overdue-soft"),
        ("overdue", "surface"), ("soon", "soon-soft"), ("soon", "surface"), ("in-time", "in-time-soft"),
        ("review", "review-soft"), ("soon", "ground"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(text, ground):
    source = (ROOT / "registry/static/registry/site.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", source))
    lighter, darker = sorted((_luminance(tokens[text]), _luminance(tokens[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
