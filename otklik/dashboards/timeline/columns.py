"""Results along the axis as plain columns: small enough to be kept, quick to be written."""

import datetime as dt
import itertools
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from otklik.dashboards.memory import Memory
from otklik.dashboards.periods import Span
from otklik.dashboards.timeline.axis import Axis, Step
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Reason, Result
from otklik.metrics.queries import Slicing, values

NOTHING = math.nan
SERIALS = itertools.count(1)
MEMORY: Memory["Columns"] = Memory(400_000)  # steps kept, 34 bytes each
REASONS = list(Reason)


@dataclass(frozen=True, slots=True)
class Columns:
    """One indicator over some steps; a number that is not there is a NaN. `reasons` are numbers of REASONS, −1 for none."""

    value: array[float]
    low: array[float]
    high: array[float]
    n: array[float]
    reasons: array[int]
    flags: dict[int, tuple[str, ...]] = field(default_factory=dict)
    serial: int = 0

    @classmethod
    def empty(cls, steps: int) -> "Columns":
        value, low, high = (array("d", [NOTHING]) * steps for _column in range(3))
        return cls(value, low, high, array("d", [0.0]) * steps, array("b", [-1]) * steps, {}, next(SERIALS))

    def put(self, number: int, found: Result) -> None:
        self.n[number] = found.n
        if found.value is None:
            self.reasons[number] = REASONS.index(found.reason) if found.reason else -1
            return
        self.value[number] = found.value
        if found.interval is not None:
            self.low[number], self.high[number] = found.interval
        if found.flags:
            self.flags[number] = tuple(flag.value for flag in found.flags)

    def part(self, first: int, last: int) -> "Columns":
        """Steps first…last, the last one not included."""
        flags = {number - first: said for number, said in self.flags.items() if first <= number < last}
        cut = slice(first, last)
        return Columns(
            self.value[cut], self.low[cut], self.high[cut], self.n[cut], self.reasons[cut], flags, self.serial
        )


def joined(parts: Sequence[Columns]) -> Columns:
    if len(parts) == 1:
        return parts[0]
    whole = Columns.empty(0)
    for one in parts:
        start = len(whole.value)
        for name in ("value", "low", "high", "n", "reasons"):
            getattr(whole, name).extend(getattr(one, name))
        whole.flags.update({start + number: said for number, said in one.flags.items()})
    return whole


def read(
    ones: Sequence[Indicator], slicing: Slicing, axis: Axis, serial: int
) -> tuple[dict[str, Columns], list[int]]:
    """Columns by code over the whole axis, and serial numbers of what is settled. What is in memory is not computed anew.

    `serial` comes from `MEMORY.news()`.
    """
    found: dict[str, list[Columns]] = {one.code: [] for one in ones}
    settled: list[int] = []
    parts = axis.parts()
    for number, days in enumerate(parts):
        held = _read_part(ones, slicing, axis, days, serial)
        for code, columns in held.items():
            found[code].append(columns)
            if number < len(parts) - 1:
                settled.append(columns.serial)
    return {code: joined(each) for code, each in found.items()}, settled


def _read_part(
    ones: Sequence[Indicator], slicing: Slicing, axis: Axis, days: Span, serial: int
) -> dict[str, Columns]:
    mine = _part_axis(axis, days)
    found: dict[str, Columns] = {}
    for one in ones:
        held = MEMORY.get(_key(one, slicing, mine, days))
        if held is not None:
            found[one.code] = held
    wanted = [one for one in ones if one.code not in found]
    if not wanted:
        return found
    asked = _over(slicing, days, axis)
    made = {one.code: Columns.empty(len(mine)) for one in wanted}
    for row in values([one.code for one in wanted], asked):
        number = mine.get(row.keys["period"])
        if number is None:
            continue
        for code, columns in made.items():
            columns.put(number, row.results[code])
    for one in wanted:
        MEMORY.put(_key(one, slicing, mine, days), days.last, made[one.code], serial, len(mine))
    return found | made


def _part_axis(axis: Axis, days: Span) -> Mapping[Step, int]:
    """Numbers of the steps that lie in these days."""
    if days == axis.days:
        return axis.index
    steps = [step for step in axis.steps if not isinstance(step, dt.datetime) and days.holds(step)]
    return {step: number for number, step in enumerate(steps)}


def _over(slicing: Slicing, days: Span, axis: Axis) -> Slicing:
    return replace(slicing, first_day=days.first, last_day=days.last, grain=axis.grain)


def _key(one: Indicator, slicing: Slicing, steps: Mapping[Step, int], days: Span) -> tuple[object, ...]:
    where = (slicing.places, slicing.point, slicing.employee, slicing.subject)
    return (
        one.code,
        one.definition.version,
        days.first,
        days.last,
        len(steps),
        next(iter(steps), None),
        *where,
    )
