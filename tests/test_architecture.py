"""Which way imports go, and how large a file may grow."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [
    path
    for app in ("registry", "regions", "programs")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
LEAVES = ("programs.indicators", "programs.cooperatives", "programs.instructions")
OURS = ("registry", "regions", "programs")
DOORS = {"admin", "api", "views", "commands"}
WEB = ("rest_framework", "drf_spectacular", "django.http", "django.contrib.admin", "django.forms", "django.views")


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def app_of(name: str) -> str:
    apps = (*LEAVES, "regions.standards", "registry", "regions", "programs")
    return next((app for app in apps if name == app or name.startswith(app + ".")), "")


def may_import(app: str) -> set[str]:
    below = {"registry": set(), "regions": {"registry"}, "regions.standards": {"registry", "regions"}}
    below["programs"] = {"registry", "regions"}
    return {app} | below.get(app, {"registry", "regions", "programs"})


def door_of(name: str) -> str:
    parts = set(name.split("."))
    return next((door for door in DOORS if door in parts), "")


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_go_the_way_of_the_house(path):
    name, tree = module(path), ast.parse(path.read_text(encoding="utf-8"))
    for imported in imports(tree):
        if imported.startswith(OURS):
            assert app_of(imported) in may_import(app_of(name)), f"{name} imports {imported}"
            mine, theirs = door_of(name), door_of(imported)
            composes = name.endswith(".urls")  # names the pages it gives addresses to
            assert not theirs or composes or app_of(imported) == "registry" or mine == theirs, (
                f"{name} imports {imported}"
            )
        if re.search(r"\.(models|querysets|services|choices|workdays|terms)\b", name):
            assert not imported.startswith(WEB), f"{name} imports {imported}"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_no_import_of_ours_inside_a_function(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and module(path) != "registry.apps":  # checks need the apps loaded
            assert not [name for name in imports(node) if name.startswith(OURS)], f"{module(path)}.{node.name}"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=module)
def test_today_is_read_at_the_edge(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(date\.today|datetime\.(now|today|utcnow))\(", text)
    if re.search(r"\b(querysets|services|models|terms|workdays)\b", module(path)) and path.stem != "journal":
        # The journal alone stamps when an act was recorded.
        assert "localdate(" not in text and "timezone.now(" not in text


def test_what_is_promised_names_tests_that_exist():
    named = re.findall(r"`(test_\w+\.py)`", (ROOT / "docs/security.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / "tests" / name).is_file()]
