"""Feelings of clients: the emotional loyalty index, and what clients thank and complain about (Like-Index).

No public definition exists, these are ours. Emotional loyalty: each option of a question about feeling is loyal, neutral
or critical (five smileys: 5 loyal, 3–4 neutral, 1–2 critical), 100·(L − K)/base, where the base is the answers, or the
clients served with the silent ones as neutral. Like-Index: 100·(thanks − complaints)/(thanks + complaints) over mentions;
as a survey variant the share of the best option less the share of the two worst.
"""

import math
from dataclasses import dataclass

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import (
    LOW_BASE_MENTIONS,
    Flag,
    Part,
    Reason,
    Result,
    Unit,
    low_base,
    missing,
)
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.served import base_of_poll, ordered_sources
from otklik.metrics.core.statistics import wald

STANDARD_OPTIONS = 5  # on longer scales the boxes must be given


@dataclass(frozen=True, slots=True)
class Boxes:
    """How many of the best options are loyal and how many of the worst are critical; None: the standard of the scale."""

    loyal: int = 1
    critic: int | None = None

    def __post_init__(self) -> None:
        if self.loyal < 1 or (self.critic is not None and self.critic < 1):
            raise ValueError("at least one option is loyal and at least one is critical")

    def critics_of(self, scale: Scale) -> int | None:
        """Two of four or five options, one of two or three; None where the scale has no standard."""
        options = round(scale.maximum - scale.minimum) + 1
        if self.critic is not None:
            return self.critic if self.critic + self.loyal <= options else None
        return None if options > STANDARD_OPTIONS or options <= self.loyal else max(1, min(2, options - 2))


