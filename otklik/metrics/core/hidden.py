"""Questions whose answers a formula is to keep away from: none of its filters takes an answer to them."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from otklik.metrics.core.filters import And, Compare, Filter, Not, Or, both
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.reach import kinds_of

ANSWERS = frozenset({"rating", "answer"})


def without_answers[T](formula: T, hidden: tuple[str, ...]) -> T:
    """The formula with every filter that may take answers narrowed to other questions than the hidden ones."""
    return cast("T", _narrowed(formula, Not(Compare("subject", "in", hidden))))


def _narrowed(part: Any, kept: Filter) -> Any:
    if isinstance(part, And | Or | Not | Compare):
        kinds = kinds_of(part)
        return both(part, kept) if kinds is None or kinds & ANSWERS else part
    if isinstance(part, tuple):
        return tuple(_narrowed(one, kept) for one in part)
    if (
        isinstance(part, Measure) and part.source is not None
    ):  # its filter is about rows, which are made of narrowed events
        return replace(part, source=_narrowed(part.source, kept))
    if is_dataclass(part) and not isinstance(part, type):
        held = {one.name: getattr(part, one.name) for one in fields(part) if one.init}
        new = {name: _narrowed(value, kept) for name, value in held.items()}
        changed = {
            name: value for name, value in new.items() if value is not held[name] and value != held[name]
        }
        return replace(part, **changed) if changed else part
    return part
