"""Net Promoter Score, classic and with the silent ones put somewhere.

NPS = 100·(P − D)/n (Reichheld 2003). SE = 100·√((p + d − (p − d)²)/n). The 95 % interval is the adjusted Wald one: three
pseudo-answers, 3/4 of one to promoters and to detractors each, 1.5 to passives (Rocks 2016; MeasuringU). The treatment of
non-responders follows the source document of the project; its presets are our definition.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from otklik.metrics.core import measures
from otklik.metrics.core.bases import Base, base_measures, base_of
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import (
    Coverage,
    Flag,
    Interval,
    Part,
    Reason,
    Result,
    Unit,
    low_base,
    missing,
)
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.served import base_of_poll
from otklik.metrics.core.statistics import wald

PSEUDO_ANSWERS, PSEUDO_EXTREME = 3.0, 0.75
SHARES_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Breaks:
    """Detractors up to `detractor_max`, passives up to `passive_max`, promoters above."""

    detractor_max: float
    passive_max: float

    def __post_init__(self) -> None:
        if self.passive_max < self.detractor_max:
            raise ValueError("passives end below detractors")


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
            raise ValueError("the shares of the silent ones must lie between 0 and 1 and sum to 1")


PRESETS = {
    Silent.ALL_PASSIVE: Shares(0, 1, 0),
    Silent.HALF_PASSIVE_HALF_CRITIC: Shares(0, 0.5, 0.5),
    Silent.ALL_CRITICS: Shares(0, 0, 1),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Promoters, passives and detractors, as counts or as weights."""

    promoters: float
    passives: float
    detractors: float

    @property
    def total(self) -> float:
        return self.promoters + self.passives + self.detractors


def score(tally: Tally) -> float:
    return 100 * (tally.promoters - tally.detractors) / tally.total


def variance(tally: Tally) -> float:
    """Of one answer on the scale −1…1."""
    p, d = tally.promoters / tally.total, tally.detractors / tally.total
    return max(p + d - (p - d) ** 2, 0.0)


def standard_error(tally: Tally, base: float) -> float:
    """In NPS points; `base` is the number of answers, or the effective one under weights."""
    return 100 * math.sqrt(variance(tally) / base)


def adjusted_wald(tally: Tally, base: float) -> Interval:
    scale = base / tally.total
    extremes = (tally.promoters * scale + PSEUDO_EXTREME, tally.detractors * scale + PSEUDO_EXTREME)
    more = Tally(extremes[0], tally.passives * scale + PSEUDO_ANSWERS - 2 * PSEUDO_EXTREME, extremes[1])
    return wald(score(more), standard_error(more, more.total))


@dataclass(frozen=True, slots=True)
class Nps:
    """NPS of `questions`; `breaks` None takes the standard ones of each question's scale."""

    questions: Questions
    breaks: Breaks | None = None
    weight: str | None = None
    silent: Silent = Silent.OFF
    shares: Shares | None = None
    priority: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.silent is Silent.CUSTOM) is (self.shares is None):
            raise ValueError("own shares of the silent ones go with the preset “custom”, and only with it")

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

    def result(self, data: Slice) -> Result:
        if not self.questions:
            return missing(Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return missing(Unit.POINTS, Reason.NO_BREAK_POINTS)
        classic = self._classic(data)
        return classic if self.silent is Silent.OFF else self._with_silent(data, classic)

    def _breaks(self, scale: Scale) -> Breaks:
        found = self.breaks or standard_breaks(scale)
        assert found is not None
        return found

    def _next(self, scale: Scale) -> float:
        """The lowest promoter: just above `passive_max`, also for values between the whole options."""
        return math.nextafter(self._breaks(scale).passive_max, math.inf)

    def _classic(self, data: Slice) -> Result:
        base = base_of(data, self.weight)
        parts: dict[str, Part] = {
            "promoters": data.number("promoters"),
            "passives": base.n - data.number("promoters") - data.number("detractors"),
            "detractors": data.number("detractors"),
        }
        if base.n == 0:
            return missing(Unit.POINTS, Reason.NO_RATINGS, parts=parts)
        if base.weight <= 0:
            return missing(Unit.POINTS, Reason.BAD_WEIGHTS, n=base.n, parts=parts)
        tally = self._tally(data, base)
        value, error = score(tally), standard_error(tally, base.effective)
        parts["interval_wald"] = list(wald(value, error))
        parts["variance"] = variance(tally)
        return Result(
            value,
            Unit.POINTS,
            100 * (tally.promoters - tally.detractors),
            tally.total,
            base.n,
            error,
            adjusted_wald(tally, base.effective),
            low_base(base.n),
            parts=parts,
        )

    def _tally(self, data: Slice, base: Base) -> Tally:
        suffix = "" if self.weight is None else "_weight"
        promoters, detractors = data.number(f"promoters{suffix}"), data.number(f"detractors{suffix}")
        return Tally(promoters, base.weight - promoters - detractors, detractors)

    def _with_silent(self, data: Slice, classic: Result) -> Result:
        served = data.served
        parts: dict[str, Part] = {**classic.parts, "classic": classic.value, "preset": self.silent.value}
        if served.total is None:
            reason = served.reason or Reason.NO_SERVED
            return missing(Unit.POINTS, reason, n=classic.n, parts=parts, flags=classic.flags)
        coverage = served.coverage("n")
        covered = Slice(data.covered)
        answered = base_of(covered, None)
        silent = served.total - answered.n
        parts |= {"silent": silent, "served": served.total}
        if silent < 0:
            refused = missing(
                Unit.POINTS, Reason.MORE_RESPONDERS_THAN_INVITED, n=classic.n, parts=parts, coverage=coverage
            )
            return refused.flagged(*classic.flags, Flag.RESPONDERS_EXCEED_INVITED)
        if answered.n == 0 or base_of(covered, self.weight).weight <= 0:
            return missing(Unit.POINTS, Reason.NO_RATINGS, n=classic.n, parts=parts, coverage=coverage)
        return self._spread(covered, served.total, classic, parts, coverage=coverage)

    def _spread(
        self,
        covered: Slice,
        served: float,
        classic: Result,
        parts: dict[str, Part],
        *,
        coverage: Coverage,
    ) -> Result:
        base = base_of(covered, self.weight)
        weighted = self._tally(covered, base)
        stretch = base.n / base.weight  # the answers count as their number; weights only tell their mix
        answers = Tally(
            weighted.promoters * stretch, weighted.passives * stretch, weighted.detractors * stretch
        )
        shares = self.shares or PRESETS.get(self.silent)
        if shares is None:  # as responders
            shares = Shares(
                answers.promoters / base.n, answers.passives / base.n, answers.detractors / base.n
            )
            moving = 1.0
        else:
            moving = base.n / served  # only the answers vary, the silent ones are put by assumption
        silent = served - base.n
        numerator = 100 * (
            answers.promoters + shares.loyal * silent - answers.detractors - shares.critic * silent
        )
        error = moving * standard_error(answers, base.effective)
        flags = low_base(base.n)
        if self.silent is Silent.AS_RESPONDERS:
            flags = (*flags, Flag.ASSUMES_SILENT_LIKE_RESPONDERS)
        if coverage.known < coverage.units:
            flags = (*flags, Flag.PARTIAL_COVERAGE)
        value = numerator / served
        return Result(
            value,
            Unit.POINTS,
            numerator,
            served,
            classic.n,
            error,
            wald(value, error),
            flags,
            parts=parts,
            coverage=coverage,
        )
