"""Which series explain a target: linear regression on z-scores by statsmodels, and shares of R².

Shares are LMG (Lindeman, Merenda, Gold 1980; the same as Shapley values of R²): a predictor's mean gain of R² over all orders of
entering. They are never negative and add up to R².
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

import numpy as np

from otklik.metrics.relations.arrays import Floats, correlated, finite, varies
from otklik.metrics.relations.pairs import corrected
from otklik.metrics.relations.reasons import Warn, Why

LEAST_UNITS, LEAST_PER_PREDICTOR, ENOUGH_PER_PREDICTOR = 20, 5, 15
MAX_SHARED = 12  # predictors for whose shares all subsets are taken
HIGH_VIF = 5.0
NO_SPREAD, TAKES_PART = 1e-7, 0.05  # least eigenvalue of the correlations; share of a column in it
DEPENDENT = 1.2  # Durbin–Watson below it: residuals of neighbouring steps resemble each other
SIGNIFICANT = 0.05


class Errors(StrEnum):
    """How the errors of coefficients are estimated."""

    CLASSIC = "classic"
    ROBUST = "robust"  # HC3: spreads may differ
    HAC = "hac"  # Newey–West: neighbouring steps may resemble each other


@dataclass(frozen=True, slots=True)
class Driver:
    """`beta`: change of the target in its standard deviations for one standard deviation of this predictor, others held.

    `slope`: the same in the series' own units. `share` of R² (LMG). `r`: plain correlation with the target.
    """

    column: int
    beta: float
    interval: tuple[float, float]
    slope: float
    p: float
    p_holm: float
    vif: float
    share: float | None
    r: float

    @property
    def significant(self) -> bool:
        return self.p_holm < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Model:
    """`needed` units for so many predictors; `culprits` are the columns that a refusal is about."""

    n: int
    left_out: int
    needed: int
    r2: float | None = None
    adjusted_r2: float | None = None
    p: float | None = None
    durbin_watson: float | None = None
    drivers: Sequence[Driver] = ()
    warnings: Sequence[Warn] = ()
    reason: Why | None = None
    culprits: Sequence[int] = field(default_factory=tuple)


def drivers(
    target: Floats, predictors: Floats, errors: Errors = Errors.CLASSIC, *, in_time: bool = False
) -> Model:
    """The model over the units that know the target and every predictor. `in_time`: units are steps in their order."""
    target, predictors = finite(target), finite(predictors)
    known = ~np.isnan(target) & ~np.isnan(predictors).any(axis=1)
    y, x = target[known], predictors[known]
    n, count = x.shape
    left_out = int((~np.isnan(target)).sum()) - n
    needed = max(LEAST_UNITS, LEAST_PER_PREDICTOR * (count + 1))

    def refused(reason: Why, *culprits: int) -> Model:
        return Model(n, left_out, needed, reason=reason, culprits=culprits)

    if n < needed:
        return refused(Why.TOO_FEW_FOR_MODEL)
    if not varies(y):
        return refused(Why.TARGET_CONSTANT)
    flat = [one for one in range(count) if not varies(x[:, one])]
    if flat:
        return refused(Why.PREDICTOR_CONSTANT, *flat)
    x_z, y_z = _z(x), _z(y[:, None])[:, 0]
    tangled = dependent(x_z)
    if tangled:
        return refused(Why.COLLINEAR, *tangled)
    inflation = _vif(x_z)
    return _fitted(
        Model(n, left_out, needed),
        x_z,
        y_z,
        x.std(axis=0, ddof=1),
        float(y.std(ddof=1)),
        inflation,
        errors,
        in_time,
    )


def _fitted(  # noqa: PLR0917  # the parts of one model
    frame: Model,
    x: Floats,
    y: Floats,
    spread_x: Floats,
    spread_y: float,
    inflation: Sequence[float],
    errors: Errors,
    in_time: bool,
) -> Model:
    import statsmodels.api as sm
    from statsmodels.stats.stattools import durbin_watson

    n, count = x.shape
    kinds = {Errors.CLASSIC: "nonrobust", Errors.ROBUST: "HC3", Errors.HAC: "HAC"}
    more = {"cov_kwds": {"maxlags": math.floor(4 * (n / 100) ** (2 / 9))}} if errors is Errors.HAC else {}
    fit = sm.OLS(y, sm.add_constant(x, has_constant="add")).fit(cov_type=kinds[errors], use_t=True, **more)
    bounds = fit.conf_int()
    holm = corrected([float(p) for p in fit.pvalues[1:]], "holm")
    shares = lmg(x, y) if count <= MAX_SHARED else [None] * count
    correlated = [float(np.corrcoef(x[:, one], y)[0, 1]) for one in range(count)]
    found = [
        Driver(
            one,
            float(fit.params[one + 1]),
            (float(bounds[one + 1][0]), float(bounds[one + 1][1])),
            float(fit.params[one + 1] * spread_y / spread_x[one]),
            float(fit.pvalues[one + 1]),
            holm[one],
            inflation[one],
            shares[one],
            correlated[one],
        )
        for one in range(count)
    ]
    watson = float(durbin_watson(fit.resid))
    warnings = []
    if max(inflation) >= HIGH_VIF:
        warnings.append(Warn.HIGH_VIF)
    if n < ENOUGH_PER_PREDICTOR * count:
        warnings.append(Warn.FEW_PER_PREDICTOR)
    if in_time and watson < DEPENDENT and errors is not Errors.HAC:
        warnings.append(Warn.TIME_DEPENDS)
    p = float(fit.f_pvalue) if np.isfinite(fit.f_pvalue) else None
    return Model(
        frame.n,
        frame.left_out,
        frame.needed,
        float(fit.rsquared),
        float(fit.rsquared_adj),
        p,
        watson,
        sorted(found, key=lambda one: (-(one.share if one.share is not None else abs(one.beta)), one.column)),
        warnings,
    )


def lmg(x: Floats, y: Floats) -> list[float | None]:
    """Shares of R² of the columns of x, by the mean gain over all orders of entering."""
    count = x.shape[1]
    whole = correlated(np.column_stack([x, y]))
    among, with_y = whole[:count, :count], whole[:count, count]
    r2: dict[tuple[int, ...], float] = {(): 0.0}
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            mine = list(chosen)
            r2[chosen] = float(with_y[mine] @ np.linalg.solve(among[np.ix_(mine, mine)], with_y[mine]))
    found: list[float | None] = []
    for one in range(count):
        total = 0.0
        for chosen, before in r2.items():
            if one not in chosen:
                weight = (
                    math.factorial(len(chosen))
                    * math.factorial(count - len(chosen) - 1)
                    / math.factorial(count)
                )
                total += weight * (r2[tuple(sorted((*chosen, one)))] - before)
        found.append(max(total, 0.0))
    return found


def dependent(x: Floats) -> list[int]:
    """Columns that follow from each other (to rounding); empty when each tells something of its own."""
    if x.shape[1] < 2:
        return []
    sizes, directions = np.linalg.eigh(correlated(x))
    empty = directions[:, sizes < NO_SPREAD]
    return [int(one) for one in np.flatnonzero((np.abs(empty) > TAKES_PART).any(axis=1))]


def _z(values: Floats) -> Floats:
    found: Floats = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    return found


def _vif(x: Floats) -> list[float]:
    """Variance inflation: how many times the error of a coefficient's square grows because predictors go together."""
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    if x.shape[1] == 1:
        return [1.0]
    return [float(variance_inflation_factor(x, one)) for one in range(x.shape[1])]
