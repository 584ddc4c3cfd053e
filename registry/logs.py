"""Logging that prints no personal data and no secret."""

import logging
import re
from typing import Any

from registry.postgresql.pulse import DatabaseSilent

_SECRETS = (
    (re.compile(r"^\s*(DETAIL|CONTEXT|Key):? .*$", re.MULTILINE), r"\1: (left out)"),  # PostgreSQL quotes the row
    (
        re.compile(
            r"(?i)\b((?:authorization|cookie|token|password|secret|sessionid|csrftoken)\W{1,3})\S+( [\w-]{20,})?"
        ),
        r"\1***",
    ),
    (re.compile(r"(/calendar/feed/)[^/\s]+"), r"\1***"),
    (re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"), "***"),  # a key by itself, wherever it is put
    (re.compile(r"(postgres(?:ql)?://[^:/@\s]*):[^@\s]*@"), r"\1:***@"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "***@***"),
    (re.compile(r"(?<![\w-])\+?[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)"), "(phone)"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "(12 digits)"),  # ИИН and БИН
)


def redact(text: str) -> str:
    """`text` without e-mails, phones, twelve-digit numbers, tokens, passwords and rows quoted by the database."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """One line of time, level, logger and message, traceback below; all of it redacted."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatException(self, ei: Any) -> str:
        """Of a silent database one line: hundreds ask meanwhile, and how they came to ask explains nothing."""
        is_silence = isinstance(ei[1].__cause__ or ei[1], DatabaseSilent)
        return f"{ei[0].__name__}: {ei[1]}" if is_silence else super().formatException(ei)

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
