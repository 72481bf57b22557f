"""Statistics beside SciPy and statsmodels on the same numbers, and beside small tables worked out by hand."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from otklik.metrics.core.results import Direction
from otklik.metrics.dimensions import Grain
from otklik.metrics.relations import (
    contrasts,
    drivers,
    lagging,
    pairs,
    quadrants,
    respondents,
    shaping,
    units,
)
from otklik.metrics.relations.reasons import Warn, Why

NAN = math.nan


def column(*values):
    return np.array(values, dtype=float)


def noise(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape)


NUMBERS = st.one_of(st.integers(-5, 5).map(float), st.just(NAN), st.floats(-1e6, 1e6, width=32))


@given(arrays(float, st.tuples(st.integers(0, 12), st.integers(2, 4)), elements=NUMBERS))
def test_every_pair_is_what_scipy_says_of_its_common_units(values):
    for pair in pairs.correlations(values):
        x, y = values[:, pair.x], values[:, pair.y]
        known = ~np.isnan(x) & ~np.isnan(y)
        x, y = x[known], y[known]
        assert pair.n == len(x)
        for found, scipy in ((pair.pearson, stats.pearsonr), (pair.spearman, stats.spearmanr)):
            assert (found.r is None) is (found.reason is not None)
            if found.r is None:
                assert found.reason in {Why.NO_VALUES, Why.TOO_FEW, Why.CONSTANT}
                assert len(x) < 3 or np.ptp(x) <= 1e-6 * abs(x).max() or np.ptp(y) <= 1e-6 * abs(y).max()
                continue
            expected = scipy(x, y)
            assert found.r == pytest.approx(expected.statistic, abs=1e-7)
            assert found.p == pytest.approx(expected.pvalue, abs=1e-6)
            assert found.p_holm >= found.p_bh - 1e-12
            assert found.p_bh >= found.p - 1e-12


def test_ties_get_mid_ranks():
    (pair,) = pairs.correlations(np.column_stack([column(1, 2, 2, 3, 5), column(1, 3, 2, 5, 5)]))
    assert pair.spearman.r == pytest.approx(
        stats.spearmanr([1, 2.5, 2.5, 4, 5], [1, 3, 2, 4.5, 4.5]).statistic
    )


def test_p_is_corrected_for_the_pairs_tried():
    """Holm by hand: 0.01·3, 0.02·2, 0.04; Benjamini–Hochberg: 0.01·3, 0.02·3/2, 0.04."""
    assert pairs.corrected([0.04, 0.01, 0.02], "holm") == pytest.approx([0.04, 0.03, 0.04])
    assert pairs.corrected([0.04, 0.01, 0.02], "fdr_bh") == pytest.approx([0.04, 0.03, 0.03])
    assert pairs.corrected([], "holm") == []


def test_few_constant_and_infinite_values_have_a_reason():
    values = np.column_stack(
        [
            column(1, 2, 3, 4),
            column(7, 7, 7, 7),
            column(NAN, NAN, 1, 2),
            column(math.inf, -math.inf, NAN, NAN),
        ]
    )
    reasons = {(pair.x, pair.y): (pair.n, pair.pearson.reason) for pair in pairs.correlations(values)}
    assert reasons[0, 1] == (4, Why.CONSTANT)
    assert reasons[0, 2] == (2, Why.TOO_FEW)
    assert reasons[0, 3] == (0, Why.NO_VALUES)


def test_a_tiny_change_of_large_numbers_is_exact():
    x = 1e9 + np.arange(10.0)
    values = np.column_stack([x, np.arange(10.0) ** 2])
    (pair,) = pairs.correlations(values)
    assert pair.pearson.r == pytest.approx(
        stats.pearsonr(np.arange(10.0), np.arange(10.0) ** 2).statistic, abs=1e-9
    )


def test_a_series_that_follows_three_steps_later_is_found():
    x = noise(200)
    y = np.concatenate([noise(3, seed=2), x[:-3]]) + 0.1 * noise(200, seed=3)
    found = lagging.lagged(x, y, range(-8, 9))
    assert (found.best.lag, found.best_ccf) == (3, 3)
    back = lagging.lagged(y, x, range(-8, 9))
    assert (back.best.lag, back.best.estimate.r) == (-3, pytest.approx(found.best.estimate.r))


def test_the_ccf_convention_is_that_of_statsmodels():
    from statsmodels.tsa.stattools import ccf

    x, y = noise(50), noise(50, seed=2)
    expected = ccf(y, x, adjusted=False)
    for k in range(9):
        assert lagging.ccf_at(x, y, k) == pytest.approx(expected[k], abs=1e-12)


def test_gaps_stay_gaps_when_a_series_is_shifted_or_differenced():
    x = column(1, NAN, 3, 5, 4, NAN, 7, 9)
    lag = lagging.autocorrelations(x, 1).lags[0]
    assert lag.n == 3  # 3-5, 5-4, 7-9
    assert lag.estimate.r == pytest.approx(stats.pearsonr([3, 5, 7], [5, 4, 9]).statistic)
    assert shaping.differences(x[:, None])[:, 0].tolist() == pytest.approx(
        [NAN, NAN, NAN, 2, -1, NAN, NAN, 2], nan_ok=True
    )


def test_weekday_means_are_taken_away_and_the_level_stays():
    values = column(10, 20, 12, 22, NAN, 24)[:, None]
    assert shaping.less_means(values, [0, 1, 0, 1, 0, 1])[:, 0].tolist() == pytest.approx(
        [16.6, 15.6, 18.6, 17.6, NAN, 19.6], nan_ok=True
    )


def test_stl_removes_a_week_and_keeps_gaps():
    season = np.tile([5.0, 0, 0, 0, 0, -5, 0], 10)
    values = np.column_stack([season + 0.01 * noise(70), column(*range(10), *[NAN] * 60)])
    values[20, 0] = NAN
    found, reasons = shaping.less_stl(values, 7)
    assert reasons == [None, Why.TOO_SHORT]
    assert np.isnan(found[20, 0])
    assert np.nanstd(found[:, 0]) < 0.2
    assert np.isnan(found[:, 1]).all()


def test_alpha_by_hand():
    """Items (1,2,3,4) and (2,1,4,3): variances 5/3 each, the sum (3,3,7,7) 16/3; α = 2·(1 − (10/3)/(16/3)) = 0.75."""
    found = respondents.reliability(np.column_stack([column(1, 2, 3, 4, 9), column(2, 1, 4, 3, NAN)]))
    assert (found.n, found.left_out) == (4, 1)
    assert found.raw == pytest.approx(0.75)
    assert found.mean_r == pytest.approx(0.6)
    assert found.standardised == pytest.approx(2 * 0.6 / 1.6)


def test_reliability_says_why_there_is_none():
    assert respondents.reliability(column(1, 2, 3)[:, None]).reason is Why.TOO_FEW_ITEMS
    assert respondents.reliability(np.ones((5, 2))).reason is Why.CONSTANT
    assert respondents.reliability(np.column_stack([column(1, 2), column(2, 1)])).reason is Why.TOO_FEW
    against = np.column_stack([column(1, 2, 3, 4), column(4, 3, 2, 1)])
    assert respondents.reliability(against).reason is Why.NO_VARIANCE


def test_item_statistics_by_hand():
    found = respondents.item_statistics(column(1, 2, 3, 10, NAN))
    assert (found.n, found.missing, found.mean, found.median, found.q1, found.q3) == (
        4,
        1,
        4,
        2.5,
        1.75,
        4.75,
    )
    assert found.sd == pytest.approx(math.sqrt(50 / 3))
    assert respondents.item_statistics(column(NAN)).reason is Why.NO_VALUES


def test_an_index_of_a_factor_needs_every_item():
    values = np.column_stack([column(1, 2, 3), column(4, NAN, 0)])
    assert respondents.factor_index(values, [2, 1], standardised=False).tolist() == pytest.approx(
        [6, NAN, 6], nan_ok=True
    )


def test_drivers_are_those_of_the_regression_and_shares_add_up():
    import statsmodels.api as sm

    x = noise(150, 3)
    y = x @ column(1, 0.5, 0) + noise(150, seed=11)
    found = drivers.drivers(y, x)
    plain = sm.OLS(y, sm.add_constant(x)).fit()
    assert found.r2 == pytest.approx(plain.rsquared)
    assert sum(one.share for one in found.drivers) == pytest.approx(plain.rsquared)
    by_column = {one.column: one for one in found.drivers}
    for one in range(3):
        driver = by_column[one]
        assert driver.slope == pytest.approx(plain.params[one + 1])
        assert driver.p == pytest.approx(plain.pvalues[one + 1])
        scale = x[:, one].std(ddof=1) / y.std(ddof=1)
        assert driver.interval == pytest.approx(tuple(plain.conf_int()[one + 1] * scale))
    assert [by_column[one].significant for one in range(3)] == [True, True, False]


def test_lmg_by_hand_for_two_predictors():
    """Mean of the gain when entering first and second."""
    x, y = noise(80, 2), None
    y = x @ column(1, 1) + noise(80, seed=4)

    def r2(*columns):
        import statsmodels.api as sm

        return sm.OLS(y, sm.add_constant(x[:, list(columns)])).fit().rsquared

    whole = r2(0, 1)
    expected = [(r2(0) + whole - r2(1)) / 2, (r2(1) + whole - r2(0)) / 2]
    assert drivers.lmg(x, y) == pytest.approx(expected)


@pytest.mark.parametrize("errors", list(drivers.Errors))
def test_few_units_and_tangled_factors_are_refused(errors):
    x = noise(40, 2)
    y = x[:, 0] + noise(40, seed=2)
    assert drivers.drivers(y, x, errors).reason is None
    assert drivers.drivers(y[:19], x[:19], errors).reason is Why.TOO_FEW_FOR_MODEL
    tangled = np.column_stack([x, x[:, 0] + x[:, 1]])
    found = drivers.drivers(y, tangled, errors)
    assert (found.reason, sorted(found.culprits)) == (Why.COLLINEAR, [0, 1, 2])
    flat = drivers.drivers(y, np.column_stack([x[:, 0], np.ones(40)]), errors)
    assert (flat.reason, flat.culprits) == (Why.PREDICTOR_CONSTANT, (1,))
    assert drivers.drivers(np.ones(40), x, errors).reason is Why.TARGET_CONSTANT


def test_factors_that_go_together_are_warned_of():
    x = noise(100)
    both = np.column_stack([x, x + 0.2 * noise(100, seed=2)])
    assert Warn.HIGH_VIF in drivers.drivers(x + noise(100, seed=3), both).warnings


def test_a_contrast_of_single_answers_is_welchs():
    rng = np.random.default_rng(1)
    having, lacking = rng.normal(1, 1, 30), rng.normal(0, 2, 20)
    found = contrasts.contrast(having, np.ones(30), lacking, np.ones(20), share=False)
    expected = stats.ttest_ind(having, lacking, equal_var=False)
    assert found.method is contrasts.Method.WELCH
    assert found.p == pytest.approx(expected.pvalue)
    assert found.interval == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_a_contrast_of_shares_is_newcombes():
    """Newcombe 1998, method 10, table II (a): 56/70 against 48/80 gives 0.0524 … 0.3339."""
    having, lacking = column(*[1] * 56, *[0] * 14), column(*[1] * 48, *[0] * 32)
    found = contrasts.contrast(having, np.ones(70), lacking, np.ones(80), share=True)
    assert found.method is contrasts.Method.NEWCOMBE
    assert found.difference == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_units_of_many_answers_are_pooled_not_averaged():
    """(90·9 + 10·1)/100 against the mean of ratios 0.5."""
    bases = column(90, 10, 50, 50, 50)
    values = column(0.9, 0.1, 0.5, 0.6, 0.4)
    found = contrasts.contrast(values, bases, values / 2, bases, share=False)
    assert found.having.value == pytest.approx((81 + 1 + 25 + 30 + 20) / 250)
    assert found.having.base == 250
    assert found.method is contrasts.Method.WELCH_RATIO
    low, high = found.interval
    assert low < found.difference < high


def test_a_contrast_says_why_there_is_none():
    ones = np.ones(10)
    assert contrasts.contrast(ones, ones, ones[:0], ones[:0], share=False).reason is Why.ONE_SIDED
    assert contrasts.contrast(noise(10), ones, noise(4), ones[:4], share=False).reason is Why.TOO_FEW_IN_GROUP
    assert contrasts.contrast(ones[:0], ones[:0], ones[:0], ones[:0], share=False).reason is Why.NO_VALUES
    same = contrasts.contrast(ones, ones, 2 * ones, ones, share=False)
    assert (same.reason, same.difference) == (Why.NO_VARIANCE, -1)


@pytest.mark.parametrize(
    ("rational", "emotional", "directions", "expected"),
    [
        (0.8, 20, ("higher", "higher"), quadrants.Quadrant.BOTH),
        (0.8, -20, ("higher", "higher"), quadrants.Quadrant.RATIONAL),
        (0.5, 20, ("higher", "higher"), quadrants.Quadrant.EMOTIONAL),
        (0.5, -20, ("higher", "higher"), quadrants.Quadrant.NEITHER),
        (0.5, 20, ("lower", "higher"), quadrants.Quadrant.BOTH),
        (None, 20, ("higher", "higher"), None),
    ],
)
def test_quadrants(rational, emotional, directions, expected):
    named = tuple(Direction(one) for one in directions)
    found = quadrants.standing(rational, emotional, (0.7, 0), named, ((0.75, 0.9), (-5, 40)))
    assert (found.quadrant, found.sure) == (expected, False)


def test_lines_come_from_the_question_the_threshold_or_the_median():
    assert quadrants.line_of(0.5, 0.7, [1, 2]) == (0.5, quadrants.Line.GIVEN)
    assert quadrants.line_of(None, 0.7, [1, 2]) == (0.7, quadrants.Line.LIMIT)
    assert quadrants.line_of(None, None, [1, None, 4, 2]) == (2, quadrants.Line.MEDIAN)
    assert quadrants.line_of(None, None, [None]) == (None, quadrants.Line.NONE)


def test_steps_that_the_period_cuts_are_left_out():
    first, last = dt.date(2026, 1, 15), dt.date(2026, 4, 30)
    assert [step.month for step in units.steps(Grain.MONTH, first, last)] == [1, 2, 3, 4]
    assert [step.month for step in units.steps(Grain.MONTH, first, last, whole=True)] == [2, 3, 4]
    assert units.steps(Grain.QUARTER, first, last, whole=True) == []
    assert len(units.steps(Grain.DAY, first, last, whole=True)) == 106
    today = dt.date(2026, 4, 30)
    assert units.whole_until(units.UNITS["day"], first, last, today) == dt.date(2026, 4, 29)
    assert units.whole_until(units.UNITS["place"], first, last, today) == last
    assert units.whole_until(units.UNITS["day"], today, today, today) == today
