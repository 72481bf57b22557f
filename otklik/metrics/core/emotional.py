"""Emotional NPS: what clients say against how they looked. Our definition.

An answer joins the nearest emotion of the same point within some seconds. An emotional promoter gave 9–10 and looked positive, an
emotional critic gave 0–6 or looked negative: 100·(promoters − critics) / answers that have an emotion. The share of answers that have
one and the table of answers by emotions stand beside.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column
from otklik.metrics.core.derived import Near
from otklik.metrics.core.filters import Compare, Filter, both, either
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.nps import standard_breaks
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.statistics import net_error, wald

ANSWERS = ("promoter", "passive", "detractor")
TONES = ("positive", "neutral", "negative")


@dataclass(frozen=True, slots=True)
class EmotionalNps(Columnar):
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

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_BREAK_POINTS)
        n = data.number("n")
        cells = {f"{answer}:{tone}": data.number(f"{answer}:{tone}") for answer in ANSWERS for tone in TONES}
        linked = np.sum(list(cells.values()), axis=0)
        promoters = cells["promoter:positive"]
        critical = [
            held for name, held in cells.items() if name.startswith("detractor") or name.endswith("negative")
        ]
        critics = np.sum(critical, axis=0)
        value, error = 100 * (promoters - critics) / linked, net_error(promoters, critics, linked, linked)
        return column(
            Unit.POINTS, value, n=linked, numerator=100 * (promoters - critics), denominator=linked,
            standard_error=error, interval=wald(value, error), flags={Flag.LOW_BASE: linked < LOW_BASE},
            parts={**cells, "answers": n, "linked": linked, "link_rate": linked / n},
            details={"emotional_promoters": promoters, "emotional_critics": critics},
            gaps=[Gap(n == 0, Reason.NO_RATINGS), Gap(linked == 0, Reason.NO_LINKS, n=n)],
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
