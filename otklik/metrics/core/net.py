"""Any net index: options mapped to weights (+1, 0, −1 or others), 100·Σ weight / n.

Net Easy, CES net and the emotional loyalty index are this formula with a map of their own.
"""

import itertools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions, Scale, Standard
from otklik.metrics.core.statistics import root, wald


@dataclass(frozen=True, slots=True)
class Band:
    """Options from `low` to `high` (both included) count `sign`, and are called `name` in the parts."""

    name: str
    low: float
    high: float
    sign: float

    def takes(self, scale: Scale, standard: Standard | None = None) -> Filter:
        return scale.ranged(self.low, self.high, standard)


@dataclass(frozen=True, slots=True)
class NetIndex(Columnar):
    """100·Σ sign·share over `bands`; options in no band count nothing but stay in the base."""

    questions: Questions
    bands: tuple[Band, ...]
    weight: str | None = None
    standard: Standard | None = None

    def __post_init__(self) -> None:
        ordered = sorted(self.bands, key=lambda band: band.low)
        if not ordered:
            raise ValueError(gettext_noop("a net index needs at least one band of options"))
        if any(band.high < band.low for band in ordered):
            raise ValueError(gettext_noop("a band ends below its beginning"))
        if any(left.high >= right.low for left, right in itertools.pairwise(ordered)):
            raise ValueError(gettext_noop("the bands of a net index overlap"))

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        usable = self.questions.fitting(self.standard)
        found = base_measures(usable.valid, self.weight)
        for number, band in enumerate(self.bands):
            taken = usable.take(lambda scale, band=band: band.takes(scale, self.standard))  # type: ignore[misc]
            found[f"band{number}"] = measures.count(taken)
            if self.weight is not None:
                found[f"band{number}_weight"] = measures.count(taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_QUESTION)
        if not self.questions.fitting(self.standard):
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_BREAK_POINTS)
        base = base_of(data, self.weight)
        suffix = "" if self.weight is None else "_weight"
        counts = [(band.sign, data.number(f"band{number}{suffix}")) for number, band in enumerate(self.bands)]
        net = sum((sign * taken for sign, taken in counts), np.zeros(data.size))
        squares = sum((sign * sign * taken for sign, taken in counts), np.zeros(data.size))
        value = 100 * net / base.weight
        error = 100 * root((squares / base.weight - (net / base.weight) ** 2) / base.effective)
        return column(
            Unit.POINTS,
            value,
            n=base.n,
            numerator=100 * net,
            denominator=base.weight,
            standard_error=error,
            interval=wald(value, error),
            flags={Flag.LOW_BASE: base.n < LOW_BASE},
            parts={band.name: data.number(f"band{number}") for number, band in enumerate(self.bands)},
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )
