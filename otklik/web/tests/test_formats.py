"""Numbers, durations and plurals in both languages."""

import datetime as dt

import pytest
from django.utils import translation

from otklik.web import formats


def plain(text: str) -> str:
    return text.replace(formats.SPACE, " ").replace(formats.MINUS, "-")


@pytest.mark.parametrize(
    ("language", "value", "digits", "expected"),
    [
        ("ru", 1234.5, 1, "1 234,5"),
        ("en", 1234.5, 1, "1,234.5"),
        ("ru", 1234567, 0, "1 234 567"),
        ("ru", -3.2, 1, "-3,2"),
        ("ru", -0.01, 1, "0,0"),
        ("ru", None, 1, ""),
        ("ru", float("nan"), 1, ""),
        ("en", float("inf"), 0, ""),
    ],
)
def test_number(language, value, digits, expected):
    with translation.override(language):
        assert plain(formats.number(value, digits)) == expected


def test_sign_is_shown_when_asked_for():
    with translation.override("ru"):
        assert plain(formats.number(3.2, 1, signed=True)) == "+3,2"
        assert plain(formats.number(-3.2, 1, signed=True)) == "-3,2"
        assert plain(formats.number(0, 1, signed=True)) == "0,0"


def test_percent_has_a_space_in_russian_alone():
    with translation.override("ru"):
        assert plain(formats.percent(0.12)) == "12 %"
    with translation.override("en"):
        assert plain(formats.percent(0.12)) == "12%"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(200, "3 мин 20 с"), (0, "0 с"), (60, "1 мин"), (3661, "1 ч 1 мин"), (90_000, "1 д 1 ч"), (-5, "-5 с")],
)
def test_duration_keeps_the_two_largest_parts(seconds, expected):
    with translation.override("ru"):
        assert plain(formats.duration(seconds)) == expected


def test_value_with_interval():
    with translation.override("ru"):
        assert plain(formats.plus_minus(48, 6)) == "48 ± 6"
        assert plain(formats.plus_minus(48, None)) == "48"


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 оценка"), (2, "2 оценки"), (5, "5 оценок"), (21, "21 оценка")]
)
def test_russian_plurals(count, expected):
    with translation.override("ru"):
        assert plain(formats.ratings(count)) == expected


def test_day_range_says_the_month_once():
    with translation.override("ru"):
        assert plain(formats.day_range(dt.date(2020, 3, 1), dt.date(2020, 3, 7))) == "1–7 мар 2020"
