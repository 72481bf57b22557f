"""Tell listeners what was committed, by this process or another."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from otklik.events.errors import StoreUnavailable
from otklik.events.journal import Journal, connect, last_seq

RETRY = 2.0
POLL = 0.3  # seconds between looks for commits of other processes
BREATH = 0.04  # seconds after telling: under load commits follow each other in milliseconds
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Committed:
    """Rows up to `seq` are new: the places of each kind, and the number of rows."""

    seq: int
    places: Mapping[str, frozenset[int]]
    count: int


class Watch:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._callbacks: list[Callable[[Committed], None]] = []
        self._stopping = False
        self._ready = threading.Event()
        self._seen: int | None = None
        self._thread: threading.Thread | None = None

    def add(self, callback: Callable[[Committed], None]) -> None:
        self._callbacks.append(callback)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()
            self._ready.wait(10)  # what is committed after this call is told

    def stop(self) -> None:
        self._stopping = True
        self._journal.wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            try:
                with contextlib.closing(connect(self._journal.path)) as connection:
                    self._follow(connection.cursor())
            except (sqlite3.Error, StoreUnavailable):
                log.exception("The event journal cannot be read; trying again")
                time.sleep(RETRY)

    def _follow(self, cursor: sqlite3.Cursor) -> None:
        """Tell of rows after the last that was told (at first: from now on) until stopped."""
        if self._seen is None:
            self._seen = last_seq(cursor)
        self._ready.set()
        while not self._stopping:
            self._journal.wake.wait(POLL)
            self._journal.wake.clear()
            last = last_seq(cursor)
            if last <= self._seen:
                continue
            rows = cursor.execute(
                "SELECT kind, place, count(*) FROM event WHERE seq > ? AND seq <= ? GROUP BY kind, place",
                (self._seen, last),
            ).fetchall()
            self._seen = last
            places: defaultdict[str, set[int]] = defaultdict(set)
            for kind, place, _count in rows:
                places[kind].add(place)
            named = {kind: frozenset(ids) for kind, ids in places.items()}
            self._tell(Committed(last, named, sum(row[2] for row in rows)))
            time.sleep(BREATH)

    def _tell(self, committed: Committed) -> None:
        for callback in self._callbacks:
            try:
                callback(committed)
            except Exception:
                log.exception("A listener of event commits failed")
