"""Limits along a time axis: a new goal begins at its date, a goal for weekends holds on weekends."""

import datetime as dt
from collections.abc import Sequence

from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Limits, PeriodKind
from otklik.metrics.limits.table import LimitTable


def of_each(
    table: LimitTable,
    one: Indicator,
    ancestors: Sequence[int],
    steps: Sequence[tuple[dt.date, dt.date]],
    kind: PeriodKind,
) -> list[Limits | None]:
    """Limits for each step, given by its first and last day."""
    if not table.own(one.code):
        return [one.limits] * len(steps)
    return [table.of(one, ancestors, table.when(first, last, kind)) for first, last in steps]


def runs(limits: Sequence[Limits | None]) -> list[tuple[int, Limits | None]]:
    """(number of the first step, limits) of steps in a row that share their limits."""
    return [(number, held) for number, held in enumerate(limits) if number == 0 or held != limits[number - 1]]
