"""Three colours: good, acceptable, bad, and grey where there is nothing to colour."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from otklik.metrics.core.columns import Numbers
from otklik.metrics.core.results import Direction


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Limits:
    """Green from `good` on, yellow from `acceptable` on, red beyond; “on” runs in the indicator's direction."""

    good: float
    acceptable: float

    def fits(self, direction: Direction) -> bool:
        """Whether good is not worse than acceptable."""
        if direction is Direction.HIGHER:
            return self.good >= self.acceptable
        return direction is Direction.LOWER and self.good <= self.acceptable


def colour(value: float | None, limits: Limits | None, direction: Direction) -> Colour:
    """A value exactly on a limit gets the better colour; no value, no limits or no direction is grey, never red."""
    if value is None or limits is None or direction is Direction.NONE:
        return Colour.GREY
    sign = 1 if direction is Direction.HIGHER else -1
    if sign * value >= sign * limits.good:
        return Colour.GREEN
    return Colour.YELLOW if sign * value >= sign * limits.acceptable else Colour.RED


COLOURS = tuple(Colour)


def colours(values: Numbers, limits: Limits | None, direction: Direction) -> NDArray[np.uint8]:
    """The same of many values, as places in COLOURS; a missing value is NaN."""
    grey, green, yellow, red = (
        COLOURS.index(one) for one in (Colour.GREY, Colour.GREEN, Colour.YELLOW, Colour.RED)
    )
    if limits is None or direction is Direction.NONE:
        return np.full(len(values), grey, np.uint8)
    sign = 1 if direction is Direction.HIGHER else -1
    held = sign * values
    found = np.where(
        held >= sign * limits.good, green, np.where(held >= sign * limits.acceptable, yellow, red)
    )
    return np.where(np.isnan(values), grey, found).astype(np.uint8)


class PeriodKind(StrEnum):
    """How long a period is that somebody looks at; goals for a day and for a month may differ."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class DayKind(StrEnum):
    """What a day is in the calendar. OFF is asked for, never found: weekend or holiday."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SPECIAL = "special"  # a day of the company's own: a sale, an anniversary
    OFF = "off"


LONGEST: dict[PeriodKind, int] = {
    PeriodKind.DAY: 1,
    PeriodKind.WEEK: 13,
    PeriodKind.MONTH: 45,
    PeriodKind.QUARTER: 120,
}


def period_kind(days: int) -> PeriodKind:
    """The kind of a period of so many days: 7 days are a week, 28 a month, 90 a quarter."""
    return next((kind for kind, longest in LONGEST.items() if days <= longest), PeriodKind.YEAR)


@dataclass(frozen=True, slots=True)
class When:
    """What is looked at: business days `first` to `last`, and what kind of day it is where it is a single one."""

    first: dt.date
    last: dt.date
    kind: PeriodKind
    day: DayKind | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Limits with where and when they hold. `place` None is the company; None elsewhere is “any”; both dates are included."""

    limits: Limits
    place: int | None = None
    period: PeriodKind | None = None
    calendar: DayKind | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, when: When) -> bool:
        """Whether the rule speaks about the period; the dates of its last day decide."""
        if self.period is not None and self.period is not when.kind:
            return False
        if not _same_day(self.calendar, when.day):
            return False
        return (self.first is None or self.first <= when.last) and (
            self.last is None or when.last <= self.last
        )

    @property
    def exactness(self) -> tuple[int, int, dt.date]:
        """Of rules of one place the larger holds: calendar before period, exact before “off”, the later start."""
        calendar = 0 if self.calendar is None else 1 if self.calendar is DayKind.OFF else 2
        return (calendar, int(self.period is not None), self.first or dt.date.min)


def _same_day(wanted: DayKind | None, day: DayKind | None) -> bool:
    if wanted is None:
        return True
    if wanted is DayKind.OFF:
        return day in {DayKind.WEEKEND, DayKind.HOLIDAY}
    return wanted is day


def holding(rules: Mapping[int | None, Sequence[Rule]], ancestors: Sequence[int], when: When) -> Rule | None:
    """The rule that holds at a place: of the nearest place that has any for this period, the most exact one.

    `rules` by place (None: the company's), `ancestors` run from the root to the place itself.
    """
    for place in (*reversed(ancestors), None):
        found = [rule for rule in rules.get(place, ()) if rule.holds(when)]
        if found:
            return max(found, key=lambda rule: rule.exactness)
    return None
