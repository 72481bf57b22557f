"""Many measures over one pass of raw events: what they share is computed once per event.

Conditions on columns become flags shared by all measures, whole filters become flags of their own, and attributes are
read once, only from events of the kinds that a filter can take: SQL computes both sides of AND for every row otherwise.
"""

from collections.abc import Iterable

from otklik.metrics.core.filters import And, Filter, attribute_name
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.reach import fields_of, kinds_of, of_kinds
from otklik.metrics.sql import aggregate, as_number, as_text, condition

SHARED = frozenset({Agg.COUNT, Agg.SUM, Agg.SUMSQ})


class Shared:
    """Columns to add to a relation of events in four steps, and aggregates over them."""

    def __init__(self, measures: Iterable[Measure]) -> None:
        self._parts: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._flags: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self.aggregates = [f"{self._aggregate(measure)} AS {measure.key}" for measure in measures]

    def over(self, relation: str) -> str:
        """The relation with the columns that the aggregates read."""
        for columns in (self._parts, self._texts, self._flags, self._numbers):
            added = "".join(f", {text} AS {name}" for text, name in columns.items())
            relation = f"SELECT *{added} FROM ({relation})" if added else relation
        return relation

    def _aggregate(self, measure: Measure) -> str:
        if measure.agg not in SHARED or measure.weight is not None:
            return aggregate(measure)
        flag = self._flag(measure.filter)
        if measure.field is None:
            return f"count(*) FILTER (WHERE {flag})"
        number = self._number(measure.field, measure.filter, flag)
        if measure.agg is Agg.COUNT:
            return f"count({number}) FILTER (WHERE {flag})"
        return f"fsum({number if measure.agg is Agg.SUM else f'{number} * {number}'}) FILTER (WHERE {flag})"

    def _flag(self, node: Filter) -> str:
        parts = node.parts if isinstance(node, And) else (node,)
        cheap = [part for part in parts if not any(map(attribute_name, fields_of(part)))]
        dear = [part for part in parts if part not in cheap]
        names = [self._part(part) for part in cheap]
        said = [self._reading(condition(part), fields_of(part), node) for part in dear]
        text = " AND ".join([*names, *said]) or "true"
        return self._flags.setdefault(text, f"f{len(self._flags)}")

    def _part(self, node: Filter) -> str:
        return self._parts.setdefault(condition(node), f"c{len(self._parts)}")

    def _number(self, field: str, node: Filter, flag: str) -> str:
        if attribute_name(field) is None:
            return field
        guarded = f"CASE WHEN {flag} THEN {self._reading(as_number(field), {field}, node)} END"
        return self._numbers.setdefault(guarded, f"v{len(self._numbers)}")

    def _reading(self, text: str, fields: Iterable[str], node: Filter) -> str:
        """SQL of a part of `node` with its attributes read once.

        Where the kind alone makes `node` untrue they are left unread, which changes nothing.
        """
        kinds = kinds_of(node)
        for field in sorted(name for name in fields if attribute_name(name)):
            plain = as_text(field)
            read = plain if kinds is None else f"CASE WHEN {self._part(of_kinds(kinds))} THEN {plain} END"
            text = text.replace(plain, self._texts.setdefault(read, f"t{len(self._texts)}"))
        return text
