"""Reading a count of people as people type and paste it."""

import re
import unicodedata
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LARGEST = 1_000_000
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
DIGITS = re.compile(r"\d+")
SPACED = re.compile(r"\d{1,3}(?: \d{3})+")
GROUPED = re.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})+|\d{1,3}(?:['’]\d{3})+")
AMBIGUOUS = re.compile(r"\d{1,3}[.,]\d{3}")
WHOLE = re.compile(r"(\d+)[.,]0*")
FRACTION = re.compile(r"\d*[.,]\d+")
NEGATIVE = re.compile(r"[-−–]\s*\d[\d\s.,]*")

# Each is a predicate for "<place>, <day>: you typed “…”. …"
WHY: Final[dict[str, str | Promise]] = {
    "text": _("This is not a number. Type a whole number, for example 120."),
    "negative": _("A number of clients cannot be below zero."),
    "fraction": _("People come whole: type a number without a fraction."),
    "ambiguous": _("It could mean a thousand or a fraction. Type 1234 or 1 234."),
    "large": _("More than a million clients in a day? Check the number."),
}


class BadCountError(ValueError):
    """`why` is a key of WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def typed(text: str) -> str:
    """The text with one plain space for any run of spaces, and plain digits and signs for their variants."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def parse_count(text: str) -> int | None:
    """Clients served; None for an empty cell. Takes "1 234" with any kind of space, "12,0", "1'234", "1.234.567".

    Raises BadCountError for anything that could be read in two ways or is no count of people.
    """
    text = typed(text)
    if not text:
        return None
    if NEGATIVE.fullmatch(text):
        raise BadCountError("negative")
    if DIGITS.fullmatch(text) or SPACED.fullmatch(text) or GROUPED.fullmatch(text):
        digits = re.sub(r"\D", "", text)
    elif AMBIGUOUS.fullmatch(text):
        raise BadCountError("ambiguous")
    elif whole := WHOLE.fullmatch(text):
        digits = whole[1]
    else:
        raise BadCountError("fraction" if FRACTION.fullmatch(text) else "text")
    if len(digits.lstrip("0")) > 7 or int(digits) > LARGEST:
        raise BadCountError("large")
    return int(digits)
