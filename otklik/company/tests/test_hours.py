"""Opening hours and clocks as people write them."""

import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from otklik.company.codes import suggest_code
from otklik.company.hours import check_opening_hours, format_hours, parse_hours
from otklik.company.zones import local_moment

CLOCKS = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
DAYS = st.one_of(st.none(), st.lists(CLOCKS, min_size=2, max_size=2))


@given(week=st.lists(DAYS, min_size=7, max_size=7).filter(any), language=st.sampled_from(["ru", "en"]))
def test_what_is_written_is_read_back(week, language):
    with translation.override(language):
        assert parse_hours(format_hours(week)) == week
    check_opening_hours(week)


@pytest.mark.parametrize(
    ("text", "monday", "sunday"),
    [
        ("24/7", ["00:00", "24:00"], ["00:00", "24:00"]),
        ("9:00-21:00", ["09:00", "21:00"], ["09:00", "21:00"]),
        ("пн-пт 09:00–18:00; сб,вс 10:00–16:00", ["09:00", "18:00"], ["10:00", "16:00"]),
        ("Sa-Mo 22:00-06:00", ["22:00", "06:00"], ["22:00", "06:00"]),
    ],
)
def test_usual_ways_of_writing(text, monday, sunday):
    week = parse_hours(text)
    assert (week[0], week[6]) == (monday, sunday)


@pytest.mark.parametrize(
    "text", ["", "always", "пн", "25:00-26:00", "пн-пт 09:00-21:00 и иногда", "xx 09:00-10:00"]
)
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  # the caller writes the sentence
        parse_hours(text)


@pytest.mark.parametrize(
    "value", [[], "9-21", [None] * 6, [["24:00", "25:00"]] + [None] * 6, [[1, 2]] + [None] * 6]
)
def test_other_shapes_are_refused(value):
    with pytest.raises(ValidationError):
        check_opening_hours(value)


def test_an_hour_that_a_clock_skips_is_no_time():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    assert f"{local_moment('2026-03-29 03:30', berlin):%H:%M}" == "01:30"
    with pytest.raises(ValueError):  # noqa: PT011  # the caller writes the sentence
        local_moment("2026-03-29 02:30", berlin)


def test_codes_come_from_names():
    assert suggest_code("Невский, 1", ()) == "nevskiy-1"
    assert suggest_code("Невский, 1", {"nevskiy-1"}) == "nevskiy-1-2"
    assert suggest_code("!!!", ()) == "x"
