"""Results that are still true, kept in memory: most of what a board shows is about days that no new event touches.

Before each page the news is read: the business days of the events accepted since the last page. Results that reach
such a day are forgotten, everything is when an event was withdrawn or corrected, when the sealed files changed or when
the catalogue did. So a remembered result equals the one computed anew.
"""

import datetime as dt
import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Sequence
from typing import Any

from otklik.events.catalogue_watch import CatalogueWatch
from otklik.events.record import get_store
from otklik.metrics.queries import Row, Slicing, values

MOST = 2000  # results kept
DROPS_KEPT = 500


class Memory[T]:
    """Values by key, as heavy as `put` says; the oldest go when all weigh more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._lock = threading.Lock()
        self._watch = CatalogueWatch()
        self._kept: OrderedDict[Hashable, tuple[dt.date, T, int]] = OrderedDict()
        self._seen: tuple[Any, ...] | None = None
        self._last_seq = 0
        self._drops: deque[tuple[int, dt.date]] = deque(maxlen=DROPS_KEPT)
        self._serial = 0

    def news(self) -> int:
        """Forget what is no longer true; the number to give to `put` with results computed from now on."""
        with self._lock:
            if self._watch.changed():
                self._drop(dt.date.min)
            first_day = self._first_new_day()
            if first_day is not None:
                self._drop(first_day)
            return self._serial

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            held = self._kept.get(key)
            if held is None:
                return None
            self._kept.move_to_end(key)
            return held[1]

    def put(self, key: Hashable, last_day: dt.date, value: T, serial: int, weight: int = 1) -> None:
        """Keep `value` unless news about its days came while it was computed."""
        with self._lock:
            if len(self._drops) == DROPS_KEPT and self._drops[0][0] > serial:
                return
            if any(number > serial and day <= last_day for number, day in self._drops):
                return
            if key in self._kept:
                self._weight -= self._kept.pop(key)[2]
            self._kept[key] = (last_day, value, weight)
            self._weight += weight
            while self._weight > self._most:
                self._weight -= self._kept.popitem(last=False)[1][2]

    def _drop(self, first_day: dt.date) -> None:
        self._serial += 1
        self._drops.append((self._serial, first_day))
        for key in [key for key, (last_day, *_) in self._kept.items() if last_day >= first_day]:
            self._weight -= self._kept.pop(key)[2]

    def _first_new_day(self) -> dt.date | None:
        """The first business day of the events since the last call; date.min when anything may have changed."""
        store = get_store()
        with store.reader(None, None) as reader:
            seen = (id(store), reader.segments, reader.sealed_through)
            before, last = self._last_seq, reader.last_seq
            known, self._seen, self._last_seq = seen == self._seen, seen, last
            if not known:
                return dt.date.min
            if last == before:
                return None
            ((day, changes),) = reader.execute(
                "SELECT min(day), count(*) FILTER (WHERE kind = 'withdrawal' OR contains(attrs, 'replaces')) "  # noqa: S608  # our own text
                f"FROM {reader.tail()} WHERE seq > {int(before)}"
            )
        if changes or day is None:
            return dt.date.min
        assert isinstance(day, dt.date)
        return day


MEMORY: Memory[list[Row]] = Memory(MOST)


def remembered(codes: Sequence[str], slicing: Slicing, versions: Sequence[int], serial: int) -> list[Row]:
    """As `metrics.queries.values`; `serial` comes from `MEMORY.news()` of this page."""
    key = (
        tuple(zip(codes, versions, strict=True)),
        slicing.first_day,
        slicing.last_day,
        slicing.places,
        slicing.point,
        slicing.employee,
        slicing.grain,
        slicing.by,
        tuple(sorted(slicing.children.items())),
        slicing.subject,
        slicing.detail,
    )
    rows: list[Row] | None = MEMORY.get(key)
    if rows is None:
        rows = values(codes, slicing)
        MEMORY.put(key, slicing.last_day, rows, serial)
    return rows
