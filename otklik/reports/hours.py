"""Hours of the week: an indicator hour by hour, with bases, by day and by hour in all."""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from otklik.dashboards import words
from otklik.dashboards.detail import WEEKDAYS
from otklik.dashboards.readings import breakdown
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import LOW_BASE, Result, Unit
from otklik.web import formats

SHADES = 5


@dataclass(frozen=True, slots=True)
class Week:
    """Results by hour of the week (0 is Monday 0:00), by weekday, by hour."""

    cells: Mapping[int, Result]
    days: Mapping[int, Result]
    hours: Mapping[int, Result]

    @property
    def span(self) -> range:
        """From the first to the last hour in which something happened."""
        known = sorted({key % 24 for key in self.cells})
        return range(known[0], known[-1] + 1) if known else range(0)

    @property
    def reason(self) -> str:
        """Why no hour has a value; "" when one has."""
        if any(one.value is not None for one in self.cells.values()):
            return ""
        return next((words.missing_text(one) for one in self.cells.values()), "")


def week(one: Indicator, scope: Scope) -> Week:
    def read(by: str) -> dict[int, Result]:
        rows = breakdown(one.code, scope, by)
        return {int(row.keys[by]): row.results[one.code] for row in rows if one.code in row.results}

    return Week(read("hour_of_week"), read("weekday"), read("hour"))


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade` 1…5 by the value's place among all, 0 for none. `thin`: on a small base, not shaded."""

    text: str
    base: str
    tip: str
    shade: int
    thin: bool


@dataclass(frozen=True, slots=True)
class Grid:
    hours: Sequence[int]
    rows: Sequence[tuple[Promise, list[Cell | None], Cell | None]]
    foot: list[Cell | None]
    low: str
    high: str


def grid(held: Week) -> Grid:
    firm = [one for one in held.cells.values() if not _thin(one)] or list(held.cells.values())
    values = sorted(one.value for one in firm if one.value is not None)
    low, high = (values[0], values[-1]) if values else (0.0, 0.0)
    unit = next(iter(held.cells.values())).unit if held.cells else Unit.COUNT

    def cell(result: Result | None) -> Cell | None:
        return None if result is None else _cell(result, values)

    hours = list(held.span)
    rows = [
        (WEEKDAYS[day], [cell(held.cells.get(day * 24 + hour)) for hour in hours], cell(held.days.get(day)))
        for day in range(7)
    ]
    return Grid(
        hours,
        rows,
        [cell(held.hours.get(hour)) for hour in hours],
        words.value_text(low, unit),
        words.value_text(high, unit),
    )


def _cell(result: Result, ranked: list[float]) -> Cell:
    base = formats.number(result.n)
    if result.value is None:
        return Cell("", base, words.missing_text(result), 0, thin=False)
    thin = _thin(result)
    # by rank, so that one striking hour does not make all the others look alike
    middle = (bisect.bisect_left(ranked, result.value) + bisect.bisect_right(ranked, result.value) - 1) / 2
    place = min(max(middle / (len(ranked) - 1), 0.0), 1.0) if len(ranked) > 1 else 0.5
    plain = words.shown(result.value, result.unit)
    text = formats.trimmed(plain, 0 if abs(plain) >= 10 or result.unit is Unit.COUNT else 1)
    value = words.value_text(result.value, result.unit, words.digits(result))
    said = [value, words.half_width_text(result), "·", words.base_text(result), words.coverage_text(result)]
    return Cell(
        text,
        base,
        " ".join(part for part in said if part),
        0 if thin else 1 + round((SHADES - 1) * place),
        thin,
    )


def _thin(result: Result) -> bool:
    """On so small a base the value is shown, but not as a colour: it would outshine what is known."""
    return result.n < LOW_BASE and result.unit not in {Unit.COUNT, Unit.MONEY}
