"""DuckDB in memory over sealed files and the unsealed tail."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from otklik.events.errors import DamagedSegmentError
from otklik.events.files import digest_of
from otklik.events.journal import connect
from otklik.events.manifest import Manifest, Segment, load

COLUMNS = (
    "seq",
    "id",
    "at",
    "utc_offset",
    "day",
    "place",
    "point",
    "employee",
    "kind",
    "subject",
    "value",
    "session",
    "attrs",
    "via",
    "received",
)
SELECTED = ", ".join(f'"{name}"' for name in COLUMNS)  # "at" is a word of DuckDB
TAIL = """CREATE TABLE tail (seq BIGINT, id VARCHAR, "at" TIMESTAMP, utc_offset SMALLINT, day DATE, place INTEGER,
point INTEGER, employee INTEGER, kind VARCHAR, subject VARCHAR, value DOUBLE, session VARCHAR, attrs VARCHAR,
via VARCHAR, received TIMESTAMP)"""
FILL = """INSERT INTO tail SELECT seq, id, make_timestamp("at"), utc_offset, DATE '1970-01-01' + day::INTEGER, place, point, employee,
kind, subject, value, session, attrs, via, make_timestamp(received) FROM incoming"""
TEXTS = frozenset({"id", "kind", "subject", "session", "attrs", "via"})
NULLABLE = frozenset({"point", "employee"})
CHUNK = 50_000


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def day_literal(day: int) -> str:
    return f"(DATE '1970-01-01' + {int(day)})"


class Reader:
    """One consistent view of the record for days `first_day`…`last_day` (days since 1970, both included)."""

    def __init__(self, engine: "Engine", manifest: Manifest, days: tuple[int | None, int | None]) -> None:
        self._engine = engine
        self._manifest = manifest
        self._days = days
        self.segments = tuple(segment for segment in manifest.segments if segment.touches(*days))
        self.cursor = engine.connection.cursor()

    @property
    def last_seq(self) -> int:
        return self._manifest.last_seq

    @property
    def sealed_through(self) -> int:
        return self._manifest.sealed_through

    @property
    def withdrawn(self) -> tuple[str, ...]:
        return self._manifest.withdrawn

    @property
    def withdrawn_sealed(self) -> tuple[str, ...]:
        return self._manifest.withdrawn_sealed

    def copy(self, sql: str, path: Path, options: str) -> None:
        """Write the rows of a query to a file."""
        self.cursor.execute(f"COPY ({sql}) TO {quote(str(path))} {options}")

    def raw(self, segments: Iterable[Segment] | None = None) -> str:
        """SQL for FROM: rows of these segments without the withdrawn ones."""
        chosen = [s for s in (self.segments if segments is None else segments) if not s.damaged]
        clean = [s for s in chosen if not s.dirty]
        dirty = [s for s in chosen if s.dirty]
        parts = [self._files(clean, ())] if clean else []
        parts += [self._files(dirty, self._manifest.withdrawn_sealed)] if dirty else []
        return f"({' UNION ALL '.join(parts)})" if parts else "(SELECT * FROM tail WHERE false)"

    def tail(self) -> str:
        """SQL for FROM: unsealed rows without the withdrawn ones."""
        conditions = [f"seq > {self._manifest.sealed_through}", f"seq <= {self._manifest.last_seq}"]
        conditions += self._conditions(self._manifest.withdrawn)
        return f"(SELECT * FROM tail WHERE {' AND '.join(conditions)})"

    def events(self) -> str:
        """SQL for FROM: everything."""
        return f"(SELECT * FROM {self.raw()} UNION ALL SELECT * FROM {self.tail()})"

    def days(self, segments: Iterable[Segment]) -> str:
        """SQL for FROM: day tables of these segments: day, place, point and a column per measure."""
        names = ", ".join(
            quote(str(self._engine.root / "days" / s.days_name)) for s in segments if not s.damaged
        )
        return f"(SELECT * FROM read_parquet([{names}], union_by_name=true){_where(self._conditions(()))})"

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run SQL.

        Raises:
            DamagedSegmentError: a file cannot be read; it is set aside, so the same question asked anew is served.
        """
        try:
            return self.cursor.execute(sql, list(parameters)).fetchall()
        except duckdb.Error as error:
            damaged = self._engine.set_damaged_aside(self.segments)
            if damaged:
                raise DamagedSegmentError(damaged) from error
            raise

    def _files(self, segments: Sequence[Segment], withdrawn: Sequence[str]) -> str:
        names = ", ".join(quote(str(self._engine.root / "segments" / segment.name)) for segment in segments)
        return f"SELECT {SELECTED} FROM read_parquet([{names}]){_where(self._conditions(withdrawn))}"

    def _conditions(self, withdrawn: Sequence[str]) -> list[str]:
        first, last = self._days
        conditions = [f"day >= {day_literal(first)}"] if first is not None else []
        conditions += [f"day <= {day_literal(last)}"] if last is not None else []
        conditions += [f"id NOT IN ({', '.join(quote(target) for target in withdrawn)})"] if withdrawn else []
        return conditions


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


