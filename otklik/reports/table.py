"""A report as data: tables with typed columns, told of by whatever page has one, written by any of the writers.

A page with something to take away makes a `Report` out of `Table`s; Excel, CSV, Parquet and the print view follow from it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

type Row = Sequence[Any]


class Type(StrEnum):
    """What the cells of a column hold: plain Python values, None for nothing."""

    TEXT = "text"
    CODE = "code"  # a text that differs in every row: ids
    INTEGER = "integer"
    NUMBER = "number"
    SHARE = "share"  # 0…1, shown as per cent
    MONEY = "money"
    SECONDS = "seconds"
    DATE = "date"
    MOMENT = "moment"  # a datetime without zone, on the clock that the label names
    FLAG = "flag"
    VALUE = "value"  # numbers of different kinds: the cells are `Typed`

    @property
    def is_number(self) -> bool:
        return self in {Type.INTEGER, Type.NUMBER, Type.SHARE, Type.MONEY, Type.SECONDS}


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names the column in Parquet; `width` in characters, by the contents when 0."""

    key: str
    label: str
    type: Type = Type.TEXT
    digits: int = 1
    width: int = 0


class Typed(NamedTuple):
    """A cell of a VALUE column: the number and how it is shown."""

    value: float | None
    type: Type
    digits: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of a sheet: `x` and `series` are keys of columns; `band` are two keys drawn as thin lines."""

    kind: str  # line, column or bar
    x: str
    series: tuple[str, ...]
    band: tuple[str, str] | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` is called once per file that is written, so that it may stream; `count` is known or None.

    `heat` shades the columns of these keys by their values. `split` says what the reader of a second sheet should know.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    count: int | None = None
    totals: Row | None = None
    charts: tuple[Chart, ...] = ()
    heat: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, key: str) -> int:
        """The number of the column with this key."""
        return next(number for number, column in enumerate(self.columns) if column.key == key)


@dataclass(frozen=True, slots=True)
class Report:
    """What is taken away: title, what it is about, definitions and notes, tables."""

    title: str
    scope: str
    period: str
    tables: tuple[Table, ...]
    facts: tuple[tuple[str, str], ...] = ()  # (name, text): definitions, filters, thresholds
    notes: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    made: str = field(default="")  # by whom and when

    @property
    def rows(self) -> int | None:
        """How many rows there are; None when a table cannot tell."""
        counts = [table.count for table in self.tables]
        return None if None in counts else sum(count or 0 for count in counts)


def table_of(key: str, title: str, columns: Iterable[Column], rows: Sequence[Row], **more: Any) -> Table:
    """A table whose rows are at hand."""
    held = list(rows)
    return Table(key, title, tuple(columns), lambda: held, len(held), **more)
