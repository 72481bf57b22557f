"""Several questions as one index: CSI, any factor index, SERVQUAL and SERVPERF, RSQS, short pulses of staff.

Item score = 100·(mean − lowest)/(highest − lowest), turned round where the best option is the lowest; index = Σ wᵢsᵢ/Σ wᵢ.
An item without answers drops out and the weights are renormalised; under half of the weight present there is no value.
Weights: equal, fixed, or stated (the mean answer to a question about the item's importance). SERVQUAL (Parasuraman,
Zeithaml, Berry 1988): gap = perception − expectation on the question's own scale, dimension = mean gap, overall = mean of
the dimensions, or weighted by their importance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Part, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Question, Questions

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a model; `expectation` and `importance` are the codes of the questions beside it."""

    code: str
    weight: float = 1
    expectation: str | None = None
    importance: str | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise ValueError(gettext_noop("the weight of %(code)s must be above zero", code=self.code))


@dataclass(frozen=True, slots=True)
class Dimension:
    """Items that are read together; `weight` counts only where the index is taken over dimensions."""

    code: str
    items: tuple[Item, ...]
    weight: float = 1

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError(gettext_noop("the dimension %(code)s has no items", code=self.code))
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise ValueError(gettext_noop("the weight of %(code)s must be above zero", code=self.code))


@dataclass(frozen=True, slots=True)
class Scored:
    """A score with its weight; `value` None where nobody answered. `share` counts for the rule of the half."""

    value: float | None
    weight: float
    share: float


def pooled(scores: Sequence[Scored], least: float = HALF) -> float | None:
    """Σ w·s / Σ w of what is present, or None when that is under the share `least` of the whole weight."""
    present = [one for one in scores if one.value is not None]
    whole, answered = (math.fsum(one.share for one in group) for group in (scores, present))
    if not present or answered < least * whole:
        return None
    weight = math.fsum(one.weight for one in present)
    return math.fsum(one.weight * one.value for one in present if one.value is not None) / weight


@dataclass(frozen=True)
class Model:
    """An index over dimensions of items; without `dimensions` all bound questions are one, with equal weights.

    `by_dimension`: the mean of the dimensions rather than of the items. `gap`: perception − expectation in the scale's
    own unit. `inverted`: 100 − index, for what is bad. `least`: an item with fewer answers is as if nobody had answered.
    `present`: the share of the whole weight that must have answers.
    """

    questions: Questions
    dimensions: tuple[Dimension, ...] = ()
    by_dimension: bool = False
    gap: bool = False
    inverted: bool = False
    least: int = 1
    weight: str | None = None
    present: float = HALF

    sources: ClassVar[tuple[Source, ...]] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.present <= 1:
            raise ValueError(
                gettext_noop("the share of the weight that must be present lies between 0 and 1")
            )
        codes = [item.code for dimension in self.dimensions for item in dimension.items]
        if len(set(codes)) < len(codes):
            raise ValueError(gettext_noop("a question stands in the model twice"))
        if self.gap and self.inverted:
            raise ValueError(gettext_noop("a gap is not turned round"))
        if self.gap and any(item.expectation is None for one in self.dimensions for item in one.items):
            raise ValueError(gettext_noop("a gap needs an expectation beside each item"))
        if self.gap and not self.dimensions:
            raise ValueError(gettext_noop("a gap needs a model with expectations"))

    @property
    def unit(self) -> Unit:
        return Unit.SCORE if self.gap else Unit.POINTS

    @cached_property
    def parts(self) -> tuple[Dimension, ...]:
        if self.dimensions or not self.questions:
            return self.dimensions
        return (Dimension("all", tuple(Item(one.code) for one in self.questions.items)),)

    @cached_property
    def known(self) -> Mapping[str, Question]:
        wanted = {
            code
            for one in self.parts
            for item in one.items
            for code in (item.code, item.expectation, item.importance)
        }
        return {one.code: one for one in self.questions.items if one.code in wanted}

    def measures(self) -> dict[str, Measure]:
        found = {}
        for code, question in self.known.items():
            valid = Questions((question,)).valid
            found[f"n:{code}"] = measures.count(valid)
            found[f"w:{code}"] = measures.count(valid, weight=self.weight)
            found[f"s:{code}"] = measures.total("value", valid, weight=self.weight)
        return found

    def result(self, data: Slice) -> Result:
        if not self.known:
            return missing(self.unit, Reason.NO_QUESTION)
        scored = [[self._scored(item, data) for item in one.items] for one in self.parts]
        values = [pooled(items, self.present) for items in scored]
        if self.by_dimension:
            level = [
                Scored(value, one.weight, one.weight) for one, value in zip(self.parts, values, strict=True)
            ]
        else:
            level = [item for items in scored for item in items]
        answers = [data.number(f"n:{item.code}") for one in self.parts for item in one.items]
        n = max(answers)
        value = pooled(level, self.present)
        parts: dict[str, Part] = {
            one.code: self._turned(value)
            for one, value in zip(self.parts, values, strict=True)
            if one.code != "all"
        }
        if value is None:
            return missing(self.unit, self._reason(answers), n=n, parts=parts)
        weight = math.fsum(one.weight for one in level if one.value is not None)
        final = self._turned(value)
        assert final is not None
        return Result(final, self.unit, final * weight, weight, n, flags=low_base(n), parts=parts)

    def _turned(self, value: float | None) -> float | None:
        return 100 - value if self.inverted and value is not None else value

    def _reason(self, answers: Sequence[float]) -> Reason:
        if not any(answers):
            return Reason.NO_RATINGS
        return Reason.GROUP_TOO_SMALL if 0 < max(answers) < self.least else Reason.TOO_FEW_ITEMS

    def _scored(self, item: Item, data: Slice) -> Scored:
        if item.importance is not None:
            importance = self._mean(item.importance, data)
            if importance is None or importance <= 0:
                return Scored(None, 0.0, item.weight)
            return Scored(self._score(item.code, data), importance, item.weight)
        if not self.gap:
            return Scored(self._score(item.code, data), item.weight, item.weight)
        assert item.expectation is not None
        perceived, expected = self._straight(item.code, data), self._straight(item.expectation, data)
        gap = None if perceived is None or expected is None else perceived - expected
        return Scored(gap, item.weight, item.weight)

    def _mean(self, code: str, data: Slice) -> float | None:
        weight = data.number(f"w:{code}")
        if code not in self.known or data.number(f"n:{code}") < self.least or weight <= 0:
            return None
        return data.number(f"s:{code}") / weight

    def _straight(self, code: str, data: Slice) -> float | None:
        """The mean in the scale's own numbers, with the best option the highest."""
        mean = self._mean(code, data)
        if mean is None:
            return None
        scale = self.known[code].scale
        return scale.minimum + scale.maximum - mean if scale.reversed else mean

    def _score(self, code: str, data: Slice) -> float | None:
        mean = self._straight(code, data)
        if mean is None:
            return None
        scale = self.known[code].scale
        return 100 * (mean - scale.minimum) / (scale.maximum - scale.minimum)
