"""Questions over respondents: statistics of items, reliability of a factor, an index of a factor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from otklik.metrics.relations.arrays import Floats, correlated, finite, number, varies
from otklik.metrics.relations.pairs import correlation
from otklik.metrics.relations.reasons import Why


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One series over its known units. `sd` over n − 1; quartiles by linear interpolation; kurtosis of a normal one is 3."""

    n: int
    missing: int
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    reason: Why | None = None


def item_statistics(values: Floats) -> ItemStatistics:
    """Statistics of one series."""
    from scipy import stats

    values = finite(values)
    known = values[~np.isnan(values)]
    n, missing = len(known), int(np.isnan(values).sum())
    if n == 0:
        return ItemStatistics(0, missing, reason=Why.NO_VALUES)
    q1, median, q3 = (float(one) for one in np.quantile(known, [0.25, 0.5, 0.75]))
    shaped = varies(known)
    return ItemStatistics(
        n,
        missing,
        float(known.mean()),
        float(known.std(ddof=1)) if n > 1 else None,
        median,
        q1,
        q3,
        float(known.min()),
        float(known.max()),
        number(stats.skew(known)) if shaped else None,
        number(stats.kurtosis(known, fisher=False)) if shaped else None,
    )


@dataclass(frozen=True, slots=True)
class ItemReliability:
    """`rest`: correlation with the sum of the other items; `without`: raw alpha of the others alone."""

    rest: float | None
    without: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha over the respondents who answered every item. `interval` is Feldt's, of raw alpha."""

    n: int
    left_out: int
    items: int
    raw: float | None = None
    standardised: float | None = None
    interval: tuple[float, float] | None = None
    mean_r: float | None = None
    per_item: Sequence[ItemReliability] = ()
    reason: Why | None = None


def reliability(values: Floats) -> Reliability:
    """Cronbach's alpha of the columns: raw from covariances, standardised k·r̄ / (1 + (k − 1)·r̄) from correlations."""
    values = finite(values)
    complete = values[~np.isnan(values).any(axis=1)]
    n, items = complete.shape
    left_out = int((~np.isnan(values)).any(axis=1).sum()) - n
    if items < 2:
        return Reliability(n, left_out, items, reason=Why.TOO_FEW_ITEMS)
    if n < 3:
        return Reliability(n, left_out, items, reason=Why.TOO_FEW)
    if not all(varies(complete[:, one]) for one in range(items)):
        return Reliability(n, left_out, items, reason=Why.CONSTANT)
    raw = _alpha(complete)
    if raw is None:
        return Reliability(n, left_out, items, reason=Why.NO_VARIANCE)
    r = correlated(complete)
    mean_r = float(r[np.triu_indices(items, 1)].mean())
    bottom = 1 + (items - 1) * mean_r
    return Reliability(
        n,
        left_out,
        items,
        raw,
        items * mean_r / bottom if bottom > 1e-12 else None,
        _feldt(raw, n, items),
        mean_r,
        [_item(complete, one) for one in range(items)],
    )


def _alpha(complete: Floats) -> float | None:
    items = int(complete.shape[1])
    if items < 2:
        return None
    totals = complete.sum(axis=1)
    if not varies(totals):
        return None
    share = float(complete.var(axis=0, ddof=1).sum()) / float(totals.var(ddof=1))
    return items / (items - 1) * (1 - share)


def _feldt(alpha: float, n: int, items: int) -> tuple[float, float]:
    """The 95 % interval of alpha by Feldt (1965): (1 − α̂)/(1 − α) follows F."""
    from scipy import stats

    first, second = n - 1, (n - 1) * (items - 1)
    low, high = (float(stats.f.ppf(q, first, second)) for q in (0.975, 0.025))
    return 1 - (1 - alpha) * low, 1 - (1 - alpha) * high


def _item(complete: Floats, one: int) -> ItemReliability:
    others = np.delete(complete, one, axis=1)
    _n, found = correlation(complete[:, one], others.sum(axis=1))
    return ItemReliability(found.r, _alpha(others))


def factor_index(values: Floats, weights: Sequence[float], *, standardised: bool) -> Floats:
    """Σ weight · item per respondent, of z-scores (over all who answered the item) or of the scores as they are.

    A respondent who left out an item has no index.
    """
    values = finite(values)
    if standardised:
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.stack([_z(values[:, one]) for one in range(values.shape[1])], axis=1)
    found: Floats = values @ np.asarray(weights, dtype=np.float64)
    return found


def _z(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if not varies(known):
        return np.full_like(values, np.nan)
    return (values - known.mean()) / known.std(ddof=1)
