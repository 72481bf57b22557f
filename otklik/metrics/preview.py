"""A definition tried on the user's own data before it is stored: values, places, trend, events that count and that almost do."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from otklik.metrics import browse, present
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.core.filters import And, Compare, Filter, FilterError, Not, both, from_data, to_data
from otklik.metrics.core.results import Result
from otklik.metrics.cost import Cost, estimate
from otklik.metrics.declared import Indicator
from otklik.metrics.definitions import LimitTable, trying
from otklik.metrics.dimensions import Grain
from otklik.metrics.drafts import Draft
from otklik.metrics.explain import taken_by
from otklik.metrics.queries import Row, Slicing, behind, values
from otklik.metrics.record import open_record
from otklik.metrics.rules import RULES, Takes
from otklik.metrics.scope import Tree
from otklik.metrics.vocabulary import Vocabulary
from otklik.metrics.wording import Writer

SHOWN, MOST_PLACES, MOST_DAYS = 5, 12, 92
PASSES = 3  # the value, the trend, the places; looking for events costs less


@dataclass(frozen=True, slots=True)
class Near:
    """Events that would count but for one condition."""

    condition: str
    events: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the editor shows beside the form; without `result` the cost was too high to run unasked."""

    indicator: Indicator
    cost: Cost
    result: Result | None = None
    series: Sequence[Row] = ()
    places: Sequence[Row] = ()
    counted: Sequence[dict[str, Any]] = ()
    near: Sequence[Near] = ()
    seconds: float = 0.0

    def data(self, tree: Tree) -> dict[str, Any]:
        """As JSON for the page and for REST."""
        one = self.indicator
        limits = LimitTable().of(one, tree.ancestors) if self.result else None
        return {
            "cost": self.cost.data(),
            "result": present.result(one, self.result, limits) if self.result else None,
            "series": _series(one, self.series),
            "places": _places(one, self.places, tree),
            "events": list(self.counted),
            "almost": [{"but_for": near.condition, "events": near.events} for near in self.near],
            "seconds": round(self.seconds, 3),
        }


def preview(draft: Draft, slicing: Slicing, known: Vocabulary, *, agreed: bool = False) -> Preview:
    """Values of a draft over a slicing. `agreed`: go on though it is expensive. Raises DefinitionError."""
    started = time.perf_counter()
    one = draft.indicator()
    code = one.code or "draft"
    if not one.code:
        one = replace(one, definition=replace(one.definition, code=code))
    with trying(one):
        cost = estimate(one, slicing, passes=PASSES)
        if cost.dear and not agreed:
            return Preview(one, cost, seconds=time.perf_counter() - started)
        with open_record(slicing.first_day, slicing.last_day) as record:
            result = values([code], replace(slicing, grain=Grain.TOTAL, by=()), record=record)[0].results[
                code
            ]
            days = (slicing.last_day - slicing.first_day).days + 1
            grain = Grain.DAY if days <= MOST_DAYS else Grain.MONTH
            series = values([code], replace(slicing, grain=grain, by=()), record=record)
            places: list[Row] = []
            if slicing.children:
                places = values([code], replace(slicing, grain=Grain.TOTAL, by=("child",)), record=record)
        taken = _taken(one, slicing)
        counted = browse.newest(slicing, taken, SHOWN) if taken is not None else []
        near = list(_near(draft, slicing, known))
    return Preview(one, cost, result, series, places, counted, near, time.perf_counter() - started)


def _taken(one: Indicator, slicing: Slicing) -> Filter | None:
    try:
        return taken_by(behind(one, slicing))
    except (DefinitionError, ValueError):
        return None


def _near(draft: Draft, slicing: Slicing, known: Vocabulary) -> Iterator[Near]:
    """For each condition beside the kind: the newest events that fail it alone."""
    writer = Writer(known)
    told = 0
    for node in main_filters(draft):
        if not isinstance(node, And):
            continue
        for number, part in enumerate(node.parts):
            if isinstance(part, Compare) and part.field == "kind":
                continue
            others = both(*(one for at, one in enumerate(node.parts) if at != number), Not(part))
            events = browse.newest(slicing, others, 2)
            if events:
                yield Near(writer.condition(to_data(part)), events)
                told += 1
            if told >= 3:
                return


def main_filters(draft: Draft) -> list[Filter]:
    """Filters that stand right in the parameters, in the order of the rule, each once."""
    rule = RULES.get(draft.definition.family)
    found: list[Filter] = []
    for param in rule.params if rule else ():
        data = draft.definition.params.get(param.name)
        if param.takes is Takes.FILTER and data is not None:
            data = [data]
        elif param.takes is not Takes.FILTERS or not isinstance(data, list):
            continue
        for one in data:
            try:
                node = from_data(one)
            except FilterError:
                continue
            if node not in found:
                found.append(node)
    return found


def _series(one: Indicator, rows: Sequence[Row]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        result = row.results.get(one.code)
        if result is not None:
            found.append({"period": row.keys["period"].isoformat(), "value": result.value, "n": result.n})
    return found


def _places(one: Indicator, rows: Sequence[Row], tree: Tree) -> list[dict[str, Any]]:
    return present.rows(one, rows[:MOST_PLACES], tree)
