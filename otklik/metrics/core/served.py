"""Indices over clients served: response rate, customer support, customer criticality, and which served count holds.

Definitions of the source documents: support = highest ratings / served; criticality = all other ratings / served (ratings
are counted, scores are not added); response = ratings / served; support + criticality = response.

The unit is place × business day. Per point the source of the highest priority wins; a figure of the whole place competes
with the sum of its points by priority (the sum is as good as its weakest part), a tie goes to the whole place. Sources
are never added to one another.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, CoverageColumn, Gap, Mask, column, only
from otklik.metrics.core.filters import Compare, Filter, both, either
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.scales import Questions
from otklik.metrics.core.statistics import share_error, wilson

RELEVANT_RESPONSE = 0.6
SERVED_KIND, INVITATION_KIND = "served", "invitation"


def _counted(source: str, *, stamped: bool) -> Source:
    taken = both(Compare("kind", "=", SERVED_KIND), Compare("attr.source", "=", source))
    return Source(source, taken, stamped)


SOURCES = {
    "till": _counted("till", stamped=True),
    "ofd": _counted("ofd", stamped=True),
    "receipts": Source(
        "receipts",
        both(Compare("kind", "=", "receipt"), Compare("attr.operation", "=", "sale")),
        stamped=True,
        counted=True,
    ),
    "sensor": _counted("sensor", stamped=True),
    "visits": Source("visits", Compare("kind", "=", "visit"), stamped=True, counted=True),
    "api": _counted("api", stamped=False),
    "manual": _counted("manual", stamped=False),
}


def ordered_sources(priority: Sequence[str] = ()) -> tuple[Source, ...]:
    """Sources by falling priority: those named, as named; all in the order of SOURCES when none is named."""
    named = [code for code in dict.fromkeys(priority) if code in SOURCES]
    return tuple(SOURCES[code] for code in named or SOURCES)


def invitations(codes: Sequence[str] = ()) -> Source:
    """Clients invited: to any survey, and to the surveys with the questions `codes`."""
    unnamed: Filter = Compare("subject", "is_null", value=True)
    named = either(unnamed, Compare("subject", "in", tuple(codes))) if codes else unnamed
    return Source("invitation", both(Compare("kind", "=", INVITATION_KIND), named), stamped=False)


def base_of_poll(questions: Questions, priority: Sequence[str] = ()) -> tuple[Source, ...]:
    """Where the number of clients asked comes from: a representative survey invites, a spontaneous one meets everybody.

    The other way is the last resort: served clients where nobody counted invitations, and the reverse.
    """
    if questions and not questions.spontaneous:
        return (invitations([question.code for question in questions.items]), *ordered_sources(priority))
    return (*ordered_sources(priority), invitations())


@dataclass(frozen=True, slots=True)
class Figure:
    """One source's served count for one point of a unit, or for the whole place (`point` None)."""

    point: int | None
    source: str
    value: float


def served_of_unit(
    figures: Iterable[Figure], priority: Sequence[str], *, points_only: bool = False
) -> float | None:
    """The served count of one place and business day; None when nobody says it."""
    ranks = {code: rank for rank, code in enumerate(priority)}
    best: dict[int | None, tuple[int, float]] = {}
    for figure in figures:
        rank = ranks.get(figure.source)
        if rank is None:
            continue
        held = best.get(figure.point)
        if held is None or rank < held[0]:
            best[figure.point] = (rank, figure.value)
        elif rank == held[0]:
            best[figure.point] = (rank, held[1] + figure.value)
    whole = None if points_only else best.get(None)
    points = [found for point, found in best.items() if point is not None]
    if not points:
        return whole[1] if whole else None
    weakest = max(rank for rank, _ in points)
    if whole and whole[0] <= weakest:
        return whole[1]
    return math.fsum(value for _, value in points)


class Index(StrEnum):
    RESPONSE = "response"
    SUPPORT = "support"
    CRITICALITY = "criticality"


@dataclass(frozen=True, slots=True)
class ServedIndex(Columnar):
    """Ratings of `questions` per client served, of all ratings, the highest or the others."""

    index: Index
    questions: Questions
    weight: str | None = None
    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return base_of_poll(self.questions, self.priority)

    def measures(self) -> dict[str, Measure]:
        highest = self.questions.take(lambda scale: scale.best(1))
        return {
            "ratings": measures.count(self.questions.valid, weight=self.weight),
            "highest": measures.count(highest, weight=self.weight),
        }

    def compute(self, data: Block) -> Column:
        if not self.questions:
            return Column.nothing(data.size, Unit.SHARE, Reason.NO_QUESTION)
        served, told, coverage = data.served.total, data.served.told, data.served.coverage("ratings")
        ratings, highest = (
            np.where(told, data.covered_number(name), data.number(name)) for name in ("ratings", "highest")
        )
        other = ratings - highest
        taken = {Index.RESPONSE: ratings, Index.SUPPORT: highest, Index.CRITICALITY: other}[self.index]
        honest, (low, high) = ratings <= served, wilson(taken, served)
        return column(
            Unit.SHARE,
            taken / served,
            n=served,
            numerator=taken,
            denominator=served,
            standard_error=only(honest, share_error(taken, served)),
            interval=(only(honest, low), only(honest, high)),
            flags={
                Flag.LOW_BASE: served < LOW_BASE,
                Flag.RATINGS_EXCEED_SERVED: ratings > served,
                Flag.PARTIAL_COVERAGE: coverage.partial,
                Flag.SEVERAL_QUESTIONS: told & (len(self.questions) > 1),
            },
            parts={"ratings": ratings, "highest": highest, "other": other, "served": served},
            coverage=coverage,
            gaps=[
                Gap(~told, data.served.reason),
                Gap(served <= 0, Reason.SERVED_IS_ZERO, numerator=taken),
            ],
        )


@dataclass(frozen=True, slots=True)
class ServedCount(Columnar):
    """Clients served, by the sources' priority."""

    priority: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return ordered_sources(self.priority)

    def measures(self) -> dict[str, Measure]:
        return {}

    def compute(self, data: Block) -> Column:
        served, known = data.served, only(data.served.told, data.served.known_units)
        return column(
            Unit.COUNT,
            served.total,
            n=served.total,
            numerator=served.total,
            coverage=CoverageColumn(known, known),
            gaps=[Gap(~served.told, served.reason)],
        )


def relevance(response: Column) -> Mapping[Flag, Mask]:
    """What a spontaneous poll's response says about its other indicators: nothing from 60 % up."""
    return {
        Flag.RESPONSE_UNKNOWN: np.isnan(response.value),
        Flag.NOT_RELEVANT: response.value < RELEVANT_RESPONSE,
    }
