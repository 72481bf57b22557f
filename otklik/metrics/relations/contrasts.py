"""The target with and without an element of the standard: difference, interval, p.

A group's value is pooled: Σ value·base / Σ base, never a mean of ratios. Units with one answer each make this the plain mean, and
the difference Welch's. For units with several answers the values are linearised around the pooled one, which gives the error of a
ratio of sums over clusters, and Welch's test is taken of those. A share of single contacts (each 0 or 1) gets Newcombe's interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from otklik.metrics.relations.arrays import Floats, varies
from otklik.metrics.relations.pairs import corrected
from otklik.metrics.relations.reasons import Why

LEAST_IN_GROUP = 5


class Method(StrEnum):
    WELCH = "welch"
    WELCH_RATIO = "welch_ratio"
    NEWCOMBE = "newcombe"


@dataclass(frozen=True, slots=True)
class Side:
    """`n` units, `base` answers (the sum of denominators) in them, pooled `value`."""

    n: int
    base: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """`difference` = with − without."""

    having: Side
    lacking: Side
    difference: float | None = None
    interval: tuple[float, float] | None = None
    p: float | None = None
    p_holm: float | None = None
    p_bh: float | None = None
    method: Method | None = None
    reason: Why | None = None


def contrasts(target: Floats, bases: Floats, met: Floats, threshold: float, *, share: bool) -> list[Contrast]:
    """One contrast per column of `met` (how far each element was met in each unit, NaN where it was not checked).

    `bases` are the denominators of the target, NaN where an indicator has none. p is corrected for the number of elements.
    """
    found = []
    for column in range(met.shape[1]):
        known = np.isfinite(met[:, column]) & np.isfinite(target)
        having = met[:, column] >= threshold
        found.append(
            contrast(
                *_part(target, bases, known & having), *_part(target, bases, known & ~having), share=share
            )
        )
    p = [one.p for one in found if one.p is not None]
    holm, bh = iter(corrected(p, "holm")), iter(corrected(p, "fdr_bh"))
    return [one if one.p is None else replace(one, p_holm=next(holm), p_bh=next(bh)) for one in found]


def contrast(
    having: Floats, having_base: Floats, lacking: Floats, lacking_base: Floats, *, share: bool
) -> Contrast:
    """The difference of two groups of units with their values and bases."""
    left, right = _side(having, having_base), _side(lacking, lacking_base)
    if left.n == 0 and right.n == 0:
        return Contrast(left, right, reason=Why.NO_VALUES)
    if min(left.n, right.n) == 0:
        return Contrast(left, right, reason=Why.ONE_SIDED)
    if min(left.n, right.n) < LEAST_IN_GROUP or left.value is None or right.value is None:
        return Contrast(left, right, reason=Why.TOO_FEW_IN_GROUP)
    both = np.concatenate([having, lacking])
    bases = np.concatenate([having_base, lacking_base])
    if share and (bases == 1).all() and np.isin(both, (0.0, 1.0)).all():
        return _newcombe(left, right, having, lacking)
    plain = bool((bases == bases[0]).all())
    return _welch(
        left, right, _linear(having, having_base, left), _linear(lacking, lacking_base, right), plain=plain
    )


def _part(
    target: Floats, bases: Floats, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Floats, Floats]:
    return target[rows], np.where(np.isfinite(bases[rows]), bases[rows], 1.0)


def _side(values: Floats, bases: Floats) -> Side:
    total = float(bases.sum())
    return Side(len(values), total, float((values * bases).sum()) / total if total > 0 else None)


def _linear(values: Floats, bases: Floats, side: Side) -> Floats:
    """Numbers whose mean is the pooled value and whose variance over n is the variance of the ratio of sums."""
    assert side.value is not None
    found: Floats = side.value + (values - side.value) * bases / bases.mean()
    return found


def _welch(left: Side, right: Side, having: Floats, lacking: Floats, *, plain: bool) -> Contrast:
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    assert left.value is not None
    assert right.value is not None
    delta = left.value - right.value
    method = Method.WELCH if plain else Method.WELCH_RATIO
    if not varies(having) and not varies(lacking):
        return Contrast(left, right, delta, method=method, reason=Why.NO_VARIANCE)
    both = CompareMeans(DescrStatsW(having), DescrStatsW(lacking))
    _t, p, _degrees = both.ttest_ind(usevar="unequal")
    low, high = both.tconfint_diff(usevar="unequal")
    return Contrast(left, right, delta, (float(low), float(high)), float(p), method=method)


def _newcombe(left: Side, right: Side, having: Floats, lacking: Floats) -> Contrast:
    from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

    assert left.value is not None
    assert right.value is not None
    counts = (float(having.sum()), left.n, float(lacking.sum()), right.n)
    low, high = confint_proportions_2indep(*counts, compare="diff", method="newcomb")
    delta = left.value - right.value
    if counts[0] + counts[2] in (0, left.n + right.n):
        return Contrast(left, right, delta, (float(low), float(high)), 1.0, method=Method.NEWCOMBE)
    p = float(test_proportions_2indep(*counts, compare="diff", method="score").pvalue)
    return Contrast(left, right, delta, (float(low), float(high)), p, method=Method.NEWCOMBE)


def ordered(found: Sequence[tuple[str, Contrast]]) -> list[tuple[str, Contrast]]:
    """Elements by the size of the effect that is certain: the end of the interval nearer to zero, then the difference."""

    def weight(item: tuple[str, Contrast]) -> tuple[float, float, str]:
        one = item[1]
        if one.difference is None:
            return (1.0, 0.0, item[0])
        low, high = one.interval or (0.0, 0.0)
        sure = min(abs(low), abs(high)) if low * high > 0 else 0.0
        return (-sure, -abs(one.difference), item[0])

    return sorted(found, key=weight)
