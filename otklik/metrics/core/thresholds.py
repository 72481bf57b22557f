"""Three colours: good, acceptable, bad, and grey where there is nothing to colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from otklik.metrics.core.columns import Numbers
from otklik.metrics.core.results import Direction


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Limits:
    """Green from `good` on, yellow from `acceptable` on, red beyond; “on” runs in the indicator's direction."""

    good: float
    acceptable: float

    def fits(self, direction: Direction) -> bool:
        """Whether good is not worse than acceptable."""
        if direction is Direction.HIGHER:
            return self.good >= self.acceptable
        return direction is Direction.LOWER and self.good <= self.acceptable


def colour(value: float | None, limits: Limits | None, direction: Direction) -> Colour:
    """A value exactly on a limit gets the better colour; no value, no limits or no direction is grey, never red."""
    if value is None or limits is None or direction is Direction.NONE:
        return Colour.GREY
    sign = 1 if direction is Direction.HIGHER else -1
    if sign * value >= sign * limits.good:
        return Colour.GREEN
    return Colour.YELLOW if sign * value >= sign * limits.acceptable else Colour.RED


COLOURS = tuple(Colour)


def colours(values: Numbers, limits: Limits | None, direction: Direction) -> NDArray[np.uint8]:
    """The same of many values, as places in COLOURS; a missing value is NaN."""
    grey, green, yellow, red = (
        COLOURS.index(one) for one in (Colour.GREY, Colour.GREEN, Colour.YELLOW, Colour.RED)
    )
    if limits is None or direction is Direction.NONE:
        return np.full(len(values), grey, np.uint8)
    sign = 1 if direction is Direction.HIGHER else -1
    held = sign * values
    found = np.where(
        held >= sign * limits.good, green, np.where(held >= sign * limits.acceptable, yellow, red)
    )
    return np.where(np.isnan(values), grey, found).astype(np.uint8)


def nearest(own: Mapping[int | None, Limits], ancestors: Sequence[int]) -> Limits | None:
    """Limits for a place from its nearest ancestor that has any; `ancestors` run from the root to the place itself.

    Key None holds the company's own.
    """
    for place in reversed(ancestors):
        if place in own:
            return own[place]
    return own.get(None)
