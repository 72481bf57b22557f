"""The journal: unsealed events and the manifest of what is sealed, in one SQLite file.

One writer thread per process commits in groups: whatever waits goes into one transaction with one fsync, and callers are
answered after it. Several processes may write; SQLite's locks keep their transactions apart.
"""

import contextlib
import itertools
import json
import queue
import sqlite3
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from otklik.events.errors import StoreUnavailable
from otklik.events.idindex import UNKNOWN, Run, find, hash_ids
from otklik.events.row import EventRow

FORMAT = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, utc_offset INTEGER NOT NULL,
  day INTEGER NOT NULL, place INTEGER NOT NULL, point INTEGER, employee INTEGER, kind TEXT NOT NULL, subject TEXT,
  value REAL, session TEXT, attrs TEXT, via TEXT NOT NULL, received INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (
  name TEXT PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('segment', 'withdrawn', 'ids', 'days')), rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL, digest TEXT NOT NULL, first_day INTEGER, last_day INTEGER,
  days_name TEXT, days_digest TEXT, day_columns TEXT NOT NULL DEFAULT '[]', obsolete_at INTEGER);
CREATE TABLE IF NOT EXISTS withdrawal (target TEXT PRIMARY KEY, day INTEGER, applied INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS withdrawal_waiting ON withdrawal (target) WHERE NOT applied;
INSERT OR IGNORE INTO state VALUES ('sealed_through', 0), ('file_number', 0), ('generation', 0);
"""
MARKS = f"({', '.join('?' * len(EventRow._fields))})"


def _inserting(count: int) -> str:
    """SQL that inserts `count` rows; ids that are known are left as they are."""
    return (
        f"INSERT INTO event ({', '.join(EventRow._fields)}) VALUES {', '.join([MARKS] * count)}"
        " ON CONFLICT(id) DO NOTHING"
    )


INSERT = _inserting(1)
# Each statement gives the interpreter's lock away and must win it back from busy threads, so many rows go into one.
INSERTS = {count: _inserting(count) for count in (128, 64, 32, 16, 8, 4, 2, 1)}
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
MANY_ROWS = 50  # from so many rows on, a request is first tried in one call
GROUP_ROWS = 20_000
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class Appended:
    """Rows up to `seq` are on disk; `duplicates` are indexes of rows whose id was already known, `accepted` counts the others."""

    seq: int
    duplicates: tuple[int, ...]
    accepted: int


type Request = tuple[Sequence[EventRow], Future[Appended]]


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal; nothing is written where it already is in WAL mode.

    Raises:
        StoreUnavailable: the file cannot be opened, is read-only or is damaged.
    """
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.executescript(PRAGMAS)
    except sqlite3.Error as error:
        _discard(connection)
        raise StoreUnavailable(f"The event journal {path} cannot be opened: {error}.") from error
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
        self._closed = False
        self.wake = threading.Event()  # set after every commit of this process
        self.turn = (
            threading.Lock()
        )  # who writes within this process: waiting here is shorter than SQLite's sleeping
        with contextlib.closing(connect(self.path)) as connection:
            prepare(connection)

    def submit(self, rows: Sequence[EventRow]) -> Future[Appended]:
        future: Future[Appended] = Future()
        with self._start:
            if self._closed:
                future.set_exception(StoreUnavailable("The event store is closed."))
                return future
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
            self._requests.put((rows, future))
        return future

    def close(self) -> None:
        """Write what waits, then refuse."""
        with self._start:
            self._closed = True
            if self._thread is not None:
                self._requests.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        stopping = False
        while not stopping:
            group, stopping = self._take()
            if group:
                connection = self._answer(connection, group)
        _discard(connection)

    def _answer(
        self, connection: sqlite3.Connection | None, group: list[Request]
    ) -> sqlite3.Connection | None:
        """Commit the group and answer its callers; return the connection to go on with."""
        try:
            connection = connection or connect(self.path)
            with self.turn:
                results = self._commit(connection, group)
        except Exception as error:  # noqa: BLE001  # the writer must outlive whatever a row or a disk does
            _discard(connection)
            problem = _explain(error)
            if problem is error and len(group) > 1:  # one bad row among good requests: each for itself
                connection = None
                for request in group:
                    connection = self._answer(connection, [request])
                return connection
            for _rows, future in group:
                future.set_exception(problem)
            return None
        for (_rows, future), result in zip(group, results, strict=True):
            future.set_result(result)
        self.wake.set()
        return connection

    def _take(self) -> tuple[list[Request], bool]:
        """Wait for a request, then take along whatever else waits; (group, whether to stop afterwards)."""
        group: list[Request] = []
        request = self._requests.get()
        rows = 0
        while request is not None:
            if request[1].set_running_or_notify_cancel():
                group.append(request)
                rows += len(request[0])
            if rows >= GROUP_ROWS:
                return group, False
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _commit(self, connection: sqlite3.Connection, group: list[Request]) -> list[Appended]:
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        self._refresh_runs(cursor)
        everything = [row for rows, _future in group for row in rows]
        sealed = self._sealed([row.id for row in everything]) if self._runs else []
        if not any(sealed):
            if self._insert_new(cursor, everything):
                last = last_seq(cursor)
                cursor.execute("COMMIT")
                return [Appended(last, (), len(rows)) for rows, _future in group]
            cursor.execute("ROLLBACK")  # some id was known, which is rare: once more, each row for itself
            cursor.execute("BEGIN IMMEDIATE")
            self._refresh_runs(cursor)
            sealed = self._sealed([row.id for row in everything]) if self._runs else []
        return self._commit_known(cursor, group, sealed)

    def _commit_known(
        self, cursor: sqlite3.Cursor, group: list[Request], sealed: list[bool]
    ) -> list[Appended]:
        """End the open transaction of a group of which some rows are known."""
        duplicates, start = [], 0
        for rows, _future in group:
            known = sealed[start : start + len(rows)] if sealed else ()
            duplicates.append(self._insert(cursor, rows, known))
            start += len(rows)
        last = last_seq(cursor)
        cursor.execute("COMMIT")
        return [
            Appended(last, tuple(old), len(rows) - len(old))
            for (rows, _future), old in zip(group, duplicates, strict=True)
        ]

    def _insert_new(self, cursor: sqlite3.Cursor, rows: list[EventRow]) -> bool:
        """Insert rows that are probably new; False as soon as one was not."""
        start = 0
        for count, statement in INSERTS.items():
            while len(rows) - start >= count:
                cursor.execute(statement, tuple(itertools.chain.from_iterable(rows[start : start + count])))
                if cursor.rowcount != count:
                    return False
                start += count
        for row in rows:
            if _changes_another(row):
                self._withdraw(cursor, row)
        return True

    def _insert(self, cursor: sqlite3.Cursor, rows: Sequence[EventRow], known: Sequence[bool]) -> list[int]:
        """Insert the new ones; indexes of the others."""
        if len(rows) >= MANY_ROWS and not any(known) and self._insert_all(cursor, rows):
            duplicates = []
        else:
            duplicates = [
                index
                for index, row in enumerate(rows)
                if (known and known[index]) or cursor.execute(INSERT, row).rowcount == 0
            ]
        old = set(duplicates)
        for index, row in enumerate(rows):
            if _changes_another(row) and index not in old:
                self._withdraw(cursor, row)
        return duplicates

    def _insert_all(self, cursor: sqlite3.Cursor, rows: Sequence[EventRow]) -> bool:
        """Insert many new rows at once; False, with nothing inserted, when some id was known."""
        cursor.execute("SAVEPOINT many")
        cursor.executemany(INSERT, rows)
        if cursor.rowcount == len(rows):
            cursor.execute("RELEASE many")
            return True
        cursor.execute("ROLLBACK TO many")
        cursor.execute("RELEASE many")
        return False

    def _withdraw(self, cursor: sqlite3.Cursor, row: EventRow) -> None:
        target = _target(row)
        if target is not None and target != row.id:
            day = int(find(self._runs, hash_ids([target]))[0])
            cursor.execute(
                "INSERT INTO withdrawal (target, day) VALUES (?, ?) ON CONFLICT(target) DO NOTHING",
                (target, None if day == UNKNOWN else day),
            )

    def places_of(self, ids: Collection[str]) -> dict[str, int]:
        """Places of those of these events that the journal holds."""
        with contextlib.closing(connect(self.path)) as connection:
            places: dict[str, int] = {}
            for one in ids:
                row = connection.execute("SELECT place FROM event WHERE id = ?", (one,)).fetchone()
                if row:
                    places[one] = row[0]
            return places

    def whereabouts(self, ids: Collection[str]) -> dict[str, tuple[int, int]]:
        """(place, business day) of those of these events that the journal holds."""
        with contextlib.closing(connect(self.path)) as connection:
            found: dict[str, tuple[int, int]] = {}
            for one in ids:
                row = connection.execute("SELECT place, day FROM event WHERE id = ?", (one,)).fetchone()
                if row:
                    found[one] = (row[0], row[1])
            return found

    def sealed_days(self, ids: Collection[str]) -> dict[str, int]:
        """Business days (days since 1970) of those of these events that are sealed."""
        with contextlib.closing(connect(self.path)) as connection:
            runs = self._open_runs(connection.cursor())
        days = find(runs, hash_ids(ids)).tolist() if ids else []
        return {one: day for one, day in zip(ids, days, strict=True) if day != UNKNOWN}

    def _refresh_runs(self, cursor: sqlite3.Cursor) -> None:
        generation = cursor.execute("SELECT value FROM state WHERE key = 'generation'").fetchone()[0]
        if generation != self._generation:
            self._runs = self._open_runs(cursor)
            self._generation = generation

    def _open_runs(self, cursor: sqlite3.Cursor) -> list[Run]:
        files = cursor.execute(
            "SELECT name, rows FROM file WHERE role = 'ids' AND obsolete_at IS NULL"
        ).fetchall()
        return [Run.open(self.ids_directory / name, rows) for name, rows in files]

    def _sealed(self, ids: list[str]) -> list[bool]:
        """For each id whether a sealed event has it; empty when nothing is sealed."""
        if not self._runs or not ids:
            return []
        known: list[bool] = (find(self._runs, hash_ids(ids)) != UNKNOWN).tolist()
        return known


def _expect_format(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != FORMAT:
        raise StoreUnavailable(
            f"The event record has format {found}, this version of Otklik reads format {FORMAT}. "
            "Use the version that wrote it, or an empty data directory."
        )


def last_seq(cursor: sqlite3.Cursor) -> int:
    """The last number that was given, even if its row is sealed and deleted by now."""
    row = cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    return int(row[0]) if row else 0


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where they are missing; a read-only journal that has them stays readable.

    Raises:
        StoreUnavailable: the tables cannot be made, or they were made by another version of Otklik.
    """
    try:
        made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'event'").fetchone()[0]
        if made:
            _expect_format(connection)
            return
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    except sqlite3.Error as error:
        raise StoreUnavailable(f"The event journal cannot be made: {error}.") from error


def _changes_another(row: EventRow) -> bool:
    """May the event withdraw or replace another one? Quick, `_target` looks closely."""
    return row.kind == WITHDRAWAL or (row.attrs is not None and '"replaces"' in row.attrs)


def _target(row: EventRow) -> str | None:
    try:
        attrs = json.loads(row.attrs or "{}")
    except ValueError:
        return None
    found = attrs.get("target" if row.kind == WITHDRAWAL else "replaces") if isinstance(attrs, dict) else None
    return found if isinstance(found, str) else None


def _explain(error: Exception) -> Exception:
    """The error that callers get; a failure of the disk or of the file becomes a sentence, a bad row stays what it is."""
    bad_row = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError)
    if isinstance(error, (sqlite3.Error, OSError)) and not isinstance(error, bad_row):
        return StoreUnavailable(
            f"The event journal cannot be written: {error}. Free or repair the disk; nothing was stored."
        )
    return error


def _discard(connection: sqlite3.Connection | None) -> None:
    """Close a connection that failed: SQLite rolls its transaction back, the next group opens a fresh one."""
    if connection is not None:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
