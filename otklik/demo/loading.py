"""Load the demo's history into the event record: quick, resumable, never twice.

Rows are prepared by the demo itself and appended in bulk; a test proves that the intake would have made the same rows. Ids are
the same for the same day, so a day that a kill left half loaded is completed, not doubled.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from otklik.demo import founding
from otklik.demo.draft import moment, to_rows
from otklik.demo.history import day_events
from otklik.demo.plan import Plan
from otklik.demo.state import State
from otklik.events.row import EventRow
from otklik.events.store import Appended

VIA = "import:demo"
BATCH = 20_000
CATCH_UP_DAYS = 30  # after a longer pause the demo continues from this many days ago

type Progress = Callable[[int, int], None]


class Record(Protocol):
    """What loading needs of the event store."""

    def append(self, rows: Sequence[EventRow]) -> Appended: ...


def missing_days(state: State, today: dt.date) -> list[dt.date]:
    """Days to load: the whole history at first, the days since the last start later. Today is always among them."""
    first = state.last_day - dt.timedelta(days=state.days - 1)
    if state.loaded:
        first = max(
            dt.date.fromisoformat(state.loaded) + dt.timedelta(days=1),
            today - dt.timedelta(days=CATCH_UP_DAYS),
        )
    return [first + dt.timedelta(days=number) for number in range((today - first).days + 1)]


def load(plan: Plan, state: State, folder: Path, record: Record, progress: Progress) -> int:
    """Append what is missing up to now; returns how many events are new. Writes the state after every day."""
    now = time.time_ns() // 1000
    # Business days end when the last one does: Kaliningrad is ten hours behind Vladivostok.
    today = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    days = missing_days(state, today)
    ids, added = founding.catalogue_ids(plan), 0
    for number, day in enumerate(days):
        drafts = day_events(plan, day)
        happened = [draft for draft in drafts if state.until < moment(plan, draft) <= now]
        rows = to_rows(plan, happened, ids, VIA, now)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            added += len(batch) - len(record.append(batch).duplicates)
        if day < today - dt.timedelta(days=2):
            state.loaded = day.isoformat()
            state.write(folder)
        progress(number + 1, len(days))
    state.until = now
    state.write(folder)
    return added


def extend_shifts(plan: Plan, state: State, folder: Path, today: dt.date) -> int:
    """Plan the shifts of the coming days; returns how many."""
    first = today - dt.timedelta(days=founding.SHIFTS_BACK)
    if state.shifts_until:
        first = max(first, dt.date.fromisoformat(state.shifts_until) + dt.timedelta(days=1))
    last = today + dt.timedelta(days=founding.SHIFTS_AHEAD)
    if first > last:
        return 0
    count = founding.plan_shifts(plan, first, last)
    state.shifts_until = last.isoformat()
    state.write(folder)
    return count
