"""Counts, sums, means, ratios of counts and of sums, quantiles, distinct keys, repeat rate."""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.filters import Compare, Filter, both, either
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.results import Flag, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.statistics import mean_error, share_error, wald, wilson


@dataclass(frozen=True, slots=True)
class Count:
    """Number of events. None where there is not one: no data is not a zero."""

    taken: Filter
    weight: str | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = {"n": measures.count(self.taken)}
        if self.weight is not None:
            found["weight"] = measures.count(self.taken, weight=self.weight)
        return found

    def result(self, data: Slice) -> Result:
        n = data.number("n")
        if n == 0:
            return missing(Unit.COUNT, Reason.NO_EVENTS)
        value = n if self.weight is None else data.number("weight")
        return Result(value, Unit.COUNT, value, None, n)


@dataclass(frozen=True, slots=True)
class Total:
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

    def result(self, data: Slice) -> Result:
        n = data.number("n") + data.number("bare")
        if n == 0:
            return missing(self.unit, Reason.NO_EVENTS)
        value = data.number("sum") + data.number("bare")
        return Result(value, self.unit, value, None, n)


@dataclass(frozen=True, slots=True)
class NetTotal:
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

    def result(self, data: Slice) -> Result:
        n = data.number("n")
        if n == 0:
            return missing(self.unit, Reason.NO_EVENTS)
        taken_off = data.number("above") - data.number("below")
        value = data.number("plus") - taken_off
        return Result(
            value, self.unit, value, None, n, parts={"gross": data.number("plus"), "minus": taken_off}
        )


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of a field over the events that have it; error s/√n."""

    field: str
    taken: Filter
    unit: Unit = Unit.SCORE

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            "n": measures.count(self.taken, field=self.field),
            "sum": measures.total(self.field, self.taken),
            "sq": measures.squares(self.field, self.taken),
        }

    def result(self, data: Slice) -> Result:
        n, total = data.number("n"), data.number("sum")
        if n == 0:
            return missing(self.unit, Reason.NO_EVENTS)
        error = mean_error(total, data.number("sq"), n)
        interval = None if error is None else wald(total / n, error)
        return Result(total / n, self.unit, total, n, n, error, interval, low_base(n))


@dataclass(frozen=True, slots=True)
class RatioOfCounts:
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

    def result(self, data: Slice) -> Result:
        over, under = data.number("over"), data.number("under")
        if under == 0:
            return missing(self.unit, Reason.ZERO_DENOMINATOR, numerator=self.k * over, denominator=0.0)
        error = interval = None
        flags = low_base(under)
        if self.share and over <= under:
            error, (low, high) = share_error(over, under) * self.k, wilson(over, under)
            interval = (low * self.k, high * self.k)
        elif self.share:
            flags = (*flags, Flag.OVER_HUNDRED_PERCENT)
        return Result(self.k * over / under, self.unit, self.k * over, under, under, error, interval, flags)


@dataclass(frozen=True, slots=True)
class RatioOfSums:
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

    def result(self, data: Slice) -> Result:
        over, under, n = data.number("over"), data.number("under"), data.number("n")
        if n == 0:
            return missing(self.unit, Reason.NO_EVENTS, numerator=self.k * over)
        if under == 0:
            return missing(self.unit, Reason.ZERO_DENOMINATOR, n=n, numerator=self.k * over, denominator=0.0)
        return Result(self.k * over / under, self.unit, self.k * over, under, n, flags=low_base(n))


@dataclass(frozen=True, slots=True)
class Quantile:
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

    def result(self, data: Slice) -> Result:
        value, n = data.values.get("quantile"), data.number("n")
        if value is None:
            return missing(self.unit, Reason.NO_EVENTS)
        return Result(value, self.unit, n=n, flags=low_base(n))


@dataclass(frozen=True, slots=True)
class Distinct:
    """Number of different keys."""

    key: str
    taken: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"keys": Measure(Agg.DISTINCT, self.key, self.taken)}

    def result(self, data: Slice) -> Result:
        keys = data.number("keys")
        if keys == 0:
            return missing(Unit.COUNT, Reason.NO_EVENTS)
        return Result(keys, Unit.COUNT, keys, None, keys)


@dataclass(frozen=True, slots=True)
class RepeatRate:
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

    def result(self, data: Slice) -> Result:
        keys, repeaters = data.number("keys"), data.number("repeaters")
        if keys == 0:
            return missing(Unit.SHARE, Reason.NO_EVENTS)
        return Result(
            repeaters / keys,
            Unit.SHARE,
            repeaters,
            keys,
            keys,
            share_error(repeaters, keys),
            wilson(repeaters, keys),
            low_base(keys),
        )
