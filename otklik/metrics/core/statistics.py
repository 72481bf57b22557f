"""Intervals and errors used by more than one formula. Sources are named at each function."""

import math
from enum import StrEnum

import numpy as np

from otklik.metrics.core.columns import Numbers


class Spread(StrEnum):
    """How the interval of a mean is computed."""

    NORMAL = "normal"
    EXPONENTIAL = "exponential"  # of a mean time between events that come at random


type Bounds = tuple[Numbers, Numbers]

Z95 = 1.959963984540054  # standard normal quantile of 0.975


def root(numbers: Numbers) -> Numbers:
    """√, where rounding may have taken a zero below zero."""
    return np.sqrt(np.maximum(numbers, 0.0))


def wilson(successes: Numbers, n: Numbers, z: float = Z95) -> Bounds:
    """Wilson score interval of a share (Wilson 1927, JASA 22:209); n may be an effective base."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * root(np.maximum(share * (1 - share), 0.0) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (centre - spread) / scale, (centre + spread) / scale


def share_error(successes: Numbers, n: Numbers) -> Numbers:
    """√(p(1−p)/n)."""
    share = successes / n
    return root(share * (1 - share) / n)


def net_error(plus: Numbers, minus: Numbers, weight: Numbers, base: Numbers) -> Numbers:
    """Of 100·(plus − minus)/weight: 100·√((p + d − (p − d)²)/base)."""
    p, d = plus / weight, minus / weight
    return 100 * root((p + d - (p - d) ** 2) / base)


def wald[N: (float, Numbers)](value: N, error: N, z: float = Z95) -> tuple[N, N]:
    return value - z * error, value + z * error


def mean_error(total: Numbers, squares: Numbers, n: Numbers) -> Numbers:
    """Standard error of a mean, s/√n with s² over n − 1; missing for fewer than two values."""
    error = root((squares - total * total / n) / (n - 1) / n)
    return np.where(n < 2, np.nan, error)


def weighted_mean_error(weight: Numbers, total: Numbers, squares: Numbers, effective: Numbers) -> Numbers:
    """Standard error of a weighted mean with Kish's effective base; equals `mean_error` when all weights are 1."""
    mean = total / weight
    error = root((squares / weight - mean * mean) * effective / (effective - 1) / effective)
    return np.where(effective < 2, np.nan, error)


def two_sided_p(z: float) -> float:
    """Probability of |Z| ≥ |z| for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2))


def exponential_mean(total: Numbers, n: Numbers) -> Bounds:
    """95 % interval of the mean of n exponential times that sum to `total` (Epstein and Sobel 1953): 2T over χ² with 2n degrees."""
    from scipy.stats import chi2  # heavy, and few indicators need it

    low, high = (2 * total / chi2.ppf(p, 2 * n) for p in (0.975, 0.025))
    return low, high
