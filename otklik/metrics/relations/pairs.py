"""Correlation of many series, each pair over the units that both know: Pearson and Spearman, p, p corrected for the pairs.

Sums of all pairs come from products of matrices; whatever looks delicate (little variance, |r| near 1) is computed anew by SciPy
from the pair's own numbers. Spearman is Pearson of mid-ranks, which are taken within the common units of each pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from otklik.metrics.core.statistics import Z95
from otklik.metrics.relations.arrays import Bools, Floats, finite, varies
from otklik.metrics.relations.reasons import Why

LEAST = 3
MAX_RANKED = 20_000_000  # pairs × units: ranks are taken anew for each pair with gaps
BLOCK = 16_384
DELICATE_R, DELICATE_VARIANCE = 1 - 1e-6, 1e-6


@dataclass(frozen=True, slots=True)
class Estimate:
    """One coefficient; `interval` by Fisher's z with 95 %. `p` is two-sided; corrected ones are filled in for all pairs."""

    r: float | None = None
    p: float | None = None
    interval: tuple[float, float] | None = None
    p_holm: float | None = None
    p_bh: float | None = None
    reason: Why | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Columns `x` and `y` with the number of units that know both."""

    x: int
    y: int
    n: int
    pearson: Estimate
    spearman: Estimate


def correlations(
    values: Floats, wanted: Sequence[tuple[int, int]] | None = None, *, ranks: bool = True
) -> list[Pair]:
    """All pairs of columns, or the `wanted` ones; p is corrected for the number of pairs that have one."""
    values = finite(values)
    chosen = wanted if wanted is not None else every_pair(values.shape[1])
    known = ~np.isnan(values)
    counts, plain = _pearson(values, known, chosen)
    ranked = [Estimate(reason=Why.TOO_MANY_FOR_RANKS)] * len(chosen)
    if ranks and len(chosen) * len(values) <= MAX_RANKED:
        ranked = _spearman(values, known, chosen)
    plain, ranked = _corrected(plain), _corrected(ranked)
    return [
        Pair(x, y, n, one, other) for (x, y), n, one, other in zip(chosen, counts, plain, ranked, strict=True)
    ]


def every_pair(columns: int) -> list[tuple[int, int]]:
    """Each pair of columns once."""
    return [(x, y) for x in range(columns) for y in range(x + 1, columns)]


def correlation(x: Floats, y: Floats) -> tuple[int, Estimate]:
    """Pearson of two series over the units that both know, and how many those are."""
    known = np.isfinite(x) & np.isfinite(y)
    return int(known.sum()), _exact(x[known], y[known])


def _exact(x: Floats, y: Floats) -> Estimate:
    from scipy import stats

    if len(x) < LEAST:
        return Estimate(reason=Why.TOO_FEW if len(x) else Why.NO_VALUES)
    if not varies(x) or not varies(y):
        return Estimate(reason=Why.CONSTANT)
    found = stats.pearsonr(x, y)
    return Estimate(float(found.statistic), float(found.pvalue), fisher(float(found.statistic), len(x)))


def fisher(r: float, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a correlation by Fisher's z; None for fewer than four units."""
    if n < LEAST + 1:
        return None
    if abs(r) >= 1:
        return (r, r)
    half = Z95 / np.sqrt(n - 3)
    centre = np.arctanh(r)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def p_of(r: Floats, n: Floats) -> Floats:
    """Two-sided p of correlations by the t distribution with n − 2 degrees of freedom."""
    from scipy import stats

    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt((n - 2) / np.maximum(1 - r * r, 0))
    found: Floats = 2 * stats.t.sf(t, n - 2)
    return found


def _pearson(
    values: Floats, known: Bools, chosen: Sequence[tuple[int, int]]
) -> tuple[list[int], list[Estimate]]:
    if not chosen:
        return [], []
    rows, columns = (np.array(part) for part in zip(*chosen, strict=True))
    both = _products(values, known)
    n, sums, squares = both.n[rows, columns], both.sums, both.squares
    safe = np.maximum(n, 1)
    left, right = sums[rows, columns], sums[columns, rows]
    covariance = both.crossed[rows, columns] - left * right / safe
    spread_x = squares[rows, columns] - left * left / safe
    spread_y = squares[columns, rows] - right * right / safe
    with np.errstate(divide="ignore", invalid="ignore"):
        r = covariance / np.sqrt(spread_x * spread_y)
    delicate = (
        ~(np.abs(r) < DELICATE_R) | (np.minimum(spread_x, spread_y) < DELICATE_VARIANCE * safe) | (n < 4)
    )
    r = np.clip(np.nan_to_num(r), -1, 1)
    p = p_of(r, np.maximum(n, LEAST))
    half = Z95 / np.sqrt(np.maximum(n - 3, 1))
    with np.errstate(divide="ignore"):
        low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    found = []
    for number, (x, y) in enumerate(chosen):
        if delicate[number]:
            common = known[:, x] & known[:, y]
            found.append(_exact(values[common, x], values[common, y]))
        else:
            bounds = (float(low[number]), float(high[number]))
            found.append(Estimate(float(r[number]), float(p[number]), bounds))
    return [int(count) for count in n], found


