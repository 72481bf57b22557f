"""Limits along a time axis: a new goal begins at its date, a goal for weekends holds on weekends."""

import datetime as dt
from collections.abc import Sequence

from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.steps import calendar_of, step_end
from otklik.metrics.core.thresholds import Limits, PeriodKind
from otklik.metrics.dimensions import Grain
from otklik.metrics.limits.table import LimitTable


def of_each(
    table: LimitTable,
    one: Indicator,
    ancestors: Sequence[int],
    steps: Sequence[dt.date | dt.datetime],
    grain: Grain,
) -> list[Limits | None]:
    """Limits for each step, given by its beginning."""
    if not table.own(one.code):
        return [one.limits] * len(steps)
    kind = PeriodKind(grain.value)
    return [
        table.of(one, ancestors, table.when(first, _last(first, grain), kind))
        for first in (step.date() if isinstance(step, dt.datetime) else step for step in steps)
    ]


def _last(first: dt.date, grain: Grain) -> dt.date:
    return first if grain is Grain.HOUR else step_end(first, calendar_of(grain))


def runs(limits: Sequence[Limits | None]) -> list[tuple[int, Limits | None]]:
    """(number of the first step, limits) of steps in a row that share their limits."""
    return [(number, held) for number, held in enumerate(limits) if number == 0 or held != limits[number - 1]]
