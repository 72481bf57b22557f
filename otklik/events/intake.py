"""From a decoded event to the row that is stored: every check there is, in one pass."""

import dataclasses
import datetime as dt
import time
from collections.abc import Iterable
from typing import Annotated

import msgspec
from django.conf import settings

from otklik.events.clock import DAY, business_day, microseconds
from otklik.events.directory import Directory, PlaceEntry, PointEntry
from otklik.events.problems import Problem, Rejection
from otklik.events.row import EventRow
from otklik.events.rules import MAX_CODE, KindRule, Scalar, attribute_problems, value_problem
from otklik.events.vocabulary import SubjectRule

YEAR_1900 = microseconds(dt.datetime(1900, 1, 2, tzinfo=dt.UTC))
YEAR_2100 = microseconds(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
MAX_ATTRS_BYTES = 32_768
_encode = msgspec.json.Encoder().encode


class Event(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An event as its sender writes it."""

    id: str
    kind: str
    at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    point: str | None = None
    place: str | None = None
    subject: str | None = None
    value: float | None = None
    employee: str | None = None
    session: str | None = None
    attrs: dict[str, str | bool | int | float | None] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Who sends. `places` limits where events may happen (None: anywhere); `windowed` applies the time window."""

    via: str
    places: frozenset[int] | None = None
    windowed: bool = True


class Intake:
    """Checks events against one snapshot of the catalogue. `waits=False` for the event loop: see ShiftBook."""

    def __init__(self, directory: Directory, origin: Origin, *, waits: bool) -> None:
        self._directory = directory
        self._origin = origin
        self._waits = waits
        self._received = time.time_ns() // 1000
        if origin.windowed:
            self._oldest = self._received - settings.INGEST_MAX_PAST_DAYS * DAY
            self._newest = self._received + settings.INGEST_MAX_FUTURE_SECONDS * 1_000_000
        else:
            self._oldest, self._newest = YEAR_1900, YEAR_2100

    def rows(self, events: Iterable[tuple[int, Event]], rejected: list[Rejection]) -> list[EventRow]:
        """Rows of the valid events, in order; the others are added to `rejected` with their index."""
        rows = []
        for index, event in events:
            row = self.row(event)
            if isinstance(row, EventRow):
                rows.append(row)
            else:
                rejected.append(Rejection(index, event.id, tuple(row)))
        return rows

    def row(self, event: Event) -> EventRow | list[Problem]:
        """The row, or everything that is wrong with the event."""
        directory = self._directory
        problems: list[Problem] = []
        if not (0 < len(event.id) <= MAX_CODE and event.id.isprintable()):
            problems.append(_code_problem("id", event.id))
        at = microseconds(event.at)
        if not self._oldest <= at <= self._newest:
            problems.append(self._time_problem(at))
        point, place = self._where(event, problems)
        rule = directory.kinds.get(event.kind)
        if rule is None:
            problems.append(Problem("kind", "unknown_kind", {"value": event.kind[:MAX_CODE]}))
        else:
            self._check_content(event, rule, problems)
        employee = None
        if event.employee is not None:
            employee = directory.employees.get(event.employee)
            if employee is None:
                value = event.employee[:MAX_CODE]
                problems.append(Problem("employee", "unknown_employee", {"value": value}))
        elif point is not None:
            employee = directory.shifts.at(point.id, at, waits=self._waits)
        if event.session is not None and not (
            0 < len(event.session) <= MAX_CODE and event.session.isprintable()
        ):
            problems.append(_code_problem("session", event.session))
        attrs = _packed(event.attrs, problems) if event.attrs and not problems else None
        if problems or place is None:
            return problems
        offset = place.clock.offset(at)
        return EventRow(
            event.id,
            at,
            offset,
            business_day(at, offset, place.day_start),
            place.id,
            None if point is None else point.id,
            employee,
            event.kind,
            event.subject,
            event.value,
            event.session,
            attrs,
            self._origin.via,
            self._received,
        )

    def _where(self, event: Event, problems: list[Problem]) -> tuple[PointEntry | None, PlaceEntry | None]:
        point: PointEntry | None = None
        place: PlaceEntry | None = None
        if event.point is not None:
            if event.place is not None:
                problems.append(Problem("place", "point_and_place", {}))
            point = self._directory.points.get(event.point)
            place = None if point is None else point.place
        elif event.place is not None:
            place = self._directory.places.get(event.place)
        allowed = self._origin.places
        if place is None or (allowed is not None and place.id not in allowed):
            problems.append(_missing_place(event))
            return None, None
        return point, place

    def _check_content(self, event: Event, rule: KindRule, problems: list[Problem]) -> None:
        scale = None
        subject = event.subject
        if subject is None:
            if rule.subject in (SubjectRule.QUESTION, SubjectRule.CODE):
                problems.append(Problem("subject", "subject_missing", {"kind": rule.code}))
        elif rule.subject is SubjectRule.QUESTION:
            scale = self._directory.questions.get(subject)
            if scale is None:
                problems.append(Problem("subject", "unknown_question", {"value": subject[:MAX_CODE]}))
        elif rule.subject is SubjectRule.NONE:
            problems.append(Problem("subject", "subject_unexpected", {"kind": rule.code}))
        elif not (0 < len(subject) <= MAX_CODE and subject.isprintable()):
            problems.append(_code_problem("subject", subject))
        problem = value_problem(rule, event.value, scale)
        if problem is not None:
            problems.append(problem)
        attrs: dict[str, Scalar] = event.attrs or {}
        if attrs:
            problems += attribute_problems(rule, attrs)
        problems += [
            Problem(f"attrs.{name}", "attribute_missing", {"kind": rule.code})
            for name in rule.required
            if attrs.get(name) in (None, "")
        ]

    def _time_problem(self, at: int) -> Problem:
        if not YEAR_1900 <= at <= YEAR_2100:
            return Problem("at", "time_range", {})
        if at < self._oldest:
            return Problem("at", "time_too_old", {"days": settings.INGEST_MAX_PAST_DAYS})
        return Problem("at", "time_ahead", {"seconds": settings.INGEST_MAX_FUTURE_SECONDS})


def _code_problem(field: str, value: str) -> Problem:
    if not value:
        return Problem(field, "empty", {})
    if len(value) > MAX_CODE:
        return Problem(field, "too_long", {"limit": MAX_CODE})
    return Problem(field, "not_printable", {})


def _missing_place(event: Event) -> Problem:
    """Unknown and forbidden places look alike."""
    if event.point is not None:
        return Problem("point", "unknown_point", {"value": event.point[:MAX_CODE]})
    if event.place is not None:
        return Problem("place", "unknown_place", {"value": event.place[:MAX_CODE]})
    return Problem("point", "no_place", {})


def _packed(attrs: dict[str, Scalar], problems: list[Problem]) -> str | None:
    try:
        packed = _encode(attrs)
    except UnicodeEncodeError:  # half of a surrogate pair
        problems.append(Problem("attrs", "not_printable", {}))
        return None
    if len(packed) > MAX_ATTRS_BYTES:
        problems.append(Problem("attrs", "attributes_too_large", {"limit": MAX_ATTRS_BYTES}))
        return None
    return packed.decode()
