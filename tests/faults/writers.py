"""People who write without a pause, and what the database says of it afterwards.

One writes an instruction with its 17 executors in the admin, then issues it: some forty rows a time, history included.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.faults.service import Answer, Browser, Service
from tests.pages import Page
from tests.staff import filled

ADD = "/admin/instructions/instruction/add/"
EXECUTORS = 17
GROUP = "Акиматы областей"
MARK = "Проверка отказов"  # begins the text of what the writers write
NUMBERS = count(1)  # end it; of all cases together, so that a text found twice was written twice

Query = Callable[[str], list[tuple[Any, ...]]]

WRITTEN = f"""
    SELECT i.text, i.state,
        i.version = (SELECT count(*) FROM instructions_historicalinstruction h WHERE h.id = i.id),
        (SELECT sum(d.version) FROM instructions_deadline d WHERE d.instruction_id = i.id)
            = (SELECT count(*) FROM instructions_historicaldeadline h WHERE h.instruction_id = i.id),
        (SELECT count(*) FROM instructions_deadline d WHERE d.instruction_id = i.id AND d.state = 'draft'),
        (SELECT count(*) FROM instructions_deadline d WHERE d.instruction_id = i.id AND d.state = 'open'),
        (SELECT count(*) FROM instructions_act a WHERE a.instruction_id = i.id)
    FROM instructions_instruction i WHERE i.text LIKE '{MARK}%'
"""
WHOLE = {"draft": (EXECUTORS, 0, 0), "on_control": (0, EXECUTORS, EXECUTORS + 1)}


class Writers:
    """What was acknowledged, and every answer by its status."""

    def __init__(self) -> None:
        self.added: set[str] = set()
        self.issued: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self._stop = threading.Event()

    def write(self, browser: Browser, group: int) -> None:
        while not self._stop.is_set():
            text = f"{MARK} {next(NUMBERS)}"
            page = self._note(browser.get(ADD))
            if page.status == 200 and (key := self._add(browser, page, text, group)):
                self._issue(browser, key, text)
            elif page.status != 200:
                time.sleep(0.1)  # as a person would

    def _add(self, browser: Browser, page: Answer, text: str, group: int) -> str:
        """The key of the new instruction, empty where it was not acknowledged."""
        form = filled(page, text=text, group=group, term="в месячный срок", issued_on="02.03.2026")
        answer = self._note(browser.post(ADD, form))
        if not answer.is_done:
            return ""
        self.added.add(text)
        return re.findall(r"/(\d+)/change/", answer.location)[0]

    def _issue(self, browser: Browser, key: str, text: str) -> None:
        path = f"/instructions/{key}/act/issue/"
        page = self._note(browser.get(path))
        if page.status == 200 and self._note(browser.post(path, Page(200, page.content.decode()).fields)).is_done:
            self.issued.add(text)

    def _note(self, answer: Answer) -> Answer:
        self.statuses[answer.status] += 1
        self.slowest = max(self.slowest, answer.seconds)
        return answer

    def stop(self) -> None:
        self._stop.set()

    def check(self, query: Query) -> str:
        """What is wrong with what they wrote: empty when nothing is."""
        rows = {text: rest for text, *rest in query(WRITTEN)}
        halves = [text for text, (state, *rest) in rows.items() if (*rest,) != (True, True, *WHOLE[state])]
        lost = self.added - rows.keys() | {text for text in self.issued if rows.get(text, [""])[0] != "on_control"}
        twice = len(query(WRITTEN)) - len(rows)
        wrong = {"lost": len(lost), "half-written": len(halves), "written twice": twice}
        return ", ".join(f"{what}: {number}" for what, number in wrong.items() if number)

    def __str__(self) -> str:
        answers = ", ".join(f"{number} × {status or 'none'}" for status, number in sorted(self.statuses.items()))
        return f"{len(self.added) + len(self.issued)} writes acknowledged ({answers}; slowest {self.slowest:.1f} s)"


@contextmanager
def writing(service: Service, query: Query, people: int) -> Iterator[Writers]:
    """So many at once, each signed in, until the end of the block."""
    writers = Writers()
    group = query(f"SELECT id FROM regions_organisationgroup WHERE name_ru = '{GROUP}'")[0][0]
    browsers = [service.browser("controller") for _person in range(people)]
    threads = [threading.Thread(target=writers.write, args=(browser, group), daemon=True) for browser in browsers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.stop()
        for thread in threads:
            thread.join(timeout=90)
