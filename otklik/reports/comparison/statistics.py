"""Pure: the rest without one group, Holm's correction, bounds of a funnel, places in the order that chance leaves open."""

import math
from collections.abc import Mapping, Sequence

from otklik.metrics.core.results import Result
from otklik.metrics.core.statistics import Z95

Z998 = 3.090232306167813  # standard normal quantile of 0.999


def is_mean(total: Result, parts: Sequence[Result]) -> bool:
    """Whether the whole is the mean of its parts weighed by n: shares, net indices, scores. Then the rest can be told."""
    known = [one for one in parts if one.value is not None]
    if total.value is None or total.standard_error is None or not known:
        return False
    n = sum(one.n for one in known)
    if n == 0 or not math.isclose(n, total.n, rel_tol=1e-9):
        return False
    mean = sum(one.n * (one.value or 0.0) for one in known) / n
    return math.isclose(mean, total.value, rel_tol=1e-6, abs_tol=1e-9)


def rest(total: Result, part: Result) -> Result | None:
    """The whole without one part, when `is_mean` holds. None when nothing is left or nothing is known.

    With N·(S² + V²) = n·(s² + v²) + (N − n)·(r² + w²), where S, s, r are standard deviations and V, v, w means.
    """
    left = total.n - part.n
    if total.value is None or part.value is None or left <= 0:
        return None
    if total.standard_error is None or part.standard_error is None:
        return None
    mean = (total.n * total.value - part.n * part.value) / left
    squares = total.n * (total.standard_error**2 * total.n + total.value**2)
    squares -= part.n * (part.standard_error**2 * part.n + part.value**2)
    variance = max(squares / left - mean * mean, 0.0)
    return Result(mean, total.unit, n=left, standard_error=math.sqrt(variance / left))


def holm[K](p_values: Mapping[K, float]) -> dict[K, float]:
    """Holm's step-down correction (1979): with m comparisons, the chance of one false alarm among all stays as said."""
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    corrected: dict[K, float] = {}
    highest = 0.0
    for number, (key, p) in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ordered) - number) * p))
        corrected[key] = highest
    return corrected


def funnel(centre: float, deviation: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Where the value of a group of n lies by chance alone when it does not differ from the whole."""
    half = z * deviation / math.sqrt(n)
    return centre - half, centre + half


def open_ranks(intervals: Sequence[tuple[float, float] | None]) -> list[tuple[int, int] | None]:
    """Ranks (1 is the highest value) that the intervals leave open; None where there is no interval."""
    known = [one for one in intervals if one is not None]
    found: list[tuple[int, int] | None] = []
    for one in intervals:
        if one is None:
            found.append(None)
            continue
        above = sum(other[0] > one[1] for other in known)
        below = sum(other[1] < one[0] for other in known)
        found.append((1 + above, len(known) - below))
    return found
