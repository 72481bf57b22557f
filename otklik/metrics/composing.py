"""Indicators that are made of other indicators: which codes they need, and their results from those of the others."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.composed import Composed, Moving
from otklik.metrics.core.definitions import Context, Definition, DefinitionError, Params, bind
from otklik.metrics.core.formula import Formula, Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Result
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.steps import calendar_of, step_start
from otklik.metrics.definitions import UnknownIndicatorError
from otklik.metrics.dimensions import Grain
from otklik.metrics.evaluate import Group, Key, Reading, Sheet

COMPOSED, MOVING = "formula", "moving"
DAYS = "~days"
DEEPEST = 20
NOT_FROM_EVENTS = gettext_noop("must be an indicator that is computed from events")


@dataclass(slots=True)
class Needed:
    """What a set of codes comes down to; `composed` in an order in which each comes after its parts."""

    plain: dict[str, Indicator] = field(default_factory=dict)
    moving: dict[str, tuple[Moving, Indicator]] = field(default_factory=dict)
    composed: dict[str, Composed] = field(default_factory=dict)


def needed(codes: Iterable[str], known: Mapping[str, Indicator], params: Params) -> Needed:
    """Raises UnknownIndicatorError, and DefinitionError for a formula that leads back to itself."""
    found = Needed()
    for code in codes:
        _need(code, known, params, found, ())
    return found


def _need(
    code: str, known: Mapping[str, Indicator], params: Params, found: Needed, path: tuple[str, ...]
) -> None:
    one = known.get(code)
    if one is None:
        raise UnknownIndicatorError(code)
    if code in path or len(path) > DEEPEST:
        raise DefinitionError("expression", f"leads back to itself: {' → '.join((*path, code))}")
    if code in found.plain or code in found.moving or code in found.composed:
        return
    if one.definition.family == COMPOSED:
        formula = bind(one.definition, Context(), None if path else params or None)
        assert isinstance(formula, Composed)
        for part in formula.codes:
            _need(part, known, {}, found, (*path, code))
        found.composed[code] = formula
    elif one.definition.family == MOVING:
        formula = bind(one.definition, Context(), None if path else params or None)
        assert isinstance(formula, Moving)
        inner = known.get(formula.code)
        if inner is None:
            raise UnknownIndicatorError(formula.code)
        if inner.definition.family in {COMPOSED, MOVING}:
            raise DefinitionError("of", NOT_FROM_EVENTS)
        found.moving[code] = (formula, inner)
    else:
        found.plain[code] = one


def ends(grain: Grain, first: dt.date, last: dt.date) -> list[tuple[dt.date | None, dt.date]]:
    """(key of the step, its last day) of the steps of a period; of the whole period one without a key."""
    if grain is Grain.TOTAL:
        return [(None, last)]
    unit, found = calendar_of(grain), dict[dt.date, dt.date]()
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        found[step_start(day, unit)] = day
    return list(found.items())


def over_days(
    groups: Mapping[Key, Group], sheet: Sheet, moving: Moving, steps: Sequence[tuple[dt.date | None, dt.date]]
) -> dict[Key, Group]:
    """Groups by (day, …) put together over the window that ends with each step; DAYS is how many days have data."""
    by_rest: dict[Key, dict[dt.date, Group]] = {}
    for key, group in groups.items():
        by_rest.setdefault(key[1:], {})[key[0]] = group
    found = {}
    for rest, days in by_rest.items():
        for step, end in steps:
            window = [end - dt.timedelta(days=back) for back in range(moving.days)]
            mine = [days[day] for day in window if day in days]
            if mine:
                whole = together(mine, sheet)
                whole.values[DAYS] = float(len(mine))
                found[rest if step is None else (step, *rest)] = whole
    return found


@dataclass(frozen=True, slots=True)
class Windowed:
    """A formula over a window of days."""

    inner: Formula
    moving: Moving

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.inner.sources

    def measures(self) -> Mapping[str, Measure]:
        return self.inner.measures()

    def result(self, data: Slice) -> Result:
        return self.moving.of(self.inner.result(data), int(data.number(DAYS)))


def windowed(reading: Reading, moving: Moving) -> Reading:
    """A reading of the groups of `over_days`."""
    names, keys = (*reading.names, DAYS), (*reading.keys, DAYS)
    covered, without = reading.covered, reading.without
    if reading.base is not None:
        covered, without = (*covered, DAYS), (*without, DAYS)
    return Reading(Windowed(reading.formula, moving), names, keys, reading.base, covered, without)


def together(groups: Sequence[Group], sheet: Sheet) -> Group:
    """One group of disjoint sets of events from the groups of each."""
    whole = Group()
    for measure in sheet.measures:
        columns = [measure.key, *(f"c{base}_{measure.key}" for base in range(len(sheet.bases)))]
        for column in columns:
            whole.values[column] = _combined(measure, [group.values.get(column) for group in groups])
        for base in range(len(sheet.bases)):
            whole.values[f"u{base}_{measure.key}"] = _sum(groups, f"u{base}_{measure.key}")
    for base in range(len(sheet.bases)):
        whole.values[f"known{base}"] = _sum(groups, f"known{base}")
        told = [group.served[base] for group in groups if base in group.served]
        if told:
            whole.served[base] = (sum(total for total, _units in told), sum(units for _total, units in told))
    return whole


def _combined(measure: Measure, values: Sequence[float | None]) -> float | None:
    whole: float | None = None
    for value in values:
        whole = measure.combine(whole, value)
    return whole


def _sum(groups: Sequence[Group], column: str) -> Any:
    return sum(group.values.get(column) or 0 for group in groups)


def may_move(definition: Definition, context: Context) -> None:
    """Raises DefinitionError for what has no moving value."""
    if definition.family in {COMPOSED, MOVING}:
        raise DefinitionError("of", NOT_FROM_EVENTS)
    adds_up(bind(definition, context).measures().values())


def adds_up(measures: Iterable[Measure]) -> None:
    """Raises DefinitionError where something cannot be put together over days."""
    if any(not measure.additive for measure in measures):
        raise DefinitionError("of", gettext_noop("does not add up over days, so it has no moving mean"))
