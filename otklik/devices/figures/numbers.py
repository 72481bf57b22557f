"""Reading a number as people type and paste it: «12,5 %», «1 234», «(5)», «3:20»."""

import math
import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.devices.figures.counts import typed
from otklik.devices.figures.models import FigureUnit, Range

PLAIN = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+|\d+[.,]")
SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
QUOTED = re.compile(r"\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?")
GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")
MIXED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+")
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
MONEY = re.compile(r"^(?:[₽$€]|руб\.?|р\.)\s*|\s*(?:[₽$€]|руб\.?|р\.)$", re.IGNORECASE)
LARGEST = 1e15
ANYTHING = Range(None, None)

# Each is a predicate for "<place>, <day>, “…”: …"
WHY: Final[dict[str, str | Promise]] = {
    "text": _("This is not a number. Type a number, for example 12.5."),
    "percent": _("This figure is not in per cent. Type it without the sign."),
    "fraction": _("Whole numbers only here: type it without a fraction."),
    "ambiguous": _("It could mean a thousand or a fraction. Type 1234 or 1.2340."),
    "large": _("This number is too large. Check it."),
    "low": _("It is below the least value that is allowed."),
    "high": _("It is above the greatest value that is allowed."),
}


class BadNumberError(ValueError):
    """`why` is a key of WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Rules:
    """What a figure takes. Bounds are those of the value as it is kept (a share 0…1)."""

    unit: str = FigureUnit.COUNT
    decimals: int = 0
    range: Range = ANYTHING


def parse_number(text: str, rules: Rules) -> float | None:
    """The value as it is kept; None for an empty cell. A share is typed in per cent, with or without the sign.

    Raises BadNumberError for text and for anything that could be read in two ways.
    """
    text = typed(text)
    if not text:
        return None
    if rules.unit == FigureUnit.SECONDS and (clock := CLOCK.fullmatch(text)):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return checked(float(hours * 3600 + minutes * 60 + seconds), rules)
    if text.endswith("%"):
        if rules.unit != FigureUnit.SHARE:
            raise BadNumberError("percent")
        text = text[:-1].rstrip()
    if rules.unit == FigureUnit.MONEY:
        text = MONEY.sub("", text).strip()
    negative = text[:1] in "-−–" or (text.startswith("(") and text.endswith(")"))
    digits = text.strip("()").lstrip("-−–").strip() if negative else text.lstrip("+")
    value = _value(digits)
    if rules.unit == FigureUnit.SHARE:
        value /= 100
    return checked(-value if negative else value, rules)


def checked(value: float, rules: Rules) -> float:
    """The value, if the figure takes it: finite, whole where it must be, inside its bounds."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise BadNumberError("large")
    if rules.decimals == 0 and rules.unit != FigureUnit.SHARE and value != int(value):
        raise BadNumberError("fraction")
    if rules.range.low is not None and value < rules.range.low:
        raise BadNumberError("low")
    if rules.range.high is not None and value > rules.range.high:
        raise BadNumberError("high")
    return round(value, 12) + 0.0


def _value(text: str) -> float:
    if not text:
        raise BadNumberError("text")
    if AMBIGUOUS.fullmatch(text):
        raise BadNumberError("ambiguous")
    if GROUPED.fullmatch(text) or MIXED.fullmatch(text):
        mark = "," if text.rfind(",") > text.rfind(".") else "."
        if text.count(mark) > 1:
            mark = ""
        whole, _mark, fraction = text.rpartition(mark) if mark else (text, "", "")
        return float(f"{re.sub(r'[.,]', '', whole)}.{fraction or 0}")
    if PLAIN.fullmatch(text) or SPACED.fullmatch(text) or QUOTED.fullmatch(text):
        return float(re.sub(r"[ '’]", "", text).replace(",", ".").strip() or 0)
    raise BadNumberError("text")


def plain_text(value: float) -> str:
    """A number as a text that `parse_number` reads back in one way only."""
    text = f"{value:.12f}".rstrip("0")
    whole, _dot, fraction = text.partition(".")
    if not fraction:
        return whole
    return f"{whole}.{fraction}0" if len(fraction) == 3 else f"{whole}.{fraction}"
