"""The self-test of a data directory: what is on disk against what the manifest says."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from otklik.events import idindex
from otklik.events.cleaning import FOLDERS, leftovers
from otklik.events.engine import Engine, is_whole

RESTORE = "Restore it from a backup."


@dataclass(frozen=True)
class Problem:
    """`file` relative to the data directory and a sentence."""

    file: str
    sentence: str


def check_record(root: Path, journal: sqlite3.Connection, engine: Engine | None) -> list[Problem]:
    """Look at everything; with an engine also whether the index knows the id of every sealed event."""
    problems = [*_journal(journal), *_files(root, journal)]
    problems += [
        Problem(
            str(path.relative_to(root)), "Left behind by an interrupted job. It is deleted at the next start."
        )
        for path in leftovers(root, journal)
    ]
    if engine is not None and not any(problem.file.startswith("ids/") for problem in problems):
        problems += _ids(root, journal, engine)
    return problems


def _journal(journal: sqlite3.Connection) -> Iterator[Problem]:
    name = "journal/journal.sqlite3"
    try:
        verdict = journal.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        yield Problem(name, f"The journal is damaged: {verdict}. {RESTORE}")
    sealed, indexed = (
        journal.execute(
            f"SELECT coalesce(sum(rows), 0) FROM file WHERE role IN ({roles}) AND obsolete_at IS NULL"
        ).fetchone()[0]
        for roles in ("'segment', 'withdrawn'", "'ids'")
    )
    if sealed > indexed:
        yield Problem(
            name, f"{sealed} events are sealed but only {indexed} ids are known: some may stand there twice."
        )


def _files(root: Path, journal: sqlite3.Connection) -> Iterator[Problem]:
    rows = journal.execute(
        "SELECT name, role, bytes, digest, days_name, days_digest FROM file WHERE obsolete_at IS NULL"
    ).fetchall()
    for name, role, size, digest, days_name, days_digest in rows:
        path = root / FOLDERS[role] / name
        if not path.exists():
            yield Problem(f"{FOLDERS[role]}/{name}", f"The file is missing. {RESTORE}")
        elif not is_whole(path, size, digest):
            yield Problem(
                f"{FOLDERS[role]}/{name}",
                f"The file is damaged: its content differs from what was written. {RESTORE}",
            )
        if days_name and not is_whole(root / "days" / days_name, None, days_digest):
            yield Problem(
                f"days/{days_name}",
                "The day table is missing or damaged. It is computed anew when it is next needed.",
            )


def _ids(root: Path, journal: sqlite3.Connection, engine: Engine) -> Iterator[Problem]:
    files = journal.execute(
        "SELECT name, rows FROM file WHERE role = 'ids' AND obsolete_at IS NULL"
    ).fetchall()
    runs = [idindex.Run.open(root / "ids" / name, rows) for name, rows in files]
    with engine.reader(at_most=0) as reader:
        for segment in reader.segments:
            if segment.damaged:
                continue
            ids = reader.cursor.execute(f"SELECT id FROM {reader.raw([segment])}").fetchnumpy()["id"]
            known = idindex.find(runs, idindex.hash_ids(ids)) != idindex.UNKNOWN
            if not known.all():
                yield Problem(
                    f"segments/{segment.name}",
                    f"{int((~known).sum())} of its events are not in the index of ids and could be stored again.",
                )
