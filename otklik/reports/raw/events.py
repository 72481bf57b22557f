"""Reads of the record: a page of events before or after a mark, one event, how many there are, all of them in pieces."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from otklik.company.models import Employee, Place, Point
from otklik.dashboards.scope import Scope
from otklik.events.personal import Readable, Reading
from otklik.events.queries import kinds
from otklik.events.reader import COLUMNS, SELECTED, Reader
from otklik.events.record import get_store
from otklik.events.vocabulary import Kind
from otklik.metrics import anonymous
from otklik.metrics.names import attribute_name, attribute_value
from otklik.metrics.sql import quoted
from otklik.reports.raw.filters import MARK, Filters
from otklik.surveys.models import Question

EPOCH = dt.date(1970, 1, 1)
PAGE = 50
PIECE = 100_000  # rows that are held in memory at once


class Event:
    """One event; names, the local clock and attributes are made when they are asked for, for files have millions."""

    __slots__ = ("_book", "_read", "row")

    def __init__(self, row: Mapping[str, Any], book: "Book") -> None:
        self.row, self._book = row, book
        self._read: tuple[dict[str, Any], list[str]] | None = None

    @property
    def local(self) -> dt.datetime:
        at: dt.datetime = self.row["at"]
        return at + self._book.shift(self.row["utc_offset"])

    @property
    def place(self) -> str:
        return self._book.name("place", self.row["place"])

    @property
    def point(self) -> str:
        return self._book.name("point", self.row["point"])

    @property
    def employee(self) -> str:
        return self._book.name("employee", self.row["employee"])

    @property
    def kind(self) -> str:
        code: str = self.row["kind"]
        return self._book.kinds.get(code, code)

    @property
    def subject(self) -> str:
        return self._book.subjects.get(self.row["subject"], self.row["subject"] or "")

    @property
    def value(self) -> float | None:
        value: float | None = self.row["value"]
        return value

    @property
    def attrs(self) -> dict[str, Any]:
        """Attributes that the reader may see."""
        return self._attributes()[0]

    @property
    def hidden(self) -> list[str]:
        """Names of those that the reader may not see."""
        return self._attributes()[1]

    @property
    def attributes_text(self) -> str | None:
        """The attributes as JSON; what may not be read is left out."""
        if self._book.readable.everywhere:
            text: str | None = self.row["attrs"]
            return text
        return json.dumps(self.attrs, ensure_ascii=False) if self.attrs else None

    def named_attributes(self) -> list[tuple[str, str]]:
        """(name, value) of each attribute that the reader may see, in people's words."""
        kind = self._book.declared.get(self.row["kind"])
        return [
            (attribute_name(name), attribute_value(kind, name, held)) for name, held in self.attrs.items()
        ]

    def _attributes(self) -> tuple[dict[str, Any], list[str]]:
        if self._read is None:
            held = json.loads(self.row["attrs"]) if self.row["attrs"] else {}
            self._read = self._book.readable.attributes(held, self.row["place"])
        return self._read


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `newer` and `older` are marks for the next pages; "" where there is nothing."""

    events: list[Event]
    newer: str
    older: str


@dataclass
class Book:
    """Names of what events point to, read once and kept for a whole file."""

    readable: Reading
    _names: dict[str, dict[int | None, str]] = field(default_factory=dict)
    _shifts: dict[int, dt.timedelta] = field(default_factory=dict)

    @cached_property
    def declared(self) -> dict[str, Kind]:
        return kinds(inactive=True)

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {code: str(one.name) for code, one in self.declared.items()}

    @cached_property
    def subjects(self) -> dict[str | None, str]:
        return {row.code: row.text for row in Question.objects.all()}

    def name(self, what: str, pk: int | None) -> str:
        return self._names[what].get(pk, "")

    def shift(self, minutes: int) -> dt.timedelta:
        found = self._shifts.get(minutes)
        if found is None:
            found = self._shifts[minutes] = dt.timedelta(minutes=minutes)
        return found

    def events(self, rows: Sequence[tuple[Any, ...]]) -> list[Event]:
        for what in ("place", "point", "employee"):
            column = COLUMNS.index(what)
            self._learn(what, {row[column] for row in rows})
        return [Event(dict(zip(COLUMNS, row, strict=False)), self) for row in rows]

    def _learn(self, what: str, ids: set[int | None]) -> None:
        model: Any = {"place": Place, "point": Point, "employee": Employee}[what]
        known = self._names.setdefault(what, {})
        missing = {pk for pk in ids if pk is not None and pk not in known}
        if missing:
            # thousands of ids in one condition are slower than the whole list
            rows = model.objects.all() if len(missing) > 500 else model.objects.filter(pk__in=missing)
            known.update(rows.values_list("pk", "name"))


@contextmanager
def _reader(first: dt.date, last: dt.date) -> Iterator[Reader]:
    with get_store().reader((first - EPOCH).days, (last - EPOCH).days) as reader:
        yield reader


def page(scope: Scope, filters: Filters, *, before: str = "", after: str = "", size: int = PAGE) -> Page:
    """Events older than the mark `before`, or newer than the mark `after`."""
    readable = Readable(scope.user)
    said = [anonymous.shown_sql(), *filters.sql(scope, readable)]
    mark = MARK.fullmatch(after or before)
    upwards = bool(after) and mark is not None
    if mark:
        at, seq = int(mark[1]), int(mark[2])
        sign = ">" if upwards else "<"
        said.append(f'(epoch_us("at") {sign} {at} OR (epoch_us("at") = {at} AND seq {sign} {seq}))')
    order = "ASC" if upwards else "DESC"
    with _reader(scope.span.first, scope.span.last) as reader:
        where = " AND ".join(said)
        events = reader.events()
        found = f'SELECT seq FROM {events} WHERE {where} ORDER BY "at" {order}, seq {order} LIMIT {size + 1}'
        rows = reader.execute(
            f'SELECT {SELECTED} FROM {events} WHERE seq IN ({found}) ORDER BY "at" DESC, seq DESC'
        )
    more = len(rows) > size
    if more:
        rows = rows[1:] if upwards else rows[:size]
    older = newer = ""
    if rows:
        older = _mark(rows[-1]) if more or upwards else ""
        newer = _mark(rows[0]) if (more if upwards else bool(mark)) else ""
    return Page(Book(readable).events(rows), newer, older)


def _mark(row: Sequence[Any]) -> str:
    at = row[COLUMNS.index("at")]
    return f"{(at - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)}.{row[0]}"  # noqa: DTZ001  # UTC, as stored


def one(scope: Scope, day: dt.date, name: str) -> Event | None:
    """An event by its id and business day, where the user may see its place."""
    readable = Readable(scope.user)
    said = [f"id = {quoted(name)}", anonymous.shown_sql(), *Filters().sql(scope, readable)]
    with _reader(day, day) as reader:
        rows = reader.execute(f"SELECT {SELECTED} FROM {reader.events()} WHERE {' AND '.join(said)} LIMIT 1")
    return Book(readable).events(rows)[0] if rows else None


def count(scope: Scope, filters: Filters) -> int:
    return how_many(scope.span.first, scope.span.last, filters.sql(scope, Readable(scope.user)))


def how_many(first: dt.date, last: dt.date, said: Sequence[str]) -> int:
    where = " AND ".join([anonymous.shown_sql(), *said])
    with _reader(first, last) as reader:
        return int(reader.execute(f"SELECT count(*) FROM {reader.events()} WHERE {where}")[0][0])


def everything(scope: Scope, filters: Filters) -> Iterator[Event]:
    """All events in order of time."""
    readable = Readable(scope.user)
    return in_pieces(scope.span.first, scope.span.last, filters.sql(scope, readable), readable)


def in_pieces(first: dt.date, last: dt.date, said: Sequence[str], readable: Reading) -> Iterator[Event]:
    """Events of business days that meet all conditions, in pieces, so that memory does not grow with their number."""
    book = Book(readable)
    where = " AND ".join([anonymous.shown_sql(), *said])
    with _reader(first, last) as reader:
        events = reader.events()
        days = reader.execute(
            f'SELECT day, count(*), min(epoch_us("at")), max(epoch_us("at")) FROM {events} WHERE {where} '
            "GROUP BY day ORDER BY day"
        )
        for day, number, earliest, latest in days:
            for low, high in _windows(number, earliest, latest):
                rows = reader.execute(
                    f"SELECT {SELECTED} FROM {events} WHERE day = DATE '{day}' AND {where} "
                    f'AND epoch_us("at") >= {low} AND epoch_us("at") < {high} ORDER BY "at", seq'
                )
                for begin in range(0, len(rows), 2_000):
                    yield from book.events(rows[begin : begin + 2_000])


def _windows(number: int, first: int, last: int) -> list[tuple[int, int]]:
    """Spans of time (µs) with about PIECE rows each."""
    parts = number // PIECE + 1
    step = (last - first) // parts + 1
    return [(first + part * step, first + (part + 1) * step) for part in range(parts)]
