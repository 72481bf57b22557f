"""Indicators made of other indicators: arithmetic over their values, and the value over the last days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core.expression import Expression
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Flag, Part, Reason, Result, Unit, missing
from otklik.metrics.core.said import gettext_noop

SUMMED = frozenset({Unit.COUNT, Unit.MONEY})


@dataclass(frozen=True, slots=True)
class Composed:
    """`expression` over the values of indicators, named by `parts` (name → code), each taken over the same slice.

    The base is the smallest of the parts' bases; flags are those of all parts. No interval: the parts are not independent.
    """

    expression: Expression
    parts: tuple[tuple[str, str], ...]
    unit: Unit

    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for _name, code in self.parts))

    def measures(self) -> dict[str, Measure]:
        return {}

    def result(self, data: Slice) -> Result:
        """Without its parts there is nothing to say; see `of`."""
        del data
        return missing(self.unit, Reason.PART_MISSING)

    def of(self, found: Mapping[str, Result]) -> Result:
        """`found`: results by code."""
        mine = [(name, found.get(code)) for name, code in self.parts]
        values = {name: None if result is None else result.value for name, result in mine}
        parts: dict[str, Part] = dict(values.items())
        known = [result for _name, result in mine if result is not None]
        flags = tuple(dict.fromkeys(flag for result in known for flag in result.flags))
        n = min((result.n for result in known), default=0)
        if any(value is None for value in values.values()):
            return missing(self.unit, Reason.PART_MISSING, n=n, parts=parts).flagged(*flags)
        value = self.expression.value(values)
        if value is None:
            return missing(self.unit, Reason.NOT_FINITE, n=n, parts=parts).flagged(*flags)
        over = (Flag.OVER_HUNDRED_PERCENT,) if self.unit is Unit.SHARE and value > 1 else ()
        return Result(value, self.unit, n=n, parts=parts).flagged(*flags, *over)


@dataclass(frozen=True, slots=True)
class Moving:
    """An indicator over the last `days` business days, the day itself included: pooled, never a mean of ratios.

    Counts and sums (they have no denominator) are divided by the number of days that have data.
    """

    code: str
    days: int

    sources: ClassVar[tuple[Source, ...]] = ()

    def __post_init__(self) -> None:
        if not 2 <= self.days <= 366:
            raise ValueError(gettext_noop("a moving mean runs over 2 to 366 days"))

    def measures(self) -> dict[str, Measure]:
        return {}

    def result(self, data: Slice) -> Result:
        del data
        return missing(Unit.COUNT, Reason.PART_MISSING)

    def of(self, result: Result, days: int) -> Result:
        """`result` over the window, in which `days` days have data."""
        parts: dict[str, Part] = {**result.parts, "days_with_data": float(days)}
        if result.value is None or result.denominator is not None or result.unit not in SUMMED or days == 0:
            return result.with_parts(parts)
        return Result(
            result.value / days,
            result.unit,
            result.value,
            float(days),
            result.n,
            flags=result.flags,
            parts=parts,
        )


def cycle(code: str, needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The way from an indicator back to itself, or None. `needs`: codes that each indicator is made of."""

    def walk(path: tuple[str, ...]) -> tuple[str, ...] | None:
        for following in needs.get(path[-1], ()):
            if following in path:
                return (*path[path.index(following) :], following)
            found = walk((*path, following))
            if found is not None:
                return found
        return None

    return walk((code,))
