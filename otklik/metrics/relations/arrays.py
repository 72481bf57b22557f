"""The arrays that statistics take: a row for each unit, a column for each series, NaN where there is no value."""

from typing import Any

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Bools = npt.NDArray[np.bool_]


def finite(values: Any) -> Floats:
    """A copy in which everything that is not a finite number is NaN."""
    found: Floats = np.array(values, dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def varies(values: Floats) -> bool:
    """Whether numbers (none of them NaN) differ from each other by more than the rounding of their mean."""
    if len(values) < 2:
        return False
    spread = float(values.max() - values.min())
    return bool(spread > 8 * np.finfo(np.float64).eps * float(np.abs(values).max()))


def correlated(values: Floats) -> Floats:
    """The table of correlations of complete columns."""
    found: Floats = np.corrcoef(values, rowvar=False).reshape(values.shape[1], values.shape[1])
    return found


def number(value: Any) -> float | None:
    """A float for JSON; None for what is not finite."""
    found = float(value)
    return found if np.isfinite(found) else None
