"""Opening hours of a week: checking them, reading and writing them as people do ("Mo-Fr 09:00-21:00, Sa 10:00-18:00").

A week is a list of seven, from Monday: `["09:00", "21:00"]` or None for a closed day. An end at or before the start lies
on the next day; "24:00" is midnight at the end of the day.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

type Day = list[str] | None
type Week = list[Day]

CLOCK = re.compile(r"^(?:[01]\d|2[0-3]):[0-5]\d$")
DAYS_EN = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAYS_RU = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
DAY_NUMBERS = {name: number for names in (DAYS_EN, DAYS_RU) for number, name in enumerate(names)}
PART = re.compile(
    r"(?:(?P<days>[a-zа-я]{2}(?:\s*[-–—]\s*[a-zа-я]{2})?(?:\s*,\s*[a-zа-я]{2}(?:\s*[-–—]\s*[a-zа-я]{2})?)*)\s+)?"
    r"(?P<start>\d{1,2}:\d{2})\s*[-–—]\s*(?P<end>\d{1,2}:\d{2})"
)


def check_opening_hours(value: object) -> None:
    """Raise ValidationError unless `value` is a week or None."""
    if value is None:
        return
    if not isinstance(value, list) or len(value) != 7:
        raise ValidationError(_("Opening hours are a list of seven days from Monday."))
    for number, day in enumerate(value):
        if day is None:
            continue
        pair = isinstance(day, list) and len(day) == 2 and all(isinstance(clock, str) for clock in day)
        if not pair or not CLOCK.match(day[0]) or not (CLOCK.match(day[1]) or day[1] == "24:00"):
            raise ValidationError(
                _("Day %(day)s of opening hours: write two times like 09:00 and 21:00, or leave it closed."),
                params={"day": number + 1},
            )


def parse_hours(text: str) -> Week:
    """Read "пн-пт 09:00-21:00, сб 10:00-18:00", "09:00-21:00" or "24/7"; days not named are closed.

    Raises ValueError with no message: the caller knows the line and field.
    """
    text = text.strip().lower()
    if text == "24/7":
        return [["00:00", "24:00"] for _day in range(7)]
    week: Week = [None] * 7
    position = 0
    for part in PART.finditer(text):
        if text[position : part.start()].strip(" ,;|\n"):
            raise ValueError
        position = part.end()
        hours = [_clock(part["start"], last="23:59"), _clock(part["end"], last="24:00")]
        for number in _day_numbers(part["days"]):
            week[number] = list(hours)
    if position == 0 or text[position:].strip(" ,;|\n"):
        raise ValueError
    return week


def _clock(text: str, *, last: str) -> str:
    clock = text.zfill(5)
    if not (CLOCK.match(clock) or clock == "24:00") or clock > last:
        raise ValueError
    return clock


def _day_numbers(text: str | None) -> list[int]:
    if text is None:
        return list(range(7))
    numbers: list[int] = []
    for part in text.split(","):
        ends = [end.strip() for end in re.split("[-–—]", part)]
        if any(end not in DAY_NUMBERS for end in ends):
            raise ValueError
        first, last = DAY_NUMBERS[ends[0]], DAY_NUMBERS[ends[-1]]
        numbers += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return numbers


def format_hours(week: Week | None) -> str:
    """Write a week so that `parse_hours` reads it back; "" when every day is closed or nothing is said."""
    if week is None or not any(week):
        return ""
    names = DAYS_EN if (get_language() or "").startswith("en") else DAYS_RU
    parts: list[str] = []
    start = 0
    for number in range(1, 8):
        if number < 7 and week[number] == week[start]:
            continue
        day = week[start]
        if day is not None:
            last = f"-{names[number - 1]}" if number - 1 > start else ""
            parts.append(f"{names[start]}{last} {day[0]}-{day[1]}")
        start = number
    return ", ".join(parts)
