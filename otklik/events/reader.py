"""One consistent view of the record, as SQL expressions for DuckDB."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from numpy.typing import NDArray

from otklik.events.errors import DamagedSegmentError
from otklik.events.manifest import Manifest, Segment

if TYPE_CHECKING:
    from otklik.events.engine import Engine

COLUMNS = (
    "seq",
    "id",
    "at",
    "utc_offset",
    "day",
    "place",
    "point",
    "employee",
    "kind",
    "subject",
    "value",
    "session",
    "attrs",
    "via",
    "received",
)
SELECTED = ", ".join(f'"{name}"' for name in COLUMNS)  # "at" is a word of DuckDB
NOT_THE_FILE = (  # errors of the question, of the machine or of the caller, which no file can cause
    duckdb.ParserException,
    duckdb.CatalogException,
    duckdb.BinderException,
    duckdb.InterruptException,
    duckdb.OutOfMemoryException,
)


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def day_literal(day: int) -> str:
    return f"(DATE '1970-01-01' + {int(day)})"


class Reader:
    """The record for days `first_day`…`last_day` (days since 1970, both included; None is open), as of one moment.

    The SQL it gives is valid while the reader is open and on its own cursor. Files that turn out to be damaged while a
    query runs are named in the log and left out.
    """

    def __init__(
        self, engine: "Engine", manifest: Manifest, days: tuple[int | None, int | None], gone: str | None
    ) -> None:
        self._engine = engine
        self._days = days
        self.segments = tuple(segment for segment in manifest.segments if segment.touches(*days))
        self.sealed_through = manifest.sealed_through
        self.last_seq = manifest.last_seq
        self.withdrawn = manifest.withdrawn  # (target, day where it is sealed)
        self.withdrawn_files = manifest.withdrawn_files
        self.gone = gone  # the table of withdrawn ids that sealed files or the tail may still hold
        self.strict = False  # for upkeep, which must not take the rest for everything
        self.cursor = engine.connection.cursor()

    def raw(self, segments: Iterable[Segment] | None = None) -> str:
        """SQL for FROM: rows of these segments (all by default) without the withdrawn ones."""
        chosen = [
            segment for segment in (self.segments if segments is None else segments) if not segment.damaged
        ]
        clean = [segment for segment in chosen if not segment.dirty]
        dirty = [segment for segment in chosen if segment.dirty]
        parts = [self._files(clean, self._conditions())] if clean else []
        parts += [self._files(dirty, self._conditions() + self._not_gone())] if dirty else []
        return f"({' UNION ALL '.join(parts)})" if parts else "(SELECT * FROM tail WHERE false)"

    def tail(self) -> str:
        """SQL for FROM: unsealed rows without the withdrawn ones."""
        between = [f"seq > {self.sealed_through}", f"seq <= {self.last_seq}"]
        return f"(SELECT * FROM tail{_where(between + self._conditions() + self._not_gone())})"

    @property
    def has_tail(self) -> bool:
        """Whether any row is unsealed; of any day."""
        return self.last_seq > self.sealed_through

    def events(self) -> str:
        """SQL for FROM: everything."""
        return f"(SELECT * FROM {self.raw()} UNION ALL SELECT * FROM {self.tail()})"

    def days(self, segments: Iterable[Segment]) -> str:
        """SQL for FROM: day tables of these segments (one at least): day, place, point and a column per measure."""
        names = ", ".join(quote(str(self._engine.days_path(s))) for s in segments if not s.damaged)
        return f"(SELECT * FROM read_parquet([{names}], union_by_name=true){_where(self._conditions())})"

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run SQL made of the expressions above; a damaged file that it meets is left out, and the rest answered."""
        return self._run(sql, parameters, lambda cursor: cursor.fetchall())

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """The same by columns, masked where there are NULLs; a DATE is datetime64[D]."""

        def fetch(cursor: duckdb.DuckDBPyConnection) -> dict[str, NDArray[Any]]:
            dates = [name for name, kind, *_rest in cursor.description or () if kind == "DATE"]
            found = cursor.fetchnumpy()
            return {**found, **{name: found[name].astype("datetime64[D]") for name in dates}}

        return self._run(sql, (), fetch)

    def _run[T](
        self, sql: str, parameters: Sequence[Any], fetch: Callable[[duckdb.DuckDBPyConnection], T]
    ) -> T:
        while True:
            try:
                return fetch(self.cursor.execute(self._engine.without_damaged(sql), list(parameters)))
            except NOT_THE_FILE:
                raise
            except duckdb.Error:
                if not self._set_damaged_aside(sql):
                    raise
                if self.strict:
                    raise DamagedSegmentError(sorted(s.name for s in self.segments if s.damaged)) from None

    @property
    def damaged(self) -> frozenset[str]:
        """Names of files that are known to be damaged by now, whoever met them."""
        return self._engine.damaged | {one.name for one in self.segments if one.damaged}

    def copy(self, sql: str, path: Path, options: str) -> None:
        """Write the rows of a query to a file."""
        self.cursor.execute(f"COPY ({sql}) TO {quote(str(path))} {options}")

    def _set_damaged_aside(self, sql: str) -> bool:
        """Find the files that made this query fail; whether any was found."""
        asked = [segment for segment in self.segments if segment.name in sql and not segment.damaged]
        damaged = self._engine.verify(asked)
        self.segments = tuple(replace(s, damaged=True) if s.name in damaged else s for s in self.segments)
        tabled = [segment for segment in self.segments if segment.days_name in sql]
        return bool(damaged) or self._engine.heal_days(tabled)

    def _files(self, segments: Sequence[Segment], conditions: list[str]) -> str:
        names = ", ".join(quote(str(self._engine.segment_path(segment))) for segment in segments)
        return f"SELECT {SELECTED} FROM read_parquet([{names}]){_where(conditions)}"

    def _conditions(self) -> list[str]:
        first, last = self._days
        conditions = [f"day >= {day_literal(first)}"] if first is not None else []
        return conditions + ([f"day <= {day_literal(last)}"] if last is not None else [])

    def _not_gone(self) -> list[str]:
        return [f"id NOT IN (SELECT id FROM {self.gone})"] if self.gone else []


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
