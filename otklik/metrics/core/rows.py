"""Formulas over derived rows: time between events, chains of events, what is first computed within each key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, assert_never

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, Mask, Numbers, PartColumn, column, only
from otklik.metrics.core.derived import Chains, Derived, Groups, Near, Pairs
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, both
from otklik.metrics.core.formula import Source
from otklik.metrics.core.grouped import Inner, Take
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.statistics import Spread, exponential_mean, mean_error, share_error, wald, wilson


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
class OfRows(Columnar):
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
            raise ValueError(gettext_noop("a quantile lies between 0 and 1"))
        if self.over is Over.SHARE and self.start is None and self.bounds == Bounds():
            raise ValueError(gettext_noop("a share needs at_least or at_most"))

    def measures(self) -> dict[str, Measure]:
        if self._shortcut is not None:
            found = {
                "n": measures.total("attr.weight", source=self._shortcut),
                "sum": measures.total("value", source=self._shortcut),
            }
        else:
            found = {"n": measures.count(source=self.rows), **self._needed()}
        rows = self.rows
        named = (
            isinstance(rows, Groups) and rows.inner.take is Take.SEQUENCE
        )  # the subject is the sequence's own
        if self.over is Over.COUNT and not named:
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

    def compute(self, data: Block) -> Column:  # noqa: PLR0911  # one case each
        n = data.number("n")
        none = [Gap(n == 0, Reason.NO_ROWS)]
        total = data.number("sum")
        match self.over:
            case Over.COUNT:  # None where nothing could have begun a row: no data is not a zero
                gaps = [Gap((n == 0) & (data.number("start") == 0), Reason.NO_EVENTS)]
                return column(Unit.COUNT, n, n=n, numerator=n, gaps=gaps)
            case Over.SHARE:
                return self._share(data, n)
            case Over.SUM:
                return column(self.unit, total, n=n, numerator=total, gaps=none)
            case Over.MEAN:
                return self._mean(data, n)
            case Over.POOLED:
                weight, weighted = data.number("weight"), data.number("weighted")
                return column(
                    self.unit, weighted / weight, n=n, numerator=weighted, denominator=weight, flags=few(n),
                    gaps=[*none, Gap(weight <= 0, Reason.BAD_WEIGHTS, n=n)],
                )  # fmt: skip
            case Over.SD:
                deviation = mean_error(total, data.number("sq"), n) * np.sqrt(n)
                gaps = [*none, Gap(n < 2, Reason.TOO_FEW_ROWS, n=n)]
                return column(self.unit, deviation, n=n, flags=few(n), gaps=gaps)
            case Over.MEDIAN | Over.QUANTILE | Over.MIN | Over.MAX | Over.LATEST:
                found = data.known("value")
                flags = few(n) if self.over in {Over.MEDIAN, Over.QUANTILE} else {}
                return column(
                    self.unit,
                    found,
                    n=n,
                    flags=flags,
                    gaps=[*none, Gap(np.isnan(found), Reason.NO_ROWS, n=n)],
                )
        assert_never(self.over)

    def _mean(self, data: Block, n: Numbers) -> Column:
        total = data.number("sum")
        value = total / n
        if self.spread is Spread.EXPONENTIAL:
            error, interval = value / np.sqrt(n), exponential_mean(total, n)
            details: dict[str, PartColumn] = {"total": total}
        else:
            error = mean_error(total, data.number("sq"), n)
            interval = wald(value, error)
            details = {"total": total, "sd": error * np.sqrt(n)}
        return column(
            self.unit, value, n=n, numerator=total, denominator=n, standard_error=error, interval=interval, flags=few(n),
            details=details, gaps=[Gap(n == 0, Reason.NO_ROWS)],
        )  # fmt: skip

    def _share(self, data: Block, n: Numbers) -> Column:
        part, whole = (n, data.number("start")) if self.start is not None else (data.number("inside"), n)
        fits = part <= whole
        low, high = wilson(part, whole)
        return column(
            Unit.SHARE, part / whole, n=whole, numerator=part, denominator=whole,
            standard_error=only(fits, share_error(part, whole)), interval=(only(fits, low), only(fits, high)),
            flags={**few(whole), Flag.OVER_HUNDRED_PERCENT: ~fits}, gaps=[Gap(whole == 0, Reason.NO_ROWS)],
        )  # fmt: skip


def few(n: Numbers) -> dict[Flag, Mask]:
    return {Flag.LOW_BASE: n < LOW_BASE}


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
class ComplianceTotal(Columnar):
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

    def compute(self, data: Block) -> Column:
        n, weight, met, total = (data.number(name) for name in ("n", "weight", "met", "sum"))
        value = 100 * met / weight
        # elements of one check hang together: the error is that of the checks' own indices
        error = 100 * mean_error(total, data.number("sq"), n)
        details: dict[str, PartColumn] = {
            "checks": n,
            "met_in_full": data.number("full"),
            "mean_of_checks": 100 * total / n,
            "failed_by_critical": data.number("failed"),
        }
        return column(
            Unit.POINTS, value, n=n, numerator=100 * met, denominator=weight, standard_error=error, interval=wald(value, error),
            flags=few(n), details=details, gaps=[Gap((n == 0) | (weight <= 0), Reason.NO_EVENTS)],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerHour(Columnar):
    """`k` · events / working hours: hours of the clock at a place, point or employee in which something of `hours` happened."""

    taken: Filter
    hours: Groups
    k: float = 1
    unit: Unit = Unit.RATIO

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {"n": measures.count(self.taken), "hours": measures.count(source=self.hours)}

    def compute(self, data: Block) -> Column:
        n, hours = self.k * data.number("n"), data.number("hours")
        error = np.sqrt(self.k * n) / hours  # of a Poisson count
        return column(
            self.unit, n / hours, n=data.number("n"), numerator=n, denominator=hours, standard_error=error,
            flags=few(data.number("n")),
            gaps=[Gap(hours == 0, Reason.NO_EVENTS, numerator=n, denominator=np.zeros(data.size))],
        )  # fmt: skip
