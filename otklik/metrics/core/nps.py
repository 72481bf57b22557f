"""Net Promoter Score, classic and with the silent ones put somewhere.

NPS = 100·(P − D)/n (Reichheld 2003). SE = 100·√((p + d − (p − d)²)/n). The 95 % interval is the adjusted Wald one: three
pseudo-answers, 3/4 of one to promoters and to detractors each, 1.5 to passives (Rocks 2016; MeasuringU). The treatment of
non-responders follows the source document of the project; its presets are our definition.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import Base, base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, Numbers, PartColumn, column
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.served import base_of_poll
from otklik.metrics.core.statistics import Bounds, root, wald

PSEUDO_ANSWERS, PSEUDO_EXTREME = 3.0, 0.75
SHARES_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Breaks:
    """Detractors up to `detractor_max`, passives up to `passive_max`, promoters above."""

    detractor_max: float
    passive_max: float

    def __post_init__(self) -> None:
        if self.passive_max < self.detractor_max:
            raise ValueError(gettext_noop("passives end below detractors"))


def standard_breaks(scale: Scale) -> Breaks | None:
    """Break points where the field has them: scales to 10 (0…10 and 1…10) and 1…5; None elsewhere."""
    if scale.reversed:
        return None
    if scale.maximum == 10 and scale.minimum in {0, 1}:
        return Breaks(6, 8)
    if (scale.minimum, scale.maximum) == (1, 5):
        return Breaks(3, 4)
    return None


class Silent(StrEnum):
    """Where those who were asked and kept silent go."""

    OFF = "off"
    ALL_PASSIVE = "all_passive"
    HALF_PASSIVE_HALF_CRITIC = "half_passive_half_critic"
    ALL_CRITICS = "all_critics"
    AS_RESPONDERS = "as_responders"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the silent ones: loyal, passive, critic; they sum to 1."""

    loyal: float
    passive: float
    critic: float

    def __post_init__(self) -> None:
        parts = (self.loyal, self.passive, self.critic)
        if any(not 0 <= part <= 1 for part in parts) or abs(math.fsum(parts) - 1) > SHARES_TOLERANCE:
            raise ValueError(
                gettext_noop("the shares of the silent ones must lie between 0 and 1 and sum to 1")
            )


