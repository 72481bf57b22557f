"""Two indices of each unit against two lines: which of four quadrants a unit stands in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from otklik.metrics.core.results import Direction


class Quadrant(StrEnum):
    """What the mind says and what the heart says; “good” is at the line or better."""

    BOTH = "both"  # good and loved
    RATIONAL = "rational"  # good by reason, cold by feeling
    EMOTIONAL = "emotional"  # loved in spite of reason
    NEITHER = "neither"


class Line(StrEnum):
    """Where a line comes from."""

    GIVEN = "given"
    LIMIT = "limit"  # the indicator's threshold of “good”
    MEDIAN = "median"  # of the units
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """`sure`: neither interval reaches over its line."""

    quadrant: Quadrant | None
    sure: bool


def line_of(
    given: float | None, limit: float | None, values: Sequence[float | None]
) -> tuple[float | None, Line]:
    """The line of one index: what was asked for, else the threshold, else the median of the units."""
    if given is not None:
        return given, Line.GIVEN
    if limit is not None:
        return limit, Line.LIMIT
    known = [value for value in values if value is not None]
    return (median(known), Line.MEDIAN) if known else (None, Line.NONE)


def standing(
    rational: float | None,
    emotional: float | None,
    lines: tuple[float | None, float | None],
    directions: tuple[Direction, Direction] = (Direction.HIGHER, Direction.HIGHER),
    intervals: tuple[tuple[float, float] | None, tuple[float, float] | None] = (None, None),
) -> Standing:
    """Where a unit stands; nowhere when an index or a line is unknown."""
    if rational is None or emotional is None or lines[0] is None or lines[1] is None:
        return Standing(None, sure=False)
    good = [
        value <= line if direction is Direction.LOWER else value >= line
        for value, line, direction in zip(
            (rational, emotional), (lines[0], lines[1]), directions, strict=True
        )
    ]
    table = {
        (True, True): Quadrant.BOTH,
        (True, False): Quadrant.RATIONAL,
        (False, True): Quadrant.EMOTIONAL,
        (False, False): Quadrant.NEITHER,
    }
    sure = all(
        interval is not None and not interval[0] < line < interval[1]
        for interval, line in zip(intervals, (lines[0], lines[1]), strict=True)
    )
    return Standing(table[good[0], good[1]], sure)
