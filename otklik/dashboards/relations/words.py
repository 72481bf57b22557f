"""Coefficients and differences as people read them."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from otklik.dashboards import words
from otklik.metrics.core.results import Unit
from otklik.web import formats

SIGNIFICANT = 0.05
TONES = (0.1, 0.3, 0.5, 0.7)  # |r| at which the tone grows


def r_text(r: float | None) -> str:
    """«0,45»; 1 is written 1,00."""
    return formats.number(r, 2)


def p_text(p: float | None) -> str:
    """«p = 0,03» or «p < 0,001»."""
    if p is None:
        return ""
    if p < 0.001:
        return f"p{formats.SPACE}<{formats.SPACE}{formats.number(0.001, 3)}"
    return f"p{formats.SPACE}={formats.SPACE}{formats.number(p, 3 if p < 0.1 else 2)}"


def interval_text(ci: Any, places: int = 2) -> str:
    """«0,12 … 0,56»."""
    return f"{formats.number(ci[0], places)}{formats.SPACE}… {formats.number(ci[1], places)}" if ci else ""


def n_text(n: float) -> str:
    return f"n{formats.SPACE}={formats.SPACE}{formats.number(n)}"


def tone(r: float | None, *, significant: bool) -> str:
    """Class of a cell: blue goes up together, orange goes against; grey says nothing for sure."""
    if r is None:
        return "tone-none"
    if not significant:
        return "tone-grey"
    strength = sum(abs(r) >= bound for bound in TONES)
    return f"tone-{'up' if r >= 0 else 'down'}-{strength}"


def strength_text(r: float) -> str:
    """How strong a relation is, in a word."""
    size = abs(r)
    if size < 0.1:
        return _("next to none")
    if size < 0.3:
        return _("weak")
    if size < 0.5:
        return _("moderate")
    return _("strong") if size < 0.8 else _("very strong")


def value_text(value: float | None, unit: str | None) -> str:
    """A value of a series in its unit."""
    if value is None:
        return ""
    if not unit:
        return formats.number(value, 2)
    found = Unit(unit)
    places = 1 if found in {Unit.COUNT, Unit.MONEY} and abs(value) < 100 else None
    return words.value_text(value, found, places)


def difference_text(value: float | None, unit: str | None) -> str:
    """A difference with its sign; of shares in percentage points."""
    if value is None:
        return ""
    if not unit:
        return formats.number(value, 2, signed=True)
    found = Unit(unit)
    return words.delta_text(value, found, words.PLAIN_DIGITS.get(found, 1))


def lag_text(lag: int, by: str, x: str, y: str) -> str:
    """Who goes before whom, in words."""
    if lag == 0:
        return _("They go together, in the same step.")
    first, second = (x, y) if lag > 0 else (y, x)
    return _("“%(first)s” goes before “%(second)s” by %(steps)s.") % {
        "first": first,
        "second": second,
        "steps": steps_text(abs(lag), by),
    }


def steps_text(count: int, by: str) -> str:
    from django.utils.translation import ngettext

    texts = {
        "hour": ngettext("%(n)s hour", "%(n)s hours", count),
        "day": ngettext("%(n)s day", "%(n)s days", count),
        "week": ngettext("%(n)s week", "%(n)s weeks", count),
        "month": ngettext("%(n)s month", "%(n)s months", count),
        "quarter": ngettext("%(n)s quarter", "%(n)s quarters", count),
        "year": ngettext("%(n)s year", "%(n)s years", count),
    }
    return texts.get(by, ngettext("%(n)s step", "%(n)s steps", count)) % {"n": formats.number(count)}


def unit_name(unit: dict[str, Any], by: str) -> str:
    """The name of a unit of a scatter: a day, a place, a place and a day."""
    parts = [unit[key] for key in ("point_name", "employee_name", "place_name") if unit.get(key)]
    if unit.get("period"):
        moment = dt.datetime.fromisoformat(unit["period"])
        parts.append(formats.moment(moment) if by == "hour" else formats.day(moment.date()))
    if unit.get("session"):
        parts.append(unit["session"])
    parts += [str(value) for key, value in unit.items() if key.startswith("attr.") and value]
    return ", ".join(parts)
