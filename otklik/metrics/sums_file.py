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
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from otklik.metrics.kept import Columns

FORMAT = 1  # to be raised when what a rule or a measure means changes
UNUSED_DAYS = 60
CLEAN_SHARE = 0.01  # of writes
DAY_SECONDS = 86_400
TABLE = """CREATE TABLE IF NOT EXISTS sums (
  format INTEGER, name TEXT, day INTEGER, stamp TEXT, used INTEGER, body BLOB,
  PRIMARY KEY (format, name, day)) WITHOUT ROWID"""
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
            span = (FORMAT, name, min(stamps), max(stamps))
            where = "format = ? AND name = ? AND day BETWEEN ? AND ?"
            rows = connection.execute(f"SELECT day, stamp, used, body FROM sums WHERE {where}", span)  # noqa: S608  # ours
            found, old = {}, False
            for day, stamp, used, body in rows:
                old |= used < _today()
                if stamps.get(day) == stamp:
                    found[day] = unpack(body)
            if old:
                connection.execute(f"UPDATE sums SET used = ? WHERE {where}", (_today(), *span))  # noqa: S608  # ours
            return found

        return self._tried(ask, {})

    def days(self, name: str, stamps: Mapping[int, str]) -> set[int]:
        """Days that are here under these stamps, without reading them."""

        def ask(connection: sqlite3.Connection) -> set[int]:
            rows = connection.execute(
                "SELECT day, stamp FROM sums WHERE format = ? AND name = ?", (FORMAT, name)
            )
            return {day for day, stamp in rows if stamps.get(day) == stamp}

        return self._tried(ask, set())

    def write(self, name: str, days: Mapping[int, tuple[str, Columns]]) -> None:
        """Keep these days; older stamps of them go, and now and then what nobody asks for or an older version made."""

        def ask(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR REPLACE INTO sums VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (FORMAT, name, day, stamp, _today(), pack(columns))
                    for day, (stamp, columns) in days.items()
                ],
            )
            if random.random() < CLEAN_SHARE:  # noqa: S311  # not a secret
                connection.execute(
                    "DELETE FROM sums WHERE format <> ? OR used < ?", (FORMAT, _today() - UNUSED_DAYS)
                )

        self._tried(ask, None)

    def _tried[T](self, ask: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        try:
            with contextlib.closing(sqlite3.connect(self._path, timeout=5)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                with connection:
                    connection.execute(TABLE)
                    return ask(connection)
        except (sqlite3.Error, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            log.warning("sums on disk (%s) were passed over: %s", self._path.name, error)
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                for ending in ("", "-wal", "-shm"):  # damaged: it is made anew
                    self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            return otherwise


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
