"""Derived rows of whole business days, kept in memory while the events of the day stay as they are.

Pairs and chains need the events of a day sorted by key and time, which is most of their cost; the rows that come out are few. A day is
kept under the names of the sealed files that hold its events: files never change, so a change of the day changes the names.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Columns = Mapping[str, NDArray[Any]]

MOST_BYTES = 128 * 1024 * 1024


class KeptRows:
    """Rows by (rule, day, stamp of the day); the least used go first when they are too many bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[int, Columns]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Columns | None:
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[1]

    def put(self, key: Hashable, columns: Columns) -> None:
        size = 200 + sum(column.nbytes for column in columns.values())
        with self._lock:
            if key in self._held or size > self._most // 8:
                return
            self._held[key] = (size, columns)
            self._bytes += size
            while self._bytes > self._most:
                _key, (freed, _columns) = self._held.popitem(last=False)
                self._bytes -= freed

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._bytes = 0


def by_day(columns: Columns, days: list[int]) -> dict[int, Columns]:
    """The rows of each of `days`; a day without rows has empty columns."""
    order = np.argsort(columns["day"], kind="stable")
    sorted_days = columns["day"][order]
    found: dict[int, Columns] = {}
    for day in days:
        start, stop = np.searchsorted(sorted_days, [day, day + 1])
        mine = order[start:stop]
        found[day] = {name: column[mine] for name, column in columns.items()}
    return found


def together(parts: list[Columns]) -> dict[str, NDArray[Any]]:
    """Rows of several days in one; parts have the same columns."""
    return {name: np.ma.concatenate([part[name] for part in parts]) for name in parts[0]}


KEPT = KeptRows()
