"""The steps of the time axis, and the steps that each is compared with; pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from otklik.dashboards.periods import Span
from otklik.metrics.core.steps import DAY, Calendar, step_after, step_end, step_start
from otklik.metrics.dimensions import Grain
from otklik.metrics.gaps import calendar_steps

type Step = dt.date | dt.datetime

GRAINS = (Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
MOST_STEPS = 4_000
MOST_HOUR_DAYS = 92
HOUR = dt.timedelta(hours=1)
STEPS_OF_YEAR = {Calendar.MONTH: 12, Calendar.QUARTER: 4, Calendar.YEAR: 1}
YEAR_OF_WEEKS = 364  # so that days of the week meet
SETTLED_AFTER = 7  # days: what is older is kept apart from what new events touch


@dataclass(frozen=True)
class Axis:
    """Whole steps over a span of business days. `now` is the local time of whoever looks."""

    grain: Grain
    span: Span
    today: dt.date
    now: dt.datetime

    @cached_property
    def steps(self) -> list[Step]:
        if self.grain is not Grain.HOUR:
            return list(calendar_steps(self.span.first, self.span.last, Calendar(self.grain.value)).starts)
        start = dt.datetime.combine(self.span.first, dt.time(0))
        hours = (self.span.length + 1) * 24  # a business day may end on the next morning
        return [start + number * HOUR for number in range(hours)]

    @cached_property
    def days(self) -> Span:
        """The business days of whole steps."""
        if self.grain is Grain.HOUR:
            return self.span
        unit = Calendar(self.grain.value)
        return Span(step_start(self.span.first, unit), step_end(step_start(self.span.last, unit), unit))

    @cached_property
    def index(self) -> Mapping[Step, int]:
        return {step: number for number, step in enumerate(self.steps)}

    @property
    def unfinished(self) -> int | None:
        """The number of the step that is not over; None when all are."""
        for number in range(len(self.steps) - 1, -1, -1):
            step = self.steps[number]
            if isinstance(step, dt.datetime):
                if step <= self.now < step + HOUR:
                    return number
            elif step <= self.today:
                return number if self.last_day(number) >= self.today else None
        return None

    def last_day(self, number: int) -> dt.date:
        """The last business day of a step."""
        step = self.steps[number]
        if isinstance(step, dt.datetime):
            return step.date()
        return step_end(step, Calendar(self.grain.value))

    def parts(self) -> list[Span]:
        """The days in two parts at a bound of steps: what is settled, and the last days, which new events touch."""
        days = self.days
        if self.grain is Grain.HOUR:  # a business day may hold hours of two dates
            return [days]
        cut = step_start(min(self.today, self.span.last) - SETTLED_AFTER * DAY, Calendar(self.grain.value))
        if not days.first < cut <= days.last:
            return [days]
        return [Span(days.first, cut - DAY), Span(cut, days.last)]

    def before(self, how: str, first: dt.date | None = None) -> "Axis":
        """The axis to compare with, of as many steps: “year” is a year before, else the steps just before.

        `first` is the day that the first one is compared with, for steps of an hour or a day.
        """
        if self.grain in {Grain.HOUR, Grain.DAY, Grain.WEEK}:
            if how == "year":
                return self._moved(self.span.shifted(-YEAR_OF_WEEKS))
            if self.grain is Grain.WEEK:
                return self._moved(self.span.shifted(-7 * len(self.steps)))
            days = (self.span.first - first).days if first else self.span.length
            return self._moved(self.span.shifted(-days))
        unit = Calendar(self.grain.value)
        count = STEPS_OF_YEAR[unit] if how == "year" else len(self.steps)
        starts = calendar_steps(self.span.first, self.span.last, unit).starts
        return self._moved(
            Span(step_after(starts[0], unit, -count), step_end(step_after(starts[-1], unit, -count), unit))
        )

    def _moved(self, span: Span) -> "Axis":
        return Axis(self.grain, span, self.today, self.now)


def usual_grain(span: Span) -> Grain:
    """A grain that shows a span well: a year by days, five years by weeks."""
    if span.length <= 3:
        return Grain.HOUR
    if span.length <= 400:
        return Grain.DAY
    if span.length <= 1900:
        return Grain.WEEK
    return Grain.MONTH if span.length <= 7300 else Grain.YEAR


def fitting(grain: Grain, span: Span) -> Grain:
    """The grain itself, or the next coarser one with not too many steps."""
    if grain is Grain.HOUR and span.length > MOST_HOUR_DAYS:
        grain = Grain.DAY
    days = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 30, Grain.QUARTER: 91, Grain.YEAR: 365}
    while grain in days and grain is not Grain.YEAR and span.length / days[grain] > MOST_STEPS:
        grain = GRAINS[GRAINS.index(grain) + 1]
    return grain


def trimmed(steps: Sequence[Step], filled: Sequence[bool], span: Span, now: dt.datetime) -> tuple[int, int]:
    """Which hours to show: those of the span's days up to now, and those beyond midnight that have something."""
    first = next((number for number, there in enumerate(filled) if there), None)
    last = next((number for number in range(len(filled) - 1, -1, -1) if filled[number]), None)
    end = min(dt.datetime.combine(span.last + DAY, dt.time(0)), now)
    ending = max(1, sum(1 for step in steps if isinstance(step, dt.datetime) and step < end))
    if first is None or last is None:
        return 0, ending
    return min(first, ending - 1), max(last + 1, min(ending, len(steps)))
