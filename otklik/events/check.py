"""The self-test of a data directory: what is on disk against what the manifest says."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from otklik.events.files import digest_of

FOLDERS = {"segment": "segments", "withdrawn": "segments", "ids": "ids"}


@dataclass(frozen=True)
class Problem:
    """`file` relative to the data directory and a sentence."""

    file: str
    sentence: str


def check_record(root: Path, journal: sqlite3.Connection) -> list[Problem]:
    problems = []
    verdict = journal.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        problems.append(
            Problem(
                "journal/journal.sqlite3", f"The journal is damaged: {verdict}. Restore it from a backup."
            )
        )
    rows = journal.execute(
        "SELECT name, role, bytes, digest, days_name FROM file WHERE obsolete_at IS NULL"
    ).fetchall()
    for name, role, size, digest, days_name in rows:
        path = root / FOLDERS[role] / name
        problems += _check_file(path, f"{FOLDERS[role]}/{name}", size, digest)
        if days_name and not (root / "days" / days_name).exists():
            problems.append(
                Problem(
                    f"days/{days_name}",
                    "The day table is missing. Run `otklik check --repair` to compute it anew.",
                )
            )
    doubled = journal.execute(
        "SELECT count(*) FROM event WHERE seq > (SELECT value FROM state WHERE key = 'sealed_through') "
        "AND id IN (SELECT id FROM event GROUP BY id HAVING count(*) > 1)"
    ).fetchone()[0]
    if doubled:
        problems.append(Problem("journal/journal.sqlite3", f"{doubled} events stand there twice."))
    return problems


def _check_file(path: Path, name: str, size: int, digest: str) -> list[Problem]:
    if not path.exists():
        return [Problem(name, "The file is missing. Restore it from a backup.")]
    if path.stat().st_size != size or digest_of(path) != digest:
        return [
            Problem(
                name,
                "The file is damaged: its content differs from what was written. Restore it from a backup.",
            )
        ]
    return []
