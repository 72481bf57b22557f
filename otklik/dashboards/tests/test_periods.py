"""Which days a period means, and which days it is compared with."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.dashboards import periods
from otklik.dashboards.periods import PERIODS, Span
from otklik.dashboards.sparkline import sparkline
from otklik.metrics.dimensions import Grain

TODAY = dt.date(2026, 5, 20)  # a Wednesday
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", "2026-05-20", "2026-05-20"),
        ("yesterday", "2026-05-19", "2026-05-19"),
        ("7d", "2026-05-14", "2026-05-20"),
        ("week", "2026-05-18", "2026-05-20"),
        ("month", "2026-05-01", "2026-05-20"),
        ("quarter", "2026-04-01", "2026-05-20"),
        ("1y", "2025-05-21", "2026-05-20"),
        ("2y", "2024-05-21", "2026-05-20"),
        ("5y", "2021-05-21", "2026-05-20"),
        ("all", "2026-05-20", "2026-05-20"),
    ],
)
def test_named_period(period, first, last):
    assert periods.span_of(period, TODAY) == Span(day(first), day(last))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("7d", "2026-05-07", "2026-05-13"),
        ("week", "2026-05-11", "2026-05-13"),
        ("month", "2026-04-01", "2026-04-20"),
        ("quarter", "2026-01-01", "2026-02-19"),
    ],
)
def test_is_compared_with_as_many_days_before(period, first, last):
    assert periods.before(period, periods.span_of(period, TODAY)) == Span(day(first), day(last))


def test_long_month_is_compared_with_all_of_a_short_one():
    span = periods.span_of("month", day("2026-03-31"))
    assert periods.before("month", span) == Span(day("2026-02-01"), day("2026-02-28"))


@given(st.sampled_from([name for name in PERIODS if name != "custom"]), DAYS)
def test_compared_days_never_overlap_and_are_never_more(period, today):
    span = periods.span_of(period, today)
    other = periods.before(period, span)
    assert other.last < span.first
    assert 1 <= other.length <= span.length


@given(DAYS, st.integers(0, 3000))
def test_steps_cover_the_span_once_and_in_order(first, more):
    span = Span(first, first + dt.timedelta(days=more))
    for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
        steps = periods.steps(span, grain)
        assert steps == sorted(set(steps))
        assert steps[0] <= span.first
        assert steps[-1] <= span.last
    assert (
        len(
            periods.steps(span, periods.grain_of(span) if periods.grain_of(span) != Grain.HOUR else Grain.DAY)
        )
        <= 140
    )


def test_sparkline_leaves_a_gap_where_nothing_is_known():
    line = sparkline([1.0, 2.0, None, 3.0, 4.0])
    assert line is not None
    assert line.lines.count("M") == 2
    assert sparkline([1.0, None]) is None
