"""What is sealed, and which withdrawals still wait to be applied to sealed files."""

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from otklik.events.journal import last_seq


@dataclass(frozen=True)
class Segment:
    """A sealed file of events. Days are days since 1970-01-01, both ends included."""

    name: str
    first_day: int
    last_day: int
    rows: int
    bytes: int
    digest: str
    days_name: str
    day_columns: frozenset[str]
    days_digest: str
    dirty: bool = False
    damaged: bool = False

    def touches(self, first_day: int | None, last_day: int | None) -> bool:
        return (first_day is None or self.last_day >= first_day) and (
            last_day is None or self.first_day <= last_day
        )


@dataclass(frozen=True)
class NewFile:
    """A written file that the manifest shall know; days are those of its rows."""

    name: str
    role: str
    rows: int
    bytes: int
    digest: str
    first_day: int | None = None
    last_day: int | None = None
    days_name: str | None = None
    days_digest: str | None = None
    day_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """One consistent view: sealed files, the last sealed row, the last row of all, withdrawals."""

    segments: tuple[Segment, ...]
    sealed_through: int
    last_seq: int
    withdrawn: tuple[
        tuple[str, int | None], ...
    ]  # targets not applied yet; the day where it is sealed, or None
    withdrawn_files: tuple[str, ...]  # files of rows that were moved out


def load(cursor: sqlite3.Cursor, damaged: frozenset[str] = frozenset()) -> Manifest:
    """Read the manifest; the caller holds a transaction."""
    pending = cursor.execute("SELECT target, day FROM withdrawal WHERE NOT applied").fetchall()
    dirty_days = {day for _target, day in pending if day is not None}
    rows = cursor.execute(
        "SELECT name, first_day, last_day, rows, bytes, digest, days_name, days_digest, day_columns FROM file "
        "WHERE role = 'segment' AND obsolete_at IS NULL ORDER BY first_day, name"
    )
    segments = tuple(
        Segment(
            name=name,
            first_day=first,
            last_day=last,
            rows=count,
            bytes=size,
            digest=digest,
            days_name=days_name,
            days_digest=days_digest,
            day_columns=frozenset(json.loads(columns)),
            dirty=any(first <= day <= last for day in dirty_days),
            damaged=name in damaged,
        )
        for name, first, last, count, size, digest, days_name, days_digest, columns in rows
    )
    return Manifest(
        segments=segments,
        sealed_through=state(cursor)["sealed_through"],
        last_seq=last_seq(cursor),
        withdrawn=tuple(pending),
        withdrawn_files=tuple(
            name
            for (name,) in cursor.execute(
                "SELECT name FROM file WHERE role = 'withdrawn' AND obsolete_at IS NULL"
            )
        ),
    )


def state(cursor: sqlite3.Cursor) -> dict[str, int]:
    return dict(cursor.execute("SELECT key, value FROM state"))


def record(cursor: sqlite3.Cursor, files: Iterable[NewFile]) -> None:
    cursor.executemany(
        "INSERT INTO file (name, role, rows, bytes, digest, first_day, last_day, days_name, days_digest, day_columns) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*astuple(file)[:-1], json.dumps(file.day_columns)) for file in files],
    )
    cursor.execute("UPDATE state SET value = value + 1 WHERE key = 'generation'")


def set_obsolete(cursor: sqlite3.Cursor, names: Iterable[str]) -> None:
    """Nobody starts to read these files any more; they are deleted when those who do have ended."""
    cursor.executemany(
        "UPDATE file SET obsolete_at = ? WHERE name = ?", [(int(time.time()), n) for n in names]
    )
    cursor.execute("UPDATE state SET value = value + 1 WHERE key = 'generation'")


def set_sealed_through(cursor: sqlite3.Cursor, seq: int) -> None:
    cursor.execute("UPDATE state SET value = ? WHERE key = 'sealed_through'", (seq,))


def mark_applied(cursor: sqlite3.Cursor, targets: Iterable[str]) -> None:
    cursor.executemany(
        "UPDATE withdrawal SET applied = 1 WHERE target = ?", [(target,) for target in targets]
    )


def replace_days(cursor: sqlite3.Cursor, segment: Segment, days: tuple[str, str, tuple[str, ...]]) -> None:
    """Give a segment another day table (name, digest, columns); the old one becomes an obsolete file of its own."""
    name, digest, columns = days
    if name != segment.days_name:
        cursor.execute(
            "INSERT INTO file (name, role, rows, bytes, digest, obsolete_at) VALUES (?, 'days', 0, 0, '', ?)",
            (segment.days_name, int(time.time())),
        )
    cursor.execute(
        "UPDATE file SET days_name = ?, days_digest = ?, day_columns = ? WHERE name = ?",
        (name, digest, json.dumps(columns), segment.name),
    )
