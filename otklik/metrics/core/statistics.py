"""Intervals and errors used by more than one formula. Sources are named at each function."""

import math

from otklik.metrics.core.results import Interval

Z95 = 1.959963984540054  # standard normal quantile of 0.975


def wilson(successes: float, n: float, z: float = Z95) -> Interval:
    """Wilson score interval of a share (Wilson 1927, JASA 22:209); n may be an effective base."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(max(share * (1 - share), 0.0) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (centre - spread) / scale, (centre + spread) / scale


def share_error(successes: float, n: float) -> float:
    """√(p(1−p)/n)."""
    share = successes / n
    return math.sqrt(max(share * (1 - share), 0.0) / n)


def wald(value: float, error: float, z: float = Z95) -> Interval:
    return value - z * error, value + z * error


def mean_error(total: float, squares: float, n: float) -> float | None:
    """Standard error of a mean, s/√n with s² over n − 1; None for fewer than two values."""
    if n < 2:
        return None
    variance = max(squares - total * total / n, 0.0) / (n - 1)
    return math.sqrt(variance / n)


def weighted_mean_error(weight: float, total: float, squares: float, effective: float) -> float | None:
    """Standard error of a weighted mean with Kish's effective base; equals `mean_error` when all weights are 1."""
    if effective < 2:
        return None
    mean = total / weight
    variance = max(squares / weight - mean * mean, 0.0) * effective / (effective - 1)
    return math.sqrt(variance / effective)


def two_sided_p(z: float) -> float:
    """Probability of |Z| ≥ |z| for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2))


def exponential_mean(total: float, n: float) -> Interval:
    """95 % interval of the mean of n exponential times that sum to `total` (Epstein and Sobel 1953): 2T over χ² with 2n degrees."""
    from scipy.stats import chi2  # heavy, and few indicators need it

    low, high = (2 * total / float(chi2.ppf(p, 2 * n)) for p in (0.975, 0.025))
    return low, high
