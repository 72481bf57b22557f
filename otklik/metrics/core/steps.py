"""Steps of the calendar that are made of business days: where each begins and ends."""

import datetime as dt
from enum import StrEnum

DAY = dt.timedelta(days=1)


class Calendar(StrEnum):
    """Steps that are made of business days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def calendar_of(grain: str) -> Calendar:
    """The step of a grain or kind of period; what is no longer than a day lies in its day."""
    return Calendar(grain) if grain in Calendar else Calendar.DAY


def step_start(day: dt.date, unit: Calendar) -> dt.date:
    """First day of the step that holds `day`; weeks begin on Monday."""
    match unit:
        case Calendar.DAY:
            return day
        case Calendar.WEEK:
            return day - day.weekday() * DAY
        case Calendar.MONTH:
            return day.replace(day=1)
        case Calendar.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Calendar.YEAR:
            return day.replace(month=1, day=1)


def step_after(start: dt.date, unit: Calendar, count: int = 1) -> dt.date:
    """First day of the step that comes `count` steps later; earlier when negative."""
    if unit is Calendar.DAY:
        return start + count * DAY
    if unit is Calendar.WEEK:
        return start + 7 * count * DAY
    months = {Calendar.MONTH: 1, Calendar.QUARTER: 3, Calendar.YEAR: 12}[unit] * count
    index = start.year * 12 + start.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def step_end(start: dt.date, unit: Calendar) -> dt.date:
    """Last day of the step that begins on `start`."""
    return step_after(start, unit) - DAY
