"""One process over another: conversions with their stated base, coverage, and the difference of two counts."""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, Mask, Numbers, column
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit


def _amount(field: str | None, taken: Filter) -> Measure:
    return measures.count(taken) if field is None else measures.total(field, taken)


def _flags(value: Numbers, unit: Unit, base: Numbers) -> dict[Flag, Mask]:
    over = (value > 1) & (unit is Unit.SHARE)
    return {Flag.LOW_BASE: base < LOW_BASE, Flag.OVER_HUNDRED_PERCENT: over}


@dataclass(frozen=True, slots=True)
class Rate(Columnar):
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

    def compute(self, data: Block) -> Column:
        over, under = self.k * data.number("over"), data.number("under")
        return column(
            self.unit,
            over / under,
            n=under,
            numerator=over,
            denominator=under,
            flags=_flags(over / under, self.unit, under),
            gaps=[Gap(under == 0, Reason.ZERO_DENOMINATOR, numerator=over, denominator=under)],
        )


@dataclass(frozen=True, slots=True)
class PerSource(Columnar):
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

    def compute(self, data: Block) -> Column:
        counted, coverage = data.served.total, data.served.coverage("n")
        nothing = ~data.served.told | (counted == 0)
        events = self.k * data.covered_number("n")
        return column(
            self.unit,
            events / counted,
            n=counted,
            numerator=events,
            denominator=counted,
            flags={
                **_flags(events / counted, self.unit, counted),
                Flag.PARTIAL_COVERAGE: coverage.partial,
            },
            parts={"events": data.number("n")},
            coverage=coverage,
            gaps=[Gap(nothing, Reason.ZERO_DENOMINATOR)],
        )


@dataclass(frozen=True, slots=True)
class Difference(Columnar):
    """Number of events of `plus` less those of `minus`; below zero it stays so, and says so."""

    plus: Filter
    minus: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"plus": measures.count(self.plus), "minus": measures.count(self.minus)}

    def compute(self, data: Block) -> Column:
        plus, minus = data.number("plus"), data.number("minus")
        return column(
            Unit.COUNT,
            plus - minus,
            n=plus,
            numerator=plus - minus,
            flags={Flag.OVER_HUNDRED_PERCENT: minus > plus},
            parts={"minus": minus},
            details={"plus": plus},
            gaps=[Gap(plus == 0, Reason.NO_EVENTS)],
        )
