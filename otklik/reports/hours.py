"""Hours of the week: an indicator hour by hour, with bases, by day and by hour in all."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.dashboards import words
from otklik.dashboards.detail import WEEKDAYS
from otklik.dashboards.readings import breakdown, rows_of, slicing_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import LOW_BASE, Result, Unit
from otklik.metrics.definitions import indicators
from otklik.web import formats

SHADES = 5


@dataclass(frozen=True, slots=True)
class Week:
    """Results by hour of the week (0 is Monday 0:00), by weekday, by hour."""

    cells: Mapping[int, Result]
    days: Mapping[int, Result]
    hours: Mapping[int, Result]
    whole: Result | None = None

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

    whole = rows_of([one.code], slicing_of(scope, scope.span, scope.subject), indicators())[0].results
    return Week(read("hour_of_week"), read("weekday"), read("hour"), whole.get(one.code))


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade` 1…5 by the value on the scale of the grid, 0 for none. `thin`: on a small base, not shaded."""

    text: str = ""
    base: str = "0"
    tip: str = ""
    shade: int = 0
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """From the palest to the darkest shade; `lowest` and `highest` lie beyond where a few hours stand far apart."""

    low: float
    high: float
    lowest: float
    highest: float

    def shade(self, value: float) -> int:
        if self.high <= self.low:
            return (SHADES + 1) // 2
        place = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return 1 + round((SHADES - 1) * place)


@dataclass(frozen=True, slots=True)
class Grid:
    """`low` and `high` say what the palest and the darkest shade mean; "" when no hour is shaded."""

    hours: Sequence[int]
    rows: Sequence[tuple[Promise, list[Cell], Cell]]
    foot: list[Cell]
    whole: Cell
    low: str
    high: str
    any_thin: bool


def scale_of(values: Sequence[float]) -> Scale | None:
    """All values, but for those beyond Tukey's fences: one striking hour would make all the others look alike."""
    if not values:
        return None
    lowest, highest = min(values), max(values)
    if len(values) < 4:
        return Scale(lowest, highest, lowest, highest)
    first, _middle, third = statistics.quantiles(values, n=4, method="inclusive")
    reach = 1.5 * (third - first)
    kept = [one for one in values if first - reach <= one <= third + reach]
    return Scale(min(kept), max(kept), lowest, highest)


def grid(held: Week) -> Grid:
    firm = [one for one in held.cells.values() if not _thin(one)]
    scale = scale_of([one.value for one in firm if one.value is not None])
    unit = next(iter(held.cells.values())).unit if held.cells else Unit.COUNT

    def cell(result: Result | None) -> Cell:
        return Cell() if result is None else _cell(result, scale)

    hours = list(held.span)
    rows = [
        (WEEKDAYS[day], [cell(held.cells.get(day * 24 + hour)) for hour in hours], cell(held.days.get(day)))
        for day in range(7)
    ]
    low = high = ""
    if scale is not None:
        low, high = (words.value_text(one, unit) for one in (scale.low, scale.high))
        if scale.lowest < scale.low:
            low = _("%(value)s and less, down to %(end)s") % {
                "value": low,
                "end": words.value_text(scale.lowest, unit),
            }
        if scale.highest > scale.high:
            high = _("%(value)s and more, up to %(end)s") % {
                "value": high,
                "end": words.value_text(scale.highest, unit),
            }
    return Grid(
        hours,
        rows,
        [cell(held.hours.get(hour)) for hour in hours],
        cell(held.whole),
        low,
        high,
        any(one.thin for _day, cells, _whole in rows for one in cells),
    )


def _cell(result: Result, scale: Scale | None) -> Cell:
    base = formats.number(result.n)
    if result.value is None:
        return Cell(base=base, tip=words.missing_text(result))
    thin = _thin(result)
    plain = words.shown(result.value, result.unit)
    places = 0 if abs(plain) >= 10 or result.unit is Unit.COUNT else 1
    text = formats.trimmed(plain, places)
    if result.unit is Unit.SHARE:
        text += f"{formats.SPACE}%" if formats.is_russian() else "%"
    value = words.value_text(result.value, result.unit, words.digits(result))
    said = [value, words.half_width_text(result), "·", words.base_text(result), words.coverage_text(result)]
    return Cell(
        text,
        base,
        " ".join(part for part in said if part),
        0 if thin or scale is None else scale.shade(result.value),
        thin,
    )


def _thin(result: Result) -> bool:
    """On so small a base the value is shown, but not as a colour: it would outshine what is known."""
    return result.n < LOW_BASE and result.unit not in {Unit.COUNT, Unit.MONEY}
