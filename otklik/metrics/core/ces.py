"""Customer effort: 1.0 and 2.0, which are different indices with different directions and are never mixed.

CES 1.0 (Dixon, Freeman, Toman 2010): effort 1…5, the mean, lower is better. CES 2.0 (2013): agreement 1…7 that it was
easy; share of 5…7, mean, or net = share of 6–7 minus share of 1–3. Net Easy: 1…7 from very easy to very difficult,
share of 1–3 minus share of 5–7.
"""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.net import Band, NetIndex
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions, Standard
from otklik.metrics.core.statistics import share_error, wilson

CES2_EASY_FROM, CES2_MAX = 5, 7


def ces2_net(questions: Questions, weight: str | None = None) -> NetIndex:
    return NetIndex(questions, (Band("easy", 6, 7, 1), Band("difficult", 1, 3, -1)), weight)


def net_easy(questions: Questions, weight: str | None = None) -> NetIndex:
    return NetIndex(questions, (Band("easy", 1, 3, 1), Band("difficult", 5, 7, -1)), weight)


@dataclass(frozen=True, slots=True)
class RangeShare(Columnar):
    """Share of the ratings in low…high of the question's own numbers: CES 2.0 with 5…7."""

    questions: Questions
    low: float = CES2_EASY_FROM
    high: float = CES2_MAX
    weight: str | None = None
    standard: Standard | None = None

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(gettext_noop("the range ends below its beginning"))

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        usable = self.questions.fitting(self.standard)
        taken = usable.take(lambda scale: scale.ranged(self.low, self.high, self.standard))
        found = base_measures(usable.valid, self.weight) | {"taken": measures.count(taken)}
        if self.weight is not None:
            found["taken_weight"] = measures.count(taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.SHARE, Reason.NO_QUESTION)
        if not self.questions.fitting(self.standard):
            return Column.nothing(data.size, Unit.SHARE, Reason.NO_BREAK_POINTS)
        base = base_of(data, self.weight)
        taken = data.number("taken" if self.weight is None else "taken_weight")
        effective = taken / base.weight * base.effective
        return column(
            Unit.SHARE,
            taken / base.weight,
            n=base.n,
            numerator=taken,
            denominator=base.weight,
            standard_error=share_error(effective, base.effective),
            interval=wilson(effective, base.effective),
            flags={Flag.LOW_BASE: base.n < LOW_BASE},
            parts={"taken": data.number("taken")},
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )
