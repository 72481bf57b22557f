"""Customer satisfaction: the share of the best options, or the mean on 0…100.

Share of the top boxes with Wilson's interval; the mean is 100·(mean − min)/(max − min), turned round where the best
option is the lowest.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions, Scale, Standard, turned
from otklik.metrics.core.statistics import share_error, wald, weighted_mean_error, wilson


@dataclass(frozen=True, slots=True)
class BoxShare(Columnar):
    """Share of the `boxes` best options (or the worst, with `worst`) of each question's scale."""

    questions: Questions
    boxes: int = 2
    worst: bool = False
    weight: str | None = None

    def __post_init__(self) -> None:
        if self.boxes < 1:
            raise ValueError(gettext_noop("at least one box is counted"))

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = base_measures(self.questions.valid, self.weight)
        for name, taken in (
            ("top", self.questions.take(lambda scale: scale.best(self.boxes))),
            ("bottom", self.questions.take(lambda scale: scale.worst(self.boxes))),
        ):
            found[name] = measures.count(taken)
            if self.weight is not None:
                found[f"{name}_weight"] = measures.count(taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.SHARE, Reason.NO_QUESTION)
        base = base_of(data, self.weight)
        suffix = "" if self.weight is None else "_weight"
        boxes = {name: data.number(name + suffix) for name in ("top", "bottom")}
        taken = boxes["bottom" if self.worst else "top"]
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
            parts={name: data.number(name) for name in boxes},
            details={f"{name}_share": held / base.weight for name, held in boxes.items()},
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )


@dataclass(frozen=True, slots=True)
class MeanScore(Columnar):
    """Mean of the ratings, on the questions' own scale or on 0…100 (`hundred`), where several scales can be pooled."""

    questions: Questions
    hundred: bool = False
    weight: str | None = None
    standard: Standard | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def unit(self) -> Unit:
        return Unit.POINTS if self.hundred else Unit.SCORE

    def measures(self) -> dict[str, Measure]:
        """One group of measures per scale: the mean on 0…100 is a different line for each."""
        found = base_measures(self.questions.valid, self.weight)
        for number, (scale, codes) in enumerate(self.questions.scales.items()):
            mine = Questions(tuple(item for item in self.questions.items if item.code in set(codes)))
            taken = mine.take(lambda scale: scale.valid)
            del scale
            found[f"weight{number}"] = measures.count(taken, weight=self.weight)
            found[f"sum{number}"] = measures.total("value", taken, weight=self.weight)
            found[f"sq{number}"] = measures.squares("value", taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, self.unit, Reason.NO_QUESTION)
        if not self.hundred and len(self.questions.scales) > 1:
            return Column.nothing(data.size, self.unit, Reason.SEVERAL_SCALES)
        base = base_of(data, self.weight)
        total, squares = np.zeros(data.size), np.zeros(data.size)
        for number, scale in enumerate(self.questions.scales):
            factor, shift = self._line(scale)
            w, s, q = (data.number(f"{name}{number}") for name in ("weight", "sum", "sq"))
            total = total + (factor * s + shift * w)
            squares = squares + (factor * factor * q + 2 * factor * shift * s + shift * shift * w)
        value = total / base.weight
        error = weighted_mean_error(base.weight, total, squares, base.effective)
        return column(
            self.unit,
            value,
            n=base.n,
            numerator=total,
            denominator=base.weight,
            standard_error=error,
            interval=wald(value, error),
            flags={Flag.LOW_BASE: base.n < LOW_BASE},
            details={"sd": error * np.sqrt(base.effective)},
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )

    def _line(self, scale: Scale) -> tuple[float, float]:
        """X → factor·x + shift."""
        minimum, maximum = scale.minimum, scale.maximum
        if not self.hundred:
            return (-1.0, minimum + maximum) if turned(self.standard, scale) else (1.0, 0.0)
        factor = 100 / (maximum - minimum)
        return (-factor, factor * maximum) if scale.reversed else (factor, -factor * minimum)
