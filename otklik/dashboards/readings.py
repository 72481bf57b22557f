"""Indicators of a scope with their colours, changes and trends: a few statements whatever the number of widgets."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from otklik.company.models import Place
from otklik.dashboards import periods
from otklik.dashboards.memory import MEMORY, remembered
from otklik.dashboards.periods import Span
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.compare import Difference, compare
from otklik.metrics.core.results import Result
from otklik.metrics.core.thresholds import Colour, Limits, colour
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import Row, Slicing

type Step = dt.date | dt.datetime
type Asked = tuple[str, str]  # (indicator, subject)

ASKING_KINDS = ("rating", "answer", "served", "invitation")
ALWAYS = "withdrawal"  # may touch anything


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator over one scope. `kinds` are the kinds of events that can change it."""

    indicator: Indicator
    result: Result
    colour: Colour
    limits: Limits | None
    other: Result | None = None
    difference: Difference | None = None
    series: Sequence[tuple[Step, Result | None]] = ()
    kinds: tuple[str, ...] = field(default=())


def slicing_of(scope: Scope, span: Span, subject: str = "", **more: Any) -> Slicing:
    """The scope's places, point and employee over the days of `span`."""
    return Slicing(
        first_day=span.first,
        last_day=span.last,
        places=None if scope.place_ids is None else frozenset(scope.place_ids),
        point=scope.point.pk if scope.point else None,
        employee=scope.employee.pk if scope.employee else None,
        subject=(subject,) if subject else (),
        **more,
    )


def read(asked: Iterable[Asked], scope: Scope, *, trend: bool = True) -> dict[Asked, Reading]:
    """Readings of indicators; unknown codes are left out."""
    known, limits = indicators(), LimitTable()
    by_subject: dict[str, list[str]] = {}
    for code, subject in dict.fromkeys(asked):
        if code in known:
            by_subject.setdefault(subject, []).append(code)
    found: dict[Asked, Reading] = {}
    for subject, codes in by_subject.items():
        part = _read_subject(codes, scope, subject, known, trend=trend)
        for code, (now, other, series) in part.items():
            found[code, subject] = reading_of(
                known[code], now, scope.place, limits, span=scope.span, other=other, series=series
            )
    return found


def reading_of(
    one: Indicator,
    now: Result,
    place: Place | None,
    limits: LimitTable,
    *,
    span: Span | None = None,
    other: Result | None = None,
    series: Sequence[tuple[Step, Result | None]] = (),
) -> Reading:
    """A result with its colour at a place over the days of `span`, and its difference from another."""
    when = limits.when(span.first, span.last) if span is not None else None
    held = limits.of(one, place.ancestor_ids() if place else [], when)
    direction = one.definition.direction
    return Reading(
        indicator=one,
        result=now,
        colour=colour(now.value, held, direction),
        limits=held,
        other=other,
        difference=compare(now, other, direction) if other is not None else None,
        series=series,
        kinds=kinds_of(one),
    )


def rows_of(codes: Sequence[str], slicing: Slicing, known: Mapping[str, Indicator]) -> list[Row]:
    """Values, from memory where they still hold."""
    versions = [known[code].definition.version for code in codes]
    return remembered(codes, slicing, versions, MEMORY.news())


def _read_subject(
    codes: list[str], scope: Scope, subject: str, known: Mapping[str, Indicator], *, trend: bool
) -> dict[str, tuple[Result, Result | None, list[tuple[Step, Result | None]]]]:
    now = rows_of(codes, slicing_of(scope, scope.span, subject), known)[0].results
    other: Mapping[str, Result] = {}
    if scope.other is not None:
        other = rows_of(codes, slicing_of(scope, scope.other, subject), known)[0].results
    rows: list[Row] = []
    span = periods.whole_days(periods.trend_span(scope.span), scope.today)
    grain = periods.grain_of(span)
    if trend:
        rows = rows_of(codes, slicing_of(scope, span, subject, grain=grain), known)
    by_step = {row.keys["period"]: row.results for row in rows}
    steps = periods.steps(span, grain)
    return {
        code: (now[code], other.get(code), [(step, by_step.get(step, {}).get(code)) for step in steps])
        for code in codes
    }


def series(code: str, scope: Scope, span: Span, grain: Grain) -> list[tuple[Step, Result | None]]:
    """One indicator along the time axis; a step without events is None."""
    rows = rows_of([code], slicing_of(scope, span, scope.subject, grain=grain), indicators())
    by_step = {row.keys["period"]: row.results.get(code) for row in rows}
    if grain is not Grain.HOUR:
        return [(step, by_step.get(step)) for step in periods.steps(span, grain)]
    if not by_step:
        return []
    first, last = min(by_step), max(by_step)
    hours = int((last - first).total_seconds() // 3600) + 1
    return [(step, by_step.get(step)) for step in (first + dt.timedelta(hours=n) for n in range(hours))]


def breakdown(code: str, scope: Scope, by: str) -> list[Row]:
    """One indicator split by "place" (the next level), "point", "employee" or "hour_of_week"."""
    return breakdowns([code], scope, by)


def breakdowns(codes: Sequence[str], scope: Scope, by: str) -> list[Row]:
    """Several indicators split alike, in one statement."""
    if by == "place":
        children = children_map(scope)
        if not children:
            return []
        more: dict[str, Any] = {"by": ("child",), "children": children}
    else:
        more = {"by": (by,)}
    return rows_of(codes, slicing_of(scope, scope.span, scope.subject, **more), indicators())


def children_map(scope: Scope) -> dict[int, int]:
    """Every place below to the child of the scope's place that holds it."""
    tops = {child.pk for child in scope.children}
    found = {}
    visible = Place.objects.visible_to(scope.user)
    if scope.place is not None:
        visible = visible.under(scope.place)
    for pk, path in visible.values_list("pk", "path"):
        top = next((int(part) for part in path.strip("/").split("/") if part and int(part) in tops), None)
        if top is not None:
            found[pk] = top
    return found


def kinds_of(one: Indicator) -> tuple[str, ...]:
    """Kinds of events that can change the indicator, as far as its definition names them."""
    definition = one.definition
    if definition.asks:
        return (*ASKING_KINDS, *dict.fromkeys(_named_kinds(definition.params)), ALWAYS)
    if definition.family == "served_count":
        return ("served", "invitation", ALWAYS)
    named = tuple(dict.fromkeys(_named_kinds(definition.params)))
    return (*named, ALWAYS) if named else ()


def _named_kinds(data: object) -> Iterable[str]:
    if isinstance(data, Mapping):
        for value in data.values():
            yield from _named_kinds(value)
    elif isinstance(data, list | tuple):
        if len(data) == 3 and data[0] == "kind" and data[1] in {"=", "in"}:
            yield from [data[2]] if isinstance(data[2], str) else data[2]
        else:
            for value in data:
                yield from _named_kinds(value)
