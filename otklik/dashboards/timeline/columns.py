"""Results along the axis as plain columns: small enough to be kept, quick to be written."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from otklik.dashboards.memory import Memory
from otklik.dashboards.periods import Span
from otklik.dashboards.timeline.axis import Axis, Step
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.columns import Column, Numbers
from otklik.metrics.queries import Slicing, table

SERIALS = itertools.count(1)
MEMORY: Memory["Columns"] = Memory(400_000)  # steps kept, 35 bytes each
NUMBERS = ("value", "low", "high", "n", "reasons", "flags")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """One indicator over some steps; a number that is not there is a NaN. `reasons` and `flags` as in `core.columns`."""

    value: Numbers
    low: Numbers
    high: Numbers
    n: Numbers
    reasons: "np.ndarray[Any, np.dtype[np.uint8]]"
    flags: "np.ndarray[Any, np.dtype[np.uint16]]"
    serial: int = 0

    @classmethod
    def empty(cls, steps: int) -> "Columns":
        value, low, high = (np.full(steps, np.nan) for _column in range(3))
        return cls(
            value,
            low,
            high,
            np.zeros(steps),
            np.zeros(steps, np.uint8),
            np.zeros(steps, np.uint16),
            next(SERIALS),
        )

    def __len__(self) -> int:
        return len(self.value)

    def put(self, found: Column, rows: Sequence[int], steps: Sequence[int]) -> None:
        """Take results number `rows` as those of the steps `steps`."""
        for name in NUMBERS:
            getattr(self, name)[steps] = getattr(found, name)[rows]

    def part(self, first: int, last: int) -> "Columns":
        """Steps first…last, the last one not included."""
        cut = slice(first, last)
        return Columns(
            self.value[cut],
            self.low[cut],
            self.high[cut],
            self.n[cut],
            self.reasons[cut],
            self.flags[cut],
            self.serial,
        )

    @property
    def anything(self) -> bool:
        return bool(np.any(self.n) or not np.all(np.isnan(self.value)))


def joined(parts: Sequence[Columns]) -> Columns:
    if len(parts) == 1:
        return parts[0]

    def whole(name: str) -> Any:
        return np.concatenate([getattr(one, name) for one in parts])

    return Columns(*map(whole, NUMBERS))


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
    answer = table([one.code for one in wanted], asked)
    if len(answer):
        places = [(row, mine.get(step)) for row, step in enumerate(answer.key("period"))]
        rows = [row for row, step in places if step is not None]
        steps = [step for _row, step in places if step is not None]
        for code, columns in made.items():
            columns.put(answer.column(code), rows, steps)
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
