"""The timeline of ten indicators over five years of days, asked of a running server: `python -m bench.timeline FOLDER`."""

import datetime as dt
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import data, growth, serving
from bench.tables import count, milliseconds, table

EVENTS, PLACES = 5_000_000, 100
YEARS = 5 * 365 + 1  # days
LINES = (
    "support", "criticality", "response_rate", "nps", "csat", "ces2", "receipts", "average_receipt", "contact_time",
    "complaints",
)  # fmt: skip
REPEATS = 7


def tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


class Asker:
    """One connection to the server, kept open."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {key}"}
        self.bytes = 0
        self.steps = 0

    def timeline(self, first: dt.date, last: dt.date, *, more: str = "") -> float:
        """Milliseconds until the whole answer is there."""
        series = "&".join(f"series={code}" for code in LINES)
        started = time.perf_counter()
        self._connection.request(
            "GET", f"/api/v1/timeline?{series}&from={first}&to={last}&grain=day{more}", headers=self._headers
        )
        answer = self._connection.getresponse()
        body = answer.read()
        spent = 1000 * (time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:300]!r}")
        held = json.loads(body)
        self.bytes, self.steps = len(body), len(held["steps"])
        if not all(any(value is not None for value in line["values"]) for line in held["series"]):
            raise RuntimeError("a line of the timeline is empty")
        return spent

    def event(self) -> None:
        """A new receipt of the record's last day, through the ingest API."""
        at = dt.datetime.combine(data.END, dt.time(12), dt.UTC)
        sent = {
            "id": f"timeline-{time.time_ns()}", "kind": "receipt", "at": at.isoformat(), "place": "p1", "value": 500,
            "attrs": {"operation": "sale", "lines": 1},
        }  # fmt: skip
        self._connection.request(
            "POST",
            "/ingest/v1/events",
            json.dumps([sent]).encode(),
            {**self._headers, "Content-Type": "application/json"},
        )
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status} {body[:300]!r}")


def cpu(process: int) -> float:
    """Milliseconds of processor that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median(process: int, ask: Callable[[int], float]) -> str:
    """The median time of an answer, and the processor time of the server for each, which other work does not lengthen."""
    before = cpu(process)
    spent = statistics.median(ask(number) for number in range(REPEATS))
    return f"{milliseconds(spent)} ({milliseconds((cpu(process) - before) / REPEATS)} CPU)"


def main(folder: Path) -> None:
    from otklik.cli import setup_django

    growth.empty(folder)
    setup_django()
    from django.core.management import call_command

    from otklik.company.actions import create_key
    from otklik.events.store import EventStore
    from otklik.metrics.record import register

    call_command("migrate", verbosity=0)
    data.found_company()
    _, key = create_key(acting_user=None, name="bench", scopes=["read", "ingest"])
    store = EventStore.open(folder)
    try:
        register(store)
        tell(f"generating {count(EVENTS)} events over five years")
        size = data.generate(
            store,
            EVENTS,
            lambda done, total: tell(f"{count(done)} of {count(total)} events"),
            days=YEARS,
            places=PLACES,
        )
    finally:
        store.close()
    tell("starting the server on it")
    print(table(["", ""], _measured(folder, key, size)))


def _measured(folder: Path, key: str, size: data.Size) -> list[list[str]]:
    last, day = data.END, dt.timedelta(days=1)
    first = last - (YEARS - 1) * day
    with serving.server(folder) as (port, process, _ready):
        asker = Asker(port, key)
        asker.timeline(
            first, last - 200 * day
        )  # files and code are warm; nothing of what follows is in memory
        # another span each time, so that nothing is remembered
        computed = median(process, lambda number: asker.timeline(first + (number + 1) * day, last))
        asker.timeline(first, last)
        steps, answered = asker.steps, asker.bytes
        again = median(process, lambda _number: asker.timeline(first, last))

        def after_event(_number: int) -> float:
            asker.event()
            return asker.timeline(first, last)

        live = median(process, after_event)
        compared = median(
            process,
            lambda number: asker.timeline(first + (2 * REPEATS + number) * day, last, more="&compare=year"),
        )
        memory = serving.memory(process, "VmHWM")
    return [
        ["events, places, days", f"{count(size.events)}, {PLACES}, {YEARS:,}"],
        ["lines × steps", f"{len(LINES)} × {steps:,}"],
        ["computed anew", computed],
        ["the same again", again],
        ["the same after a new event", live],
        ["computed anew, with the year before", compared],
        ["answer", f"{answered / 1e6:.1f} MB"],
        ["memory of the server, at most", f"{memory:.0f} MB"],
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
