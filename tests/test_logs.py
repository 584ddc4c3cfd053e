import logging
import runpy
import sys
from pathlib import Path

import pytest
from gunicorn.config import Config

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
        ("Not Found: /calendar/feed/0a1b2c/deadlines.ics", "0a1b2c"),
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


def test_the_servers_log_of_requests_does_not_tell_the_key(tmp_path):
    config = Config()
    config.set("accesslog", str(tmp_path / "access.log"))
    config.set("errorlog", str(tmp_path / "error.log"))
    logger = runpy.run_path(str(Path(__file__).parent.parent / "gunicorn.conf.py"))["logger_class"](config)
    try:
        for log in (logger.access_log, logger.error_log):
            log.error('"GET /calendar/feed/0a1b2c3d/deadlines.ics?lang=kk HTTP/1.1" 200')
    finally:
        for log in (logger.access_log, logger.error_log):
            log.handlers.pop().close()
    for name in ("access.log", "error.log"):
        assert "/calendar/feed/***/deadlines.ics" in (said := (tmp_path / name).read_text())
        assert "0a1b2c3d" not in said
