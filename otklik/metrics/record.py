"""The event record as this room needs it: relations over a span of days, and day tables with our measures.

A segment's day table is used when it has a column for every measure that is wanted and no withdrawal waits for the
segment; everything else is computed from its events, and the tail always is.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any, Protocol

from numpy.typing import NDArray

from otklik.company.models import Company
from otklik.events.errors import DamagedSegmentError
from otklik.events.manifest import Segment
from otklik.events.store import EventStore, Reader
from otklik.metrics.core.definitions import Context, DefinitionError, bind
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.core.served import Index, ServedIndex
from otklik.metrics.definitions import indicators
from otklik.metrics.on_duty import Duty, beside
from otklik.metrics.planner import Relations
from otklik.metrics.sql import aggregate
from otklik.metrics.sums_file import SumsFile
from otklik.surveys.models import PULSES, SurveyType
from otklik.surveys.models import Question as QuestionRow

EPOCH = dt.date(1970, 1, 1)


class Record(Protocol):
    """Where measures are computed; one object sees one state of the record."""

    def relations(self, day_columns: set[str]) -> Relations:
        """The record's relations; day tables where they have all of `day_columns` (none wanted: no day tables)."""

    def fetch(self, sql: str) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
        """Names of the columns and the rows."""

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """The answer by columns: masked where there are NULLs, dates as datetime64[D]."""

    def keep(self, columns: Mapping[str, NDArray[Any]]) -> str:
        """The name under which these columns are a table for `fetch`, as long as the record is open."""

    def wide(self, before: int | None, after: int) -> "Record":
        """The record of some days more; None before: from the beginning."""

    def stamps(self) -> dict[int, str | None] | None:
        """Business days (days since 1970) that may have events, each with what changes when its events do.

        The stamp is None where they are not settled. None for all: this record cannot tell.
        """

    def intact(self, day: int) -> bool:
        """Whether nothing of the business day was left out of what was read, for a file turned out to be damaged."""

    def on_duty(self, raw: str) -> str:
        """SQL of these events with a column more: `shift`, the number of the employee's shift that they happened in."""

    def duty_stamp(self, day: int) -> str:
        """What changes when a shift of the business day does."""

    def events_of_a_day(self) -> int:
        """About how many events one of its days has."""

    @property
    def sums(self) -> SumsFile | None:
        """Where sums of derived rows outlive this process."""

    @property
    def days(self) -> tuple[int, int] | None:
        """First and last business day (days since 1970) of its events; None: all there are."""


class StoreRecord:
    """A reader of the event store as a Record."""

    def __init__(
        self, reader: Reader, store: EventStore | None = None, days: tuple[int, int] | None = None
    ) -> None:
        self.reader = reader
        self.days = days
        self._store = store
        self._opened = ExitStack()
        self._kept = 0
        self._stamps: dict[int, str | None] | None = None
        self._duty_table: str | None = None

    def close(self) -> None:
        self._opened.close()

    def keep(self, columns: Mapping[str, NDArray[Any]]) -> str:
        self._kept += 1
        name = f"kept_{self._kept}"
        self.reader.cursor.register(name, dict(columns))
        return name

    def stamps(self) -> dict[int, str | None] | None:
        """A day is settled when it lies in sealed files alone, of which none waits for a withdrawal."""
        if self._stamps is None and self.days is not None:
            self._stamps = self._read_stamps(*self.days)
        return self._stamps

    def _read_stamps(self, first: int, last: int) -> dict[int, str | None]:
        tail = self.reader.execute(f"SELECT DISTINCT day FROM {self.reader.tail()}")
        found: dict[int, str | None] = {(day - EPOCH).days: None for (day,) in tail}
        for day in range(first, last + 1):
            files = [segment for segment in self.reader.segments if segment.touches(day, day)]
            if files and day not in found:
                settled = not any(one.dirty or one.damaged for one in files)
                found[day] = _stamp(files) if settled else None
        return found

    def intact(self, day: int) -> bool:
        return not any(
            one.name in self.reader.damaged for one in self.reader.segments if one.touches(day, day)
        )

    def on_duty(self, raw: str) -> str:
        if self._duty_table is None and len(self._duty.rows):
            self._duty_table = self.keep(self._duty.columns())
        return beside(raw, self._duty_table)

    def duty_stamp(self, day: int) -> str:
        return self._duty.stamp(day)

    @cached_property
    def _duty(self) -> Duty:
        return Duty.read(self.days)

    def events_of_a_day(self) -> int:
        files = self.reader.segments
        days = {day for one in files for day in range(one.first_day, one.last_day + 1)}
        return sum(one.rows for one in files) // max(1, len(days))

    @property
    def sums(self) -> SumsFile | None:
        return SumsFile(self._store.root / "sums.sqlite3") if self._store is not None else None

    def wide(self, before: int | None, after: int) -> "StoreRecord":
        if self._store is None or self.days is None:
            return self
        first, last = self.days
        days = None if before is None else (first - before, last + after)
        reader = self._store.reader(None if days is None else days[0], last + after)
        return StoreRecord(self._opened.enter_context(reader), self._store, days)

    def relations(self, day_columns: set[str]) -> Relations:
        raw = f"SELECT * FROM {self.reader.events()}"
        tabled = [
            segment
            for segment in self.reader.segments
            if day_columns
            and not segment.dirty
            and not segment.damaged
            and day_columns <= segment.day_columns
        ]
        if not tabled:
            return Relations(raw)
        others = [segment for segment in self.reader.segments if segment not in tabled]
        rest = [f"SELECT * FROM {self.reader.tail()}"] if self.reader.has_tail else []
        if others:
            rest.append(f"SELECT * FROM {self.reader.raw(others)}")
        return Relations(
            raw, f"SELECT * FROM {self.reader.days(tabled)}", " UNION ALL ".join(rest) if rest else None
        )

    def fetch(self, sql: str) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
        rows = self.reader.execute(sql)
        return [column[0] for column in self.reader.cursor.description or ()], rows

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        return self.reader.arrays(sql)


