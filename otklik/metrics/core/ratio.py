"""Counts, sums, means, ratios of counts and of sums, quantiles, distinct keys, repeat rate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column, only
from otklik.metrics.core.filters import Compare, Filter, both, either
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.statistics import (
    Spread,
    exponential_mean,
    share_error,
    wald,
    weighted_mean_error,
    wilson,
)


@dataclass(frozen=True, slots=True)
class Count(Columnar):
    """Number of events. None where there is not one: no data is not a zero."""

    taken: Filter
    weight: str | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = {"n": measures.count(self.taken)}
        if self.weight is not None:
            found["weight"] = measures.count(self.taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        n = data.number("n")
        value = n if self.weight is None else data.number("weight")
        return column(Unit.COUNT, value, n=n, numerator=value, gaps=[Gap(n == 0, Reason.NO_EVENTS)])


@dataclass(frozen=True, slots=True)
class Total(Columnar):
    """Sum of a field. With `one_without_field`, events without that field count one each (a visitor, a client)."""

    field: str
    taken: Filter
    unit: Unit = Unit.COUNT
    one_without_field: bool = False

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = {
            "n": measures.count(self.taken, field=self.field),
            "sum": measures.total(self.field, self.taken),
        }
        if self.one_without_field:
            found["bare"] = measures.count(both(self.taken, Compare(self.field, "is_null", value=True)))
        return found

    def compute(self, data: Block) -> Column:
        n = data.number("n") + data.number("bare")
        value = data.number("sum") + data.number("bare")
        return column(self.unit, value, n=n, numerator=value, gaps=[Gap(n == 0, Reason.NO_EVENTS)])


@dataclass(frozen=True, slots=True)
class NetTotal(Columnar):
    """Sum of a field over `plus` less the size of it over `minus`, whether that is written below or above zero."""

    field: str
    plus: Filter
    minus: Filter
    unit: Unit = Unit.MONEY

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        below = both(self.minus, Compare(self.field, "<", 0))
        above = both(self.minus, Compare(self.field, ">=", 0))
        return {
            "n": measures.count(either(self.plus, self.minus), field=self.field),
            "plus": measures.total(self.field, self.plus),
            "below": measures.total(self.field, below),
            "above": measures.total(self.field, above),
        }

    def compute(self, data: Block) -> Column:
        n, gross = data.number("n"), data.number("plus")
        taken_off = data.number("above") - data.number("below")
        value = gross - taken_off
        return column(
            self.unit,
            value,
            n=n,
            numerator=value,
            details={"gross": gross, "minus": taken_off},
            gaps=[Gap(n == 0, Reason.NO_EVENTS)],
        )


@dataclass(frozen=True, slots=True)
class Mean(Columnar):
    """Mean of a field over the events that have it; error s/√n, or for exponential times m/√n with an interval of χ².

    With `weight` Σwx/Σw, n in the error being Kish's effective base; exponential times are then taken as normal ones.
    """

    field: str
    taken: Filter
    unit: Unit = Unit.SCORE
    spread: Spread = Spread.NORMAL
    weight: str | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            **base_measures(self.taken, self.weight, self.field),
            "sum": measures.total(self.field, self.taken, weight=self.weight),
            "sq": measures.squares(self.field, self.taken, weight=self.weight),
        }

    def compute(self, data: Block) -> Column:
        base = base_of(data, self.weight)
        n, total = base.n, data.number("sum")
        value = total / base.weight
        error = weighted_mean_error(base.weight, total, data.number("sq"), base.effective)
        deviation = error * np.sqrt(base.effective)
        interval = wald(value, error)
        if self.spread is Spread.EXPONENTIAL and self.weight is None:
            error, interval = value / np.sqrt(n), exponential_mean(total, n)
        return column(
            self.unit,
            value,
            n=n,
            numerator=total,
            denominator=base.weight,
            standard_error=error,
            interval=interval,
            flags={Flag.LOW_BASE: n < LOW_BASE},
            details={"sd": deviation},
            gaps=[Gap(n == 0, Reason.NO_EVENTS), Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=n)],
        )


@dataclass(frozen=True, slots=True)
class RatioOfCounts(Columnar):
    """count(A) / count(B) · k. `share`: A is a part of B, so it has Wilson's interval and cannot honestly exceed 1."""

    over: Filter
    under: Filter
    k: float = 1
    share: bool = False

    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def unit(self) -> Unit:
        return Unit.SHARE if self.share else Unit.RATIO

    def measures(self) -> dict[str, Measure]:
        return {"over": measures.count(self.over), "under": measures.count(self.under)}

    def compute(self, data: Block) -> Column:
        over, under = data.number("over"), data.number("under")
        numerator = self.k * over
        honest = (over <= under) & self.share
        low, high = wilson(over, under)
        return column(
            self.unit,
            numerator / under,
            n=under,
            numerator=numerator,
            denominator=under,
            standard_error=only(honest, share_error(over, under) * self.k),
            interval=(only(honest, low * self.k), only(honest, high * self.k)),
            flags={
                Flag.LOW_BASE: under < LOW_BASE,
                Flag.OVER_HUNDRED_PERCENT: (over > under) & self.share,
            },
            gaps=[Gap(under == 0, Reason.ZERO_DENOMINATOR, numerator=numerator, denominator=under)],
        )


