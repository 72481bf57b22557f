"""Numbers, shares, durations and intervals as people of the current language write them."""

import datetime as dt
import math

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

SPACE = "\u00a0"  # between a number and its unit, and between thousands in Russian
MINUS = "\u2212"
# Django's own short months are nominative: «5 май»
MONTHS_RU = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_russian() -> bool:
    return (get_language() or "ru").startswith("ru")


def number(value: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """Round half to even at `digits`; group thousands; a real minus sign; "" for what is not a finite number."""
    if value is None or not math.isfinite(value):
        return ""
    text = f"{abs(value):,.{digits}f}"
    if is_russian():
        text = text.replace(",", SPACE).replace(".", ",")
    is_zero = not any(char in "123456789" for char in text)
    sign = "" if is_zero else MINUS if value < 0 else "+" if signed else ""
    return sign + text


def trimmed(value: float | None, digits: int = 1) -> str:
    """As `number`, without zeros after the point."""
    text = number(value, digits)
    mark = "," if is_russian() else "."
    return text.rstrip("0").rstrip(mark) if mark in text else text


def percent(share: float | None, digits: int = 0) -> str:
    """0.125 → «12 %» or «12%»."""
    if share is None:
        return ""
    return f"{number(share * 100, digits)}{SPACE if is_russian() else ''}%"


def plus_minus(value: float | None, half_width: float | None, digits: int = 0) -> str:
    """«48 ± 6»."""
    text = number(value, digits)
    if not text or half_width is None or not math.isfinite(half_width):
        return text
    return f"{text}{SPACE}±{SPACE}{number(half_width, digits)}"


def duration(seconds: float | None) -> str:
    """«3 мин 20 с»; the two largest parts."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    whole = round(abs(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [
        (days, gettext("d")),
        (hours, gettext("h")),
        (minutes, gettext("min")),
        (left, gettext("s")),
    ]
    filled = [index for index, (count, _unit) in enumerate(parts) if count]
    if not filled:
        return f"0{SPACE}{gettext('s')}"
    shown = parts[filled[0] : filled[0] + 2]
    text = SPACE.join(f"{count}{SPACE}{unit}" for count, unit in shown if count)
    return MINUS + text if seconds < 0 else text


def with_unit(value: float | None, unit: str, digits: int = 0, *, signed: bool = False) -> str:
    """A value in the unit of its indicator: "%", "s", "money" and the like."""
    if unit in {"s", "seconds"}:
        text = duration(value)
        return f"+{text}" if signed and value and value > 0 else text
    text = number(value, digits, signed=signed)
    if unit == "%" and text:
        return f"{text}{SPACE if is_russian() else ''}%"
    if unit == "money" and text and settings.CURRENCY:
        return f"{text}{SPACE}{settings.CURRENCY}"
    return text


def quoted(text: object) -> str:
    """«точка» or “point”."""
    return f"«{text}»" if is_russian() else f"“{text}”"


def day(value: dt.date, *, year: bool = False) -> str:
    """«5 мар» this year, «5 мар 2025» otherwise or where a `year` is wanted, as on paper."""
    months = MONTHS_RU if is_russian() else MONTHS_EN
    text = f"{value.day}{SPACE}{months[value.month - 1]}"
    return f"{text}{SPACE}{value.year}" if year or value.year != timezone.localdate().year else text


def moment(value: dt.datetime, *, year: bool = False) -> str:
    """«5 мар, 14:30» in the zone of `value`."""
    return f"{day(value.date(), year=year)},{SPACE}{value:%H:%M}"


def day_range(first: dt.date, last: dt.date, *, year: bool = False) -> str:
    """«1–7 мар», «28 фев – 5 мар»."""
    if first == last:
        return day(first, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, year=year)}"
    return f"{day(first, year=year)} – {day(last, year=year)}"


def ratings(count: int) -> str:
    return ngettext("%(n)s rating", "%(n)s ratings", count) % {"n": number(count)}


def days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": number(count)}
