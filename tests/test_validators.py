import csv
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from regions.validators import kato_format, validate_bin
from registry.scope import level_of, subtree

VECTORS = list(csv.DictReader((Path(__file__).parent / "data/bin_vectors.csv").open(encoding="utf-8")))


def test_all_vectors_are_here():
    assert len(VECTORS) == 66


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: f"{row['bin']}-{row['valid']}")
def test_bin(row):
    if row["valid"] == "true":
        validate_bin(row["bin"])
    else:
        with pytest.raises(ValidationError):
            validate_bin(row["bin"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("97084000027", "bin_format"),
        ("97084000027٣", "bin_format"),
        ("971340000277", "bin_month"),
        ("970820000277", "bin_kind"),
        ("970849000277", "bin_part"),
        ("970840000278", "bin_check_digit"),
    ],
)
def test_each_fault_of_a_bin_has_its_own_message(value, code):
    with pytest.raises(ValidationError) as caught:
        validate_bin(value)
    assert caught.value.code == code


@pytest.mark.parametrize("value", ["", "11000000", "1100000000", "11000000a", "110000000\n", "١١٠٠٠٠٠٠٠"])
def test_kato_is_nine_digits(value):
    with pytest.raises(ValidationError):
        kato_format(value)


@pytest.mark.parametrize(
    ("code", "level", "last"),
    [
        ("000000000", 0, "999999999"),
        ("100000000", 1, "109999999"),
        ("110000000", 1, "119999999"),
        ("114600000", 2, "114699999"),
        ("101010000", 3, "101010999"),
        ("101033100", 4, "101033100"),
    ],
)
def test_the_code_is_its_own_path(code, level, last):
    assert level_of(code) == level
    assert subtree(code) == (code, last)
