"""Steps of a counter along the clock, by hand, where clocks are moved."""

import datetime as dt
import zoneinfo

import pytest

from otklik.metrics import gaps
from otklik.metrics.core.steps import Calendar, step_after
from otklik.metrics.gaps import Clock, Run

MELBOURNE, KYIV = Clock(zoneinfo.ZoneInfo("Australia/Melbourne")), Clock(zoneinfo.ZoneInfo("Europe/Kyiv"))
HAVANA, LORD_HOWE = (
    Clock(zoneinfo.ZoneInfo("America/Havana")),
    Clock(zoneinfo.ZoneInfo("Australia/Lord_Howe")),
)
NEPAL = Clock(zoneinfo.ZoneInfo("Asia/Kathmandu"))


def day(text):
    return dt.date.fromisoformat(text)


def faces(steps, clock):
    return [f"{gaps.local(start, clock.zone):%H:%M}" for start in steps.starts]


@pytest.mark.parametrize(
    ("clock", "date", "every", "count"),
    [
        (MELBOURNE, "2015-04-05", 3600, 25),  # 02:00 twice
        (MELBOURNE, "2015-10-04", 3600, 23),
        (MELBOURNE, "2015-04-06", 3600, 24),
        (KYIV, "2021-10-31", 3600, 25),
        (KYIV, "2021-10-31", 900, 100),
        (KYIV, "2021-03-28", 900, 92),
        (KYIV, "2021-10-31", 7200, 12),  # longer steps keep to the clock's face
        (HAVANA, "2021-11-07", 3600, 25),  # midnight comes twice
        (HAVANA, "2021-03-14", 3600, 23),  # there is no midnight
        (LORD_HOWE, "2021-04-04", 3600, 25),  # half an hour back: the repeated half is a step of its own
        (NEPAL, "2021-04-04", 3600, 24),
        (NEPAL, "2021-04-04", 900, 96),
    ],
)
def test_a_day_has_as_many_steps_as_it_had(clock, date, every, count):
    steps = gaps.clock_steps(day(date), day(date), every, clock)
    assert len(steps) == count
    assert all(end > start for start, end in zip(steps.starts, steps.ends, strict=True))


def test_the_hour_that_comes_twice_is_two_hours():
    steps = gaps.clock_steps(day("2021-10-31"), day("2021-10-31"), 3600, KYIV)
    assert faces(steps, KYIV)[2:6] == ["02:00", "03:00", "03:00", "04:00"]
    assert {steps.ends[n] - steps.starts[n] for n in range(25)} == {3600}
    readings = [start + 17 for number, start in enumerate(steps.starts) if number not in {4, 7, 8}]
    assert gaps.missing(steps, readings) == [
        Run(steps.starts[4], steps.starts[4], 1),
        Run(steps.starts[7], steps.starts[8], 2),
    ]
    assert f"{gaps.local(steps.starts[4], KYIV.zone):%H:%M%z}" == "03:00+0200"


def test_business_days_begin_when_the_place_says():
    clock = Clock(zoneinfo.ZoneInfo("Europe/Moscow"), dt.time(6))
    steps = gaps.clock_steps(day("2026-03-01"), day("2026-03-01"), 3600, clock)
    assert faces(steps, clock)[0] == "06:00"
    assert faces(steps, clock)[-1] == "05:00"
    assert len(steps) == 24


def test_only_while_the_place_is_open():
    week = (("09:30", "12:00"), None, None, None, None, None, ("22:00", "02:00"))
    clock = Clock(zoneinfo.ZoneInfo("Europe/Moscow"), hours=week)
    steps = gaps.clock_steps(day("2026-03-01"), day("2026-03-03"), 3600, clock)  # Sunday…Tuesday
    open_steps = steps.where(lambda start, end: gaps.is_open(clock, start, end))
    assert faces(open_steps, clock) == ["22:00", "23:00", "00:00", "01:00", "09:00", "10:00", "11:00"]


def test_readings_outside_and_readings_twice_change_nothing():
    steps = gaps.clock_steps(day("2026-03-01"), day("2026-03-01"), 21600, MELBOURNE)
    start = steps.starts[0]
    assert gaps.missing(steps, [start - 1, start, start + 1, steps.ends[-1]]) == [
        Run(steps.starts[1], steps.starts[3], 3)
    ]


def test_calendar_steps_are_whole():
    steps = gaps.calendar_steps(day("2024-11-15"), day("2025-06-01"), Calendar.QUARTER)
    assert [one.isoformat() for one in steps.starts] == ["2024-10-01", "2025-01-01", "2025-04-01"]
    assert steps.ends[-1] == day("2025-07-01")
    held = [day("2024-12-31"), day("2025-05-09")]
    assert gaps.missing_days(steps, held, Calendar.QUARTER) == [Run(day("2025-01-01"), day("2025-01-01"), 1)]
    weeks = gaps.calendar_steps(day("2026-01-01"), day("2026-01-05"), Calendar.WEEK)
    assert [one.isoformat() for one in weeks.starts] == ["2025-12-29", "2026-01-05"]
    assert len(gaps.calendar_steps(day("1945-01-01"), day("1974-12-31"), Calendar.QUARTER)) == 120
    assert step_after(day("2025-01-01"), Calendar.MONTH, -1) == day("2024-12-01")