@dataclass(frozen=True, slots=True)
class RatioOfSums(Columnar):
    """Σ field(A) / Σ field(B) · k."""

    over_field: str
    over: Filter
    under_field: str
    under: Filter
    k: float = 1
    unit: Unit = Unit.RATIO

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            "over": measures.total(self.over_field, self.over),
            "under": measures.total(self.under_field, self.under),
            "n": measures.count(self.under, field=self.under_field),
        }

    def compute(self, data: Block) -> Column:
        numerator, under, n = self.k * data.number("over"), data.number("under"), data.number("n")
        return column(
            self.unit,
            numerator / under,
            n=n,
            numerator=numerator,
            denominator=under,
            flags={Flag.LOW_BASE: n < LOW_BASE},
            gaps=[
                Gap(n == 0, Reason.NO_EVENTS, numerator=numerator),
                Gap(under == 0, Reason.ZERO_DENOMINATOR, n=n, numerator=numerator, denominator=under),
            ],
        )


@dataclass(frozen=True, slots=True)
class Quantile(Columnar):
    """Quantile of a field, with linear interpolation; 0.5 is the median."""

    field: str
    taken: Filter
    q: float = 0.5
    unit: Unit = Unit.SCORE

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            "n": measures.count(self.taken, field=self.field),
            "quantile": Measure(Agg.QUANTILE, self.field, self.taken, q=self.q),
        }

    def compute(self, data: Block) -> Column:
        value, n = data.known("quantile"), data.number("n")
        flags = {Flag.LOW_BASE: n < LOW_BASE}
        return column(self.unit, value, n=n, flags=flags, gaps=[Gap(np.isnan(value), Reason.NO_EVENTS)])


@dataclass(frozen=True, slots=True)
class Distinct(Columnar):
    """Number of different keys."""

    key: str
    taken: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"keys": Measure(Agg.DISTINCT, self.key, self.taken)}

    def compute(self, data: Block) -> Column:
        keys = data.number("keys")
        return column(Unit.COUNT, keys, n=keys, numerator=keys, gaps=[Gap(keys == 0, Reason.NO_EVENTS)])


@dataclass(frozen=True, slots=True)
class RepeatRate(Columnar):
    """Keys with `min_count` events or more / keys with at least one."""

    key: str
    taken: Filter
    min_count: int = 2

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            "keys": Measure(Agg.DISTINCT, self.key, self.taken),
            "repeaters": Measure(Agg.REPEATERS, self.key, self.taken, min_count=self.min_count),
        }

    def compute(self, data: Block) -> Column:
        keys, repeaters = data.number("keys"), data.number("repeaters")
        return column(
            Unit.SHARE,
            repeaters / keys,
            n=keys,
            numerator=repeaters,
            denominator=keys,
            standard_error=share_error(repeaters, keys),
            interval=wilson(repeaters, keys),
            flags={Flag.LOW_BASE: keys < LOW_BASE},
            gaps=[Gap(keys == 0, Reason.NO_EVENTS)],
        )