@dataclass(frozen=True, slots=True)
class BestLessWorst:
    """100·(best − worst)/base: the emotional loyalty index, and the Like-Index of a survey.

    With `over_served` the base is the clients served or invited, and who kept silent is neutral.
    """

    questions: Questions
    boxes: Boxes = Boxes()
    over_served: bool = False
    weight: str | None = None
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return base_of_poll(self.usable, self.priority) if self.over_served else ()

    @property
    def usable(self) -> Questions:
        return Questions(
            tuple(one for one in self.questions.items if self.boxes.critics_of(one.scale) is not None)
        )

    def measures(self) -> dict[str, Measure]:
        usable = self.usable
        found = base_measures(usable.valid, self.weight)
        for name, taken in (
            ("loyal", usable.take(lambda scale: scale.best(self.boxes.loyal))),
            ("critics", usable.take(self._critics)),
        ):
            found[name] = measures.count(taken)
            if self.weight is not None:
                found[f"{name}_weight"] = measures.count(taken, weight=self.weight)
        return found

    def result(self, data: Slice) -> Result:
        if not self.questions:
            return missing(Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return missing(Unit.POINTS, Reason.NO_BREAK_POINTS)
        return self._of_served(data) if self.over_served else self._of_answers(data)

    def _critics(self, scale: Scale) -> Filter:
        boxes = self.boxes.critics_of(scale)
        assert boxes is not None
        return scale.worst(boxes)

    def _parts(self, data: Slice) -> dict[str, Part]:
        n, loyal, critics = (data.number(name) for name in ("n", "loyal", "critics"))
        return {"loyal": loyal, "neutral": n - loyal - critics, "critics": critics}

    def _of_answers(self, data: Slice) -> Result:
        base, parts = base_of(data, self.weight), self._parts(data)
        if base.n == 0:
            return missing(Unit.POINTS, Reason.NO_RATINGS, parts=parts)
        if base.weight <= 0:
            return missing(Unit.POINTS, Reason.BAD_WEIGHTS, n=base.n, parts=parts)
        suffix = "" if self.weight is None else "_weight"
        loyal, critics = data.number(f"loyal{suffix}"), data.number(f"critics{suffix}")
        value = 100 * (loyal - critics) / base.weight
        error = net_error(loyal, critics, base.weight, base.effective)
        return Result(
            value,
            Unit.POINTS,
            100 * (loyal - critics),
            base.weight,
            base.n,
            error,
            wald(value, error),
            low_base(base.n),
            parts=parts,
        )

    def _of_served(self, data: Slice) -> Result:
        """Weights tell the mix of the answers only: who was served is counted, not weighed."""
        served, n = data.served, data.number("n")
        if served.total is None:
            return missing(
                Unit.POINTS, served.reason or Reason.NO_SERVED, n=n, parts=self._parts(data),
                coverage=served.coverage("n"),
            )  # fmt: skip
        covered, coverage = Slice(data.covered), served.coverage("n")
        base = base_of(covered, self.weight)
        parts: dict[str, Part] = {
            **self._parts(covered), "served": served.total, "silent": served.total - base.n
        }  # fmt: skip
        if served.total <= 0:
            return missing(Unit.POINTS, Reason.SERVED_IS_ZERO, n=n, parts=parts, coverage=coverage)
        if base.n > 0 and base.weight <= 0:
            return missing(Unit.POINTS, Reason.BAD_WEIGHTS, n=n, parts=parts, coverage=coverage)
        suffix = "" if self.weight is None else "_weight"
        stretch = base.n / base.weight if base.n else 0.0
        loyal, critics = (covered.number(f"{name}{suffix}") * stretch for name in ("loyal", "critics"))
        numerator = 100 * (loyal - critics)
        value, error, interval = numerator / served.total, None, None
        flags = low_base(served.total)
        if base.n > served.total:
            flags = (*flags, Flag.RATINGS_EXCEED_SERVED)
        else:
            error = net_error(loyal, critics, served.total, served.total)
            interval = wald(value, error)
        if coverage.known < coverage.units:
            flags = (*flags, Flag.PARTIAL_COVERAGE)
        return Result(
            value, Unit.POINTS, numerator, served.total, served.total, error, interval, flags,
            parts=parts, coverage=coverage,
        )  # fmt: skip


def net_error(plus: float, minus: float, weight: float, base: float) -> float:
    """Of 100·(plus − minus)/weight: 100·√((p + d − (p − d)²)/base)."""
    p, d = plus / weight, minus / weight
    return 100 * math.sqrt(max(p + d - (p - d) ** 2, 0.0) / base)


@dataclass(frozen=True, slots=True)
class LikeIndex:
    """Thanks against complaints over mentions; the served count gives both per 100 clients beside."""

    thanks: Filter
    complaints: Filter
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return ordered_sources(self.priority)

    def measures(self) -> dict[str, Measure]:
        return {"thanks": measures.count(self.thanks), "complaints": measures.count(self.complaints)}

    def result(self, data: Slice) -> Result:
        thanks, complaints = data.number("thanks"), data.number("complaints")
        mentions, served = thanks + complaints, data.served.total
        parts: dict[str, Part] = {"thanks": thanks, "complaints": complaints}
        for name in ("thanks", "complaints"):
            parts[f"{name}_per_100"] = 100 * data.covered_number(name) / served if served else None
        if mentions == 0:
            return missing(Unit.POINTS, Reason.NO_EVENTS, parts=parts)
        value = 100 * (thanks - complaints) / mentions
        error = net_error(thanks, complaints, mentions, mentions)
        return Result(
            value, Unit.POINTS, 100 * (thanks - complaints), mentions, mentions, error, wald(value, error),
            low_base(mentions, LOW_BASE_MENTIONS), parts=parts,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerServed:
    """`k` · events / clients served, as complaints per 100; error of a Poisson count, k·√c/S."""

    taken: Filter
    k: float = 100
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return ordered_sources(self.priority)

    def measures(self) -> dict[str, Measure]:
        return {"n": measures.count(self.taken)}

    def result(self, data: Slice) -> Result:
        served, coverage = data.served, data.served.coverage("n")
        if served.total is None:
            return missing(
                Unit.RATIO, served.reason or Reason.NO_SERVED, parts={"events": data.number("n")},
                coverage=coverage,
            )  # fmt: skip
        events = data.covered_number("n")
        parts: dict[str, Part] = {"events": events, "served": served.total}
        if served.total <= 0:
            return missing(Unit.RATIO, Reason.SERVED_IS_ZERO, parts=parts, coverage=coverage)
        flags = low_base(served.total)
        if coverage.known < coverage.units:
            flags = (*flags, Flag.PARTIAL_COVERAGE)
        return Result(
            self.k * events / served.total, Unit.RATIO, self.k * events, served.total, served.total,
            self.k * math.sqrt(events) / served.total, None, flags, parts=parts, coverage=coverage,
        )  # fmt: skip
