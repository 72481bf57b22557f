"""Whether a place was open at a moment (opening hours as company/hours.py describes them)."""

import datetime as dt
from collections.abc import Sequence

type Week = Sequence[Sequence[str] | None]
MINUTES_OF_DAY = 24 * 60


def is_open(week: Week | None, local: dt.datetime) -> bool:
    """True also when nobody has said when the place is open."""
    if not week:
        return True
    minute = local.hour * 60 + local.minute
    today, yesterday = week[local.weekday()], week[(local.weekday() - 1) % 7]
    if today is not None:
        start, end = _minutes(today)
        if start <= minute < end:
            return True
    if yesterday is None:
        return False
    _, end = _minutes(yesterday)
    return minute < end - MINUTES_OF_DAY


def _minutes(day: Sequence[str]) -> tuple[int, int]:
    """Start and end after the midnight before; an end at or before the start lies on the next day."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:5]) for clock in day)
    return start, end if end > start else end + MINUTES_OF_DAY
