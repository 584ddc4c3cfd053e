"""A caller of the API, with a token, as the tests of its doors use it."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from registry.accounts.models import User
from tests.factories import make_token


@dataclass
class Caller:
    client: Client

    @classmethod
    def of(cls, user: User, language: str = "en") -> "Caller":
        """The key is no new one, so its use is not recorded: a request costs what reading costs."""
        key = make_token(user, last_used_at=timezone.now())
        return cls(Client(headers={"authorization": f"Token {key}", "accept-language": language}))

    def get(self, path: str, query: dict[str, Any] | str | None = None) -> Any:
        """`path` below /api/v1/, or a whole address out of an answer."""
        address = path if path.startswith("http") else f"/api/v1/{path}"
        return self.client.get(f"{address}?{query}") if isinstance(query, str) else self.client.get(address, query)

    def rows(self, path: str, query: dict[str, Any] | str | None = None) -> list[dict[str, Any]]:
        response = self.get(path, query)
        assert response.status_code == 200, response.content
        return response.json()["results"]

    def ids(self, path: str, query: dict[str, Any] | str | None = None) -> list[Any]:
        return [row["id"] for row in self.rows(path, query)]

    def errors(self, path: str, query: dict[str, Any] | str | None = None) -> list[tuple[str, str]]:
        """Field and code of each error of a refused request."""
        response = self.get(path, query)
        assert response.status_code == 400, response.content
        assert response["Content-Type"] == "application/problem+json"
        return [(error["field"], error["code"]) for error in response.json()["errors"]]
