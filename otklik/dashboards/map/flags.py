"""Colours of flags: each indicator of a place against its limits, and the worst of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from otklik.dashboards.map.ground import Ground, Spot
from otklik.dashboards.memory import MEMORY, remembered
from otklik.dashboards.periods import Span
from otklik.dashboards.readings import Asked
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Direction, Result
from otklik.metrics.core.thresholds import Colour, Limits, colour
from otklik.metrics.definitions import LimitTable
from otklik.metrics.queries import Row, Slicing, values

RANK = {Colour.GREY: 0, Colour.GREEN: 1, Colour.YELLOW: 2, Colour.RED: 3}
NOTHING: Mapping[Asked, Result] = {}


@dataclass(frozen=True, slots=True)
class Flag:
    """A place in the colour of its worst indicator; grey where no indicator has both a value and limits.

    `badness` orders flags: 0 on the good limit, 1 on the acceptable one, more beyond; None for grey.
    """

    spot: Spot
    colour: Colour
    badness: float | None
    worst: Asked | None
    results: Mapping[Asked, Result]

    @property
    def rank(self) -> tuple[int, float]:
        return RANK[self.colour], self.badness or 0.0


def badness(value: float, limits: Limits, direction: Direction) -> float:
    """How far beyond “good”, in steps from good to acceptable: this lets indicators of different scales be compared."""
    sign = 1 if direction is Direction.HIGHER else -1
    step = abs(limits.good - limits.acceptable)
    beyond = sign * (limits.good - value)
    return beyond / step if step else beyond


def flags_of(
    ground: Ground,
    span: Span,
    asked: Sequence[Asked],
    known: Mapping[str, Indicator],
    only: frozenset[int] | None = None,
) -> list[Flag]:
    """A flag for every spot (or those in `only`): one statement for all indicators of a question."""
    by_spot: dict[int, dict[Asked, Result]] = {}
    by_subject: dict[str, list[str]] = {}
    for code, subject in asked:
        by_subject.setdefault(subject, []).append(code)
    for subject, codes in by_subject.items():
        for row in _rows(ground, span, codes, subject, known=known, only=only):
            pk = row.keys["place" if ground.plain else "child"]
            held = by_spot.setdefault(pk, {})
            for code in codes:
                if code in row.results:
                    held[code, subject] = row.results[code]
    limits = LimitTable()
    wanted = ground.spots.values() if only is None else (ground.spots[pk] for pk in sorted(only))
    return [
        flag_of(spot, by_spot.get(spot.id, NOTHING), known, limits)
        for spot in wanted
        if not spot.holder or spot.id in by_spot
    ]


def flag_of(
    spot: Spot, results: Mapping[Asked, Result], known: Mapping[str, Indicator], limits: LimitTable
) -> Flag:
    """The worst of the results; of two in one colour the one that is farther beyond its limits."""
    worst: tuple[tuple[int, float], Colour, Asked] | None = None
    for asked, result in results.items():
        one = known[asked[0]]
        direction = one.definition.direction
        if result.value is None or direction is Direction.NONE:
            continue
        held = limits.of(one, spot.ancestors)
        shade = colour(result.value, held, direction)
        if held is None or shade is Colour.GREY:
            continue
        rank = (RANK[shade], badness(result.value, held, direction))
        if worst is None or rank > worst[0]:
            worst = (rank, shade, asked)
    if worst is None:
        return Flag(spot, Colour.GREY, None, None, results)
    return Flag(spot, worst[1], worst[0][1], worst[2], results)


def _rows(
    ground: Ground,
    span: Span,
    codes: Sequence[str],
    subject: str,
    *,
    known: Mapping[str, Indicator],
    only: frozenset[int] | None,
) -> list[Row]:
    slicing = Slicing(
        first_day=span.first,
        last_day=span.last,
        places=ground.places,
        by=("place",) if ground.plain else ("child",),
        children={} if ground.plain else ground.flag_of,
        subject=(subject,) if subject else (),
    )
    if only is not None:  # a few places after an event: not worth keeping
        return values(codes, replace(slicing, places=ground.below(only)))
    return remembered(codes, slicing, [known[code].definition.version for code in codes], MEMORY.news())
