"""Write sealed files: segments of events with their day tables, withdrawn events, runs of ids.

Nothing here touches the manifest; what is written counts only once `manifest.record` has been committed.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from otklik.events import idindex
from otklik.events.files import digest_of, publish
from otklik.events.manifest import NewFile
from otklik.events.reader import SELECTED, Reader, day_literal, quote

FULL_ROWS = 4_000_000  # a segment is cut at the day boundary before it grows beyond this
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
ORDER = 'day, place, kind, "at", seq'
DAY_NUMBER = "(day - DATE '1970-01-01')::INTEGER"


class Writer:
    def __init__(
        self, root: Path, journal: sqlite3.Connection, day_columns: Callable[[], Mapping[str, str]]
    ) -> None:
        self._root = root
        self._journal = journal
        self._day_columns = day_columns

    def segments(self, reader: Reader, source: str) -> list[NewFile]:
        """Write the rows of an SQL expression as one segment per month, cut at days where a month is large."""
        return [self._segment(reader, source, first, last) for first, last in self._spans(reader, source)]

    def withdrawn(self, reader: Reader, source: str) -> NewFile | None:
        """Put withdrawn rows aside; None when there are none."""
        count, first, last = reader.execute(
            f"SELECT count(*), min({DAY_NUMBER}), max({DAY_NUMBER}) FROM {source}"
        )[0]
        if not count:
            return None
        name = self._next_name("withdrawn", "parquet")
        path = self._root / "segments" / name
        rows = f"SELECT {SELECTED} FROM {source} ORDER BY {ORDER}"
        publish(path, lambda temporary: reader.copy(rows, temporary, PARQUET))
        return self._describe("withdrawn", path, count, (first, last))

    def ids(self, reader: Reader, source: str) -> NewFile:
        """Write the ids and days of rows as a run."""
        arrays = reader.cursor.execute(f"SELECT id, {DAY_NUMBER} AS d FROM {source}").fetchnumpy()
        return self.run(idindex.hash_ids(arrays["id"]), np.asarray(arrays["d"], dtype=np.int32))

    def run(self, hashes: idindex.Hashes, days: NDArray[np.int32]) -> NewFile:
        path = self._root / "ids" / self._next_name("ids", "run")
        idindex.write_run(path, hashes, days)
        return self._describe("ids", path, len(hashes))

    def merged_ids(self, runs: Sequence[idindex.Run]) -> NewFile:
        path = self._root / "ids" / self._next_name("ids", "run")
        return self._describe("ids", path, idindex.merge_runs(path, runs))

    def days(
        self, reader: Reader, segment: Path, *, days_name: str | None = None
    ) -> tuple[str, str, tuple[str, ...]]:
        """Write the day table of a segment with the columns of today; (name, digest, column keys)."""
        columns = dict(self._day_columns())
        name = days_name or self._next_name("days", "parquet")
        measures = "".join(f', {expression} AS "{key}"' for key, expression in sorted(columns.items()))
        rows = (
            f"SELECT day, place, point{measures} FROM read_parquet({quote(str(segment))}) "
            "GROUP BY day, place, point ORDER BY day, place, point"
        )
        path = self._root / "days" / name
        publish(path, lambda temporary: reader.copy(rows, temporary, PARQUET))
        return name, digest_of(path), tuple(sorted(columns))

    def _spans(self, reader: Reader, source: str) -> Iterator[tuple[int, int]]:
        counts = reader.execute(
            f"SELECT {DAY_NUMBER} AS d, strftime(day, '%Y%m'), count(*) FROM {source} GROUP BY ALL ORDER BY d"
        )
        first, last, month, rows = 0, 0, "", 0
        for day, of_month, count in counts:
            if rows and (of_month != month or rows + count > FULL_ROWS):
                yield first, last
                rows = 0
            if not rows:
                first, month = day, of_month
            rows += count
            last = day
        if rows:
            yield first, last

    def _segment(self, reader: Reader, source: str, first: int, last: int) -> NewFile:
        path = self._root / "segments" / self._next_name("segment", "parquet")
        rows = f"SELECT {SELECTED} FROM {source} WHERE day BETWEEN {day_literal(first)} AND {day_literal(last)} ORDER BY {ORDER}"
        publish(path, lambda temporary: reader.copy(rows, temporary, PARQUET))
        days = self.days(reader, path)
        count = reader.execute(f"SELECT count(*) FROM read_parquet({quote(str(path))})")[0][0]
        return self._describe("segment", path, count, (first, last), days)

    def _describe(
        self,
        role: str,
        path: Path,
        rows: int,
        span: tuple[int | None, int | None] = (None, None),
        days: tuple[str | None, str | None, tuple[str, ...]] = (None, None, ()),
    ) -> NewFile:
        size, digest = path.stat().st_size, digest_of(path)
        return NewFile(path.name, role, rows, size, digest, span[0], span[1], days[0], days[1], days[2])

    def _next_name(self, role: str, suffix: str) -> str:
        number = self._journal.execute(
            "UPDATE state SET value = value + 1 WHERE key = 'file_number' RETURNING value"
        ).fetchone()[0]
        return f"{role}-{number:08d}.{suffix}"
