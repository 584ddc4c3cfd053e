"""A row of fixtures/ that cannot be loaded: file, row and field are named, and nothing of the run is written."""

import shutil

import pytest
from django.conf import settings as real_settings
from django.core.management import CommandError, call_command

from regions.models import Official, Organisation, Region
from tests.factories import make_region

pytestmark = pytest.mark.django_db

TAKEN = "https://jjtv.kz/en/kazakh-state-commission-discusses-development-of-single-industry-towns"
HEAD = "ref,name,position_ru,position_kk,position_en,organisation,note"


@pytest.fixture
def folder(tmp_path, settings):
    """A copy of fixtures/ to break, with four units of the classifier, and the country alone in the database."""
    shutil.copytree(real_settings.FIXTURES_DIR, tmp_path / "fixtures")
    settings.FIXTURES_DIR = tmp_path / "fixtures"
    keep(settings.FIXTURES_DIR, "kato.csv", "code", "100000000", "104100000", "104133000", "104133102", "110000000")
    keep(settings.FIXTURES_DIR, "regions.csv", "code")
    make_region()
    return settings.FIXTURES_DIR


def keep(folder, file, *beginnings):
    lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / file).write_text("".join(line for line in lines if line.startswith(beginnings)), encoding="utf-8")


def add(folder, file, line):
    with (folder / file).open("a", encoding="utf-8") as out:
        out.write(f"{line}\n")
    return len((folder / file).read_text(encoding="utf-8").splitlines())


def refused(*steps):
    with pytest.raises(CommandError) as refusal:
        call_command("load_registry", only=list(steps), verbosity=0)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("file", "step", "line", "told"),
    [
        ("sources.csv", "sources", "s:1,Заголовок,,не адрес,2026-01-01,,ru", "url: "),
        ("sources.csv", "sources", "s:1,Заголовок,,https://a.kz/,01.01.2026,,ru", "published_on: "),
        ("sources.csv", "sources", "s:1,Заголовок,,https://a.kz/,,,ru", "whole row: "),
        ("sources.csv", "sources", "s:1,,,https://a.kz/,2026-01-01,,ru", "title: "),
        ("sources.csv", "sources", "s:1,Заголовок,,https://a.kz/,2026-01-01,,xx", "language: "),
        ("sources.csv", "sources", "s:1,Заголовок,,https://a.kz/,2026-01-01", "published_note: the row ends"),
        ("sources.csv", "sources", "s:1,Заголовок,,https://a.kz/,2026-01-01,,ru,x", "after the last column: "),
        ("sources.csv", "sources", "source:jjtv,Заголовок,,https://a.kz/,2026-01-01,,ru", "ref: «source:jjtv» stands"),
        ("sources.csv", "sources", ",Заголовок,,https://a.kz/,2026-01-01,,ru", "ref: is empty"),
        ("sources.csv", "sources", f"s:1,Заголовок,,{TAKEN},2026-01-01,,ru", "whole row: "),
        ("kato.csv", "regions", "104133999,104133000,3,село,с.Х,Х с.,2", "level: "),
        ("kato.csv", "regions", "104133999,110000000,4,село,с.Х,Х с.,2", "parent_code: 104133999 does not lie in"),
        ("kato.csv", "regions", "104133999,104199000,4,село,с.Х,Х с.,2", "parent_code: there is no unit 104199000"),
        ("kato.csv", "regions", "104133999,104133000,4,хутор,с.Х,Х с.,2", "type: "),
        ("kato.csv", "regions", "104133999,104133000,4,село,,Х с.,2", "name_ru: "),
        ("kato.csv", "regions", "104133102,104133000,4,село,с.Х,Х с.,2", "code: «104133102» stands"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named(folder, file, step, line, told):
    number = add(folder, file, line)
    assert f"Nothing was loaded. {file}, row {number}, {told}" in refused(step)
    assert Region.objects.count() == 1


def test_nothing_of_the_steps_before_is_written(folder):
    keep(folder, "organisations.csv", "ref", "org:mne")
    keep(folder, "officials.csv", "ref", "official:omarbekov")
    add(folder, "officials.csv", "official:x,Имя,Должность,,,org:nobody,")
    assert "officials.csv, row 3, organisation: «org:nobody» is not among" in refused(
        "regions", "organisations", "officials"
    )
    assert (Region.objects.count(), Organisation.objects.count(), Official.objects.count()) == (1, 0, 0)


def test_a_column_that_is_no_field_is_named(folder):
    (folder / "officials.csv").write_text(f"{HEAD},phone\nofficial:x,Имя,Должность,,,,,87\n", encoding="utf-8")
    assert "officials.csv, row 2, phone: regions.Official has no such field" in refused("officials")


@pytest.mark.parametrize(("content", "told"), [(b"\xff", "codec"), (b'ref,"\n', "unexpected"), (None, "No such file")])
def test_a_file_that_cannot_be_read_is_named(folder, content, told):
    file = folder / "officials.csv"
    file.unlink() if content is None else file.write_bytes(content)
    message = refused("officials")
    assert message.startswith("Nothing was loaded. officials.csv: ") and told in message
