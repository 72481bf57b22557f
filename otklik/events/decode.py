"""From the bytes of a request to events. One wrong event never spoils the others; wrong bytes never raise anything but BadBody."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from otklik.events.intake import Event
from otklik.events.problems import Problem, Rejection
from otklik.events.rules import MAX_CODE

BOM = b"\xef\xbb\xbf"
_array = msgspec.json.Decoder(list[Event])
_single = msgspec.json.Decoder(Event)
_parts = msgspec.json.Decoder(list[msgspec.Raw])
MESSAGE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>[^`]*)`)?$", re.DOTALL)
NAMED = re.compile(r"field `([^`]*)`")
FAILURES = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError)

type Numbered = list[tuple[int, Event]]


class BadBody(Exception):  # noqa: N818  # an answer to the sender, not a fault of ours
    """Nothing of the body can be used; `code` is a key of problems.SENTENCES."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def decode(body: bytes, *, lines: bool) -> tuple[Numbered, list[Rejection]]:
    """Events with their positions, and what could not be read. `lines`: one JSON object per line."""
    body = body.removeprefix(BOM)
    first = body.lstrip(b" \t\r\n")[:1]
    if not first:
        raise BadBody("empty_body")
    if lines:
        return _decode_lines(body)
    try:
        if first == b"{":
            return [(0, _single.decode(body))], []
        return list(enumerate(_array.decode(body))), []
    except FAILURES:
        return _decode_parts(body, single=first == b"{")


def _decode_lines(body: bytes) -> tuple[Numbered, list[Rejection]]:
    try:
        return list(enumerate(_single.decode_lines(body))), []
    except FAILURES:
        return _one_by_one([line for line in body.split(b"\n") if line.strip()], _read_text)


def _decode_parts(body: bytes, *, single: bool) -> tuple[Numbered, list[Rejection]]:
    """The careful way, after the quick one failed."""
    if not single:
        try:
            return _one_by_one(_parts.decode(body), _read_text)
        except FAILURES:
            pass  # not JSON as the standard has it
    whole = _read_loosely(body)
    if single:
        return _one_by_one([whole], _read_value)
    if not isinstance(whole, list):
        raise BadBody("not_events")
    return _one_by_one(whole, _read_value)


def _one_by_one[Part](parts: list[Part], read: Callable[[Part], Event]) -> tuple[Numbered, list[Rejection]]:
    events: Numbered = []
    rejected: list[Rejection] = []
    for index, part in enumerate(parts):
        try:
            events.append((index, read(part)))
        except BadBody as bad:
            rejected.append(Rejection(index, None, (Problem("", bad.code, bad.params),)))
        except FAILURES as error:
            rejected.append(Rejection(index, _id_of(part), (_problem(error, part),)))
    return events, rejected


def _read_text(part: bytes | msgspec.Raw) -> Event:
    try:
        return _single.decode(part)
    except msgspec.ValidationError:
        raise
    except FAILURES:
        return _read_value(_read_loosely(bytes(part)))


def _read_value(value: Any) -> Event:
    return msgspec.convert(value, Event)


def _read_loosely(body: bytes) -> Any:
    """JSON as Python's own reader takes it: NaN and Infinity become floats, which the intake refuses by name."""
    try:
        return json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadBody("not_utf8", position=error.start) from None
    except json.JSONDecodeError as error:
        raise BadBody("not_json", line=error.lineno, column=error.colno) from None
    except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
        raise BadBody("not_events") from None


def _problem(error: Exception, part: Any) -> Problem:
    """What msgspec says, in our words."""
    match = MESSAGE.match(str(error))
    what, where = (match["what"], match["where"] or "") if match else (str(error), "")
    named = NAMED.search(what)
    if named is not None and "missing" in what:
        return Problem(named[1], "missing", {})
    if named is not None:
        return Problem(named[1][:MAX_CODE], "unknown_field", {})
    if where == "at":
        return Problem("at", "time_format", {})
    if "out of range" in what:
        return Problem(where, "value_not_finite", {})
    field = _bad_attribute(part) if where.startswith("attrs[") else where
    return Problem(field, "wrong_type" if field else "malformed", {"detail": what.replace("`", "")})


def _bad_attribute(part: Any) -> str:
    attrs = _as_mapping(part).get("attrs")
    names = attrs if isinstance(attrs, dict) else {}
    bad = (name for name, value in names.items() if isinstance(value, dict | list))
    return f"attrs.{next(bad, '')}"[:MAX_CODE].rstrip(".")


def _id_of(part: Any) -> str | None:
    found = _as_mapping(part).get("id")
    return found[:MAX_CODE] if isinstance(found, str) else None


def _as_mapping(part: Any) -> dict[str, Any]:
    if isinstance(part, bytes | msgspec.Raw):
        try:
            part = json.loads(bytes(part))
        except (ValueError, RecursionError):
            return {}
    return part if isinstance(part, dict) else {}
