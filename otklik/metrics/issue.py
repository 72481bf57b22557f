"""One thing that is wrong with a definition, and where."""

import difflib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext


class Severity(StrEnum):
    ERROR = "error"  # cannot be stored
    WARNING = "warning"  # can be stored, but look
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fix:
    """What one press would change: the value at `where`."""

    label: str
    where: str
    value: object

    def data(self) -> dict[str, Any]:
        return {"label": self.label, "where": self.where, "value": self.value}


@dataclass(frozen=True, slots=True)
class Issue:
    """`where` is a path into the definition as it is written: code, unit, params.over.and[1], thresholds.good."""

    where: str
    message: str
    severity: Severity = Severity.ERROR
    fix: Fix | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def data(self) -> dict[str, Any]:
        return {
            "where": self.where,
            "message": self.message,
            "severity": self.severity.value,
            "fix": self.fix.data() if self.fix else None,
        }


type Issues = Iterator[Issue]


def error(where: str, message: str, fix: Fix | None = None) -> Issue:
    return Issue(where, message, Severity.ERROR, fix)


def warning(where: str, message: str, fix: Fix | None = None) -> Issue:
    return Issue(where, message, Severity.WARNING, fix)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def among(value: object, known: Container[str]) -> bool:
    """Whether a value that may be of any shape is one of these words."""
    return isinstance(value, str) and value in known


def meant(word: str, known: Iterable[str]) -> tuple[str, str | None]:
    """(" Did you mean “…”?", that word), or what there is when nothing is close."""
    listed = list(known)
    near = closest(word, listed)
    if near is not None:
        return " " + gettext("Did you mean “%(word)s”?") % {"word": near}, near
    shown = ", ".join(sorted(listed)[:12])
    return (" " + gettext("Known are: %(known)s.") % {"known": shown}) if shown else "", None


def instead(where: str, value: object, label: str = "") -> Fix:
    return Fix(label or gettext("Take “%(word)s”") % {"word": value}, where, value)
