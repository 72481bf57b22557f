"""How the answers of one scale are spread: counts per option, mean, two best and two worst. Beside other indicators."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import Base, base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, Numbers, PartColumn, column, only
from otklik.metrics.core.filters import Compare, both
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Reason, Unit
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.statistics import share_error, wilson


def option_name(option: float) -> str:
    return str(int(option)) if option == int(option) else str(option)


@dataclass(frozen=True, slots=True)
class Distribution(Columnar):
    """Counts per option of questions that share one scale; the value is the number of ratings, or one option's share."""

    questions: Questions
    option: float | None = None
    weight: str | None = None

    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def scale(self) -> Scale | None:
        scales = list(self.questions.scales)
        return scales[0] if len(scales) == 1 else None

    @property
    def unit(self) -> Unit:
        return Unit.COUNT if self.option is None else Unit.SHARE

    def measures(self) -> dict[str, Measure]:
        found = base_measures(self.questions.valid, self.weight)
        found["sum"] = measures.total("value", self.questions.valid, weight=self.weight)
        for option in self.options:
            found[f"option{option_name(option)}"] = measures.count(
                both(self.questions.valid, Compare("value", "=", option)), weight=self.weight
            )
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, self.unit, Reason.NO_QUESTION)
        base = base_of(data, self.weight)
        counts = {option: data.number(f"option{option_name(option)}") for option in self.options}
        parts: dict[str, PartColumn] = {}
        if counts:
            parts["counts"] = {option_name(option): taken for option, taken in counts.items()}
        details, unanswered = self._details(data, base, counts), Gap(base.n == 0, Reason.NO_RATINGS)
        if self.option is None:
            return column(
                self.unit, base.weight, n=base.n, numerator=base.weight, parts=parts, details=details, gaps=[unanswered]
            )  # fmt: skip
        taken = data.number(f"option{option_name(self.option)}")
        effective = taken / base.weight * base.effective
        return column(
            self.unit,
            taken / base.weight,
            n=base.n,
            numerator=taken,
            denominator=base.weight,
            standard_error=share_error(effective, base.effective),
            interval=wilson(effective, base.effective),
            parts=parts,
            details=details,
            gaps=[unanswered, Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n)],
        )

    @property
    def options(self) -> tuple[float, ...]:
        return self.scale.options if self.scale else ()

    def _details(self, data: Block, base: Base, counts: dict[float, Numbers]) -> dict[str, PartColumn]:
        """Mean, and shares of the two best and the two worst options."""
        found: dict[str, PartColumn] = {}
        weighs = base.weight > 0
        if self.scale is not None:
            found["mean"] = only(weighs, data.number("sum") / base.weight)
        if self.scale is None or not counts:
            return found
        best = sorted(counts, reverse=not self.scale.reversed)
        for name, taken in (("top2_share", best[:2]), ("bottom2_share", best[-2:])):
            share = sum((counts[option] for option in taken), np.zeros(data.size)) / base.weight
            found[name] = only(weighs, share)
        return found
