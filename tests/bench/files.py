"""What the overdue list costs as a file: seconds of 10,000 rows, and whether memory grows with the rows."""

import tracemalloc
from collections.abc import Iterator
from datetime import date
from time import perf_counter
from typing import Any, NamedTuple

FEW, MANY = 2_500, 10_000  # rows; both more than are read from the database at once
LIMITS = {"csv": 5.0, "xlsx": 5.0, "pdf": 10.0}  # seconds of MANY rows
GROWTH = 2.5  # times the memory of FEW rows that MANY may take: the pages of a PDF are kept, packed, to its end


class Cost(NamedTuple):
    name: str
    rows: int
    seconds: float
    memory: float  # MB at the peak
    growth: float  # times the peak of FEW rows

    @property
    def is_over(self) -> bool:
        return self.seconds > LIMITS[self.name] * self.rows / MANY or self.growth > GROWTH


def costs(client: Any, on: date) -> Iterator[Cost]:
    """Of each format; needs MANY overdue deadlines."""
    (few, _rows), (many, rows) = (_list_of(number, on) for number in (FEW, MANY))
    client.get(f"{few}&format=pdf")  # fonts are read once
    for name in LIMITS:
        start = perf_counter()
        _fetch(client, f"{many}&format={name}")
        seconds = perf_counter() - start
        small, large = (_peak(client, f"{address}&format={name}") for address in (few, many))
        yield Cost(name, rows, seconds, large, large / small)


def _list_of(rows: int, on: date) -> tuple[str, int]:
    """Address of a list of at least so many overdue deadlines, the last day of them whole, and their number."""
    from programs.instructions.models import Deadline

    overdue = Deadline.objects.unrestricted().overdue(on=on).order_by("due", "pk")
    last = overdue.values_list("due", flat=True)[rows - 1 : rows].get()
    return f"/deadlines/?mark=overdue&due__lte={last}", overdue.filter(due__lte=last).count()


def _fetch(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
    for _chunk in answer.streaming_content:
        pass


def _peak(client: Any, address: str) -> float:
    tracemalloc.start()
    _fetch(client, address)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1_000_000
