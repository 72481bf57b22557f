"""One process over another: conversions with their stated base, coverage, and the difference of two counts."""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Flag, Part, Reason, Result, Unit, low_base, missing


def _amount(field: str | None, taken: Filter) -> Measure:
    return measures.count(taken) if field is None else measures.total(field, taken)


def _flags(value: float, unit: Unit, base: float) -> tuple[Flag, ...]:
    over = unit is Unit.SHARE and value > 1
    return (*low_base(base), *((Flag.OVER_HUNDRED_PERCENT,) if over else ()))


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` · A / B, each a number of events or, with a field, the sum of that field.

    A share may exceed 1 and then says so: a receipt need not come from the same contact, so it has no interval.
    """

    over: Filter
    under: Filter
    over_field: str | None = None
    under_field: str | None = None
    k: float = 1
    unit: Unit = Unit.SHARE

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"over": _amount(self.over_field, self.over), "under": _amount(self.under_field, self.under)}

    def result(self, data: Slice) -> Result:
        over, under = self.k * data.number("over"), data.number("under")
        if under == 0:
            return missing(self.unit, Reason.ZERO_DENOMINATOR, numerator=over, denominator=0.0)
        return Result(
            over / under, self.unit, over, under, under, flags=_flags(over / under, self.unit, under)
        )


@dataclass(frozen=True, slots=True)
class PerSource:
    """`k` · events / Σ value of a counter. Days of a place without the counter leave both parts."""

    taken: Filter
    source: Filter
    k: float = 1
    unit: Unit = Unit.SHARE

    @property
    def sources(self) -> tuple[Source, ...]:
        return (Source("counter", self.source, stamped=True),)

    def measures(self) -> dict[str, Measure]:
        return {"n": measures.count(self.taken)}

    def result(self, data: Slice) -> Result:
        counted, coverage = data.served.total, data.served.coverage("n")
        if not counted:
            parts: dict[str, Part] = {"events": data.number("n")}
            return missing(self.unit, Reason.ZERO_DENOMINATOR, parts=parts, coverage=coverage)
        events = self.k * data.covered_number("n")
        flags = _flags(events / counted, self.unit, counted)
        if coverage.known < coverage.units:
            flags = (*flags, Flag.PARTIAL_COVERAGE)
        return Result(events / counted, self.unit, events, counted, counted, flags=flags, coverage=coverage)


@dataclass(frozen=True, slots=True)
class Difference:
    """Number of events of `plus` less those of `minus`; below zero it stays so, and says so."""

    plus: Filter
    minus: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"plus": measures.count(self.plus), "minus": measures.count(self.minus)}

    def result(self, data: Slice) -> Result:
        plus, minus = data.number("plus"), data.number("minus")
        if plus == 0:
            return missing(Unit.COUNT, Reason.NO_EVENTS, parts={"minus": minus})
        flags = (Flag.OVER_HUNDRED_PERCENT,) if minus > plus else ()
        return Result(
            plus - minus,
            Unit.COUNT,
            plus - minus,
            None,
            plus,
            flags=flags,
            parts={"plus": plus, "minus": minus},
        )
