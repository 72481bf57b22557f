"""Which events a measure takes: a small tree of conditions that is data (JSON in, JSON out) and has one meaning.

Two-valued logic: a comparison with a missing value is false, `!=` is the exact opposite of `=`, `not` the exact
opposite of its part. The SQL in `otklik/metrics/sql.py` and `matches` here agree; a property test compares them.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import assert_never

from otklik.metrics.core.events import Event, Scalar
from otklik.metrics.core.said import gettext_noop

TEXT_FIELDS = frozenset({"kind", "subject", "session", "via"})
NUMBER_FIELDS = frozenset({"value", "place", "point", "employee"})
FIELDS = TEXT_FIELDS | NUMBER_FIELDS
ORDERED: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
OPERATORS = ("=", "!=", *ORDERED, "in", "is_null")
ATTRIBUTE = re.compile(r"attr\.([A-Za-z_][A-Za-z0-9_-]{0,63})")
MAX_DEPTH = 20


class FilterError(ValueError):
    """A condition that means nothing; `where` is its path inside the tree, as in `and[1].value`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where or 'filter'}: {problem}")
        self.where, self.problem = where, problem


@dataclass(frozen=True, slots=True)
class Compare:
    """`field op value`; `in` takes a tuple, `is_null` takes True or False."""

    field: str
    op: str
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Filter"


type Filter = Compare | And | Or | Not
EVERYTHING = And(())
NOTHING = Or(())


def where(field: str, op: str, value: Scalar | tuple[Scalar, ...]) -> Compare:
    """A checked comparison."""
    _check(field, op, value, "")
    return Compare(field, op, value)


def both(*parts: Filter) -> Filter:
    """All of `parts`, with nested `and` opened and what is always true left out."""
    flat: list[Filter] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(*parts: Filter) -> Filter:
    return parts[0] if len(parts) == 1 else Or(parts)


def attribute_name(field: str) -> str | None:
    """The name in `attr.<name>`, or None for a column."""
    found = ATTRIBUTE.fullmatch(field)
    return found[1] if found else None


def to_data(node: Filter) -> object:
    """The tree as JSON values: {"and": […]}, {"or": […]}, {"not": …} or [field, op, value]."""
    match node:
        case Compare():
            return [node.field, node.op, list(node.value) if isinstance(node.value, tuple) else node.value]
        case And():
            return {"and": [to_data(part) for part in node.parts]}
        case Or():
            return {"or": [to_data(part) for part in node.parts]}
        case Not():
            return {"not": to_data(node.part)}
    assert_never(node)


def from_data(data: object, at: str = "", depth: int = 0) -> Filter:
    """The tree from JSON values. Raises FilterError that names the place."""
    if depth > MAX_DEPTH:
        raise FilterError(at, gettext_noop("is nested deeper than %(count)s levels", count=MAX_DEPTH))
    if isinstance(data, list) and len(data) == 3 and isinstance(data[0], str) and isinstance(data[1], str):
        value = tuple(data[2]) if isinstance(data[2], list) else data[2]
        _check(data[0], data[1], value, at)
        return Compare(data[0], data[1], value)
    if isinstance(data, dict) and len(data) == 1:
        [(word, inner)] = data.items()
        if word == "not":
            return Not(from_data(inner, f"{at}.not".lstrip("."), depth + 1))
        if word in {"and", "or"} and isinstance(inner, list):
            parts = tuple(
                from_data(part, f"{at}.{word}[{number}]".lstrip("."), depth + 1)
                for number, part in enumerate(inner)
            )
            return And(parts) if word == "and" else Or(parts)
    raise FilterError(
        at, gettext_noop('must be [field, operator, value] or {"and": […]}, {"or": […]}, {"not": …}')
    )


