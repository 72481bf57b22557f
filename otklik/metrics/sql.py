"""Measures and filters as DuckDB SQL over the columns of the event record (docs/architecture.md).

Values are written into the text as quoted literals, never pasted: names of attributes pass a pattern in the core,
texts are quoted here. The meaning is that of `core.filters.matches` and `core.measures.Measure.of`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import assert_never

from otklik.metrics.core.events import Scalar
from otklik.metrics.core.filters import (
    NUMBER_FIELDS,
    ORDERED,
    And,
    Compare,
    Filter,
    Not,
    Or,
    attribute_name,
)
from otklik.metrics.core.measures import Agg, Measure

MAX_EXACT = 2**53  # beyond it a whole number is written as DOUBLE, which always parses


def literal(value: Scalar | dt.date) -> str:
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return quoted("true" if value else "false")
    if isinstance(value, int | float):
        return (
            f"{float(value)!r}::DOUBLE" if isinstance(value, float) or abs(value) > MAX_EXACT else str(value)
        )
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    return quoted(value)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def as_text(field: str) -> str:
    """The field as text; a JSON scalar as `->>` gives it."""
    name = attribute_name(field)
    return field if name is None else f"json_extract_string(attrs, '$.\"{name}\"')"


def as_number(field: str) -> str:
    """The field as a finite DOUBLE, or NULL."""
    if attribute_name(field) is None:
        return field
    text = as_text(field)
    return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN TRY_CAST({text} AS DOUBLE) END"


def condition(node: Filter) -> str:
    """A filter as a condition; NULL counts as false wherever the result is used."""
    match node:
        case Compare():
            return _compare(node)
        case And():
            return _joined(" AND ", node.parts, "true")
        case Or():
            return _joined(" OR ", node.parts, "false")
        case Not():
            return f"(({condition(node.part)}) IS NOT TRUE)"
    assert_never(node)


def aggregate(measure: Measure) -> str:  # noqa: PLR0911  # one case each
    """A measure as an aggregate expression over raw events."""
    only = _only(measure)
    match measure.agg:
        case Agg.COUNT:
            return (
                f"count(*){only}"
                if measure.weight is None
                else f"coalesce(fsum({_weight(measure)}){only}, 0)"
            )
        case Agg.SUM:
            return f"fsum({_weighted(measure, _field(measure))}){only}"
        case Agg.SUMSQ:
            number = _field(measure)
            return f"fsum({_weighted(measure, f'({number}) * ({number})')}){only}"
        case Agg.FIRST | Agg.LAST:
            function = "min" if measure.agg is Agg.FIRST else "max"
            inner = 'epoch_us("at")' if measure.field == "at" else _field(measure)
            return (
                f"{function}({inner})::DOUBLE{only}" if not only else f"({function}({inner}){only})::DOUBLE"
            )
        case Agg.QUANTILE:
            assert measure.q is not None
            return f"quantile_cont({_field(measure)}, {float(measure.q)!r}){only}"
        case Agg.DISTINCT:
            assert measure.field is not None
            return f"count(DISTINCT {as_text(measure.field)}){only}"
        case Agg.LATEST:
            return f'arg_max({_field(measure)}, ("at", seq)) {_only_known(measure)}'
        case Agg.REPEATERS:
            raise ValueError("repeaters are grouped by their key first")
    assert_never(measure.agg)


def combined(measure: Measure, column: str) -> str:
    """An additive measure of the whole from a column of its parts."""
    match measure.agg:
        case Agg.COUNT | Agg.SUM | Agg.SUMSQ:
            return (
                f"sum({column})" if measure.agg is Agg.COUNT and measure.weight is None else f"fsum({column})"
            )
        case Agg.FIRST:
            return f"min({column})"
        case Agg.LAST:
            return f"max({column})"
        case _:
            raise ValueError(f"{measure.agg} does not add up")


def one_of(column: str, values: Iterable[int]) -> str:
    """`column IN (…)`, also for no values at all."""
    listed = ",".join(str(int(value)) for value in values)
    return f"{column} IN ({listed})" if listed else "false"


def _joined(word: str, parts: tuple[Filter, ...], empty: str) -> str:
    if not parts:
        return empty
    return "(" + word.join(condition(part) for part in parts) + ")"


def _compare(node: Compare) -> str:
    if node.op == "is_null":
        return f"({as_text(node.field)} IS {'' if node.value else 'NOT '}NULL)"
    if node.op == "in":
        assert isinstance(node.value, tuple)
        return _in(node.field, node.value)
    assert not isinstance(node.value, tuple)
    if node.op in ORDERED:
        return f"({as_number(node.field)} {node.op} {literal(node.value)})"
    left = as_text(node.field) if isinstance(node.value, bool | str) else as_number(node.field)
    return f"({left} {'=' if node.op == '=' else 'IS DISTINCT FROM'} {literal(node.value)})"


def _in(field: str, values: tuple[Scalar, ...]) -> str:
    groups = []
    texts = [value for value in values if isinstance(value, bool | str)]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if texts:
        groups.append(f"{as_text(field)} IN ({','.join(literal(value) for value in texts)})")
    if numbers:
        groups.append(f"{as_number(field)} IN ({','.join(literal(value) for value in numbers)})")
    return "(" + " OR ".join(groups) + ")" if groups else "false"


def _only(measure: Measure) -> str:
    needed = [] if measure.filter == And(()) else [condition(measure.filter)]
    if measure.agg is Agg.COUNT and measure.field is not None:
        needed.append(f"{_field(measure)} IS NOT NULL")
    return f" FILTER (WHERE {' AND '.join(needed)})" if needed else ""


def _only_known(measure: Measure) -> str:
    needed = [] if measure.filter == And(()) else [condition(measure.filter)]
    return f"FILTER (WHERE {' AND '.join([*needed, f'{_field(measure)} IS NOT NULL'])})"


def _field(measure: Measure) -> str:
    assert measure.field is not None
    return as_number(measure.field) if measure.field not in NUMBER_FIELDS else measure.field


def _weight(measure: Measure) -> str:
    assert measure.weight is not None
    weight = f"coalesce({as_number(f'attr.{measure.weight}')}, 1)"
    return f"({weight} * {weight})" if measure.squared else weight


def _weighted(measure: Measure, inner: str) -> str:
    return inner if measure.weight is None else f"{_weight(measure)} * ({inner})"
