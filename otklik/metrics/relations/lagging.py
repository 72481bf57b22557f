"""Does one series go before another: correlation at every lag, over the pairs of steps that both know.

Two conventions, because programs differ: `r` is Pearson of the overlapping pairs; `ccf` takes the means and deviations of the whole
series and divides by n (as statsmodels `ccf` and R `ccf` do). With gaps, n is the number of known pairs plus the lag, as in R with
`na.action = na.pass`; without gaps it is the length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from otklik.metrics.relations.arrays import Floats, finite, varies
from otklik.metrics.relations.pairs import Estimate, corrected, correlation

SOLID = 10  # pairs that a lag needs to be called the best, where any has them


@dataclass(frozen=True, slots=True)
class Lag:
    """`lag` k compares x at step t with y at step t + k: k above zero means that x goes before y."""

    lag: int
    n: int
    estimate: Estimate
    ccf: float | None


@dataclass(frozen=True, slots=True)
class Lagged:
    """All lags, and the one with the largest |r|; None where there is none. Same for the ccf convention."""

    lags: Sequence[Lag]
    best: Lag | None
    best_ccf: int | None


def lagged(x: Floats, y: Floats, lags: Sequence[int]) -> Lagged:
    """Correlation of x[t] with y[t + k] for each k of `lags`; p corrected for their number."""
    x, y = finite(x), finite(y)
    found = [(k, *_at(x, y, k)) for k in lags]
    p = [one.p for _k, _n, one in found if one.p is not None]
    holm, bh = iter(corrected(p, "holm")), iter(corrected(p, "fdr_bh"))
    rows = []
    for k, n, one in found:
        if one.p is None:
            whole = one
        else:
            whole = Estimate(one.r, one.p, one.interval, next(holm), next(bh), one.reason)
        rows.append(Lag(k, n, whole, ccf_at(x, y, k)))
    return Lagged(rows, _best(rows), _best_ccf(rows))


def autocorrelations(x: Floats, most: int) -> Lagged:
    """Correlation of a series with itself 1…`most` steps later, over the consecutive pairs that are known."""
    return lagged(x, x, range(1, most + 1))


def shifted(x: Floats, y: Floats, k: int) -> tuple[Floats, Floats]:
    """x[t] and y[t + k] side by side."""
    length = len(x)
    if abs(k) >= length:
        return x[:0], y[:0]
    return (x[: length - k], y[k:]) if k >= 0 else (x[-k:], y[:k])


def ccf_at(x: Floats, y: Floats, k: int) -> float | None:
    """The ccf convention at one lag; None for constant series and where nothing overlaps."""
    known_x, known_y = x[~np.isnan(x)], y[~np.isnan(y)]
    if not varies(known_x) or not varies(known_y):
        return None
    left, right = shifted(x - known_x.mean(), y - known_y.mean(), k)
    both = ~np.isnan(left) & ~np.isnan(right)
    pairs = int(both.sum())
    if pairs == 0:
        return None
    covariance = float(left[both] @ right[both]) / (pairs + abs(k))
    return covariance / float(np.std(known_x) * np.std(known_y))


def _at(x: Floats, y: Floats, k: int) -> tuple[int, Estimate]:
    return correlation(*shifted(x, y, k))


def _best(rows: Sequence[Lag]) -> Lag | None:
    known = [row for row in rows if row.estimate.r is not None]
    solid = [row for row in known if row.n >= SOLID] or known
    return max(solid, key=lambda row: (abs(row.estimate.r or 0), -abs(row.lag)), default=None)


def _best_ccf(rows: Sequence[Lag]) -> int | None:
    known = [row for row in rows if row.ccf is not None]
    best = max(known, key=lambda row: (abs(row.ccf or 0), -abs(row.lag)), default=None)
    return None if best is None else best.lag
