"""The journal: unsealed events and the manifest of what is sealed, in one SQLite file.

One writer thread per process commits in groups: whatever waits goes into one transaction with one fsync, and callers are
answered after it. Several processes may write; SQLite's locks keep their transactions apart.
"""

import contextlib
import json
import queue
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from otklik.events.errors import StoreUnavailable
from otklik.events.idindex import Run, find, hash_ids
from otklik.events.row import EventRow

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, utc_offset INTEGER NOT NULL,
  day INTEGER NOT NULL, place INTEGER NOT NULL, point INTEGER, employee INTEGER, kind TEXT NOT NULL, subject TEXT,
  value REAL, session TEXT, attrs TEXT, via TEXT NOT NULL, received INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (
  name TEXT PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('segment', 'withdrawn', 'ids')), rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL, digest TEXT NOT NULL, first_day INTEGER, last_day INTEGER,
  days_name TEXT, day_columns TEXT NOT NULL DEFAULT '[]', obsolete_at INTEGER);
CREATE TABLE IF NOT EXISTS withdrawal (target TEXT PRIMARY KEY, day INTEGER, applied INTEGER NOT NULL DEFAULT 0);
INSERT OR IGNORE INTO state VALUES ('sealed_through', 0), ('file_number', 0), ('generation', 0);
"""
INSERT = f"INSERT INTO event ({', '.join(EventRow._fields)}) VALUES ({', '.join('?' * len(EventRow._fields))}) ON CONFLICT(id) DO NOTHING"
GROUP_ROWS = 20_000
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class Appended:
    """`seq` of the last stored row; `duplicates` are indexes of rows whose id was already known."""

    seq: int
    duplicates: tuple[int, ...]


type Request = tuple[Sequence[EventRow], Future[Appended]]


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;")
    return connection


class Journal:
    def __init__(self, root: Path) -> None:
        self.path = root / "journal" / "journal.sqlite3"
        self.ids_directory = root / "ids"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._runs: list[Run] = []
        self._generation = -1
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self.wake = threading.Event()  # set after every commit of this process
        connection = connect(self.path)
        connection.executescript(SCHEMA)
        connection.close()

    def submit(self, rows: Sequence[EventRow]) -> Future[Appended]:
        future: Future[Appended] = Future()
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
        self._requests.put((rows, future))
        return future

    def close(self) -> None:
        with self._start:
            if self._thread is not None:
                self._requests.put(None)
                self._thread.join()
                self._thread = None

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        stopping = False
        while not stopping:
            group, stopping = self._take()
            if not group:
                break
            try:
                connection = connection or connect(self.path)
                results = self._commit(connection, group)
            except (sqlite3.Error, OSError) as error:
                _discard(connection)
                connection = None
                problem = StoreUnavailable(
                    f"The event journal cannot be written: {error}. Free or repair the disk; nothing was stored."
                )
                for _rows, future in group:
                    future.set_exception(problem)
                continue
            for (_rows, future), result in zip(group, results, strict=True):
                future.set_result(result)
            self.wake.set()
        if connection is not None:
            connection.close()

    def _take(self) -> tuple[list[Request], bool]:
        """Wait for a request, then take along whatever else waits; (group, whether to stop afterwards)."""
        first = self._requests.get()
        if first is None:
            return [], True
        group, rows = [first], len(first[0])
        while rows < GROUP_ROWS:
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                break
            if request is None:
                return group, True
            group.append(request)
            rows += len(request[0])
        return group, False

    def _commit(self, connection: sqlite3.Connection, group: list[Request]) -> list[Appended]:
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        self._refresh_runs(cursor)
        sealed = self._sealed_days([row.id for rows, _future in group for row in rows])
        results, position = [], 0
        for rows, _future in group:
            duplicates = []
            for index, row in enumerate(rows):
                if sealed is not None and sealed[position + index] >= 0:
                    duplicates.append(index)
                    continue
                cursor.execute(INSERT, row)
                if cursor.rowcount == 0:
                    duplicates.append(index)
                elif row.kind == WITHDRAWAL or (row.attrs is not None and '"replaces"' in row.attrs):
                    self._withdraw(cursor, row)
            position += len(rows)
            results.append(Appended(cursor.lastrowid or 0, tuple(duplicates)))
        cursor.execute("COMMIT")
        return results

    def _withdraw(self, cursor: sqlite3.Cursor, row: EventRow) -> None:
        attrs = json.loads(row.attrs or "{}")
        target = attrs.get("target" if row.kind == WITHDRAWAL else "replaces")
        if isinstance(target, str):
            day = find(self._runs, hash_ids([target]))[0]
            cursor.execute(
                "INSERT INTO withdrawal (target, day) VALUES (?, ?) ON CONFLICT(target) DO NOTHING",
                (target, None if day < 0 else int(day)),
            )

    def _refresh_runs(self, cursor: sqlite3.Cursor) -> None:
        generation = cursor.execute("SELECT value FROM state WHERE key = 'generation'").fetchone()[0]
        if generation != self._generation:
            names = cursor.execute(
                "SELECT name FROM file WHERE role = 'ids' AND obsolete_at IS NULL"
            ).fetchall()
            self._runs = [Run.open(self.ids_directory / name) for (name,) in names]
            self._generation = generation

    def _sealed_days(self, ids: list[str]) -> "np.typing.NDArray[np.int64] | None":
        return find(self._runs, hash_ids(ids)) if self._runs and ids else None


def _discard(connection: sqlite3.Connection | None) -> None:
    """Close a connection that failed: SQLite rolls its transaction back, the next group opens a fresh one."""
    if connection is not None:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
