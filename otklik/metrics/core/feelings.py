"""Feelings of clients: the emotional loyalty index, and what clients thank and complain about (Like-Index).

No public definition exists, these are ours. Emotional loyalty: each option of a question about feeling is loyal, neutral
or critical (five smileys: 5 loyal, 3–4 neutral, 1–2 critical), 100·(L − K)/base, where the base is the answers, or the
clients served with the silent ones as neutral. Like-Index: 100·(thanks − complaints)/(thanks + complaints) over mentions;
as a survey variant the share of the best option less the share of the two worst.
"""

from dataclasses import dataclass

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.bases import base_measures, base_of
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, Numbers, PartColumn, column, only
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, LOW_BASE_MENTIONS, Flag, Reason, Unit
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Questions, Scale
from otklik.metrics.core.served import base_of_poll, ordered_sources
from otklik.metrics.core.statistics import net_error, wald

STANDARD_OPTIONS = 5  # on longer scales the boxes must be given


@dataclass(frozen=True, slots=True)
class Boxes:
    """How many of the best options are loyal and how many of the worst are critical; None: the standard of the scale."""

    loyal: int = 1
    critic: int | None = None

    def __post_init__(self) -> None:
        if self.loyal < 1 or (self.critic is not None and self.critic < 1):
            raise ValueError(gettext_noop("at least one option is loyal and at least one is critical"))

    def critics_of(self, scale: Scale) -> int | None:
        """Two of four or five options, one of two or three; None where the scale has no standard."""
        options = round(scale.maximum - scale.minimum) + 1
        if self.critic is not None:
            return self.critic if self.critic + self.loyal <= options else None
        return None if options > STANDARD_OPTIONS or options <= self.loyal else max(1, min(2, options - 2))


@dataclass(frozen=True, slots=True)
class BestLessWorst(Columnar):
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

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_QUESTION)
        if not self.usable:
            return Column.nothing(data.size, Unit.POINTS, Reason.NO_BREAK_POINTS)
        return self._of_served(data) if self.over_served else self._of_answers(data)

    def _critics(self, scale: Scale) -> Filter:
        boxes = self.boxes.critics_of(scale)
        assert boxes is not None
        return scale.worst(boxes)

    def _parts(self, data: Block) -> dict[str, Numbers]:
        n, loyal, critics = (data.number(name) for name in ("n", "loyal", "critics"))
        return {"loyal": loyal, "neutral": n - loyal - critics, "critics": critics}

    def _of_answers(self, data: Block) -> Column:
        base = base_of(data, self.weight)
        suffix = "" if self.weight is None else "_weight"
        loyal, critics = data.number(f"loyal{suffix}"), data.number(f"critics{suffix}")
        numerator = 100 * (loyal - critics)
        value, error = numerator / base.weight, net_error(loyal, critics, base.weight, base.effective)
        return column(
            Unit.POINTS,
            value,
            n=base.n,
            numerator=numerator,
            denominator=base.weight,
            standard_error=error,
            interval=wald(value, error),
            flags={Flag.LOW_BASE: base.n < LOW_BASE},
            parts=self._parts(data),
            gaps=[
                Gap(base.n == 0, Reason.NO_RATINGS),
                Gap(base.weight <= 0, Reason.BAD_WEIGHTS, n=base.n),
            ],
        )

    def _of_served(self, data: Block) -> Column:
        """Weights tell the mix of the answers only: who was served is counted, not weighed."""
        served, told, n = data.served.total, data.served.told, data.number("n")
        covered, coverage = data.inside(), data.served.coverage("n")
        base = base_of(covered, self.weight)
        suffix = "" if self.weight is None else "_weight"
        stretch = np.where(base.n > 0, base.n / base.weight, 0.0)
        loyal, critics = (covered.number(f"{name}{suffix}") * stretch for name in ("loyal", "critics"))
        numerator = 100 * (loyal - critics)
        value, honest = numerator / served, base.n <= served
        error = only(honest, net_error(loyal, critics, served, served))
        inside, outside = self._parts(covered), self._parts(data)
        return column(
            Unit.POINTS,
            value,
            n=served,
            numerator=numerator,
            denominator=served,
            standard_error=error,
            interval=wald(value, error),
            flags={
                Flag.LOW_BASE: served < LOW_BASE,
                Flag.RATINGS_EXCEED_SERVED: base.n > served,
                Flag.PARTIAL_COVERAGE: coverage.partial,
            },
            parts={
                **{name: np.where(told, inside[name], outside[name]) for name in inside},
                "served": served,
                "silent": served - base.n,
            },
            coverage=coverage,
            gaps=[
                Gap(~told, data.served.reason, n=n),
                Gap(served <= 0, Reason.SERVED_IS_ZERO, n=n),
                Gap((base.n > 0) & (base.weight <= 0), Reason.BAD_WEIGHTS, n=n),
            ],
        )


@dataclass(frozen=True, slots=True)
class LikeIndex(Columnar):
    """Thanks against complaints over mentions; the served count gives both per 100 clients beside."""

    thanks: Filter
    complaints: Filter
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return ordered_sources(self.priority)

    def measures(self) -> dict[str, Measure]:
        return {"thanks": measures.count(self.thanks), "complaints": measures.count(self.complaints)}

    def compute(self, data: Block) -> Column:
        thanks, complaints, served = data.number("thanks"), data.number("complaints"), data.served.total
        mentions, numerator = thanks + complaints, 100 * (thanks - complaints)
        value, error = numerator / mentions, net_error(thanks, complaints, mentions, mentions)
        parts: dict[str, PartColumn] = {"thanks": thanks, "complaints": complaints}
        for name in ("thanks", "complaints"):
            parts[f"{name}_per_100"] = only(served != 0, 100 * data.covered_number(name) / served)
        return column(
            Unit.POINTS,
            value,
            n=mentions,
            numerator=numerator,
            denominator=mentions,
            standard_error=error,
            interval=wald(value, error),
            flags={Flag.LOW_BASE: mentions < LOW_BASE_MENTIONS},
            parts=parts,
            gaps=[Gap(mentions == 0, Reason.NO_EVENTS)],
        )


@dataclass(frozen=True, slots=True)
class PerServed(Columnar):
    """`k` · events / clients served, as complaints per 100; error of a Poisson count, k·√c/S."""

    taken: Filter
    k: float = 100
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return ordered_sources(self.priority)

    def measures(self) -> dict[str, Measure]:
        return {"n": measures.count(self.taken)}

    def compute(self, data: Block) -> Column:
        served, told, coverage = data.served.total, data.served.told, data.served.coverage("n")
        events = np.where(told, data.covered_number("n"), data.number("n"))
        return column(
            Unit.RATIO,
            self.k * events / served,
            n=served,
            numerator=self.k * events,
            denominator=served,
            standard_error=self.k * np.sqrt(events) / served,
            flags={Flag.LOW_BASE: served < LOW_BASE, Flag.PARTIAL_COVERAGE: coverage.partial},
            parts={"events": events, "served": served},
            coverage=coverage,
            gaps=[Gap(~told, data.served.reason), Gap(served <= 0, Reason.SERVED_IS_ZERO)],
        )