PRESETS = {
    Silent.ALL_PASSIVE: Shares(0, 1, 0),
    Silent.HALF_PASSIVE_HALF_CRITIC: Shares(0, 0.5, 0.5),
    Silent.ALL_CRITICS: Shares(0, 0, 1),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Promoters, passives and detractors, as counts or as weights."""

    promoters: Numbers
    passives: Numbers
    detractors: Numbers

    @property
    def total(self) -> Numbers:
        return self.promoters + self.passives + self.detractors


def score(tally: Tally) -> Numbers:
    return 100 * (tally.promoters - tally.detractors) / tally.total


def variance(tally: Tally) -> Numbers:
    """Of one answer on the scale −1…1."""
    p, d = tally.promoters / tally.total, tally.detractors / tally.total
    return np.maximum(p + d - (p - d) ** 2, 0.0)


def standard_error(tally: Tally, base: Numbers) -> Numbers:
    """In NPS points; `base` is the number of answers, or the effective one under weights."""
    return 100 * root(variance(tally) / base)


def adjusted_wald(tally: Tally, base: Numbers) -> Bounds:
    scale = base / tally.total
    extremes = (tally.promoters * scale + PSEUDO_EXTREME, tally.detractors * scale + PSEUDO_EXTREME)
    more = Tally(extremes[0], tally.passives * scale + PSEUDO_ANSWERS - 2 * PSEUDO_EXTREME, extremes[1])
    return wald(score(more), standard_error(more, more.total))


@dataclass(frozen=True, slots=True)
class Nps(Columnar):
    """NPS of `questions`; `breaks` None takes the standard ones of each question's scale."""

    questions: Questions
    breaks: Breaks | None = None
    weight: str | None = None
    silent: Silent = Silent.OFF
    shares: Shares | None = None
    priority: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.silent is Silent.CUSTOM) is (self.shares is None):
            raise ValueError(
                gettext_noop("own shares of the silent ones go with the preset “custom”, and only with it")
            )

    @property
    def sources(self) -> tuple[Source, ...]:
        return () if self.silent is Silent.OFF else base_of_poll(self.usable, self.priority)

    @property
    def usable(self) -> Questions:
        if self.breaks is not None:
            return self.questions
        return Questions(tuple(item for item in self.questions.items if standard_breaks(item.scale)))

    def measures(self) -> dict[str, Measure]:
        usable = self.usable
        found = base_measures(usable.valid, self.weight)
        promoters = usable.take(lambda scale: scale.between(self._next(scale), scale.maximum))
        detractors = usable.take(
            lambda scale: scale.between(scale.minimum, self._breaks(scale).detractor_max)
        )
        for name, taken in (("promoters", promoters), ("detractors", detractors)):
            found[name] = measures.count(taken)
            if self.weight is not None:
                found[f"{name}_weight"] = measures.count(taken, weight=self.weight)
        return found

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_BREAK_POINTS)
        classic = self._classic(data)
        return classic if self.silent is Silent.OFF else self._with_silent(data, classic)

    def _breaks(self, scale: Scale) -> Breaks:
        found = self.breaks or standard_breaks(scale)
        assert found is not None
        return found

    def _next(self, scale: Scale) -> float:
        """The lowest promoter: just above `passive_max`, also for values between the whole options."""
        return math.nextafter(self._breaks(scale).passive_max, math.inf)

    def _classic(self, data: Block) -> Column:
        base, tally = base_of(data, self.weight), self._tally(data)
        promoters, detractors = data.number("promoters"), data.number("detractors")
        value, error = score(tally), standard_error(tally, base.effective)
        return column(
            Unit.POINTS,
            value,
            n=base.n,
            numerator=100 * (tally.promoters - tally.detractors),
            denominator=tally.total,
            standard_error=error,
            interval=adjusted_wald(tally, base.effective),
            flags={Flag.LOW_BASE: base.n < LOW_BASE},
            parts={
                "promoters": promoters,
                "passives": base.n - promoters - detractors,
                "detractors": detractors,
            },
            details={"interval_wald": wald(value, error), "variance": variance(tally)},
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )

    def _tally(self, data: Block) -> Tally:
        base, suffix = base_of(data, self.weight), "" if self.weight is None else "_weight"
        promoters, detractors = data.number(f"promoters{suffix}"), data.number(f"detractors{suffix}")
        return Tally(promoters, base.weight - promoters - detractors, detractors)

    def _with_silent(self, data: Block, classic: Column) -> Column:
        """The answers count as their number; weights only tell their mix."""
        served, coverage = data.served, data.served.coverage("n")
        covered = data.inside()
        base, weighted = base_of(covered, self.weight), self._tally(covered)
        stretch = base.n / base.weight
        answers = Tally(
            weighted.promoters * stretch, weighted.passives * stretch, weighted.detractors * stretch
        )
        loyal, critic, moving = self._spread(answers, base, served.total)
        silent = served.total - base.n
        numerator = 100 * (answers.promoters + loyal * silent - answers.detractors - critic * silent)
        value, error = numerator / served.total, moving * standard_error(answers, base.effective)
        parts: dict[str, PartColumn] = {
            **classic.parts,
            **classic.details,
            "classic": classic.value,
            "preset": self.silent.value,
            "silent": silent,
            "served": served.total,
        }
        low, unanswered = classic.n < LOW_BASE, (base.n == 0) | (base.weight <= 0)
        answered = {Flag.LOW_BASE: low & ~np.isnan(classic.value)}
        return column(
            Unit.POINTS,
            value,
            n=classic.n,
            numerator=numerator,
            denominator=served.total,
            standard_error=error,
            interval=wald(value, error),
            flags={
                Flag.LOW_BASE: base.n < LOW_BASE,
                Flag.ASSUMES_SILENT_LIKE_RESPONDERS: served.told & (self.silent is Silent.AS_RESPONDERS),
                Flag.PARTIAL_COVERAGE: coverage.partial,
            },
            parts=parts,
            coverage=coverage,
            gaps=[
                Gap(~served.told, served.reason, n=classic.n, flags=answered),
                Gap(
                    silent < 0,
                    Reason.MORE_RESPONDERS_THAN_INVITED,
                    n=classic.n,
                    flags={**answered, Flag.RESPONDERS_EXCEED_INVITED: silent < 0},
                ),
                Gap(unanswered, Reason.NO_RATINGS, n=classic.n),
                Gap(served.total == 0, Reason.SERVED_IS_ZERO, n=classic.n),
            ],
        )

    def _spread(
        self, answers: Tally, base: Base, served: Numbers
    ) -> tuple[Numbers | float, Numbers | float, Numbers | float]:
        """Shares of loyal and critic among the silent, and how much of the result varies by chance."""
        shares = self.shares or PRESETS.get(self.silent)
        if shares is None:  # as responders
            return answers.promoters / base.n, answers.detractors / base.n, 1.0
        return shares.loyal, shares.critic, base.n / served  # the silent ones are put by assumption
