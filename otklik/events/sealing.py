"""Turn unsealed rows and small files into sorted Parquet files.

Every job follows the same order: write files under temporary names, bring them to disk, give them their names, then tell the
manifest about all of them in one transaction. Before that transaction nothing has happened; after it everything has.
`step` is called between the stages, so that tests can kill the process at each of them.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from otklik.events import idindex
from otklik.events.engine import SELECTED, Engine, Reader, day_literal, quote
from otklik.events.files import digest_of, publish
from otklik.events.manifest import Segment

FULL_ROWS = 4_000_000  # a segment is cut at the day boundary before it grows beyond this
BIG_ROWS = 2_000_000  # segments from this size on are merged no further
MERGE_AT = 8  # so many small segments of a month are merged
RUN_CAP = 4_000_000  # entries of an id run; keeps a merge within 300 MB
RUNS_OF_A_SIZE = 4
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
ORDER = 'day, place, kind, "at", seq'


@dataclass(frozen=True)
class NewFile:
    name: str
    role: str
    rows: int
    bytes: int
    digest: str
    first_day: int | None = None
    last_day: int | None = None
    days_name: str | None = None
    day_columns: tuple[str, ...] = ()


class Sealer:
    def __init__(
        self,
        root: Path,
        engine: Engine,
        journal: sqlite3.Connection,
        day_columns: Callable[[], Mapping[str, str]],
        step: Callable[[str], None],
    ) -> None:
        self.root = root
        self.engine = engine
        self.journal = journal
        self.day_columns = day_columns
        self.step = step

    # --- jobs ------------------------------------------------------------------------------------------------

    def seal(self) -> int:
        """Seal everything unsealed; return the number of rows that left the tail."""
        with self.engine.reader(None, None) as reader:
            through, before = reader.last_seq, reader.sealed_through
            if through <= before:
                return 0
            self.step("seal:start")
            files = self._write_months(reader, reader.tail())
            withdrawn = f"(SELECT * FROM tail WHERE seq > {before} AND seq <= {through} AND id IN ({_texts(reader.withdrawn)}))"
            diverted = (
                [row[0] for row in reader.execute(f"SELECT id FROM {withdrawn}")] if reader.withdrawn else []
            )
            if diverted:
                files.append(self._write_withdrawn(reader, withdrawn))
            self.step("seal:segments")
            run = self._write_run(reader, before, through)
            self.step("seal:ids")
        cursor = self.journal.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        self._record(cursor, [*files, run], obsolete=())
        cursor.execute("UPDATE state SET value = ? WHERE key = 'sealed_through'", (through,))
        cursor.execute("UPDATE state SET value = value + 1 WHERE key = 'generation'")
        cursor.executemany(
            "UPDATE withdrawal SET applied = 1 WHERE target = ?", [(target,) for target in diverted]
        )
        self._place_withdrawals(cursor, run.name)
        self.step("seal:before-commit")
        cursor.execute("COMMIT")
        self.step("seal:committed")
        return through - before

    def delete_sealed_rows(self, chunk: int = 2000) -> bool:
        """Delete some sealed rows from the journal; True while there are more."""
        cursor = self.journal.cursor()
        cursor.execute(
            "DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE seq <= "
            "(SELECT value FROM state WHERE key = 'sealed_through') ORDER BY seq LIMIT ?)",
            (chunk,),
        )
        self.step("delete:chunk")
        return cursor.rowcount == chunk

    def compact(self, segments: Sequence[Segment], *, from_day: int | None = None) -> None:
        """Write these segments anew as few sorted ones, without withdrawn rows and without days before `from_day`."""
        self.step("compact:start")
        bound = f" WHERE day >= {day_literal(from_day)}" if from_day is not None else ""
        with self.engine.reader(None, None) as reader:
            names = {segment.name for segment in segments}
            current = [s for s in reader.segments if s.name in names and not s.damaged]
            if len(current) < len(names):
                return
            files = self._write_months(reader, f"(SELECT * FROM {reader.raw(current)}{bound})")
            targets = reader.withdrawn_sealed
            everything = reader.raw([_clean(segment) for segment in current])
            withdrawn = f"(SELECT * FROM {everything} WHERE id IN ({_texts(targets)}))"
            removed = [row[0] for row in reader.execute(f"SELECT id FROM {withdrawn}")] if targets else []
            if removed:
                files.append(self._write_withdrawn(reader, withdrawn))
            self.step("compact:written")
        cursor = self.journal.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        self._record(cursor, files, obsolete=sorted(names))
        cursor.executemany(
            "UPDATE withdrawal SET applied = 1 WHERE target = ?", [(target,) for target in removed]
        )
        self.step("compact:before-commit")
        cursor.execute("COMMIT")
        self.step("compact:committed")

    def merge_runs(self) -> bool:
        """Merge id runs of like size; True when something was merged."""
        rows = self.journal.execute(
            "SELECT name, rows FROM file WHERE role = 'ids' AND obsolete_at IS NULL AND rows < ? ORDER BY rows",
            (RUN_CAP,),
        ).fetchall()
        if len(rows) < RUNS_OF_A_SIZE:
            return False
        chosen: list[str] = []
        total = 0
        for name, count in rows:
            if total + count > RUN_CAP and len(chosen) > 1:
                break
            chosen.append(name)
            total += count
        name = self._next_name("ids", "run")
        runs = [idindex.Run.open(self.root / "ids" / old) for old in chosen]
        idindex.merge_runs(self.root / "ids" / name, runs)
        self.step("runs:written")
        cursor = self.journal.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        self._record(cursor, [self._describe_run(name, total)], obsolete=chosen)
        cursor.execute("UPDATE state SET value = value + 1 WHERE key = 'generation'")
        cursor.execute("COMMIT")
        return True

    def rebuild_days(self, segment: Segment) -> None:
        """Compute the day table of a segment anew with the columns of today."""
        columns = dict(self.day_columns())
        days_name = self._next_name("days", "parquet")
        with self.engine.reader(None, None) as reader:
            self._write_days(reader, self.root / "segments" / segment.name, days_name, columns)
        self.journal.execute(
            "UPDATE file SET days_name = ?, day_columns = ? WHERE name = ?",
            (days_name, json.dumps(sorted(columns)), segment.name),
        )

    # --- files -----------------------------------------------------------------------------------------------

    def _write_months(self, reader: Reader, source: str) -> list[NewFile]:
        """Write rows as one segment per month, cut at days when a month is large."""
        counts = reader.execute(
            f"SELECT (day - DATE '1970-01-01')::INTEGER AS d, strftime(day, '%Y%m') AS month, count(*) FROM {source} GROUP BY ALL ORDER BY d"
        )
        files, first, month, rows, last = [], 0, "", 0, 0
        for day, of_month, count in counts:
            if rows and (of_month != month or rows + count > FULL_ROWS):
                files.append(self._write_segment(reader, source, first, last))
                rows = 0
            if not rows:
                first, month = day, of_month
            rows += count
            last = day
        if rows:
            files.append(self._write_segment(reader, source, first, last))
        return files

    def _write_segment(self, reader: Reader, source: str, first: int, last: int) -> NewFile:
        name = self._next_name("segment", "parquet")
        path = self.root / "segments" / name
        rows = f"SELECT {SELECTED} FROM {source} WHERE day BETWEEN {day_literal(first)} AND {day_literal(last)} ORDER BY {ORDER}"
        publish(path, lambda temporary: reader.copy(rows, temporary, PARQUET))
        columns = dict(self.day_columns())
        days_name = self._next_name("days", "parquet")
        self._write_days(reader, path, days_name, columns)
        count = reader.execute(f"SELECT count(*) FROM read_parquet({quote(str(path))})")[0][0]
        return NewFile(
            name,
            "segment",
            count,
            path.stat().st_size,
            digest_of(path),
            first,
            last,
            days_name,
            tuple(sorted(columns)),
        )

    def _write_days(self, reader: Reader, segment: Path, days_name: str, columns: Mapping[str, str]) -> None:
        measures = "".join(f', {expression} AS "{key}"' for key, expression in sorted(columns.items()))
        rows = (
            f"SELECT day, place, point{measures} FROM read_parquet({quote(str(segment))}) "
            "GROUP BY day, place, point ORDER BY day, place, point"
        )
        publish(self.root / "days" / days_name, lambda temporary: reader.copy(rows, temporary, PARQUET))

    def _write_withdrawn(self, reader: Reader, source: str) -> NewFile:
        name = "withdrawn-" + self._next_name("segment", "parquet")
        path = self.root / "segments" / name
        rows = f"SELECT {SELECTED} FROM {source} ORDER BY {ORDER}"
        publish(path, lambda temporary: reader.copy(rows, temporary, PARQUET))
        count = reader.execute(f"SELECT count(*) FROM read_parquet({quote(str(path))})")[0][0]
        return NewFile(name, "withdrawn", count, path.stat().st_size, digest_of(path))

    def _write_run(self, reader: Reader, before: int, through: int) -> NewFile:
        """Ids of all rows that leave the tail, the withdrawn ones too."""
        arrays = reader.cursor.execute(
            f"SELECT id, (day - DATE '1970-01-01')::INTEGER AS d FROM tail WHERE seq > {before} AND seq <= {through}"
        ).fetchnumpy()
        name = self._next_name("ids", "run")
        hashes = idindex.hash_ids(arrays["id"])
        idindex.write_run(self.root / "ids" / name, hashes, np.asarray(arrays["d"], dtype=np.int32))
        return self._describe_run(name, len(hashes))

    def _describe_run(self, name: str, rows: int) -> NewFile:
        path = self.root / "ids" / name
        return NewFile(name, "ids", rows, path.stat().st_size, digest_of(path))

    # --- manifest --------------------------------------------------------------------------------------------

    def _next_name(self, role: str, suffix: str) -> str:
        number = self.journal.execute(
            "UPDATE state SET value = value + 1 WHERE key = 'file_number' RETURNING value"
        ).fetchone()[0]
        return f"{role}-{number:08d}.{suffix}"

    def _record(self, cursor: sqlite3.Cursor, files: Sequence[NewFile], obsolete: Sequence[str]) -> None:
        cursor.executemany(
            "INSERT INTO file (name, role, rows, bytes, digest, first_day, last_day, days_name, day_columns) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    f.name,
                    f.role,
                    f.rows,
                    f.bytes,
                    f.digest,
                    f.first_day,
                    f.last_day,
                    f.days_name,
                    json.dumps(f.day_columns),
                )
                for f in files
            ],
        )
        cursor.executemany(
            "UPDATE file SET obsolete_at = ? WHERE name = ?", [(int(time.time()), name) for name in obsolete]
        )

    def _place_withdrawals(self, cursor: sqlite3.Cursor, run_name: str) -> None:
        """A withdrawal that came while its target was being sealed: note where the target now lies."""
        waiting = [
            t for (t,) in cursor.execute("SELECT target FROM withdrawal WHERE NOT applied AND day IS NULL")
        ]
        if not waiting:
            return
        days = idindex.find([idindex.Run.open(self.root / "ids" / run_name)], idindex.hash_ids(waiting))
        cursor.executemany(
            "UPDATE withdrawal SET day = ? WHERE target = ?",
            [(int(day), target) for target, day in zip(waiting, days, strict=True) if day >= 0],
        )


def _texts(values: Sequence[str]) -> str:
    return ", ".join(quote(value) for value in values) or "NULL"


def _clean(segment: Segment) -> Segment:
    from dataclasses import replace

    return replace(segment, dirty=False)
