"""Django's sessions in the database, except that the key in the browser is not the key of the row."""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone


class SessionStore(db.SessionStore):
    """The row is found by a digest, so that nobody takes over a session out of the database or a backup."""

    def _get_session_from_db(self) -> Any:
        rows = self.model.objects.filter(session_key=_digest(self.session_key), expire_date__gt=timezone.now())
        row = rows.first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str | None) -> bool:
        return super().exists(_digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = _digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(_digest(key))


def _digest(key: str | None) -> str:
    """As long as Django's column."""
    return hashlib.sha256(str(key).encode()).hexdigest()[:40]
