"""The registry as it runs in earnest, gunicorn and its workers, and a browser that survives its troubles."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.tools.postgres import free_port

ROOT = Path(__file__).parents[2]


def environment(database_url: str, var_dir: Path) -> dict[str, str]:
    own = {"SECRET_KEY": "only-for-faults", "VAR_DIR": str(var_dir), "DATABASE_URL": database_url}
    return {**os.environ, **own, "DEBUG": "0", "DEMO": "1", "HTTPS": "0"}


def manage(env: dict[str, str], *command: str) -> None:
    command = (sys.executable, "manage.py", *command, "--verbosity=0")
    subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where there was none: the process that had the request is gone."""

    status: int
    content: bytes
    location: str
    seconds: float

    @property
    def is_done(self) -> bool:
        """The service has said that what was asked is done."""
        return self.status == 302


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


class Browser:
    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect)

    def sign_in(self, username: str, password: str) -> None:
        self.get("/login/")
        answer = self.post("/login/", {"username": username, "password": password})
        if not answer.is_done:
            raise RuntimeError(f"{username} cannot sign in: {answer.status}")

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.address + path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._ask(urllib.request.Request(self.address + path, body))

    def _ask(self, request: urllib.request.Request) -> Answer:
        start = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as response:
                status, content, location = response.status, response.read(), ""
        except urllib.error.HTTPError as error:
            with error:
                status, content, location = error.code, error.read(), error.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            status, content, location = 0, b"", ""
        return Answer(status, content, location, time.monotonic() - start)


class Service:
    """A running gunicorn; `log` is the file with all it said."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, log: Path, env: dict[str, str]) -> None:
        self.process, self.address, self.log = process, address, log
        self.users = json.loads((Path(env["VAR_DIR"]) / "demo-users.json").read_text())

    def browser(self, role: str = "") -> Browser:
        """Of the demo user of this role, or of nobody."""
        browser = Browser(self.address)
        if role:
            browser.sign_in(**self.users[role])
        return browser

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_a_worker(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(random.choice(self.workers()), signal.SIGKILL)

    def threads(self) -> int:
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in self.workers())


@contextmanager
def running(env: dict[str, str]) -> Iterator[Service]:
    """A service on the prepared database of `env`; stopped in the end."""
    port, log = free_port(), Path(env["VAR_DIR"]) / "service.log"
    command = [sys.executable, "-m", "gunicorn", "registry.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level=warning"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out)
    service = Service(process, f"http://127.0.0.1:{port}", log, env)
    try:
        seconds_until_well(service.browser(), "/readyz", most=60)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()


def seconds_until_well(browser: Browser, path: str, *, most: float, times: int = 10) -> float:
    """Until the first of so many good answers in a row, so that every worker has been asked, or of those up to `most`.

    Infinite when it was not well then.
    """
    start = time.monotonic()
    began, row = start, 0
    while row < times and time.monotonic() < start + most:
        asked = time.monotonic()
        if browser.get(path).status == 200:
            began = asked if row == 0 else began
            row += 1
        else:
            row = 0
            time.sleep(0.1)
    return began - start if row else float("inf")
