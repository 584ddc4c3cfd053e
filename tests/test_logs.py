import logging
import sys

import pytest

from registry.logs import RedactingFormatter


def formatted(message: str, exc_info=None) -> str:
    return RedactingFormatter().format(logging.LogRecord("x", logging.ERROR, "f", 1, message, (), exc_info))


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("mail to aigul@example.kz failed", "aigul@example.kz"),
        ("call +7 701 123-45-67", "123-45-67"),
        ("call 87011234567", "87011234567"),
        ("ИИН 850101300123 unknown", "850101300123"),
        ("Authorization: Token 0123456789abcdef0123456789", "0123456789abcdef"),
        ("password=hunter2 given", "hunter2"),
        ("postgres://registry:s3cret@db/registry", "s3cret"),
        ("cookie sessionid=abcdefgh1234", "abcdefgh1234"),
    ],
)
def test_personal_data_and_secrets_are_left_out(message, secret):
    assert secret not in formatted(message)


def test_a_row_quoted_by_the_database_is_left_out():
    said = "duplicate key\nDETAIL:  Key (phone)=(Айгүл Серікова) already exists."
    try:
        raise ValueError(said)
    except ValueError:
        text = formatted("failed", sys.exc_info())
    assert "Айгүл" not in text
    assert "duplicate key" in text


def test_ordinary_lines_stay_as_they_are():
    assert formatted("loaded 15594 regions on 2026-02-16").endswith("loaded 15594 regions on 2026-02-16")
