"""What is done to series over time before they are compared. Gaps stay gaps in all of it."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from otklik.metrics.relations.arrays import Floats
from otklik.metrics.relations.reasons import Why


class Season(StrEnum):
    """How seasonality is removed."""

    NONE = "none"
    MEANS = "means"  # the mean of each weekday (hour of the week, month, quarter) is taken away
    STL = "stl"  # seasonal and trend decomposition using LOESS


def differences(values: Floats) -> Floats:
    """Each step less the one before; unknown where one of the two is. The first step is unknown."""
    found = np.full_like(values, np.nan)
    found[1:] = values[1:] - values[:-1]
    return found


def less_means(values: Floats, season: Sequence[int]) -> Floats:
    """Each value less the mean of its season (a number per unit), plus the mean of all: the level stays."""
    found, places = values.copy(), np.asarray(season)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if not known.any():
            continue
        level = values[known, column].mean()
        for one in np.unique(places[known]):
            mine = known & (places == one)
            found[mine, column] += level - values[mine, column].mean()
    return found


def less_stl(values: Floats, period: int) -> tuple[Floats, list[Why | None]]:
    """Each series less its seasonal part by STL (robust). Gaps are bridged for the fit alone and stay gaps.

    A series without two whole seasons becomes unknown, with the reason.
    """
    from statsmodels.tsa.seasonal import STL

    found = np.full_like(values, np.nan)
    reasons: list[Why | None] = []
    steps = np.arange(len(values))
    for column in range(values.shape[1]):
        known = np.flatnonzero(~np.isnan(values[:, column]))
        if len(known) < 2 * period or known[-1] - known[0] + 1 < 2 * period:
            reasons.append(Why.TOO_SHORT)
            continue
        first, last = int(known[0]), int(known[-1]) + 1
        bridged = np.interp(steps[first:last], known, values[known, column])
        seasonal = STL(bridged, period=period, robust=True).fit().seasonal
        found[known, column] = values[known, column] - seasonal[known - first]
        reasons.append(None)
    return found, reasons


def only_solid(values: Floats, n: Floats, least: float) -> Floats:
    """Values that rest on at least `least` events; the others become unknown."""
    return np.where(n >= least, values, np.nan)
