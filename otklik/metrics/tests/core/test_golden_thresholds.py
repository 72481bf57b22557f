"""Golden tables of thresholds and of changes of colour: each line was worked out by hand."""

import datetime as dt

import pytest

from otklik.metrics.core.states import Held, Patience, Seen, first_day, last_day, step
from otklik.metrics.core.thresholds import (
    Colour,
    DayKind,
    Limits,
    PeriodKind,
    Rule,
    When,
    holding,
    period_kind,
)

D, W, M = PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH
MARCH = dt.date(2026, 3, 1)


def limit(number: float) -> Limits:
    return Limits(number, 0)


RULES = {
    None: [
        Rule(limit(1)),
        Rule(limit(2), period=M),
        Rule(limit(3), calendar=DayKind.OFF),
        Rule(limit(4), calendar=DayKind.HOLIDAY),
        Rule(limit(5), first=dt.date(2026, 6, 1)),
        Rule(limit(6), first=dt.date(2026, 7, 1), last=dt.date(2026, 7, 31)),
    ],
    7: [Rule(limit(10)), Rule(limit(11), period=D, calendar=DayKind.WEEKEND)],
    8: [Rule(limit(20), period=W)],
    9: [Rule(limit(30), last=dt.date(2026, 2, 28))],
}


@pytest.mark.parametrize(
    ("path", "last", "kind", "day", "number"),
    [
        # the company: any period, a month, days off
        ([], dt.date(2026, 3, 5), D, DayKind.WORKDAY, 1),
        ([], dt.date(2026, 3, 5), M, None, 2),
        ([], dt.date(2026, 3, 7), D, DayKind.WEEKEND, 3),
        ([], dt.date(2026, 3, 8), D, DayKind.HOLIDAY, 4),  # exact before “off”
        ([], dt.date(2026, 3, 8), D, None, 1),  # nobody asked what day it is
        # valid from a day on; inside a span the later start holds; after the span the one before again
        ([], dt.date(2026, 5, 31), D, DayKind.WORKDAY, 1),
        ([], dt.date(2026, 6, 1), D, DayKind.WORKDAY, 5),
        ([], dt.date(2026, 7, 15), D, DayKind.WORKDAY, 6),
        ([], dt.date(2026, 8, 1), D, DayKind.WORKDAY, 5),
        # a month keeps its own whatever the start of the general rule
        ([], dt.date(2026, 7, 15), M, None, 2),
        # the nearest place goes before exactness
        ([1, 7], dt.date(2026, 3, 8), D, DayKind.HOLIDAY, 10),
        ([1, 7], dt.date(2026, 3, 7), D, DayKind.WEEKEND, 11),
        ([7, 99], dt.date(2026, 3, 5), M, None, 10),
        # a place that speaks of weeks only leaves the rest to those above
        ([7, 8], dt.date(2026, 3, 5), W, None, 20),
        ([7, 8], dt.date(2026, 3, 5), D, DayKind.WORKDAY, 10),
        # a rule that has run out
        ([9], dt.date(2026, 2, 28), D, DayKind.WORKDAY, 30),
        ([9], dt.date(2026, 3, 1), D, DayKind.WORKDAY, 1),
    ],
)
def test_which_rule_holds(path, last, kind, day, number):
    found = holding(RULES, path, When(MARCH, last, kind, day))
    assert found is not None
    assert found.limits.good == number


def test_without_rules_none_holds():
    assert holding({}, [1, 2], When(MARCH, MARCH, D)) is None
    assert holding({1: [Rule(limit(1), period=W)]}, [1], When(MARCH, MARCH, D)) is None


@pytest.mark.parametrize(
    ("days", "kind"),
    [(1, "day"), (7, "week"), (13, "week"), (14, "month"), (28, "month"), (45, "month"), (90, "quarter"), (364, "year")],
)  # fmt: skip
def test_the_length_of_a_period_says_its_kind(days, kind):
    assert period_kind(days) == kind


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (D, "2026-03-05", "2026-03-05", "2026-03-05"),
        (W, "2026-03-01", "2026-02-23", "2026-03-01"),
        (M, "2024-02-29", "2024-02-01", "2024-02-29"),
        (M, "2026-12-31", "2026-12-01", "2026-12-31"),
        (PeriodKind.QUARTER, "2026-11-25", "2026-10-01", "2026-12-31"),
        (PeriodKind.YEAR, "2026-11-25", "2026-01-01", "2026-12-31"),
    ],
)
def test_calendar_periods(kind, day, first, last):
    found = first_day(kind, dt.date.fromisoformat(day))
    assert (str(found), str(last_day(kind, found))) == (first, last)


def run(looks, patience=None):
    """[(day, minute, colour, n)] → [(minute, old → new)]."""
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    held = Held(MARCH, start)
    found = []
    for day, minute, colour, n in looks:
        at = start + dt.timedelta(days=day, minutes=minute)
        after, changed = step(
            held, Seen(MARCH + dt.timedelta(days=day), Colour(colour), n, at), patience or Patience()
        )
        if changed:
            found.append((minute, f"{held.colour} → {after.colour}", str(held.last)))
        held = after
    return found, held


def test_each_change_of_colour_is_one_row():
    found, held = run([(0, 0, "grey", 0), (0, 1, "red", 9), (0, 2, "red", 9), (0, 3, "green", 20)])
    assert found == [(1, "grey → red", "grey"), (3, "red → green", "red")]
    assert held.last == "green"


def test_a_night_does_not_hide_the_last_colour():
    found, held = run(
        [(0, 1, "red", 9), (1, 0, "grey", 0), (1, 1, "grey", 0), (1, 30, "red", 9), (2, 5, "green", 9)]
    )
    assert found == [(1, "grey → red", "grey"), (5, "red → green", "red")]
    assert held.since.day == 3


def test_a_colour_that_is_withdrawn_becomes_grey_and_is_remembered():
    found, held = run([(0, 1, "red", 9), (0, 2, "grey", 0), (0, 3, "grey", 0), (0, 4, "red", 9)])
    assert found == [(1, "grey → red", "grey"), (2, "red → grey", "red"), (4, "grey → red", "red")]
    assert held.last == "red"


def test_few_answers_change_nothing():
    found, _held = run([(0, 1, "red", 4), (0, 2, "red", 5), (0, 3, "green", 2)], Patience(least_n=5))
    assert found == [(2, "grey → red", "grey")]


def test_a_flicker_leaves_no_trace():
    looks = [
        (0, 0, "green", 9),
        (0, 1, "red", 9),
        (0, 5, "green", 9),
        (0, 6, "red", 9),
        (0, 15, "red", 9),
        (0, 16, "red", 9),
    ]
    found, held = run(looks, Patience(minutes=10))
    assert found == [(0, "grey → green", "grey"), (16, "green → red", "green")]
    assert held.waiting is None


def test_another_colour_starts_the_wait_anew():
    looks = [
        (0, 0, "green", 9),
        (0, 1, "red", 9),
        (0, 9, "yellow", 9),
        (0, 12, "yellow", 9),
        (0, 19, "yellow", 9),
    ]
    found, _held = run(looks, Patience(minutes=10))
    assert found == [(0, "grey → green", "grey"), (19, "green → yellow", "green")]
