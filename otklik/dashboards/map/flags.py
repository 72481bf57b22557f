"""Colours of flags: each indicator of a place against its limits, and the worst of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from otklik.dashboards.map.ground import Ground, Spot
from otklik.dashboards.memory import Memory
from otklik.dashboards.periods import Span
from otklik.dashboards.readings import Asked
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Direction, Result
from otklik.metrics.core.thresholds import Colour, Limits, colour
from otklik.metrics.definitions import LimitTable
from otklik.metrics.queries import Slicing, table
from otklik.metrics.table import Table

MEMORY: Memory[tuple[Table, dict[int, Mapping[str, Result]]]] = Memory(50)  # maps kept
RANK = {Colour.GREY: 0, Colour.GREEN: 1, Colour.YELLOW: 2, Colour.RED: 3}


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


class Values(Mapping[Asked, Result]):
    """Results of one place over several questions, each made when it is read: a map shows few of very many."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[tuple[str, Sequence[str], Mapping[str, Result]]]) -> None:
        self._rows = rows

    def __getitem__(self, asked: Asked) -> Result:
        code, subject = asked
        for mine, codes, results in self._rows:
            if mine == subject and code in codes and code in results:
                return results[code]
        raise KeyError(asked)

    def __iter__(self) -> Iterator[Asked]:
        return (
            (code, subject) for subject, codes, results in self._rows for code in codes if code in results
        )

    def __len__(self) -> int:
        return sum(1 for _asked in self)


@dataclass(frozen=True, slots=True)
class Worst:
    rank: int
    badness: float
    colour: Colour
    asked: Asked


def flags_of(
    ground: Ground,
    span: Span,
    asked: Sequence[Asked],
    known: Mapping[str, Indicator],
    only: frozenset[int] | None = None,
) -> list[Flag]:
    """A flag for every spot (or those in `only`): one statement for all indicators of a question."""
    limits = LimitTable()
    worst: dict[int, Worst] = {}
    rows: dict[int, list[tuple[str, Sequence[str], Mapping[str, Result]]]] = {}
    by_subject: dict[str, list[str]] = {}
    for code, subject in asked:
        by_subject.setdefault(subject, []).append(code)
    for subject, codes in by_subject.items():
        held, by_spot = _read(ground, span, codes, subject, known=known, only=only)
        for pk, results in by_spot.items():
            rows.setdefault(pk, []).append((subject, codes, results))
        for code in codes:
            _compare(ground, held, (code, subject), known[code], limits, worst)
    wanted = ground.spots.values() if only is None else (ground.spots[pk] for pk in sorted(only))
    return [
        _flag(spot, worst.get(spot.id), rows.get(spot.id, ()))
        for spot in wanted
        if not spot.holder or spot.id in rows
    ]


def _flag(
    spot: Spot, worst: Worst | None, rows: Sequence[tuple[str, Sequence[str], Mapping[str, Result]]]
) -> Flag:
    if worst is None:
        return Flag(spot, Colour.GREY, None, None, Values(rows))
    return Flag(spot, worst.colour, worst.badness, worst.asked, Values(rows))


def _compare(  # noqa: PLR0917  # one indicator against what is known so far
    ground: Ground, held: Table, asked: Asked, one: Indicator, limits: LimitTable, worst: dict[int, Worst]
) -> None:
    """Let an indicator take the flags of which it is the worst; of two in one colour the farther beyond its limits wins."""
    direction = one.definition.direction
    if direction is Direction.NONE:
        return
    for pk, value in zip(held.key(_split(ground)), held.column(one.code).value.tolist(), strict=True):
        spot = ground.spots.get(pk)
        if spot is None or not math.isfinite(value):
            continue
        mine = limits.of(one, spot.ancestors)
        shade = colour(value, mine, direction)
        if mine is None or shade is Colour.GREY:
            continue
        found = Worst(RANK[shade], badness(value, mine, direction), shade, asked)
        before = worst.get(pk)
        if before is None or (found.rank, found.badness) > (before.rank, before.badness):
            worst[pk] = found


def _split(ground: Ground) -> str:
    return "place" if ground.plain else "child"


def _read(
    ground: Ground,
    span: Span,
    codes: Sequence[str],
    subject: str,
    *,
    known: Mapping[str, Indicator],
    only: frozenset[int] | None,
) -> tuple[Table, dict[int, Mapping[str, Result]]]:
    """The table of indicators by place, and its rows by place; remembered while nothing happens in these days."""
    name = _split(ground)
    slicing = Slicing(
        first_day=span.first,
        last_day=span.last,
        places=ground.places if only is None else ground.below(only),
        by=(name,),
        children={} if ground.plain else ground.flag_of,
        subject=(subject,) if subject else (),
    )
    if only is not None:  # a few places after an event: not worth keeping
        return _table(codes, slicing, name)
    serial = MEMORY.news()
    versions = tuple((code, known[code].definition.version) for code in codes)
    where = (ground.places, name, tuple(sorted(slicing.children.items())))
    key = ("map", versions, span, subject, where)
    found = MEMORY.get(key)
    if found is None:
        found = _table(codes, slicing, name)
        MEMORY.put(key, span.last, found, serial)
    return found


def _table(
    codes: Sequence[str], slicing: Slicing, name: str
) -> tuple[Table, dict[int, Mapping[str, Result]]]:
    made = table(codes, slicing)
    return made, {row.keys[name]: row.results for row in made.rows()}