def canonical(node: Filter) -> str:
    """One text per meaning-preserving order of parts: the same conditions in another order give the same text."""
    match node:
        case Compare():
            value = node.value
            if isinstance(value, tuple):
                value = tuple(sorted({json.dumps(_plain(item)) for item in value}))
                return json.dumps([node.field, node.op, value])
            return json.dumps([node.field, node.op, _plain(value)], ensure_ascii=False)
        case And() | Or():
            word = "and" if isinstance(node, And) else "or"
            return f"{word}({','.join(sorted({canonical(part) for part in node.parts}))})"
        case Not():
            return f"not({canonical(node.part)})"
    assert_never(node)


def matches(node: Filter, event: Event) -> bool:
    match node:
        case Compare():
            return _compare(node, event)
        case And():
            return all(matches(part, event) for part in node.parts)
        case Or():
            return any(matches(part, event) for part in node.parts)
        case Not():
            return not matches(node.part, event)
    assert_never(node)


def raw_value(field: str, event: Event) -> object:
    name = attribute_name(field)
    if name is None:
        return getattr(event, field)
    return event.attrs.get(name)


def number(value: object) -> float | None:
    """What a database makes of a scalar cast to a number: text that is no number, and what is not finite, is missing."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, str)):
        try:
            result = float(value)
        except (ValueError, OverflowError):
            return None
        return result if math.isfinite(result) else None
    return None


def text(value: object) -> str | None:
    """A JSON scalar as text, as `->>` gives it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _compare(node: Compare, event: Event) -> bool:
    found = raw_value(node.field, event)
    if node.op == "is_null":
        return (found is None) is bool(node.value)
    if node.op == "in":
        assert isinstance(node.value, tuple)
        return any(_equal(found, item) for item in node.value)
    assert not isinstance(node.value, tuple)
    if node.op in {"=", "!="}:
        return _equal(found, node.value) is (node.op == "=")
    left, right = number(found), number(node.value)
    return left is not None and right is not None and ORDERED[node.op](left, right)


def _equal(found: object, wanted: Scalar) -> bool:
    if found is None or wanted is None:
        return False
    if isinstance(wanted, bool | str):
        return text(found) == text(wanted)
    return number(found) == number(wanted)


def _plain(value: Scalar) -> Scalar:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check(field: str, op: str, value: object, at: str) -> None:
    if field not in FIELDS and attribute_name(field) is None:
        known = ", ".join(sorted(FIELDS))
        raise FilterError(
            at,
            gettext_noop(
                "unknown field “%(field)s”; known are %(known)s and attr.<name>", field=field, known=known
            ),
        )
    if op not in OPERATORS:
        raise FilterError(
            at,
            gettext_noop("unknown operator “%(op)s”; known are %(known)s", op=op, known=", ".join(OPERATORS)),
        )
    if op == "is_null":
        if not isinstance(value, bool):
            raise FilterError(at, gettext_noop("is_null takes true or false"))
        return
    if op == "in":
        if not isinstance(value, tuple):
            raise FilterError(at, gettext_noop("in takes a list of values"))
        for item in value:
            _check_scalar(field, op, item, at)
        return
    _check_scalar(field, op, value, at)


def _check_scalar(field: str, op: str, value: object, at: str) -> None:
    numeric = isinstance(value, int | float) and number(value) is not None
    if (field in NUMBER_FIELDS or op in ORDERED) and not numeric:
        raise FilterError(
            at,
            gettext_noop(
                "“%(field)s” is compared here with a number, not with %(value)s",
                field=field,
                value=repr(value),
            ),
        )
    if field in TEXT_FIELDS and not isinstance(value, str):
        raise FilterError(
            at,
            gettext_noop(
                "“%(field)s” is compared with a text, not with %(value)s", field=field, value=repr(value)
            ),
        )
    if field in TEXT_FIELDS and op in ORDERED:
        raise FilterError(at, gettext_noop("“%(field)s” has no order; use = or in", field=field))
    if not numeric and not isinstance(value, str | bool):
        raise FilterError(at, gettext_noop("%(value)s cannot be compared with", value=repr(value)))
