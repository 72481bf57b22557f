"""DuckDB in memory over sealed files and the unsealed tail."""

import contextlib
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from otklik.events.files import digest_of
from otklik.events.journal import connect
from otklik.events.lock import ReadingLock
from otklik.events.manifest import Manifest, Segment, load
from otklik.events.reader import COLUMNS, SELECTED, Reader, quote

TAIL = """CREATE TABLE tail (seq BIGINT, id VARCHAR, "at" TIMESTAMP, utc_offset SMALLINT, day DATE, place INTEGER,
point INTEGER, employee INTEGER, kind VARCHAR, subject VARCHAR, value DOUBLE, session VARCHAR, attrs VARCHAR,
via VARCHAR, received TIMESTAMP)"""
FILL = """INSERT INTO tail SELECT seq, id, make_timestamp("at"), utc_offset, DATE '1970-01-01' + day::INTEGER, place, point, employee,
kind, subject, value, session, attrs, via, make_timestamp(received) FROM incoming"""
TEXTS = frozenset({"id", "kind", "subject", "session", "attrs", "via"})
NULLABLE = frozenset({"point", "employee", "value"})
CHUNK = 10_000
log = logging.getLogger(__name__)


class Engine:
    def __init__(self, root: Path, journal: Path, *, memory: str, threads: int, shared: bool) -> None:
        """`shared` says that another process may delete replaced files, so that readers must be seen from there."""
        self.root = root
        self.connection = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": threads})
        with contextlib.suppress(OSError):  # a read-only disk still answers what fits into memory
            (root / "spill").mkdir(parents=True, exist_ok=True)
        self.connection.execute(f"SET temp_directory = {quote(str(root / 'spill'))}")
        self.connection.execute(TAIL)
        self.damaged: frozenset[str] = frozenset()
        self.rebuild_days: Callable[[Segment], None] = lambda _segment: None
        self._journal = connect(journal)
        self._lock = threading.Lock()
        self._reading = ReadingLock(root) if shared else None
        self._loaded = 0
        self._trimmed = 0
        self._readers: list[Reader] = []
        self._gone: tuple[str, ...] = ()
        self._gone_number = 0
        self._gone_readers: Counter[str] = Counter()

    def close(self) -> None:
        with self._lock:
            self._journal.close()
            self.connection.close()

    def segment_path(self, segment: Segment) -> Path:
        return self.root / "segments" / segment.name

    def days_path(self, segment: Segment) -> Path:
        return self.root / "days" / segment.days_name

    # --- readers ---------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def reader(
        self,
        first_day: int | None = None,
        last_day: int | None = None,
        *,
        at_most: int | None = None,
        strict: bool = False,
    ) -> Iterator[Reader]:
        """A view of these days; `at_most` leaves out all but the oldest so many unsealed rows, `strict` fails at damage."""
        with self._lock:
            reader = self._open((first_day, last_day), at_most)
            reader.strict = strict
        try:
            yield reader
        finally:
            with self._lock:
                self._close(reader)

    def files_in_use(self) -> frozenset[str]:
        """Names of the files that open readers of this process may look at."""
        with self._lock:
            segments = {segment for reader in self._readers for segment in reader.segments}
            names = {name for reader in self._readers for name in reader.withdrawn_files}
        return frozenset(names.union(*((segment.name, segment.days_name) for segment in segments)))

    def _open(self, days: tuple[int | None, int | None], at_most: int | None) -> Reader:
        if self._reading and not self._readers:
            self._reading.acquire()
        manifest = self._snapshot(at_most)
        reader = Reader(self, manifest, days, self._gone_table(manifest))
        self._readers.append(reader)
        self._trim()
        return reader

    def _close(self, reader: Reader) -> None:
        reader.cursor.close()
        self._readers.remove(reader)
        if self._reading and not self._readers:
            self._reading.release()
        if reader.gone:
            self._gone_readers[reader.gone] -= 1
            if not self._gone_readers[reader.gone] and reader.gone != f"gone_{self._gone_number}":
                self.connection.execute(f"DROP TABLE {reader.gone}")

    def places_of(self, days: Mapping[str, int]) -> dict[str, int]:
        """Places of sealed events, withdrawn ones too, given their ids and business days."""
        if not days:
            return {}
        with self.reader(min(days.values()), max(days.values()), at_most=0) as reader:
            dates = set(days.values())
            chosen = [
                replace(s, dirty=False) for s in reader.segments if any(s.touches(day, day) for day in dates)
            ]
            found = reader.raw(chosen)
            if reader.withdrawn_files:
                paths = ", ".join(
                    quote(str(self.root / "segments" / name)) for name in reader.withdrawn_files
                )
                found = (
                    f"(SELECT id, place FROM {found} UNION ALL SELECT id, place FROM read_parquet([{paths}]))"
                )
            marks = ", ".join("?" * len(days))
            return dict(reader.execute(f"SELECT id, place FROM {found} WHERE id IN ({marks})", list(days)))

    # --- damage ----------------------------------------------------------------------------------------------

    def verify(self, segments: Iterable[Segment]) -> frozenset[str]:
        """Compare files with what was written; name in the log, set aside and return those that differ."""
        bad = frozenset(s.name for s in segments if not is_whole(self.segment_path(s), s.bytes, s.digest))
        if bad:
            log.error(
                "Damaged files of the event record are left out: %s. Restore them from a backup.", sorted(bad)
            )
            self.damaged |= bad
        return bad

    def heal_days(self, segments: Iterable[Segment]) -> bool:
        """Compute damaged day tables anew, in place, from their segments; whether there were any."""
        bad = [s for s in segments if not is_whole(self.days_path(s), None, s.days_digest)]
        for segment in bad:
            log.error("The day table %s was damaged and is computed anew.", segment.days_name)
            self.rebuild_days(segment)
        return bool(bad)

    def without_damaged(self, sql: str) -> str:
        """The same SQL reading nothing in place of damaged segments."""
        for name in self.damaged:
            if name in sql:
                sql = sql.replace(quote(str(self.root / "segments" / name)), quote(str(self._empty_file())))
        return sql

    def _empty_file(self) -> Path:
        path = self.root / "spill" / "empty.parquet"
        if not path.exists():
            self.connection.cursor().execute(
                f"COPY (SELECT {SELECTED} FROM tail WHERE false) TO {quote(str(path))}"
            )
        return path

    # --- tail ------------------------------------------------------------------------------------------------

    def _snapshot(self, at_most: int | None) -> Manifest:
        cursor = self._journal.cursor()
        cursor.execute("BEGIN")
        try:
            manifest = load(cursor, self.damaged)
            if at_most is not None:
                last = min(manifest.last_seq, manifest.sealed_through + at_most)
                manifest = replace(manifest, last_seq=last)
            self._fill(cursor, max(self._loaded, manifest.sealed_through), manifest.last_seq)
        finally:
            cursor.execute("COMMIT")
        return manifest

    def _fill(self, cursor: sqlite3.Cursor, after: int, last: int) -> None:
        """Bring rows after `after` into the tail table; the journal keeps rows that are sealed but not yet deleted."""
        if last <= after:
            return
        cursor.execute(f"SELECT {SELECTED} FROM event WHERE seq > ? AND seq <= ? ORDER BY seq", (after, last))
        while rows := cursor.fetchmany(CHUNK):
            columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
            self.connection.register("incoming", {name: _column(name, values) for name, values in columns})
            self.connection.execute(FILL)
            self.connection.unregister("incoming")
            self._loaded = rows[-1][0]
        self._loaded = last

    def _trim(self) -> None:
        """Forget tail rows that are sealed and that no open reader needs."""
        oldest = min(reader.sealed_through for reader in self._readers)
        if oldest > self._trimmed:
            self.connection.execute(f"DELETE FROM tail WHERE seq <= {oldest}")
            self._trimmed = oldest

    def _gone_table(self, manifest: Manifest) -> str | None:
        """The table of ids that are withdrawn but may still stand in files or in the tail; one per state of them."""
        targets = tuple(target for target, _day in manifest.withdrawn)
        if targets != self._gone:
            before = f"gone_{self._gone_number}"
            if self._gone and not self._gone_readers[before]:
                self.connection.execute(f"DROP TABLE {before}")
            self._gone, self._gone_number = targets, self._gone_number + 1
            if targets:
                self.connection.register("incoming", {"id": np.array(targets, dtype=object)})
                self.connection.execute(f"CREATE TABLE gone_{self._gone_number} AS SELECT id FROM incoming")
                self.connection.unregister("incoming")
        if not targets:
            return None
        name = f"gone_{self._gone_number}"
        self._gone_readers[name] += 1
        return name


def is_whole(path: Path, size: int | None, digest: str) -> bool:
    """Whether a file is there and holds what was written (its size is looked at first where it is given)."""
    try:
        return (size is None or path.stat().st_size == size) and digest_of(path) == digest
    except OSError:
        return False


def _column(name: str, values: tuple[Any, ...]) -> Any:
    if name in TEXTS:
        return np.array(values, dtype=object)
    if name not in NULLABLE:
        return np.array(values, dtype=np.int64)
    kind = np.float64 if name == "value" else np.int64
    absent = [value is None for value in values]
    return np.ma.masked_array(np.array([value or 0 for value in values], dtype=kind), mask=absent)
