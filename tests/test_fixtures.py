"""What fixtures/ holds, without a database: every fact has its place, every quote its length, every row its source."""

import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from registry.loading import all_steps, read_csv

FILES = sorted(path.name for path in settings.FIXTURES_DIR.glob("*.csv"))
FACTS = {f"fact:F{n:03}" for n in range(1, 49)} | {f"fact:P{n:03}" for n in range(1, 26)}
MONEY = {"F001", "F002", "F003", "F025", "F036", "F040", "F044", "F046", "F048"} | {
    "P003", "P004", "P005", "P009", "P013", "P019", "P022", "P025",
}  # fmt: skip
SOURCED = ["funding.csv", "indicator_values.csv", "instructions.csv", "meetings.csv", "projects.csv", "programs.csv",
           "program_terms.csv", "monthly_index.csv", "connections.csv", "practices.csv", "findings.csv"]  # fmt: skip


def column(file, name):
    return [row[name] for row in read_csv(file)]


def test_every_fact_is_in_exactly_one_place():
    found = [ref for file in ("indicator_values.csv", "funding.csv", "projects.csv") for ref in column(file, "ref")]
    assert sorted(ref for ref in found if ref.startswith("fact:")) == sorted(FACTS)


def test_money_facts_are_funding_only():
    assert {ref.removeprefix("fact:") for ref in column("funding.csv", "ref")} == MONEY


def test_a_cost_is_not_funding():
    assert [row["cost"] for row in read_csv("projects.csv") if row["ref"] == "fact:F017"] == ["10000000000"]


def test_facts_that_mean_the_same_share_an_indicator():
    of = {row["ref"]: row["indicator"] for row in read_csv("indicator_values.csv")}
    assert {of[f"fact:{fact}"] for fact in ("F024", "F034", "F041", "P002")} == {"indicator:jobs-created"}
    assert {of[f"fact:{fact}"] for fact in ("F033", "F039")} == {"indicator:microloans-issued"}
    assert {of[f"fact:{fact}"] for fact in ("F009", "P020")} == {"indicator:cooperatives-created"}
    assert set(of.values()) == set(column("indicators.csv", "ref"))


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("около", "about"), ("порядка", "about"), ("почти", "almost"), ("более", "more"), ("свыше", "more"),
     ("до", "up_to"), ("", "")],
)  # fmt: skip
def test_the_word_of_the_source_and_its_meaning(word, meaning):
    rows = [row for row in read_csv("indicator_values.csv") if row["approximation_word"] == word]
    assert rows and {row["approximation"] for row in rows} == {meaning}


@pytest.mark.parametrize("file", [file for file in FILES if "quote" in read_csv(file)[0].cells])
def test_quotes_are_twelve_words_at_most(file):
    assert max(len(quote.split()) for quote in column(file, "quote")) <= 12


@pytest.mark.parametrize("file", SOURCED)
def test_every_row_says_where_it_was_read(file):
    assert set(column(file, "source")) <= set(column("sources.csv", "ref"))


def test_a_source_has_an_address_and_a_date_or_says_why_not():
    assert all(row["url"].startswith("https://") for row in read_csv("sources.csv"))
    assert all(row["published_on"] or row["published_note"] for row in read_csv("sources.csv"))


def test_every_step_has_a_name_of_its_own_and_every_file_a_step():
    steps = all_steps()
    assert len({step.name for step in steps}) == len(steps)
    assert sorted(file for step in steps for file in step.files) == FILES


@pytest.mark.parametrize("file", FILES)
def test_the_readme_describes_every_file(file):
    assert f"`{file}`" in (settings.FIXTURES_DIR / "README.md").read_text(encoding="utf-8")


def test_positions_are_notes_of_their_meeting_and_no_instructions():
    assert not re.search("Іскер аймақ|на малые города", " ".join(column("instructions.csv", "text")))
    notes = dict(zip(column("meetings.csv", "ref"), column("meetings.csv", "notes"), strict=True))
    assert "Іскер аймақ" in notes["meeting:amanat-reception"] and "малые города" in notes["meeting:amanat-reception"]


@pytest.mark.django_db
def test_a_step_run_before_those_it_stands_on_says_what_is_missing():
    with pytest.raises(CommandError, match=r"organisations\.csv, row 2, region: «000000000» is not among"):
        call_command("load_registry", only=["organisations"], verbosity=0)