@dataclass(frozen=True, slots=True)
class _Products:
    """Over the units that both of two columns know, of columns brought to mean 0 and deviation 1.

    `sums[i, j]` is the sum of column i over the units that j knows too, `squares` the same of its squares.
    """

    n: Floats
    sums: Floats
    squares: Floats
    crossed: Floats


def _products(values: Floats, known: Bools) -> _Products:
    """In blocks of rows, which stay in the processor's cache."""
    count = values.shape[1]
    counted = np.maximum(known.sum(axis=0), 1)
    blocks = [slice(start, start + BLOCK) for start in range(0, max(len(values), 1), BLOCK)]
    mean = sum(np.where(known[one], values[one], 0).sum(axis=0) for one in blocks) / counted
    spread = sum((np.where(known[one], values[one] - mean, 0) ** 2).sum(axis=0) for one in blocks) / counted
    deviation = np.sqrt(np.where(spread > 0, spread, 1))
    n, sums, squares, crossed = (np.zeros((count, count)) for _ in range(4))
    for one in blocks:
        mask = known[one].astype(np.float64)
        filled = np.where(known[one], (values[one] - mean) / deviation, 0)
        n += mask.T @ mask
        sums += filled.T @ mask
        squares += (filled * filled).T @ mask
        crossed += filled.T @ filled
    return _Products(n, sums, squares, crossed)


def _spearman(values: Floats, known: Bools, chosen: Sequence[tuple[int, int]]) -> list[Estimate]:
    """Mid-ranks within the common units; a column's ranks are shared by the pairs whose units are all of its own."""
    from scipy import stats

    own: dict[int, Floats] = {}

    def ranks(column: int, both: Bools, *, whole: bool) -> Floats:
        if not whole:
            return np.asarray(stats.rankdata(values[both, column]), dtype=np.float64)
        if column not in own:
            own[column] = np.asarray(stats.rankdata(values[both, column]), dtype=np.float64)
        return own[column]

    counts = known.sum(axis=0)
    found = []
    for x, y in chosen:
        both = known[:, x] & known[:, y]
        n = int(both.sum())
        left, right = (ranks(one, both, whole=n == counts[one]) for one in (x, y))
        found.append(_of_ranks(left, right))
    p = p_of(
        np.array([one.r if one.r is not None else 0.0 for one in found]),
        np.array([max(int((known[:, x] & known[:, y]).sum()), LEAST) for x, y in chosen], dtype=np.float64),
    )
    return [
        one if one.r is None else Estimate(one.r, float(value), one.interval)
        for one, value in zip(found, p, strict=True)
    ]


def _of_ranks(x: Floats, y: Floats) -> Estimate:
    n = len(x)
    if n < LEAST:
        return Estimate(reason=Why.TOO_FEW if n else Why.NO_VALUES)
    x, y = x - (n + 1) / 2, y - (n + 1) / 2
    spread = float(x @ x) * float(y @ y)
    if spread == 0:
        return Estimate(reason=Why.CONSTANT)
    r = float(np.clip(float(x @ y) / np.sqrt(spread), -1, 1))
    return Estimate(r, None, fisher(r, n))


def _corrected(found: Sequence[Estimate]) -> list[Estimate]:
    """P corrected by Holm (chance of any false finding) and Benjamini–Hochberg (share of false findings)."""
    p = [one.p for one in found if one.p is not None]
    holm, bh = iter(corrected(p, "holm")), iter(corrected(p, "fdr_bh"))
    return [
        one if one.p is None else Estimate(one.r, one.p, one.interval, next(holm), next(bh), one.reason)
        for one in found
    ]


def corrected(p: Sequence[float], method: str) -> list[float]:
    """P corrected for their number: `holm` or `fdr_bh`."""
    from statsmodels.stats.multitest import multipletests

    if not p:
        return []
    return [float(value) for value in multipletests(np.array(p), method=method)[1]]
