"""From rows of SQL parts to results: put the parts of each group together and let each formula read its measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from otklik.metrics.core.filters import EVERYTHING, Filter
from otklik.metrics.core.formula import Formula, ServedTotal, Slice
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Reason
from otklik.metrics.dimensions import Dimension, Splits
from otklik.metrics.planner import Plan, Sources

type Key = tuple[Any, ...]


@dataclass(slots=True)
class Group:
    """One group's values by column name, and the served count of each base."""

    values: dict[str, Any] = field(default_factory=dict)
    served: dict[int, tuple[float, int]] = field(default_factory=dict)

    def anything(self, keys: Iterable[str]) -> bool:
        """Whether any of the measures is there and not zero, or any served count."""
        return bool(self.served) or any(map(self.values.get, keys))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a formula reads a group: its names, the columns of their measures, the number of its base.

    `covered` and `without` are the columns over units with and without a served count.
    """

    formula: Formula
    names: tuple[str, ...]
    keys: tuple[str, ...]
    base: int | None
    covered: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, formula: Formula, named: Mapping[str, str], base: int | None) -> "Reading":
        """`named`: key of the measure by the formula's own name."""
        names, keys = tuple(named), tuple(named.values())
        if base is None:
            return cls(formula, names, keys, None)
        covered, without = (tuple(f"{letter}{base}_{key}" for key in keys) for letter in "cu")
        return cls(formula, names, keys, base, covered, without)

    def anything(self, group: Group) -> bool:
        """Whether the group has anything that the formula counts."""
        return any(map(group.values.get, self.keys)) or self.base in group.served

    def slice(self, group: Group, absent: Reason) -> Slice:
        get = group.values.get
        plain = dict(zip(self.names, map(get, self.keys), strict=True))
        number = self.base
        if number is None:
            return Slice(plain)
        without = dict(zip(self.names, (get(column) or 0 for column in self.without), strict=True))
        told = group.served.get(number)
        if told is None and get(f"known{number}"):
            told = (
                0.0,
                group.values[f"known{number}"],
            )  # an hour without clients on a day whose hours are known
        if told is None:
            return Slice(plain, {}, ServedTotal(None, 0, absent, without))
        covered = dict(zip(self.names, map(get, self.covered), strict=True))
        return Slice(plain, covered, ServedTotal(told[0], told[1], None, without))


class Sheet:
    """A plan for several formulas, and the reading of its answer."""

    def __init__(self, formulas: Sequence[Formula]) -> None:
        bases: dict[Sources, int] = {}
        measures: dict[str, Measure] = {}
        covered: dict[int, dict[str, Measure]] = {}
        self.readings: list[Reading] = []
        for formula in formulas:
            base = bases.setdefault(formula.sources, len(bases)) if formula.sources else None
            named = [(name, measure, measure.key) for name, measure in formula.measures().items()]
            for _name, measure, key in named:
                measures[key] = measure
                if base is not None and measure.storable:
                    covered.setdefault(base, {})[key] = measure
            self.readings.append(Reading.of(formula, {name: key for name, _measure, key in named}, base))
        self.bases = tuple(bases)
        self.measures = list(measures.values())
        self.covered = {number: list(found.values()) for number, found in covered.items()}

    def plan(
        self, dimensions: Sequence[Dimension], places: frozenset[int] | None, where: Filter = EVERYTHING
    ) -> Plan:
        return Plan(self.measures, dimensions, places, where, self.bases, self.covered)


def groups(plan: Plan, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[Key, Group]:
    """Groups of an answer by their dimensions. Served counts reach every group that shares them."""
    place = {name: number for number, name in enumerate(columns)}
    part = place["part"]
    keys = [place[f"d{number}"] for number in range(len(plan.dimensions))]
    shared = [one.splits is Splits.SHARED for one in plan.dimensions]
    found: dict[Key, Group] = {}
    served: list[tuple[Key, int, float, int]] = []
    for row in rows:
        key = tuple(row[number] for number in keys)
        name = row[part]
        if name[0] == "s":
            served.append((key, int(name[1:]), row[place["served"]], row[place["known_units"]]))
            continue
        values = found.setdefault(key, Group()).values
        if not values:
            values.update(zip(columns, row, strict=True))
        else:
            values.update(
                (column, value) for column, value in zip(columns, row, strict=True) if value is not None
            )
    _spread_served(found, served, shared)
    return found


def _spread_served(
    found: dict[Key, Group], served: Sequence[tuple[Key, int, float, int]], shared: Sequence[bool]
) -> None:
    if not any(shared):
        for key, number, total, units in served:
            if total is not None:
                found.setdefault(key, Group()).served[number] = (total, units)
        return
    by_common: dict[Key, list[Group]] = {}
    for key, group in found.items():
        common = tuple(None if is_shared else value for value, is_shared in zip(key, shared, strict=True))
        by_common.setdefault(common, []).append(group)
    for key, number, total, units in served:
        for group in by_common.get(key, ()):
            if total is not None:
                group.served[number] = (total, units)


def no_served_reason(plan: Plan) -> Reason:
    """Why a slice may have no served count: none at all, none by the hour, none for its point, employee or attribute."""
    if any(one.stamped for one in plan.dimensions):
        return Reason.SERVED_PER_DAY_ONLY
    return Reason.SERVED_NOT_SPLIT if len(plan.unit) > 2 else Reason.NO_SERVED
