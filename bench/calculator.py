"""The calculator's rules over a month of a generated record: time between events, chains, groups of a key."""

import datetime as dt
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from bench.queries import Timing, span
from bench.tables import megabytes, milliseconds, table
from otklik.events.store import EventStore
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.declared import Mark
from otklik.metrics.kept import KEPT
from otklik.metrics.queries import Slicing, values
from otklik.metrics.record import StoreRecord
from otklik.metrics.summed import SUMS

VISIT, RECEIPT, CONSULTATION = (["kind", "=", kind] for kind in ("visit", "receipt", "consultation"))
RULES: dict[str, tuple[str, dict[str, object]]] = {
    "mean time between contacts of a point": ("between", {"first": VISIT, "interval": "exponential"}),
    "the same with the spread of the gaps": ("between", {"first": VISIT}),
    "contact to the next receipt": ("between", {"first": VISIT, "second": RECEIPT, "max_gap": 600}),
    "chains contact → receipt": ("chains", {"steps": [VISIT, RECEIPT], "window": 600}),
    "chains contact → consultation → receipt": ("chains", {"steps": [VISIT, CONSULTATION, RECEIPT], "window": 1800}),
    "receipts of an employee's day, median": (
        "per_key", {"key": ["employee"], "filter": RECEIPT, "inner": {"take": "count"}, "outer": {"take": "median"}},
    ),
}  # fmt: skip


@contextmanager
def own(name: str, rule: str, params: dict[str, object]) -> Iterator[str]:
    """An indicator for the time of a measurement."""
    code = f"bench_{rule}"
    definition = Definition(code, rule, Unit.SECONDS, Direction.NONE, params)
    BUILT_IN[code] = replace(BUILT_IN["contacts"], definition=definition, name=name, mark=Mark.OURS)
    try:
        yield code
    finally:
        del BUILT_IN[code]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule: rows behind the answer, milliseconds of the very first time, after a restart, and of later ones."""

    name: str
    rows: float
    cold: float
    restarted: float
    whole: Timing
    by_place: Timing


def measure(store: EventStore, days: int = 30) -> list[Asked]:
    """Each rule over the last `days` days."""
    first, last = span(days)
    bounds = ((first - dt.date(1970, 1, 1)).days, (last - dt.date(1970, 1, 1)).days)
    whole, by_place = Slicing(first, last), Slicing(first, last, by=("place",))

    def ask(code: str, slicing: Slicing) -> float:
        with store.reader(*bounds) as reader:
            record = StoreRecord(reader, store, bounds)
            rows = values([code], slicing, record=record)
            record.close()
            return sum(row.results[code].n for row in rows)

    def timed(code: str) -> tuple[float, float]:
        KEPT.clear()
        SUMS.clear()
        started = time.perf_counter()
        return ask(code, whole), (time.perf_counter() - started) * 1000

    forget_sums(store)
    found = []
    for name, (rule, params) in RULES.items():
        with own(name, rule, params) as code:
            count, cold = timed(code)
            _count, restarted = timed(code)
            timings = [Timing.of(partial(ask, code, slicing), 3) for slicing in (whole, by_place)]
            found.append(Asked(name, count, cold, restarted, *timings))
            print(f"… {name}: {cold:,.0f} ms, then {restarted:,.0f} ms", file=sys.stderr, flush=True)
    return found


def forget_sums(store: EventStore) -> None:
    for path in store.root.glob("sums.sqlite3*"):
        path.unlink()


def report(asked: list[Asked]) -> str:
    """The table of docs/performance.md."""
    return table(
        ["rule, a month", "rows", "first time ever", "after a restart", "whole company", "by place"],
        [
            [
                one.name,
                f"{one.rows:,.0f}",
                milliseconds(one.cold),
                milliseconds(one.restarted),
                milliseconds(one.whole.median),
                milliseconds(one.by_place.median),
            ]
            for one in asked
        ],
    )


def main(store: EventStore) -> None:
    print(report(measure(store)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"\nPeak memory of the whole process: {megabytes(peak)}.")
