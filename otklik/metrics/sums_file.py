"""Sums of derived rows on disk, so that a restart does not sort months of events again.

A cache: the file may be deleted at any time, and what cannot be read or written counts as not there. A body is the day's columns as
numpy writes them; columns with gaps have a mask beside.
"""

import contextlib
import io
import logging
import random
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from otklik.metrics.kept import Columns

FORMAT = 3  # to be raised when what a rule or a measure means changes, or how it is written
UNUSED_DAYS = 60
CLEAN_SHARE = 0.01  # of writes
DAY_SECONDS = 86_400
TABLES = """
CREATE TABLE IF NOT EXISTS sums (id INTEGER PRIMARY KEY, name TEXT, day INTEGER, stamp TEXT, crc INTEGER, body BLOB);
CREATE UNIQUE INDEX IF NOT EXISTS sums_of_days ON sums (name, day, stamp);
CREATE TABLE IF NOT EXISTS used (name TEXT PRIMARY KEY, day INTEGER);
"""
log = logging.getLogger(__name__)


class SumsFile:
    """Columns by (name, business day), each with the stamp of the events it was made of."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, stamps: Mapping[int, str]) -> dict[int, Columns]:
        """Those of the days that are here under the stamp asked for."""
        if not stamps:
            return {}

        def ask(connection: sqlite3.Connection) -> dict[int, Columns]:
            found = {}
            rows = connection.execute(
                "SELECT day, stamp, crc, body FROM sums WHERE name = ? AND day BETWEEN ? AND ?",
                (name, min(stamps), max(stamps)),
            )
            for day, stamp, crc, body in rows:
                if stamps.get(day) == stamp and zlib.crc32(body) == crc:
                    found[day] = unpack(body)
            _note_use(connection, [name])
            return found

        return self._tried(ask, {})

    def days(self, names: Iterable[str], stamps: Mapping[int, str]) -> set[int]:
        """Days of which all these names are here under these stamps, without reading them."""
        wanted = list(names)

        def ask(connection: sqlite3.Connection) -> set[int]:
            found = set(stamps)
            for name in wanted:
                rows = connection.execute(
                    "SELECT day, stamp FROM sums WHERE name = ? AND day BETWEEN ? AND ?",
                    (name, min(stamps), max(stamps)),
                )
                found &= {day for day, stamp in rows if stamps.get(day) == stamp}
            _note_use(connection, wanted)
            return found

        return self._tried(ask, set()) if stamps else set()

    def write(self, name: str, days: Mapping[int, tuple[str, Columns]]) -> None:
        """Keep these days; older stamps of them go, and now and then what nobody asks for."""
        packed = [(name, day, stamp, pack(columns)) for day, (stamp, columns) in days.items()]

        def ask(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "DELETE FROM sums WHERE name = ? AND day = ?", [(name, day) for day in days]
            )
            connection.executemany(
                "INSERT INTO sums (name, day, stamp, crc, body) VALUES (?, ?, ?, ?, ?)",
                [(name, day, stamp, zlib.crc32(body), body) for name, day, stamp, body in packed],
            )
            _note_use(connection, [name])
            if random.random() < CLEAN_SHARE:  # noqa: S311  # not a secret
                connection.execute(
                    "DELETE FROM sums WHERE name NOT IN (SELECT name FROM used WHERE day >= ?)",
                    (_today() - UNUSED_DAYS,),
                )

        self._tried(ask, None)

    def _tried[T](self, ask: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        try:
            with contextlib.closing(sqlite3.connect(self._path, timeout=5)) as connection:
                _prepare(connection)
                with connection:
                    return ask(connection)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a cache, the answer is made without it
            log.warning("sums on disk (%s) were passed over: %s", self._path.name, error)
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                for ending in ("", "-wal", "-shm"):  # damaged: it is made anew
                    self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            return otherwise


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    if connection.execute("PRAGMA user_version").fetchone() != (FORMAT,):
        connection.executescript(
            f"BEGIN IMMEDIATE; DROP TABLE IF EXISTS sums; DROP TABLE IF EXISTS used; {TABLES} PRAGMA user_version={FORMAT}; COMMIT;"
        )


def _note_use(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Once a day for each name."""
    for name in names:
        if connection.execute("SELECT day FROM used WHERE name = ?", (name,)).fetchone() != (_today(),):
            connection.execute("INSERT OR REPLACE INTO used VALUES (?, ?)", (name, _today()))


def pack(columns: Columns) -> bytes:
    held = {}
    for name, column in columns.items():
        held[name] = np.ma.getdata(column)
        if np.ma.is_masked(column):
            held[f"{name}?"] = np.ma.getmaskarray(column)
    body = io.BytesIO()
    np.savez_compressed(body, **held)  # type: ignore[arg-type]  # names are ours, none is "file"
    return body.getvalue()


def unpack(body: bytes) -> Columns:
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        return {
            name: np.ma.array(held[name], mask=held[f"{name}?"]) if f"{name}?" in held else held[name]
            for name in held
            if not name.endswith("?")
        }


def _today() -> int:
    return int(time.time() // DAY_SECONDS)
