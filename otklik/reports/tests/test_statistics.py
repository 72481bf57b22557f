"""The comparison's own mathematics against hand computation and statsmodels."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.metrics.core.results import Result, Unit
from otklik.reports.comparison.statistics import funnel, holm, is_mean, open_ranks, rest


def mean_of(values) -> Result:
    n = len(values)
    return Result(
        statistics.fmean(values), Unit.POINTS, n=n, standard_error=math.sqrt(statistics.pvariance(values) / n)
    )


@given(
    st.lists(st.sampled_from([-100.0, 0.0, 100.0]), min_size=1, max_size=40),
    st.lists(st.sampled_from([-100.0, 0.0, 100.0]), min_size=2, max_size=40),
)
def test_the_rest_is_what_is_left(part, others):
    found = rest(mean_of(part + others), mean_of(part))
    left = mean_of(others)
    assert found is not None
    assert found.n == left.n
    assert found.value == pytest.approx(left.value, abs=1e-9)
    assert found.standard_error == pytest.approx(left.standard_error, abs=1e-5)


def test_nothing_is_left_of_the_whole():
    whole = mean_of([1, 2, 3])
    assert rest(whole, whole) is None


def test_a_sum_of_parts_is_known_from_a_mean():
    parts = [mean_of([0, 100]), mean_of([100, 100, 0])]
    assert is_mean(mean_of([0, 100, 100, 100, 0]), parts)
    assert not is_mean(Result(61.0, Unit.POINTS, n=5, standard_error=1.0), parts)
    assert not is_mean(Result(60.0, Unit.POINTS, n=6, standard_error=1.0), parts)
    assert not is_mean(Result(60.0, Unit.POINTS, n=5), parts)


def test_holm_by_hand():
    # 0.01·4 = 0.04, 0.02·3 = 0.06, 0.03·2 = 0.06, 0.5·1
    found = holm({"a": 0.02, "b": 0.5, "c": 0.01, "d": 0.03})
    assert found == pytest.approx({"c": 0.04, "a": 0.06, "d": 0.06, "b": 0.5})


@pytest.mark.filterwarnings("ignore")
def test_holm_as_statsmodels_has_it():
    from statsmodels.stats.multitest import multipletests

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    def same(p_values):
        expected = multipletests(p_values, method="holm")[1]
        found = holm(dict(enumerate(p_values)))
        assert [found[number] for number in range(len(p_values))] == pytest.approx(list(expected))

    same()


def test_the_funnel_narrows_with_the_root_of_n():
    low, high = funnel(50, 40, 100, 2)
    assert (low, high) == (42, 58)
    assert funnel(50, 40, 400, 2) == (46, 54)


def test_ranks_that_intervals_leave_open():
    spans = [(80, 90), (60, 75), (70, 78), None, (10, 20)]
    assert open_ranks(spans) == [(1, 1), (2, 3), (2, 3), None, (4, 4)]
