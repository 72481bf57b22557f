"""Delete files that were replaced, and leftovers of a crash."""

import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from otklik.events.lock import ReadingLock

FOLDERS = {"segment": "segments", "withdrawn": "segments", "ids": "ids", "days": "days"}


def clean(
    root: Path, journal: sqlite3.Connection, turn: threading.Lock, in_use: frozenset[str], grace: float
) -> None:
    """Delete what was replaced over `grace` seconds ago and is not `in_use`; the caller holds the upkeep lock.

    While another process reads, nothing is deleted: it may have opened its view before the replacement.
    """
    with ReadingLock(root).nobody_reads() as free:
        if not free:
            return
        gone = journal.execute(
            "SELECT name, role, days_name FROM file WHERE obsolete_at <= ?", (time.time() - grace,)
        ).fetchall()
        gone = [row for row in gone if not in_use.intersection(row)]
        for name, role, days_name in gone:
            (root / FOLDERS[role] / name).unlink(missing_ok=True)
            if days_name:
                (root / "days" / days_name).unlink(missing_ok=True)
        with turn:
            journal.executemany("DELETE FROM file WHERE name = ?", [(name,) for name, _role, _days in gone])
        for path in leftovers(root, journal):
            path.unlink(missing_ok=True)


def leftovers(root: Path, journal: sqlite3.Connection) -> Iterable[Path]:
    """Files that no manifest knows: of jobs that were interrupted. The caller holds the upkeep lock, so none is under way."""
    known = {name for pair in journal.execute("SELECT name, days_name FROM file") for name in pair}
    for folder in ("segments", "days", "ids"):
        yield from (path for path in (root / folder).iterdir() if path.name not in known)
