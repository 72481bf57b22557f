"""Sums of derived rows made ahead: those of every indicator in use, of all settled days."""

import datetime as dt
from collections.abc import Callable, Iterator

from otklik.events.record import get_store
from otklik.metrics.core.derived import Derived
from otklik.metrics.core.measures import Measure
from otklik.metrics.planner import Plan
from otklik.metrics.record import EPOCH, Record, formulas, open_record
from otklik.metrics.summed import at_hand, fill, sums_up

DAYS_AT_ONCE, WHOLE = 31, 1_000_000
type Rules = dict[Derived, list[Measure]]


def rules() -> Rules:
    """Measures of all active indicators that are kept as sums of derived rows, by the rule that makes the rows."""
    found: dict[Derived, dict[str, Measure]] = {}
    for formula in formulas():
        for measure in formula.measures().values():
            if measure.source is not None and sums_up(measure):
                found.setdefault(measure.source, {})[measure.key] = measure
    return {rule: list(mine.values()) for rule, mine in found.items()}


def lacking() -> int:
    """How many business days lack a sum of some rule."""
    known = rules()
    return sum(len(_fresh(record, known)) for record in _spans(WHOLE)) if known else 0


def make(progress: Callable[[int, int], None]) -> int:
    """Make what is lacking; can be stopped and run again. Returns the number of days that got a sum."""
    known = rules()
    total, done = lacking(), 0
    if not total:
        return 0
    for record in _spans(DAYS_AT_ONCE):
        days = _fresh(record, known)
        for rule, measures in known.items() if days else ():
            fill(rule, Plan(measures), record)
        done += len(days)
        progress(min(done, total), total)
    return done


def _fresh(record: Record, known: Rules) -> set[int]:
    found: set[int] = set()
    for rule, measures in known.items():
        settled, here = at_hand(rule, measures, record)
        found |= settled - here
    return found


def _spans(length: int) -> Iterator[Record]:
    """The record in spans of so many days, the newest first: those are asked for most."""
    with get_store().reader() as reader:
        segments = [one for one in reader.segments if not one.damaged]
    if not segments:
        return
    first, last = min(one.first_day for one in segments), max(one.last_day for one in segments)
    while last >= first:
        start = max(first, last - length + 1)
        with open_record(EPOCH + dt.timedelta(start), EPOCH + dt.timedelta(last)) as record:
            yield record
        last = start - 1
