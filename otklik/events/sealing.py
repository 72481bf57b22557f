"""Turn unsealed rows and small files into sorted Parquet files.

Every job follows the same order: write files under temporary names, bring them to disk, give them their names, then tell the
manifest about all of them in one transaction. Before that transaction nothing has happened; after it everything has.
`step` is called between the stages, so that tests can kill the process at each of them. The caller holds the upkeep lock.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from otklik.events import idindex, manifest
from otklik.events.engine import Engine
from otklik.events.manifest import NewFile, Segment
from otklik.events.reader import Reader, day_literal
from otklik.events.segments import Writer

SEAL_AT_MOST = 1_000_000  # rows sealed in one go; bounds memory after a large import
RUN_FULL = 16_000_000  # ids; a run of this size is merged no further
RUNS_OF_A_SIZE = 4


class Sealer:
    def __init__(
        self,
        root: Path,
        engine: Engine,
        journal: sqlite3.Connection,
        *,
        turn: threading.Lock,
        day_columns: Callable[[], Mapping[str, str]],
        step: Callable[[str], None],
    ) -> None:
        self.root = root
        self._engine = engine
        self._journal = journal
        self._turn = turn
        self._writer = Writer(root, journal, day_columns)
        self._step = step

    def seal(self) -> int:
        """Seal the oldest unsealed rows, a million at most; return how many left the tail."""
        with self._engine.reader(at_most=SEAL_AT_MOST, strict=True) as reader:
            before, through = reader.sealed_through, reader.last_seq
            if through <= before:
                return 0
            self._step("seal:start")
            files = self._writer.segments(reader, reader.tail())
            leaving = f"(SELECT * FROM tail WHERE seq > {before} AND seq <= {through})"
            withdrawn, applied = self._put_aside(reader, leaving)
            self._step("seal:segments")
            run = self._writer.ids(reader, leaving)
            self._step("seal:ids")
        with self._transaction("seal") as cursor:
            if manifest.state(cursor)["sealed_through"] != before:
                return 0  # another process was quicker; our files are nobody's and are cleaned away
            manifest.record(cursor, [*files, *withdrawn, run])
            manifest.set_sealed_through(cursor, through)
            manifest.mark_applied(cursor, applied)
            self._place_withdrawals(cursor, run)
        self._step("seal:committed")
        return through - before

    def delete_sealed_rows(self, chunk: int) -> bool:
        """Delete some sealed rows from the journal; True while there are more."""
        with self._turn:
            deleted = self._journal.execute(
                "DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE seq <= "
                "(SELECT value FROM state WHERE key = 'sealed_through') ORDER BY seq LIMIT ?)",
                (chunk,),
            ).rowcount
        self._step("delete:chunk")
        return deleted == chunk

    def compact(self, segments: Sequence[Segment], *, from_day: int | None = None) -> None:
        """Write these segments anew as few sorted ones, without withdrawn rows and without days before `from_day`."""
        self._step("compact:start")
        names = {segment.name for segment in segments}
        with self._engine.reader(strict=True) as reader:
            current = [s for s in reader.segments if s.name in names and not s.damaged]
            if len(current) < len(names) or self._engine.verify(current):
                return
            bound = f" WHERE day >= {day_literal(from_day)}" if from_day is not None else ""
            files = self._writer.segments(reader, f"(SELECT * FROM {reader.raw(current)}{bound})")
            everything = reader.raw([replace(segment, dirty=False) for segment in current])
            withdrawn, applied = self._put_aside(reader, f"(SELECT * FROM {everything}{bound})")
            applied += self._not_to_be_found(reader, names)
            self._step("compact:written")
        with self._transaction("compact") as cursor:
            manifest.record(cursor, [*files, *withdrawn])
            manifest.set_obsolete(cursor, names)
            manifest.mark_applied(cursor, applied)
        self._step("compact:committed")

    def merge_runs(self) -> bool:
        """Merge id runs of like size, so that there are few; True when something was merged."""
        runs = self._journal.execute(
            "SELECT name, rows FROM file WHERE role = 'ids' AND obsolete_at IS NULL ORDER BY rows"
        ).fetchall()
        chosen = _mergeable(runs)
        if not chosen:
            return False
        merged = self._writer.merged_ids(
            [idindex.Run.open(self.root / "ids" / name, rows) for name, rows in chosen]
        )
        self._step("runs:written")
        with self._transaction("runs") as cursor:
            manifest.record(cursor, [merged])
            manifest.set_obsolete(cursor, {name for name, _rows in chosen})
        return True

    def rebuild_days(self, segment: Segment, *, in_place: bool = False) -> None:
        """Compute the day table of a segment anew with the columns of today; `in_place` for a damaged one."""
        with self._engine.reader(strict=True) as reader:
            if self._engine.verify([segment]):
                return
            name = segment.days_name if in_place else None
            days = self._writer.days(reader, self._engine.segment_path(segment), days_name=name)
            self._step("days:written")
        with self._transaction("days") as cursor:
            manifest.replace_days(cursor, segment, days)

    def drop_withdrawn_before(self, day: int) -> None:
        """Forget withdrawn rows whose days all lie before `day`."""
        with self._transaction("drop") as cursor:
            names = cursor.execute(
                "SELECT name FROM file WHERE role = 'withdrawn' AND obsolete_at IS NULL AND last_day < ?",
                (day,),
            ).fetchall()
            manifest.set_obsolete(cursor, {name for (name,) in names})

    @contextlib.contextmanager
    def _transaction(self, job: str) -> Iterator[sqlite3.Cursor]:
        cursor = self._journal.cursor()
        with self._turn:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                self._step(f"{job}:before-commit")
                cursor.execute("COMMIT")
            finally:
                if self._journal.in_transaction:
                    cursor.execute("ROLLBACK")

    def _put_aside(self, reader: Reader, source: str) -> tuple[list[NewFile], list[str]]:
        """Write the withdrawn rows among these to a file of their own; (files, their ids)."""
        if reader.gone is None:
            return [], []
        rows = f"(SELECT * FROM {source} WHERE id IN (SELECT id FROM {reader.gone}))"
        file = self._writer.withdrawn(reader, rows)
        return ([file], [row[0] for row in reader.execute(f"SELECT id FROM {rows}")]) if file else ([], [])

    def _not_to_be_found(self, reader: Reader, names: set[str]) -> list[str]:
        """Withdrawals whose target cannot lie in any other file than these: after this job they are done, found or not."""
        others = [segment for segment in reader.segments if segment.name not in names]
        return [
            target
            for target, day in reader.withdrawn
            if day is not None and not any(other.touches(day, day) for other in others)
        ]

    def _place_withdrawals(self, cursor: sqlite3.Cursor, run: NewFile) -> None:
        """A withdrawal that came while its target was being sealed: note where the target now lies."""
        waiting = [
            t for (t,) in cursor.execute("SELECT target FROM withdrawal WHERE NOT applied AND day IS NULL")
        ]
        if not waiting:
            return
        runs = [idindex.Run.open(self.root / "ids" / run.name, run.rows)]
        days = idindex.find(runs, idindex.hash_ids(waiting)).tolist()
        cursor.executemany(
            "UPDATE withdrawal SET day = ? WHERE target = ?",
            [(day, target) for target, day in zip(waiting, days, strict=True) if day != idindex.UNKNOWN],
        )


def _mergeable(runs: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The smallest runs (given smallest first) whose sizes lie within a factor of four, when there are enough of them."""
    small = [run for run in runs if run[1] < RUN_FULL]
    for start in range(len(small) - RUNS_OF_A_SIZE + 1):
        chosen = small[start : start + RUNS_OF_A_SIZE]
        if chosen[-1][1] <= 4 * max(chosen[0][1], 1000):
            rest = [run for run in small[start + RUNS_OF_A_SIZE :] if run[1] <= 4 * max(chosen[0][1], 1000)]
            return [*small[:start], *chosen, *rest]
    return []
