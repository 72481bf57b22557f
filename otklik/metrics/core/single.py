"""One of many values: the smallest, the largest, the latest."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.results import Reason, Unit


@dataclass(frozen=True, slots=True)
class Extreme(Columnar):
    """The smallest or the largest value of a field."""

    field: str
    taken: Filter
    largest: bool = False
    unit: Unit = Unit.SCORE

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        agg = Agg.LAST if self.largest else Agg.FIRST
        return {
            "n": measures.count(self.taken, field=self.field),
            "value": Measure(agg, self.field, self.taken),
        }

    def compute(self, data: Block) -> Column:
        return _one(data, self.unit)


@dataclass(frozen=True, slots=True)
class Latest(Columnar):
    """The value of the latest event that has one; of equally late ones the last accepted."""

    field: str
    taken: Filter
    unit: Unit = Unit.SCORE

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        return {
            "n": measures.count(self.taken, field=self.field),
            "value": Measure(Agg.LATEST, self.field, self.taken),
        }

    def compute(self, data: Block) -> Column:
        return _one(data, self.unit)


def _one(data: Block, unit: Unit) -> Column:
    value = data.known("value")
    return column(unit, value, n=data.number("n"), gaps=[Gap(np.isnan(value), Reason.NO_EVENTS)])
