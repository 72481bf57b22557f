"""How the answers of one scale are spread: counts per option, mean, two best and two worst. Beside other indicators."""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.filters import Compare, both
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Part, Reason, Result, Unit, missing
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.statistics import share_error, wilson


def option_name(option: float) -> str:
    return str(int(option)) if option == int(option) else str(option)


@dataclass(frozen=True, slots=True)
class Distribution:
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
        for option in self.scale.options if self.scale else ():
            found[f"option{option_name(option)}"] = measures.count(
                both(self.questions.valid, Compare("value", "=", option)), weight=self.weight
            )
        return found

    def result(self, data: Slice) -> Result:
        if not self.questions:
            return missing(self.unit, Reason.NO_QUESTION)
        base = base_of(data, self.weight)
        parts = self.parts(data)
        if base.n == 0:
            return missing(self.unit, Reason.NO_RATINGS, parts=parts)
        if self.option is None:
            return Result(base.weight, self.unit, base.weight, None, base.n, parts=parts)
        taken = data.number(f"option{option_name(self.option)}")
        effective = taken / base.weight * base.effective
        return Result(
            taken / base.weight,
            self.unit,
            taken,
            base.weight,
            base.n,
            share_error(effective, base.effective),
            wilson(effective, base.effective),
            parts=parts,
        )

    def parts(self, data: Slice) -> dict[str, Part]:
        base, scale = base_of(data, self.weight), self.scale
        found: dict[str, Part] = {}
        if base.weight > 0 and scale is not None:
            found["mean"] = data.number("sum") / base.weight
        if scale is None or not scale.options:
            return found
        counts = {option: data.number(f"option{option_name(option)}") for option in scale.options}
        found["counts"] = {option_name(option): taken for option, taken in counts.items()}
        if base.weight > 0:
            best = sorted(counts, reverse=not scale.reversed)
            found["top2_share"] = sum(counts[option] for option in best[:2]) / base.weight
            found["bottom2_share"] = sum(counts[option] for option in best[-2:]) / base.weight
        return found
