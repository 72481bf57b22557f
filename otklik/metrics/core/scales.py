"""The scale of a question and the conditions that take its ratings.

A rating is an event of a rating kind with that question as subject and a value on the scale: skipped, “don't know” and
values off the scale leave every base.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from otklik.metrics.core.filters import NOTHING, Compare, Filter, both, either
from otklik.metrics.core.said import gettext_noop

RATING_KINDS = ("answer", "rating")


class Standard(StrEnum):
    """A published index with a scale of its own."""

    CES1 = "ces1"
    CES2 = "ces2"
    NET_EASY = "net_easy"


@dataclass(frozen=True, slots=True, order=True)
class Scale:
    """Options from `minimum` to `maximum`; `top` is the best one, at either end. `dont_know` is outside formulas."""

    minimum: float
    maximum: float
    top: float
    dont_know: float | None = None

    def __post_init__(self) -> None:
        if self.maximum <= self.minimum:
            raise ValueError(gettext_noop("the highest option must be above the lowest one"))
        if self.top not in {self.minimum, self.maximum}:
            raise ValueError(gettext_noop("the best option is one of the scale's two ends"))

    @property
    def reversed(self) -> bool:
        return self.top == self.minimum

    @property
    def valid(self) -> Filter:
        on_scale = both(Compare("value", ">=", self.minimum), Compare("value", "<=", self.maximum))
        if self.dont_know is None or not self.minimum <= self.dont_know <= self.maximum:
            return on_scale
        return both(on_scale, Compare("value", "!=", self.dont_know))

    def between(self, low: float, high: float) -> Filter:
        """Ratings in low…high, both included, in the question's own numbers."""
        parts: list[Filter] = [self.valid]
        if low > self.minimum:
            parts.append(Compare("value", ">=", low))
        if high < self.maximum:
            parts.append(Compare("value", "<=", high))
        return both(*parts)

    def ranged(self, low: float, high: float, standard: Standard | None) -> Filter:
        """Ratings in low…high as a standard numbers its options: from the other end where the best one stands there."""
        if turned(standard, self):
            return self.between(self.minimum + self.maximum - high, self.minimum + self.maximum - low)
        return self.between(low, high)

    def best(self, boxes: int) -> Filter:
        """The `boxes` best options."""
        if self.reversed:
            return both(self.valid, Compare("value", "<", self.minimum + boxes))
        return both(self.valid, Compare("value", ">", self.maximum - boxes))

    def worst(self, boxes: int) -> Filter:
        if self.reversed:
            return both(self.valid, Compare("value", ">", self.maximum - boxes))
        return both(self.valid, Compare("value", "<", self.minimum + boxes))

    @property
    def options(self) -> tuple[float, ...]:
        """Whole steps from the lowest to the highest; empty where they are too many to be options."""
        steps = round(self.maximum - self.minimum)
        return tuple(self.minimum + step for step in range(steps + 1)) if steps <= 20 else ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a formula has to know of a question."""

    code: str
    scale: Scale
    type: str = "rating"
    spontaneous: bool = True


STANDARD_SCALES = {
    Standard.CES1: Scale(1, 5, 1),
    Standard.CES2: Scale(1, 7, 7),
    Standard.NET_EASY: Scale(1, 7, 1),
}


def fits(standard: Standard | None, scale: Scale) -> bool:
    """Whether a question has the options of the standard, at whichever end the best one stands."""
    if standard is None:
        return True
    wanted = STANDARD_SCALES[standard]
    return (scale.minimum, scale.maximum) == (wanted.minimum, wanted.maximum)


def turned(standard: Standard | None, scale: Scale) -> bool:
    """Whether the best option stands at the other end than in the standard."""
    return standard is not None and STANDARD_SCALES[standard].reversed is not scale.reversed


type Condition = Callable[[Scale], Filter]


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one indicator; conditions are grouped by scale, so that they stay short."""

    items: tuple[Question, ...]

    @classmethod
    def of(cls, items: Iterable[Question]) -> "Questions":
        return cls(tuple(sorted(items, key=lambda question: question.code)))

    def __bool__(self) -> bool:
        return bool(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def fitting(self, standard: Standard | None) -> "Questions":
        """Those with the options of a standard."""
        return Questions(tuple(one for one in self.items if fits(standard, one.scale)))

    @property
    def spontaneous(self) -> "Questions":
        return Questions(tuple(question for question in self.items if question.spontaneous))

    @property
    def scales(self) -> dict[Scale, list[str]]:
        found: dict[Scale, list[str]] = {}
        for question in self.items:
            found.setdefault(question.scale, []).append(question.code)
        return found

    def take(self, condition: Condition) -> Filter:
        """Ratings of these questions that meet `condition` of their scale."""
        groups = [both(_subject(codes), condition(scale)) for scale, codes in self.scales.items()]
        if not groups:
            return NOTHING
        return both(Compare("kind", "in", RATING_KINDS), either(*groups))

    @property
    def valid(self) -> Filter:
        return self.take(lambda scale: scale.valid)


def _subject(codes: Sequence[str]) -> Filter:
    return Compare("subject", "=", codes[0]) if len(codes) == 1 else Compare("subject", "in", tuple(codes))
