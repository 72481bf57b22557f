"""The calculator's rules over a month of a generated record: time between events, chains, groups of a key."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from bench.queries import Timing, span
from bench.tables import milliseconds, table
from otklik.events.store import EventStore
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.declared import Mark
from otklik.metrics.kept import KEPT
from otklik.metrics.queries import Slicing, values
from otklik.metrics.record import StoreRecord

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
    """One rule: pairs, chains or groups found, milliseconds of the first time and of later ones."""

    name: str
    rows: float
    cold: float
    whole: Timing
    by_place: Timing


def measure(store: EventStore, days: int = 30) -> list[Asked]:
    """Each rule over the last `days` days."""
    import datetime as dt

    first, last = span(days)
    bounds = ((first - dt.date(1970, 1, 1)).days, (last - dt.date(1970, 1, 1)).days)
    whole, by_place = Slicing(first, last), Slicing(first, last, by=("place",))

    def ask(code: str, slicing: Slicing) -> float:
        with store.reader(*bounds) as reader:
            record = StoreRecord(reader, store, bounds)
            rows = values([code], slicing, record=record)
            record.close()
            return sum(row.results[code].n for row in rows)

    found = []
    for name, (rule, params) in RULES.items():
        with own(name, rule, params) as code:
            KEPT.clear()
            started = time.perf_counter()
            count = ask(code, whole)
            cold = (time.perf_counter() - started) * 1000
            timings = [Timing.of(partial(ask, code, slicing), 3) for slicing in (whole, by_place)]
            found.append(Asked(name, count, cold, *timings))
    return found


def report(asked: list[Asked]) -> str:
    """The table of docs/performance.md."""
    return table(
        ["rule, a month", "rows", "first time", "whole company", "by place"],
        [
            [
                one.name,
                f"{one.rows:,.0f}",
                milliseconds(one.cold),
                milliseconds(one.whole.median),
                milliseconds(one.by_place.median),
            ]
            for one in asked
        ],
    )
