"""The one write path of the event record: check, store durably, say what happened.

`accept` is for threads (pages, forms, panels, import, the demo), `accept_soon` for the event loop of the server. Both return
only after the commit.
"""

import asyncio
import atexit
import dataclasses
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence

from django.conf import settings

from otklik.events.directory import Directory
from otklik.events.intake import Event, Intake, Origin
from otklik.events.problems import Problem, Rejection
from otklik.events.row import EventRow
from otklik.events.shifts import NotAtHand
from otklik.events.store import EventStore, StoreOptions

UNKNOWN = ("unknown_point", "unknown_place", "unknown_kind", "unknown_employee", "unknown_question")
_lock = threading.Lock()
_store: EventStore | None = None
_when_open: list[Callable[[EventStore], None]] = []


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the events: `accepted` are stored now, `duplicates` were stored before."""

    accepted: int
    duplicates: int
    rejected: list[Rejection]


def get_store() -> EventStore:
    """Give this process's store, opened at first use on `settings.DATA_DIR`."""
    return open_store(keeper=False)


def open_store(*, keeper: bool) -> EventStore:
    """Open the store, with its background keeper in the server. Does nothing when it is open."""
    global _store  # noqa: PLW0603  # one store per process
    with _lock:
        if _store is None:
            options = StoreOptions(retention_days=settings.RETENTION_DAYS)
            _store = EventStore.open(settings.DATA_DIR, options=options, keeper=keeper)
            for callback in _when_open:
                callback(_store)
        return _store


def when_open(callback: Callable[[EventStore], None]) -> None:
    """Have `callback` called with the store right after it was opened, before its keeper starts."""
    _when_open.append(callback)


def close_store() -> None:
    """Write what waits and let go of the files."""
    global _store  # noqa: PLW0603  # one store per process
    with _lock:
        if _store is not None:
            _store.close()
            _store = None


atexit.register(close_store)  # of processes that end without a word: commands, background jobs


def accept(
    events: Iterable[Event], *, via: str, places: frozenset[int] | None = None, windowed: bool = False
) -> Outcome:
    """Check and store events; returns after the commit.

    `via` says how they came (`panel:<code>`, `form:<user>`, `import:<file>`); `places` are the ids where they may happen,
    None for all; `windowed` refuses times outside the configured window.
    """
    rejected: list[Rejection] = []
    origin = Origin(via, places=places, windowed=windowed)
    rows = check(list(enumerate(events)), origin, rejected)
    duplicates = len(get_store().append(rows).duplicates) if rows else 0
    return Outcome(len(rows) - duplicates, duplicates, rejected)


def check(events: Sequence[tuple[int, Event]], origin: Origin, rejected: list[Rejection]) -> list[EventRow]:
    """Rows of the valid events; may read the catalogue, so not for the event loop."""
    mine: list[Rejection] = []
    rows = Intake(Directory.current(), origin, waits=True).rows(events, mine)
    if any(problem.code in UNKNOWN for one in mine for problem in one.problems):
        before, directory = Directory.at_hand(), Directory.refresh()
        if directory is not before:  # another process may just have added what was unknown
            mine.clear()
            rows = Intake(directory, origin, waits=True).rows(events, mine)
    rejected += mine
    return _guarded(rows, events, origin, rejected)


async def accept_soon(
    events: Sequence[tuple[int, Event]],
    origin: Origin,
    rejected: list[Rejection],
    put: Callable[[list[EventRow]], Awaitable[int]],
) -> Outcome:
    """As `accept`, from the event loop; what needs the database goes to a thread. `put` is the inbox of the loop."""
    rows = _check_at_hand(events, origin, rejected)
    if rows is None:
        rows = await asyncio.to_thread(check, events, origin, rejected)
    if not rows:
        return Outcome(0, 0, rejected)
    accepted = await put(rows)
    return Outcome(accepted, len(rows) - accepted, rejected)


def _check_at_hand(
    events: Sequence[tuple[int, Event]], origin: Origin, rejected: list[Rejection]
) -> list[EventRow] | None:
    """Rows, or None when only a thread can tell: stale snapshot, old shifts, something unknown, a restricted change."""
    directory = Directory.at_hand()
    if directory is None or Directory.is_stale():
        return None
    mine: list[Rejection] = []
    try:
        rows = Intake(directory, origin, waits=False).rows(events, mine)
    except NotAtHand:
        return None
    if any(problem.code in UNKNOWN for one in mine for problem in one.problems):
        return None
    if origin.places is not None and any(_target(event) for _, event in events):
        return None
    rejected += mine
    return rows


def _target(event: Event) -> str | None:
    """The id of the earlier event that this one withdraws or replaces."""
    if not event.attrs:
        return None
    target = event.attrs.get("target") if event.kind == "withdrawal" else event.attrs.get("replaces")
    return target if isinstance(target, str) else None


def _guarded(
    rows: list[EventRow], events: Sequence[tuple[int, Event]], origin: Origin, rejected: list[Rejection]
) -> list[EventRow]:
    """A sender of some places changes events of those places only."""
    if origin.places is None:
        return rows
    targets = {event.id: (index, target) for index, event in events if (target := _target(event))}
    if not targets:
        return rows
    known = get_store().places_of({target for _, target in targets.values()}) | {
        row.id: row.place for row in rows
    }
    kept = []
    for row in rows:
        index, target = targets.get(row.id, (0, ""))
        if target and known.get(target) not in origin.places:
            field = "attrs.target" if row.kind == "withdrawal" else "attrs.replaces"
            rejected.append(Rejection(index, row.id, (Problem(field, "not_yours", {"value": target}),)))
        else:
            kept.append(row)
    return kept
