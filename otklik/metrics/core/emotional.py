"""Emotional NPS: what clients say against how they looked. Our definition.

An answer joins the nearest emotion of the same point within some seconds. An emotional promoter gave 9–10 and looked positive, an
emotional critic gave 0–6 or looked negative: 100·(promoters − critics) / answers that have an emotion. The share of answers that have
one and the table of answers by emotions stand beside.
"""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.derived import Near
from otklik.metrics.core.feelings import net_error
from otklik.metrics.core.filters import Compare, Filter, both, either
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.nps import standard_breaks
from otklik.metrics.core.results import Part, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.statistics import wald

ANSWERS = ("promoter", "passive", "detractor")
TONES = ("positive", "neutral", "negative")


@dataclass(frozen=True, slots=True)
class EmotionalNps:
    """`emotions` with the attribute `tone`, joined by `key` within `seconds`."""

    questions: Questions
    emotions: Filter
    key: tuple[str, ...] = ("point",)
    seconds: float = 60

    sources: ClassVar[tuple[Source, ...]] = ()

    @property
    def usable(self) -> Questions:
        return Questions(tuple(one for one in self.questions.items if standard_breaks(one.scale)))

    def measures(self) -> dict[str, Measure]:
        usable = self.usable
        rows = Near(usable.valid, self.emotions, self.key, self.seconds, "tone")
        found = {"n": measures.count(source=rows)}
        for answer in ANSWERS:
            taken = _either_of(usable, answer)
            for tone in TONES:
                found[f"{answer}:{tone}"] = measures.count(
                    both(taken, Compare("kind", "=", tone)), source=rows
                )
        return found

    def result(self, data: Slice) -> Result:
        if not self.questions:
            return missing(Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return missing(Unit.POINTS, Reason.NO_BREAK_POINTS)
        n = data.number("n")
        cells = {f"{answer}:{tone}": data.number(f"{answer}:{tone}") for answer in ANSWERS for tone in TONES}
        linked = sum(cells.values())
        parts: dict[str, Part] = {
            **cells,
            "answers": n,
            "linked": linked,
            "link_rate": linked / n if n else None,
        }
        if n == 0:
            return missing(Unit.POINTS, Reason.NO_RATINGS, parts=parts)
        if linked == 0:
            return missing(Unit.POINTS, Reason.NO_LINKS, n=n, parts=parts)
        promoters = cells["promoter:positive"]
        critics = sum(
            taken
            for name, taken in cells.items()
            if name.startswith("detractor") or name.endswith("negative")
        )
        value, error = 100 * (promoters - critics) / linked, net_error(promoters, critics, linked, linked)
        return Result(
            value, Unit.POINTS, 100 * (promoters - critics), linked, linked, error, wald(value, error), low_base(linked),
            parts={**parts, "emotional_promoters": promoters, "emotional_critics": critics},
        )  # fmt: skip


def _either_of(questions: Questions, answer: str) -> Filter:
    """Values of promoters, passives or detractors; without kind and subject, which rows with an emotion lose or keep."""
    by_scale = []
    for scale, codes in questions.scales.items():
        subject = Compare("subject", "in", tuple(codes))
        by_scale.append(both(subject, _values(scale, answer)))
    return either(*by_scale)


def _values(scale: Scale, answer: str) -> Filter:
    breaks = standard_breaks(scale)
    assert breaks is not None
    high = Compare("value", ">", breaks.passive_max)
    if answer == "promoter":
        return high
    if answer == "detractor":
        return Compare("value", "<=", breaks.detractor_max)
    return both(Compare("value", ">", breaks.detractor_max), Compare("value", "<=", breaks.passive_max))
