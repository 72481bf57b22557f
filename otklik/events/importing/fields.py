"""One field of an event out of a row: a constant, a column or a template, then a table of values, then a type."""

import dataclasses
import datetime as dt
import decimal
import math
import re
import zoneinfo
from collections.abc import Callable
from typing import Any, Self

from otklik.events.rules import Scalar, readable

BRACES = re.compile(r"\{([^{}]+)\}")
OPTIONS = {"column", "template", "constant", "map", "otherwise", "empty", "type", "format", "timezone"}
DROP = "drop"
TYPES = ("number", "text", "flag")


class Dropped(Exception):  # noqa: N818  # asked for by the map
    """The map leaves this event out."""


class Unreadable(Exception):  # noqa: N818  # told per row
    """The value cannot be read: (field, sentence)."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    name: str
    parts: tuple[str, ...]  # texts at even, columns at odd positions
    whole: bool  # the value of one column as it is, not a text made of it
    table: dict[str, Any] | None = None
    otherwise: str = "keep"
    empty: str = "keep"
    type: str | None = None

    @classmethod
    def read(cls, name: str, written: Any) -> Self:
        """`written` is a constant, a text with {column} in it, or a mapping with options."""
        if not isinstance(written, dict):
            written = {"template": written} if isinstance(written, str) else {"constant": written}
        if unknown := set(written) - OPTIONS:
            raise ValueError(f"“{name}”: unknown option “{min(unknown)}”")
        kind = written.get("type", "number" if name == "value" else None)
        if kind not in (None, *TYPES):
            raise ValueError(f"“{name}”: type is one of {', '.join(TYPES)}")
        if "column" in written:
            parts: tuple[Any, ...] = ("", str(written["column"]), "")
            whole = True
        else:
            text = written.get("template", written.get("constant"))
            parts = tuple(BRACES.split(str(text))) if isinstance(text, str) else (text,)
            whole = False
        table = written.get("map")
        return cls(
            name,
            parts,
            whole,
            None if table is None else {str(key): value for key, value in table.items()},
            str(written.get("otherwise", "keep")),
            str(written.get("empty", "keep")),
            kind,
        )

    def columns(self) -> tuple[str, ...]:
        return self.parts[1::2]

    def value(self, row: dict[str, Any]) -> Scalar:
        """Raises Dropped or Unreadable."""
        found: Any
        if self.whole:
            found = row[self.parts[1]]
        elif len(self.parts) == 1:
            found = self.parts[0]
        elif any(row[name] is None for name in self.parts[1::2]):
            found = None
        else:
            found = "".join(
                as_text(row[part]) if place % 2 else part for place, part in enumerate(self.parts)
            )
        if found is None or found == "" or (isinstance(found, float) and math.isnan(found)):
            if self.empty == DROP:
                raise Dropped
            return None
        if self.table is not None:
            found = self._looked_up(found)
        return self._typed(found)

    def _looked_up(self, found: Any) -> Any:
        assert self.table is not None
        text = as_text(found)
        if text in self.table:
            found = self.table[text]
            if found == DROP:
                raise Dropped
            return found
        if self.otherwise == DROP:
            raise Dropped
        if self.otherwise == "error":
            raise Unreadable(self.name, f"“{text}” is not in the map of “{self.name}”.")
        return found

    def _typed(self, found: Any) -> Scalar:
        if found is None or self.type is None:
            if isinstance(found, decimal.Decimal):
                return int(found) if found == found.to_integral_value() else float(found)
            return found if isinstance(found, str | bool | int | float | None) else as_text(found)
        if self.type == "number":
            try:
                number = float(found)
            except (TypeError, ValueError):
                raise Unreadable(self.name, f"“{found}” is not a number.") from None
            return int(number) if self.name != "value" and number.is_integer() else number
        if self.type == "flag":
            return as_text(found).lower() in ("1", "true", "yes", "y", "t", "да")
        return as_text(found)


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """The time of an event. Without an offset it is a clock time of `zone`, or of the map, or of the place."""

    field: Field
    formats: tuple[str, ...]
    zone: zoneinfo.ZoneInfo | None

    @classmethod
    def read(cls, written: Any) -> Self:
        options = written if isinstance(written, dict) else {}
        formats = options.get("format", ())
        zone = options.get("timezone")
        return cls(
            Field.read("at", {"template": written} if isinstance(written, str) else written),
            (formats,) if isinstance(formats, str) else tuple(formats),
            zoneinfo.ZoneInfo(zone) if zone else None,
        )

    def value(self, row: dict[str, Any], zone_of: Callable[[], dt.tzinfo]) -> dt.datetime:
        """Raises Dropped or Unreadable. `zone_of` gives the zone for a time without an offset."""
        if self.field.whole and self.field.table is None:
            found = row[self.field.parts[1]]
            if found is None and self.field.empty == DROP:
                raise Dropped
        else:
            found = self.field.value(row)
        moment = self._parsed(found)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone or zone_of())
        return moment

    def _parsed(self, found: Any) -> dt.datetime:
        if isinstance(found, dt.datetime):
            return found
        if isinstance(found, dt.date):
            return dt.datetime(found.year, found.month, found.day)  # noqa: DTZ001  # the zone is added by the caller
        text = "" if found is None else as_text(found).strip()
        for form in self.formats:
            try:
                if form in ("epoch", "epoch_ms"):
                    seconds = float(text) / (1000 if form == "epoch_ms" else 1)
                    return dt.datetime.fromtimestamp(seconds, dt.UTC)
                return dt.datetime.strptime(text, form)  # noqa: DTZ007  # as above
            except (ValueError, OverflowError, OSError):
                continue
        if not self.formats:
            try:
                return dt.datetime.fromisoformat(text)
            except ValueError:
                pass
        wanted = " or ".join(self.formats) or "2026-01-05T10:00:00"
        raise Unreadable("at", f"“{text}” is not a time like {wanted}.")


def as_text(value: Any) -> str:
    """A value as a person writes it: 17850, not 17850.0."""
    if isinstance(value, float) and math.isfinite(value):
        return readable(value)
    return str(value)
