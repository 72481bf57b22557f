"""Many measures over one pass of raw events: what they share is computed once per event.

Conditions on columns become flags shared by all measures, whole filters become flags of their own, and numbers out of
attributes are read only from events whose filter holds: an aggregate's argument is computed for every row otherwise.
"""

from collections.abc import Iterable

from otklik.metrics.core.filters import And, Filter, attribute_name
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.served_sql import fields_of
from otklik.metrics.sql import aggregate, as_number, condition

SHARED = frozenset({Agg.COUNT, Agg.SUM, Agg.SUMSQ})


class Shared:
    """Columns to add to a relation of events in three steps, and aggregates over them."""

    def __init__(self, measures: Iterable[Measure]) -> None:
        self._parts: dict[str, str] = {}
        self._flags: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self.aggregates = [f"{self._aggregate(measure)} AS {measure.key}" for measure in measures]

    def over(self, relation: str) -> str:
        """The relation with the columns that the aggregates read."""
        for columns in (self._parts, self._flags, self._numbers):
            added = "".join(f", {text} AS {name}" for text, name in columns.items())
            relation = f"SELECT *{added} FROM ({relation})"
        return relation

    def _aggregate(self, measure: Measure) -> str:
        if measure.agg not in SHARED or measure.weight is not None:
            return aggregate(measure)
        flag = self._flag(measure.filter)
        if measure.field is None:
            return f"count(*) FILTER (WHERE {flag})"
        number = self._number(measure.field, flag)
        if measure.agg is Agg.COUNT:
            return f"count({number}) FILTER (WHERE {flag})"
        return f"fsum({number if measure.agg is Agg.SUM else f'{number} * {number}'}) FILTER (WHERE {flag})"

    def _flag(self, node: Filter) -> str:
        parts = node.parts if isinstance(node, And) else (node,)
        cheap = [part for part in parts if not any(map(attribute_name, fields_of(part)))]
        dear = [part for part in parts if part not in cheap]
        names = [self._parts.setdefault(condition(part), f"c{len(self._parts)}") for part in cheap]
        text = " AND ".join([*names, *(condition(part) for part in dear)]) or "true"
        return self._flags.setdefault(text, f"f{len(self._flags)}")

    def _number(self, field: str, flag: str) -> str:
        if attribute_name(field) is None:
            return field
        guarded = f"CASE WHEN {flag} THEN {as_number(field)} END"
        return self._numbers.setdefault(guarded, f"v{len(self._numbers)}")
