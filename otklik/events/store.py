"""The event record: append durably, read consistently, keep it tidy."""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from otklik.events.check import Problem, check_record
from otklik.events.cleaning import clean
from otklik.events.engine import Engine
from otklik.events.errors import StoreUnavailable
from otklik.events.journal import Appended, Journal, connect
from otklik.events.keeper import Keeper
from otklik.events.lock import UpkeepLock
from otklik.events.manifest import Segment
from otklik.events.reader import Reader
from otklik.events.row import EventRow
from otklik.events.sealing import Sealer
from otklik.events.tiers import groups_to_merge
from otklik.events.watch import Committed, Watch

__all__ = [
    "Appended",
    "Committed",
    "EventStore",
    "Problem",
    "Reader",
    "Segment",
    "StoreOptions",
    "StoreUnavailable",
]

DELETE_ROWS = 2000  # sealed rows deleted from the journal at a time
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoreOptions:
    """How the record is kept.

    The tail is sealed at `seal_rows` rows or `seal_age` seconds after its oldest row arrived; replaced files stay `grace`
    seconds at least; events are forgotten after `retention_days` (0: never); `memory` and `threads` are DuckDB's; `step`
    is called at each named step of upkeep.
    """

    seal_rows: int = 200_000
    seal_age: float = 6 * 3600
    grace: float = 60
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
        try:
            for folder in ("journal", "segments", "days", "ids"):
                (root / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"The event record cannot be opened: {error}.") from error
        self._journal = Journal(root)
        self._control = connect(self._journal.path)
        self._engine = Engine(
            root, self._journal.path, memory=options.memory, threads=options.threads, shared=not keeper
        )
        self._sealer = Sealer(
            root,
            self._engine,
            self._control,
            turn=self._journal.turn,
            day_columns=lambda: self.day_columns,
            step=options.step,
        )
        self._engine.rebuild_days = self._heal_days
        self._upkeep = UpkeepLock(root)
        self._watch = Watch(self._journal)
        self._keeper = Keeper(self) if keeper else None
        self._verified: frozenset[str] = frozenset()

    @classmethod
    def open(cls, root: Path, *, options: StoreOptions | None = None, keeper: bool = False) -> Self:
        """Open the record under `root`, making it where there is none.

        Raises:
            StoreUnavailable: the directory cannot be written, or another version of Otklik wrote it.
        """
        store = cls(root, options or StoreOptions(), keeper=keeper)
        try:
            store._set_missing_aside()
            if keeper:
                store.clean()
        except BaseException:
            store.close()
            raise
        return store

    def start_keeper(self) -> None:
        """Begin sealing and compacting in the background (the server calls it once all is set up)."""
        if self._keeper is not None:
            self._keeper.start()

    def close(self) -> None:
        if self._keeper is not None:
            self._keeper.stop()
        self._watch.stop()
        self._journal.close()
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

    def places_of(self, ids: Collection[str]) -> dict[str, int]:
        """Place of each of these events that is stored, whether it is withdrawn or not."""
        return self._journal.places_of(ids) | self._engine.places_of(self._journal.sealed_days(ids))

    def whereabouts(self, ids: Collection[str]) -> dict[str, tuple[int, int]]:
        """(place, business day as days since 1970) of each of these events that is stored, withdrawn ones too."""
        sealed = self._journal.sealed_days(ids)
        places = self._engine.places_of(sealed)
        found = {one: (places[one], day) for one, day in sealed.items() if one in places}
        return found | self._journal.whereabouts(ids)

    # --- keep ------------------------------------------------------------------------------------------------

    def unsealed(self) -> tuple[int, float]:
        """(rows in the tail, seconds since the oldest of them was accepted)."""
        with self._upkeep.held():
            row = self._control.execute(
                "SELECT count(*), min(received) FROM event WHERE seq > (SELECT value FROM state WHERE key = 'sealed_through')"
            ).fetchone()
        return row[0], (time.time() - row[1] / 1e6) if row[0] else 0.0

    def seal(self, *, force: bool = False) -> int:
        """Seal the tail when it is long or old enough, or always with `force`; rows sealed.

        Cheap when there is nothing to do; without `force` it leaves the work to another process that is at it.
        """
        with self._upkeep.held(wait=force) as mine:
            if not mine:
                return 0
            rows, age = self.unsealed()
            total = 0
            if rows and (force or rows >= self.options.seal_rows or age >= self.options.seal_age):
                while sealed := self._sealer.seal():
                    total += sealed
                    self._delete_sealed_rows()
            self._delete_sealed_rows()
            return total

    def compact(self) -> None:
        """Merge small files, move withdrawn rows out, merge runs of ids, delete what was replaced."""
        with self._upkeep.held():
            with self.reader() as reader:
                segments = reader.segments
            for group in groups_to_merge(segments, time.time()):
                self._sealer.compact(group)
            while self._sealer.merge_runs():
                pass
            self.clean()

    def drop_before(self, day: int) -> None:
        """Delete every event of business days before `day` (days since 1970), withdrawn ones too. Ids stay known."""
        with self._upkeep.held():
            with self.reader(None, day - 1) as reader:
                old = [segment for segment in reader.segments if not segment.damaged]
                if reader.execute(f"SELECT count(*) FROM {reader.tail()}")[0][0]:
                    old = []
            if not old and self.seal(force=True):
                return self.drop_before(day)
            if old:
                self._sealer.compact(old, from_day=day)
            self._sealer.drop_withdrawn_before(day)
            return None

    def rebuild_days(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Compute day tables that lack columns of today; can be stopped and run again. Returns how many."""
        wanted = frozenset(self.day_columns)
        with self.reader() as reader:
            stale = [s for s in reader.segments if not wanted <= s.day_columns and not s.damaged]
        for number, segment in enumerate(stale):
            with self._upkeep.held():
                self._sealer.rebuild_days(segment)
            if progress is not None:
                progress(number + 1, len(stale))
        return len(stale)

    def check(self, *, ids: bool = False) -> list[Problem]:
        """Compare every file with the manifest; with `ids` also that every sealed event's id is in the index (slow)."""
        with self._upkeep.held():
            return check_record(self.root, self._control, self._engine if ids else None)

    def clean(self) -> None:
        """Delete files that were replaced a while ago and that nobody reads, and leftovers of a crash."""
        with self._upkeep.held():
            clean(
                self.root, self._control, self._journal.turn, self._engine.files_in_use(), self.options.grace
            )

    def verify_one(self) -> bool:
        """Compare one more file with what was written, so that silent damage is found; False when all were looked at."""
        with self.reader() as reader:
            left = [s for s in reader.segments if not s.damaged and s.name not in self._verified]
        if not left:
            self._verified = frozenset()
            return False
        self._verified |= {left[0].name}
        if not self._engine.verify(left[:1]):
            self._engine.heal_days(left[:1])
        return True

    def _delete_sealed_rows(self) -> None:
        started = time.monotonic()
        while self._sealer.delete_sealed_rows(DELETE_ROWS):
            time.sleep(min(0.02, time.monotonic() - started))  # as long as the writer was kept waiting
            started = time.monotonic()

    def _heal_days(self, segment: Segment) -> None:
        with self._upkeep.held():
            self._sealer.rebuild_days(segment, in_place=True)

    def _set_missing_aside(self) -> None:
        """Notice at the start, cheaply, files that are gone or of another size; name them and serve the rest."""
        with self._engine.reader(at_most=0) as reader:
            self._engine.verify(
                s for s in reader.segments if not _has_size(self._engine.segment_path(s), s.bytes)
            )


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
