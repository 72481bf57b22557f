"""What is sealed, and which withdrawals still wait to be applied to sealed files."""

import json
import sqlite3
from dataclasses import dataclass


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
    dirty: bool = False
    damaged: bool = False

    def touches(self, first_day: int | None, last_day: int | None) -> bool:
        return (first_day is None or self.last_day >= first_day) and (
            last_day is None or self.first_day <= last_day
        )


@dataclass(frozen=True)
class Manifest:
    """One consistent view: sealed files, the last sealed row, the last row of all, withdrawals."""

    segments: tuple[Segment, ...]
    sealed_through: int
    last_seq: int
    withdrawn: tuple[str, ...]  # not applied yet, wherever the target is
    withdrawn_sealed: tuple[str, ...]  # those whose target lies in a sealed file


def load(cursor: sqlite3.Cursor, damaged: frozenset[str] = frozenset()) -> Manifest:
    """Read the manifest; the caller holds a transaction."""
    pending = cursor.execute("SELECT target, day FROM withdrawal WHERE NOT applied").fetchall()
    dirty_days = {day for _target, day in pending if day is not None}
    rows = cursor.execute(
        "SELECT name, first_day, last_day, rows, bytes, digest, days_name, day_columns FROM file "
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
            day_columns=frozenset(json.loads(columns)),
            dirty=any(first <= day <= last for day in dirty_days),
            damaged=name in damaged,
        )
        for name, first, last, count, size, digest, days_name, columns in rows
    )
    state = dict(cursor.execute("SELECT key, value FROM state"))
    last = cursor.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]
    return Manifest(
        segments=segments,
        sealed_through=state["sealed_through"],
        last_seq=max(last, state["sealed_through"]),
        withdrawn=tuple(target for target, _day in pending),
        withdrawn_sealed=tuple(target for target, day in pending if day is not None),
    )