@contextmanager
def open_record(first_day: dt.date, last_day: dt.date) -> Iterator[Record]:
    """The record of this process over business days first…last."""
    from otklik.events.record import get_store

    days = ((first_day - EPOCH).days, (last_day - EPOCH).days)
    with get_store().reader(*days) as reader:
        record = StoreRecord(reader, get_store(), days)
        try:
            yield record
        finally:
            record.close()


def _stamp(files: Iterable[Segment]) -> str:
    """What these files hold; files never change."""
    digests = "".join(sorted(one.digest for one in files))
    return hashlib.blake2s(digests.encode(), digest_size=12).hexdigest()


def asked_anew[T](ask: Callable[[], T]) -> T:
    """The answer; once more where a damaged file came to light, which is set aside then, so that the rest is served."""
    try:
        return ask()
    except DamagedSegmentError:
        return ask()


def register(store: EventStore) -> None:
    """Tell the store which columns its day tables get; done for every store that `events.record` opens."""
    if not isinstance(store.day_columns, DayColumns):
        store.day_columns = DayColumns()


class DayColumns(Mapping[str, str]):
    """Aggregate expressions by key of all additive measures in use; read anew at each walk, for sealing is rare."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        return self._held[key]

    def __iter__(self) -> Iterator[str]:
        self._held = day_columns()
        return iter(self._held)

    def __len__(self) -> int:
        return sum(1 for _key in self)


def day_columns() -> dict[str, str]:
    """Additive measures of all active indicators: over the questions they take by default, and over each question."""
    found: dict[str, str] = {}
    for formula in formulas():
        for measure in (*formula.measures().values(), *(source.measure for source in formula.sources)):
            if measure.storable:
                found[measure.key] = aggregate(measure)
    return found


def formulas() -> Iterator[Formula]:
    """What active indicators compute: over the questions they take by default, and over each question."""
    questions = [question_of(row) for row in QuestionRow.objects.all()]
    priority = tuple(Company.current().served_priority or ())
    hidden = tuple(sorted(row.code for row in QuestionRow.objects.filter(type__in=PULSES)))
    for one in indicators().values():
        definition = one.definition
        mine = [question for question in questions if question.type in definition.question_types]
        wholes = (
            [Questions.of(mine), *(Questions((question,)) for question in mine)]
            if definition.asks
            else [Questions(())]
        )
        for whole in wholes:
            try:
                yield bind(definition, Context(whole, None, priority, hidden))
            except DefinitionError:
                continue
            if definition.relevance and whole.spontaneous:
                yield ServedIndex(Index.RESPONSE, whole.spontaneous, None, priority)


def question_of(row: QuestionRow) -> Question:
    """A question of the catalogue as formulas know it."""
    scale = Scale(row.scale_min, row.scale_max, row.top, row.dont_know)
    return Question(row.code, scale, row.type, row.survey_type == SurveyType.SPONTANEOUS)
