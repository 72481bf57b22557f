"""Tell listeners what was committed, by this process or another."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from otklik.events.journal import Journal, connect

POLL = 0.3  # seconds between looks for commits of other processes
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Committed:
    """Rows up to `seq` are new: their kinds, places and number."""

    seq: int
    kinds: frozenset[str]
    places: frozenset[int]
    count: int


class Watch:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._callbacks: list[Callable[[Committed], None]] = []
        self._stopping = False
        self._thread: threading.Thread | None = None

    def add(self, callback: Callable[[Committed], None]) -> None:
        self._callbacks.append(callback)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._journal.wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection = connect(self._journal.path)
        seen = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
        while not self._stopping:
            self._journal.wake.wait(POLL)
            self._journal.wake.clear()
            last = connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
            if last <= seen:
                continue
            rows = connection.execute(
                "SELECT kind, place, count(*) FROM event WHERE seq > ? AND seq <= ? GROUP BY kind, place",
                (seen, last),
            ).fetchall()
            seen = last
            self._tell(
                Committed(
                    last,
                    frozenset(r[0] for r in rows),
                    frozenset(r[1] for r in rows),
                    sum(r[2] for r in rows),
                )
            )
        connection.close()

    def _tell(self, committed: Committed) -> None:
        for callback in self._callbacks:
            try:
                callback(committed)
            except Exception:
                log.exception("A listener of event commits failed")
