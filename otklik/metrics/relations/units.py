"""What a relation is taken over: steps of time, places, points, employees, places by days, interactions, values of an attribute."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from otklik.metrics.core.filters import attribute_name
from otklik.metrics.core.steps import DAY, calendar_of, step_after, step_start
from otklik.metrics.dimensions import Grain

type Key = tuple[Any, ...]  # one value per part of the unit
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Unit:
    """`by` are dimensions besides the time axis; `period` and `seasons` of those whose seasonality can be removed."""

    name: str
    grain: Grain = Grain.TOTAL
    by: tuple[str, ...] = ()
    season_length: int = 0

    @property
    def in_time(self) -> bool:
        """Whether units are steps of time in their order."""
        return self.grain is not Grain.TOTAL and not self.by

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of a key."""
        return (*self.by, *(("period",) if self.grain is not Grain.TOTAL else ()))

    def key(self, keys: Mapping[str, Any]) -> Key | None:
        """The unit of a row; None for rows that belong to none (a rating without an employee)."""
        found = tuple(keys[part] for part in self.parts)
        return None if None in found else found


UNITS = {
    unit.name: unit
    for unit in (
        Unit("hour", Grain.HOUR, season_length=24),
        Unit("day", Grain.DAY, season_length=7),
        Unit("week", Grain.WEEK, season_length=52),
        Unit("month", Grain.MONTH, season_length=12),
        Unit("quarter", Grain.QUARTER, season_length=4),
        Unit("year", Grain.YEAR),
        Unit("place", by=("place",)),
        Unit("point", by=("point",)),
        Unit("employee", by=("employee",)),
        Unit("session", by=("session",)),
        Unit("place_day", Grain.DAY, ("place",)),
        Unit("point_day", Grain.DAY, ("point",)),
        Unit("employee_day", Grain.DAY, ("employee",)),
    )
}
TIMES = tuple(name for name, unit in UNITS.items() if unit.in_time)


def unit_of(name: str) -> Unit | None:
    """The unit of that name, or of an attribute (`attr.customer`)."""
    if attribute_name(name):
        return Unit(name, by=(name,))
    return UNITS.get(name)


def steps(grain: Grain, first: dt.date, last: dt.date, *, whole: bool = False) -> list[dt.date]:
    """Every step of a grain (not of hours) that has a day between `first` and `last`, by its first day.

    `whole`: only steps that lie between them with all their days.
    """
    unit = calendar_of(grain)
    found, step = [], step_start(first, unit)
    while step <= last:
        following = step_after(step, unit)
        if not whole or (step >= first and following - DAY <= last):
            found.append(step)
        step = following
    return found


def whole_until(unit: "Unit", first: dt.date, last: dt.date, today: dt.date) -> dt.date:
    """The last day that is over, where units have days: a day that still runs looks like a bad one."""
    yesterday = today - DAY
    return yesterday if "period" in unit.parts and first <= yesterday < last else last


def hours(found: Sequence[dt.datetime]) -> list[dt.datetime]:
    """Every hour from the first to the last one that has events."""
    return list(_hours(min(found), max(found))) if found else []


def season(grain: Grain, step: Any) -> int:
    """Which season a step belongs to: weekday, hour of the week, week of the year, month, quarter."""
    match grain:
        case Grain.HOUR:
            return int(step.weekday() * 24 + step.hour)
        case Grain.DAY:
            return int(step.weekday())
        case Grain.WEEK:
            return int(step.isocalendar().week)
        case Grain.MONTH:
            return int(step.month)
        case Grain.QUARTER:
            return int(step.month // 3)
        case _:
            return 0


def _hours(first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
    while first <= last:
        yield first
        first += HOUR
