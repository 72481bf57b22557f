"""Tell a difference of two results from noise."""

import math
from dataclasses import dataclass
from enum import StrEnum

from otklik.metrics.core.results import LOW_BASE, Direction, Interval, Result
from otklik.metrics.core.statistics import two_sided_p, wald

SIGNIFICANT_P = 0.05


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    DIFFERENT = "different"  # significant, of an indicator that is neither good nor bad
    NOISE = "noise"
    UNKNOWN = "unknown"  # a value is missing, has no known error, or the base is too small to tell


@dataclass(frozen=True, slots=True)
class Difference:
    """`delta` = this − other, in the indicator's unit. Independent samples, normal approximation."""

    delta: float | None
    standard_error: float | None
    interval: Interval | None
    z: float | None
    p_value: float | None
    verdict: Verdict


NO_DIFFERENCE_KNOWN = Difference(None, None, None, None, None, Verdict.UNKNOWN)


def compare(
    this: Result, other: Result, direction: Direction = Direction.NONE, *, least: float = LOW_BASE
) -> Difference:
    """Difference of two results of one indicator, with SE = √(a² + b²), z, two-sided p and the 95 % interval.

    A verdict needs both errors and a base of `least` on both sides: one answer of 10 against one of 0 has an error of
    zero and proves nothing.
    """
    if this.value is None or other.value is None:
        return NO_DIFFERENCE_KNOWN
    delta = this.value - other.value
    if this.standard_error is None or other.standard_error is None:
        return Difference(delta, None, None, None, None, Verdict.UNKNOWN)
    error = math.hypot(this.standard_error, other.standard_error)
    if error == 0:
        verdict = Verdict.NOISE if delta == 0 and min(this.n, other.n) >= least else Verdict.UNKNOWN
        return Difference(delta, error, (delta, delta), None, None, verdict)
    z = delta / error
    p_value = two_sided_p(z)
    verdict = _verdict(delta, p_value, direction) if min(this.n, other.n) >= least else Verdict.UNKNOWN
    return Difference(delta, error, wald(delta, error), z, p_value, verdict)


def _verdict(delta: float, p_value: float, direction: Direction) -> Verdict:
    if p_value >= SIGNIFICANT_P:
        return Verdict.NOISE
    if direction is Direction.NONE:
        return Verdict.DIFFERENT
    return Verdict.BETTER if (delta > 0) is (direction is Direction.HIGHER) else Verdict.WORSE
