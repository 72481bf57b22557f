"""Formulas over derived rows: time between events, chains of events, what is first computed within each key."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.derived import Chains, Derived, Groups, Near, Pairs
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, both
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.grouped import Inner, Take
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.results import Flag, Interval, Part, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.statistics import exponential_mean, mean_error, share_error, wald, wilson


class Over(StrEnum):
    """What is made of the values of the rows."""

    COUNT = "count"
    SHARE = "share"  # of rows whose value lies between bounds; of chains: of the events of the first step
    MEAN = "mean"
    POOLED = "pooled"  # Σ weight · value / Σ weight
    SUM = "sum"
    MEDIAN = "median"
    QUANTILE = "quantile"
    MIN = "min"
    MAX = "max"
    SD = "sd"  # standard deviation with n − 1
    LATEST = "latest"


class Spread(StrEnum):
    """How the interval of a mean is computed."""

    NORMAL = "normal"
    EXPONENTIAL = "exponential"  # of a mean time between events that come at random


@dataclass(frozen=True, slots=True)
class Bounds:
    """Values from `at_least` to `at_most`, both included; None is open."""

    at_least: float | None = None
    at_most: float | None = None

    @property
    def filter(self) -> Filter:
        said = [Compare("value", ">=", self.at_least)] if self.at_least is not None else []
        said += [Compare("value", "<=", self.at_most)] if self.at_most is not None else []
        return both(*said)


@dataclass(frozen=True, slots=True)
class OfRows:
    """`over` of the values of derived rows; for a share of chains `start` counts the events that could begin one.

    The base n is the number of rows. A mean has the error s/√n; with `spread` exponential its 95 % interval is
    [2T/χ²(0.975; 2n), 2T/χ²(0.025; 2n)] with T the sum of n gaps (Epstein and Sobel 1953).
    """

    rows: Derived
    over: Over
    unit: Unit
    q: float = 0.5
    bounds: Bounds = Bounds()
    spread: Spread = Spread.NORMAL
    start: Filter | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.q <= 1:
            raise ValueError("a quantile lies between 0 and 1")
        if self.over is Over.SHARE and self.start is None and self.bounds == Bounds():
            raise ValueError("a share needs at_least or at_most")

    def measures(self) -> dict[str, Measure]:
        if self._shortcut is not None:
            found = {
                "n": measures.total("attr.weight", source=self._shortcut),
                "sum": measures.total("value", source=self._shortcut),
            }
        else:
            found = {"n": measures.count(source=self.rows), **self._needed()}
        if self.over is Over.COUNT:
            found["start"] = measures.count(self.start or begins(self.rows))
        return found

    @property
    def _shortcut(self) -> Groups | None:
        """For the mean of all gaps of a key: (last − first) and n − 1 say it, without looking at the gaps."""
        rows = self.rows
        plain = isinstance(rows, Pairs) and rows.second is None and rows.max_gap is None
        cheap = self.over in {Over.COUNT, Over.SUM} or (
            self.over is Over.MEAN and self.spread is Spread.EXPONENTIAL
        )
        if not (plain and cheap and isinstance(rows, Pairs)):
            return None
        return spans_of(rows)

    def _needed(self) -> dict[str, Measure]:  # noqa: C901, PLR0911  # one case each
        def of(agg: Agg, **more: float) -> Measure:
            return Measure(agg, "value", source=self.rows, **more)  # type: ignore[arg-type]  # q alone

        total = {"sum": of(Agg.SUM)}
        match self.over:
            case Over.COUNT:
                return {}
            case Over.SUM:
                return total
            case Over.MEAN | Over.SD:
                return {**total, "sq": of(Agg.SUMSQ)}
            case Over.POOLED:
                return {
                    "weighted": Measure(Agg.SUM, "value", weight="weight", source=self.rows),
                    "weight": Measure(Agg.COUNT, weight="weight", source=self.rows),
                }
            case Over.MEDIAN:
                return {"value": of(Agg.QUANTILE, q=0.5)}
            case Over.QUANTILE:
                return {"value": of(Agg.QUANTILE, q=self.q)}
            case Over.MIN:
                return {"value": of(Agg.FIRST)}
            case Over.MAX:
                return {"value": of(Agg.LAST)}
            case Over.LATEST:
                return {"value": of(Agg.LATEST)}
            case Over.SHARE if self.start is not None:
                return {"start": measures.count(self.start)}
            case Over.SHARE:
                return {"inside": measures.count(self.bounds.filter, source=self.rows)}

    def result(self, data: Slice) -> Result:  # noqa: PLR0911  # one case each
        n = data.number("n")
        if self.over is Over.COUNT:
            return self._count(data, n)
        if self.over is Over.SHARE:
            return self._share(data, n)
        if n == 0:
            return missing(self.unit, Reason.NO_ROWS)
        match self.over:
            case Over.MEAN:
                return self._mean(data, n)
            case Over.SUM:
                value = data.number("sum")
                return Result(value, self.unit, value, None, n)
            case Over.POOLED:
                return self._pooled(data, n)
            case Over.SD:
                return self._deviation(data, n)
            case _:
                found = data.values.get("value")
                if found is None:
                    return missing(self.unit, Reason.NO_ROWS, n=n)
                flags = low_base(n) if self.over in {Over.MEDIAN, Over.QUANTILE} else ()
                return Result(found, self.unit, n=n, flags=flags)

    def _count(self, data: Slice, n: float) -> Result:
        """None where nothing could have begun a row: no data is not a zero."""
        if n == 0 and data.number("start") == 0:
            return missing(Unit.COUNT, Reason.NO_EVENTS)
        return Result(n, Unit.COUNT, n, None, n)

    def _mean(self, data: Slice, n: float) -> Result:
        total = data.number("sum")
        value = total / n
        if self.spread is Spread.EXPONENTIAL:
            low, high = exponential_mean(total, n)
            return Result(
                value, self.unit, total, n, n, value / math.sqrt(n), (low, high), low_base(n), parts={"total": total}
            )  # fmt: skip
        error = mean_error(total, data.number("sq"), n)
        interval = None if error is None else wald(value, error)
        parts: dict[str, Part] = {"total": total, "sd": None if error is None else error * math.sqrt(n)}
        return Result(value, self.unit, total, n, n, error, interval, low_base(n), parts=parts)

    def _pooled(self, data: Slice, n: float) -> Result:
        weight = data.number("weight")
        if weight <= 0:
            return missing(self.unit, Reason.BAD_WEIGHTS, n=n)
        total = data.number("weighted")
        return Result(total / weight, self.unit, total, weight, n, flags=low_base(n))

    def _deviation(self, data: Slice, n: float) -> Result:
        error = mean_error(data.number("sum"), data.number("sq"), n)
        if error is None:
            return missing(self.unit, Reason.TOO_FEW_ROWS, n=n)
        return Result(error * math.sqrt(n), self.unit, n=n, flags=low_base(n))

    def _share(self, data: Slice, n: float) -> Result:
        part, whole = (n, data.number("start")) if self.start is not None else (data.number("inside"), n)
        if whole == 0:
            return missing(Unit.SHARE, Reason.NO_ROWS)
        error: float | None = None
        interval: Interval | None = None
        flags = low_base(whole)
        if part <= whole:
            error, interval = share_error(part, whole), wilson(part, whole)
        else:
            flags = (*flags, Flag.OVER_HUNDRED_PERCENT)
        return Result(part / whole, Unit.SHARE, part, whole, whole, error, interval, flags)


def begins(rows: Derived) -> Filter:
    """Events that a row can begin with."""
    match rows:
        case Pairs():
            return rows.first
        case Chains():
            return rows.steps[0]
        case Groups() | Near():
            return rows.taken


def spans_of(rows: Pairs) -> Groups:
    """Of each key the seconds from its first event to its last, weighing the number of gaps between them."""
    return Groups(rows.first, rows.key, Inner(Take.SPAN), rows.within)


def of_chains(rows: Chains, over: Over, unit: Unit, q: float) -> OfRows:
    return OfRows(rows, over, unit, q, start=rows.steps[0] if over is Over.SHARE else None)


@dataclass(frozen=True, slots=True)
class ComplianceTotal:
    """Standard-compliance index of whole checks: 100·Σ w·x / Σ w over applicable elements of all checks.

    A failed critical element makes its whole check 0; elements that did not apply leave both sums. Parts: number of checks, of checks
    met in full, the mean of the checks' own indices, and how many were failed by a critical element. Our definition.
    """

    rows: Groups
    failed: Groups | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = {
            "n": measures.count(source=self.rows),
            "met": Measure(Agg.SUM, "value", weight="weight", source=self.rows),
            "weight": Measure(Agg.COUNT, weight="weight", source=self.rows),
            "sum": measures.total("value", source=self.rows),
            "sq": measures.squares("value", source=self.rows),
            "full": measures.count(Compare("value", ">=", 1), source=self.rows),
        }
        if self.failed is not None:
            found["failed"] = measures.count(EVERYTHING, source=self.failed)
        return found

    def result(self, data: Slice) -> Result:
        n, weight, met, total = (data.number(name) for name in ("n", "weight", "met", "sum"))
        if n == 0 or weight <= 0:
            return missing(Unit.POINTS, Reason.NO_EVENTS)
        error = mean_error(total, data.number("sq"), n)
        value = 100 * met / weight
        parts: dict[str, Part] = {
            "checks": n,
            "met_in_full": data.number("full"),
            "mean_of_checks": 100 * total / n,
            "failed_by_critical": data.number("failed"),
        }
        # elements of one check hang together: the error is that of the checks' own indices
        return Result(
            value, Unit.POINTS, 100 * met, weight, n, None if error is None else 100 * error,
            None if error is None else wald(value, 100 * error), low_base(n), parts=parts,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerHour:
    """`k` · events / working hours: hours of the clock at a place, point or employee in which something of `hours` happened."""

    taken: Filter
    hours: Groups
    k: float = 1
    unit: Unit = Unit.RATIO

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"n": measures.count(self.taken), "hours": measures.count(source=self.hours)}

    def result(self, data: Slice) -> Result:
        n, hours = self.k * data.number("n"), data.number("hours")
        if hours == 0:
            return missing(self.unit, Reason.NO_EVENTS, numerator=n, denominator=0.0)
        error = math.sqrt(self.k * n) / hours  # of a Poisson count
        return Result(
            n / hours, self.unit, n, hours, data.number("n"), error, flags=low_base(data.number("n"))
        )
