"""The event record: append durably, read consistently, keep it tidy."""

import contextlib
import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from otklik.events.check import Problem, check_record
from otklik.events.engine import Engine, Reader
from otklik.events.errors import StoreUnavailable
from otklik.events.journal import Appended, Journal, connect
from otklik.events.keeper import Keeper
from otklik.events.manifest import Segment
from otklik.events.row import EventRow
from otklik.events.sealing import BIG_ROWS, MERGE_AT, Sealer
from otklik.events.watch import Committed, Watch

__all__ = ["Appended", "Committed", "EventStore", "Problem", "Reader", "StoreOptions", "StoreUnavailable"]

QUIET_DAYS = 5  # a month is over for compaction so many days after its end
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoreOptions:
    """`retention_days` 0 keeps events for ever; `grace` is how long (s) replaced files stay for readers."""

    seal_rows: int = 200_000
    seal_age: float = 6 * 3600
    grace: float = 120
    retention_days: int = 0
    memory: str = "1GB"
    threads: int = os.cpu_count() or 2
    step: Callable[[str], None] = lambda _name: None


class EventStore:
    """See docs/architecture.md. One per process; the process that holds the directory's lock opens it with `keeper=True`."""

    def __init__(self, root: Path, options: StoreOptions, *, keeper: bool) -> None:
        self.root = root
        self.options = options
        self.day_columns: Mapping[str, str] = {}
        for folder in ("segments", "days", "ids"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self._journal = Journal(root)
        self._control = connect(self._journal.path)
        self._engine = Engine(root, self._journal.path, memory=options.memory, threads=options.threads)
        self._sealer = Sealer(root, self._engine, self._control, lambda: self.day_columns, options.step)
        self._work = threading.RLock()
        self._watch = Watch(self._journal)
        self._keeper = Keeper(self) if keeper else None
        if keeper:
            self._set_missing_aside()
            self.clean()

    @classmethod
    def open(cls, root: Path, *, options: StoreOptions | None = None, keeper: bool = False) -> Self:
        return cls(root, options or StoreOptions(), keeper=keeper)

    def start_keeper(self) -> None:
        """Begin sealing and compacting in the background (the server calls it once all is set up)."""
        if self._keeper is not None:
            self._keeper.start()

    def close(self) -> None:
        if self._keeper is not None:
            self._keeper.stop()
        self._watch.stop()
        self._journal.close()
        with self._work:
            self._engine.close()
            self._control.close()

    # --- write -----------------------------------------------------------------------------------------------

    def submit(self, rows: Sequence[EventRow]) -> "Future[Appended]":
        """Queue rows for the next group commit; the future is done when they are on disk.

        Raises (through the future):
            StoreUnavailable: nothing of these rows was stored.
        """
        return self._journal.submit(rows)

    def append(self, rows: Sequence[EventRow]) -> Appended:
        return self.submit(rows).result()

    def on_commit(self, callback: Callable[[Committed], None]) -> None:
        """Be told of commits, those of other processes included; calls come from a thread of the store."""
        self._watch.add(callback)

    # --- read ------------------------------------------------------------------------------------------------

    def reader(
        self, first_day: int | None = None, last_day: int | None = None
    ) -> contextlib.AbstractContextManager[Reader]:
        """A consistent view of the record, optionally of some days (days since 1970, both included)."""
        return self._engine.reader(first_day, last_day)

    # --- keep ------------------------------------------------------------------------------------------------

    def unsealed(self) -> tuple[int, float]:
        """(rows in the tail, age in seconds of the oldest)."""
        row = self._control.execute(
            "SELECT count(*), min(received) FROM event WHERE seq > (SELECT value FROM state WHERE key = 'sealed_through')"
        ).fetchone()
        return row[0], (time.time() - row[1] / 1e6) if row[0] else 0.0

    def seal(self, *, force: bool = False) -> int:
        """Seal the tail when it is long or old enough, or always with `force`; rows sealed."""
        with self._work:
            rows, age = self.unsealed()
            due = force or rows >= self.options.seal_rows or age >= self.options.seal_age
            sealed = self._sealer.seal() if due and rows else 0
            while self._sealer.delete_sealed_rows():
                time.sleep(0)  # let the writer in between the chunks
            return sealed

    def compact(self) -> None:
        with self._work:
            for segments in self._mergeable():
                self._sealer.compact(segments)
            while self._sealer.merge_runs():
                pass
            self.clean()

    def drop_before(self, day: int) -> None:
        """Delete every event of business days before `day` (days since 1970). Ids stay known."""
        with self._work:
            self.seal(force=True)
            with self.reader(None, day - 1) as reader:
                old = reader.segments
            if old:
                self._sealer.compact(old, from_day=day)

    def rebuild_days(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Compute day tables that lack columns of today; can be stopped and run again. Returns how many."""
        wanted = frozenset(self.day_columns)
        with self.reader() as reader:
            stale = [s for s in reader.segments if not wanted <= s.day_columns and not s.damaged]
        for number, segment in enumerate(stale):
            with self._work:
                self._sealer.rebuild_days(segment)
            if progress is not None:
                progress(number + 1, len(stale))
        return len(stale)

    def check(self) -> list[Problem]:
        """Compare every file with the manifest."""
        return check_record(self.root, self._control)

    def clean(self) -> None:
        """Delete files that were replaced a while ago, and leftovers of a crash."""
        now = time.time()
        with self._work:
            gone = self._control.execute(
                "SELECT name, role, days_name FROM file WHERE obsolete_at IS NOT NULL AND obsolete_at <= ?",
                (now - self.options.grace,),
            ).fetchall()
            for name, role, days_name in gone:
                (self.root / ("ids" if role == "ids" else "segments") / name).unlink(missing_ok=True)
                if days_name:
                    (self.root / "days" / days_name).unlink(missing_ok=True)
            self._control.executemany(
                "DELETE FROM file WHERE name = ?", [(name,) for name, _role, _days in gone]
            )
            known = {
                name for pair in self._control.execute("SELECT name, days_name FROM file") for name in pair
            }
            for folder in ("segments", "days", "ids"):
                for path in (self.root / folder).iterdir():
                    if path.name not in known and path.stat().st_mtime < now - self.options.grace:
                        path.unlink(missing_ok=True)

    def _mergeable(self) -> Iterator[list[Segment]]:
        """Groups of segments that should become one: many small ones of a month, or those with withdrawn rows."""
        with self.reader() as reader:
            segments = [segment for segment in reader.segments if not segment.damaged]
        months: dict[str, list[Segment]] = {}
        for segment in segments:
            months.setdefault(f"{_date(segment.first_day):%Y-%m}", []).append(segment)
        current = f"{_date(int(time.time() // 86400) - QUIET_DAYS):%Y-%m}"
        for month, of_month in months.items():
            small = [segment for segment in of_month if segment.rows < BIG_ROWS]
            dirty = [segment for segment in of_month if segment.dirty]
            if len(small) >= MERGE_AT or (month < current and len(small) > 1):
                yield small + [segment for segment in dirty if segment not in small]
            elif dirty:
                yield dirty

    def _set_missing_aside(self) -> None:
        """Notice at the start, cheaply, files that are gone or of another size; name them and serve the rest."""
        with self.reader() as reader:
            bad = [s.name for s in reader.segments if not _has_size(self.root / "segments" / s.name, s.bytes)]
        if bad:
            log.error(
                "Damaged files of the event record are left out: %s. Restore them from a backup.",
                ", ".join(bad),
            )
            self._engine.damaged |= frozenset(bad)


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