class Engine:
    def __init__(self, root: Path, journal: Path, *, memory: str, threads: int) -> None:
        self.root = root
        self.connection = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": threads})
        (root / "spill").mkdir(parents=True, exist_ok=True)
        self.connection.execute(f"SET temp_directory = {quote(str(root / 'spill'))}")
        self.connection.execute(TAIL)
        self._journal = connect(journal)
        self._lock = threading.Lock()
        self._loaded = 0
        self._trimmed = 0
        self._readers: list[int] = []  # sealed_through of every open reader
        self.damaged: frozenset[str] = frozenset()

    def close(self) -> None:
        with self._lock:
            self._journal.close()
            self.connection.close()

    @contextlib.contextmanager
    def reader(self, first_day: int | None, last_day: int | None) -> Iterator[Reader]:
        with self._lock:
            manifest = self._snapshot()
            self._readers.append(manifest.sealed_through)
            self._trim(manifest.sealed_through)
        reader = Reader(self, manifest, (first_day, last_day))
        try:
            yield reader
        finally:
            reader.cursor.close()
            with self._lock:
                self._readers.remove(manifest.sealed_through)

    def set_damaged_aside(self, segments: Iterable[Segment]) -> list[str]:
        """Check the files of these segments against their digests; return the names that fail."""
        names = [segment.name for segment in segments if not segment.damaged and not self._whole(segment)]
        self.damaged |= frozenset(names)
        return names

    def _whole(self, segment: Segment) -> bool:
        path = self.root / "segments" / segment.name
        try:
            return path.stat().st_size == segment.bytes and digest_of(path) == segment.digest
        except OSError:
            return False

    def _snapshot(self) -> Manifest:
        cursor = self._journal.cursor()
        cursor.execute("BEGIN")
        try:
            manifest = load(cursor, self.damaged)
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
            incoming = {
                name: _column(name, values)
                for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True)
            }
            self.connection.register("incoming", incoming)
            self.connection.execute(FILL)
            self.connection.unregister("incoming")
        self._loaded = last

    def _trim(self, sealed_through: int) -> None:
        """Forget tail rows that are sealed and that no open reader needs."""
        oldest = min([sealed_through, *self._readers])
        if oldest > self._trimmed:
            self.connection.execute(f"DELETE FROM tail WHERE seq <= {oldest}")
            self._trimmed = oldest


def _column(name: str, values: tuple[Any, ...]) -> Any:
    if name in TEXTS:
        return np.array(values, dtype=object)
    if name == "value":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if name in NULLABLE:
        absent = [value is None for value in values]
        return np.ma.masked_array(np.array([value or 0 for value in values], dtype=np.int64), mask=absent)
    return np.array(values, dtype=np.int64)
