"""Reading a day as people write it; what could be two days is refused."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:\s*г\.?)?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
NAMED = re.compile(r"(\d{1,2})[\s.-]+([a-zа-яё]{3,})\.?,?[\s.-]+(\d{4})(?:\s*г\.?)?", re.IGNORECASE)
NAMED_FIRST = re.compile(r"([a-z]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})", re.IGNORECASE)
YEARLESS = re.compile(r"\d{1,2}[./]\d{1,2}\.?|\d{1,2}\s+[a-zа-яё]{3,}\.?", re.IGNORECASE)
STEMS: Final = {
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10,
    "ноя": 11, "дек": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip

WHY: Final[dict[str, str | Promise]] = {
    "text": _("This is not a day. Write it as 2025-12-31 or 31.12.2025."),
    "ambiguous": _("It could be two different days. Write it as 2025-12-31 or 31.12.2025."),
    "year": _("The year is missing. Write it as 2025-12-31 or 31.12.2025."),
    "none": _("There is no such day in the calendar."),
}


class BadDayError(ValueError):
    """`why` is a key of WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def day_first(texts: Iterable[str]) -> bool | None:
    """What days with strokes mean in a table: True for 31/12, False for 12/31, None when it cannot be told."""
    first = second = False
    for text in texts:
        found = SLASHED.fullmatch(text.strip())
        if found:
            first |= int(found[1]) > 12
            second |= int(found[2]) > 12
    return None if first is second else first


def parse_day(text: str, *, day_before_month: bool | None = None) -> dt.date:
    """A day; `day_before_month` says how to read strokes, None refuses those that could be two days.

    Raises BadDayError.
    """
    text = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()
    if found := ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := DOTTED.fullmatch(text):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := SLASHED.fullmatch(text):
        return _stroked(int(found[1]), int(found[2]), _year(found[3]), day_before_month)
    if found := NAMED.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := NAMED_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    raise BadDayError("year" if YEARLESS.fullmatch(text) else "text")


def _stroked(first: int, second: int, year: int, day_before_month: bool | None) -> dt.date:  # three-valued
    if first == second:
        return _day(year, first, second)
    if first > 12 or day_before_month is True:
        return _day(year, second, first)
    if second > 12 or day_before_month is False:
        return _day(year, first, second)
    raise BadDayError("ambiguous")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(word: str) -> int:
    month = STEMS.get(word[:3].lower())
    if month is None:
        raise BadDayError("text")
    return month


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise BadDayError("none") from error
