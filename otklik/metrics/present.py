"""Results as JSON for the API: codes for machines, sentences for people, codes of places for ids."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from otklik.company.models import Employee, Point
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.compare import Difference
from otklik.metrics.core.results import Flag, Reason, Result
from otklik.metrics.core.states import first_day, last_day
from otklik.metrics.core.thresholds import Limits, PeriodKind, When, colour
from otklik.metrics.definitions import LimitTable
from otklik.metrics.labels import FLAGS, MARKS, REASONS, UNITS, VERDICTS
from otklik.metrics.queries import Row, Slicing
from otklik.metrics.scope import Tree


class Words:
    """Sentences of flags and reasons in the current language, each translated once."""

    def __init__(self) -> None:
        self._held: dict[Flag | Reason, str] = {}

    def __getitem__(self, code: Flag | Reason) -> str:
        if code not in self._held:
            self._held[code] = str(FLAGS[code] if isinstance(code, Flag) else REASONS[code])
        return self._held[code]


def result(
    one: Indicator, found: Result, limits: Limits | None, words: Words | None = None
) -> dict[str, Any]:
    words = words or Words()
    return {
        "value": found.value,
        "unit": found.unit.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "n": found.n,
        "standard_error": found.standard_error,
        "interval": list(found.interval) if found.interval else None,
        "colour": colour(found.value, limits, one.definition.direction).value,
        "limits": {"good": limits.good, "acceptable": limits.acceptable} if limits else None,
        "flags": [flag.value for flag in found.flags],
        "notes": [words[flag] for flag in found.flags],
        "reason": found.reason.value if found.reason else None,
        "reason_text": words[found.reason] if found.reason else None,
        "coverage": {"known": found.coverage.known, "units": found.coverage.units}
        if found.coverage
        else None,
        "parts": dict(found.parts),
        "version": one.definition.version,
    }


def rows(
    one: Indicator, found: Sequence[Row], tree: Tree, slicing: Slicing | None = None
) -> list[dict[str, Any]]:
    """Rows with their keys: places, points and employees by code with a name beside."""
    table = LimitTable()
    names, words = _names(found), Words()
    shown = []
    for row in found:
        place = row.keys.get("place", row.keys.get("child"))
        limits = table.of(one, tree.path(place), _when(table, row, slicing) if slicing else None)
        if one.code in row.results:
            cells = result(one, row.results[one.code], limits, words)
            shown.append({**_keys(row.keys, tree, names), **cells})
    return shown


def _when(table: LimitTable, row: Row, slicing: Slicing) -> When:
    """The period of a row: its own step of the time axis, or the whole."""
    step = row.keys.get("period")
    if step is None:
        return table.when(slicing.first_day, slicing.last_day)
    day = step.date() if isinstance(step, dt.datetime) else step
    kind = PeriodKind(slicing.grain.value)
    first = first_day(kind, day)
    return table.when(first, min(last_day(kind, first), slicing.last_day), kind)


def difference(found: Difference) -> dict[str, Any]:
    return {
        "delta": found.delta,
        "standard_error": found.standard_error,
        "ci95": list(found.interval) if found.interval else None,
        "z": found.z,
        "p_value": found.p_value,
        "verdict": found.verdict.value,
        "verdict_text": str(VERDICTS[found.verdict]),
    }


def indicator(one: Indicator) -> dict[str, Any]:
    definition = one.definition
    return {
        "code": one.code,
        "version": definition.version,
        "name": str(one.name),
        "formula": str(one.formula),
        "group": one.group,
        "family": definition.family,
        "params": dict(definition.params),
        "question_types": list(definition.question_types),
        "unit": definition.unit.value,
        "unit_text": str(UNITS[definition.unit]),
        "direction": definition.direction.value,
        "relevance_rule": definition.relevance,
        "whose": one.mark.value,
        "whose_text": str(MARKS[one.mark]),
        "limits": {"good": one.limits.good, "acceptable": one.limits.acceptable} if one.limits else None,
        "docs": one.anchor,
    }


def _names(found: Sequence[Row]) -> dict[str, dict[int, tuple[str, str]]]:
    names = {}
    for key, model in (("point", Point), ("employee", Employee)):
        ids = {row.keys[key] for row in found if row.keys.get(key) is not None}
        held = model.objects.filter(pk__in=ids).values_list("pk", "code", "name") if ids else ()
        names[key] = {pk: (code, name) for pk, code, name in held}
    return names


def _keys(
    keys: Mapping[str, Any], tree: Tree, names: Mapping[str, Mapping[int, tuple[str, str]]]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, value in keys.items():
        if key in {"place", "child"}:
            node = tree.nodes.get(value)
            shown |= {key: node.code if node else value, f"{key}_name": node.name if node else None}
        elif key in names:
            code, name = names[key].get(value, (value, None))
            shown |= {key: code, f"{key}_name": name}
        else:
            shown[key] = value.isoformat() if isinstance(value, dt.date) else value
    return shown
