"""What a filter can reach: kinds of events it can take, fields it looks at. Used to skip other events early."""

from collections.abc import Iterable

from otklik.metrics.core.filters import EVERYTHING, And, Compare, Filter, Not, Or


def kinds_of(node: Filter) -> frozenset[str] | None:
    """Kinds that a filter can take; None when it does not say."""
    match node:
        case Compare("kind", "=", str() as kind):
            return frozenset({kind})
        case Compare("kind", "in", tuple() as codes):
            return frozenset(str(code) for code in codes)
        case And():
            said = [kinds for part in node.parts if (kinds := kinds_of(part)) is not None]
            return frozenset.intersection(*said) if said else None
        case Or():
            return all_kinds(node.parts)
        case Compare() | Not():
            return None


def all_kinds(filters: Iterable[Filter]) -> frozenset[str] | None:
    """Kinds that any of the filters can take; None when one does not say."""
    found: frozenset[str] = frozenset()
    for node in filters:
        kinds = kinds_of(node)
        if kinds is None:
            return None
        found |= kinds
    return found


def fields_of(node: Filter) -> set[str]:
    match node:
        case Compare():
            return {node.field}
        case And() | Or():
            return set().union(*(fields_of(part) for part in node.parts))
        case Not():
            return fields_of(node.part)


def of_kinds(kinds: frozenset[str] | None) -> Filter:
    return EVERYTHING if kinds is None else Compare("kind", "in", tuple(sorted(kinds)))
