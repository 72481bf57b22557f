"""Any net index: options mapped to weights (+1, 0, −1 or others), 100·Σ weight / n.

Net Easy, CES net and the emotional loyalty index are this formula with a map of their own.
"""

import itertools
import math
from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Part, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.statistics import wald


@dataclass(frozen=True, slots=True)
class Band:
    """Options from `low` to `high` (both included) count `sign`, and are called `name` in the parts."""

    name: str
    low: float
    high: float
    sign: float

    def takes(self, scale: Scale) -> Filter:
        return scale.between(self.low, self.high)


@dataclass(frozen=True, slots=True)
class NetIndex:
    """100·Σ sign·share over `bands`; options in no band count nothing but stay in the base."""

    questions: Questions
    bands: tuple[Band, ...]
    weight: str | None = None

    def __post_init__(self) -> None:
        ordered = sorted(self.bands, key=lambda band: band.low)
        if not ordered:
            raise ValueError("a net index needs at least one band of options")
        if any(band.high < band.low for band in ordered):
            raise ValueError("a band ends below its beginning")
        if any(left.high >= right.low for left, right in itertools.pairwise(ordered)):
            raise ValueError("the bands of a net index overlap")

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = base_measures(self.questions.valid, self.weight)
        for number, band in enumerate(self.bands):
            taken = self.questions.take(band.takes)
            found[f"band{number}"] = measures.count(taken)
            if self.weight is not None:
                found[f"band{number}_weight"] = measures.count(taken, weight=self.weight)
        return found

    def result(self, data: Slice) -> Result:
        if not self.questions:
            return missing(Unit.POINTS, Reason.NO_QUESTION)
        base = base_of(data, self.weight)
        parts: dict[str, Part] = {
            band.name: data.number(f"band{number}") for number, band in enumerate(self.bands)
        }
        if base.n == 0:
            return missing(Unit.POINTS, Reason.NO_RATINGS, parts=parts)
        if base.weight <= 0:
            return missing(Unit.POINTS, Reason.BAD_WEIGHTS, n=base.n, parts=parts)
        suffix = "" if self.weight is None else "_weight"
        counts = [(band.sign, data.number(f"band{number}{suffix}")) for number, band in enumerate(self.bands)]
        net = math.fsum(sign * taken for sign, taken in counts)
        spread = (
            math.fsum(sign * sign * taken for sign, taken in counts) / base.weight - (net / base.weight) ** 2
        )
        error = 100 * math.sqrt(max(spread, 0.0) / base.effective)
        value = 100 * net / base.weight
        return Result(
            value,
            Unit.POINTS,
            100 * net,
            base.weight,
            base.n,
            error,
            wald(value, error),
            low_base(base.n),
            parts=parts,
        )
