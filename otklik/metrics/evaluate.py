"""From an answer of SQL parts to columns: put the parts of each group together, and let formulas read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otklik.metrics.core.columns import Block, Column, Columnar, Mask, Numbers, ServedColumn
from otklik.metrics.core.filters import EVERYTHING, Filter
from otklik.metrics.core.formula import Formula, ServedTotal, Slice
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Reason, Result
from otklik.metrics.dimensions import Dimension, Splits
from otklik.metrics.planner import Plan, Sources

type Key = tuple[Any, ...]
type Rows = NDArray[np.intp]

SERVED_COLUMNS = frozenset({"part", "served", "known_units"})


@dataclass(slots=True)
class Group:
    """One group's values by column name, and the served count of each base with the number of units that know it."""

    values: dict[str, float | None] = field(default_factory=dict)
    served: dict[int, tuple[float, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """All groups of an answer: their keys, their values by column name (NaN: none), the served count of each base."""

    keys: Sequence[Key]
    values: Mapping[str, Numbers]
    served: Mapping[int, tuple[Numbers, Numbers]]

    def __len__(self) -> int:
        return len(self.keys)

    def column(self, name: str) -> Numbers:
        found = self.values.get(name)
        return np.full(len(self), np.nan) if found is None else found

    def anything(self, columns: Iterable[str]) -> Mask:
        """Where any of the columns is there and not zero, or any served count is."""
        found = np.zeros(len(self), bool)
        for total, _units in self.served.values():
            found |= ~np.isnan(total)
        for name in columns:
            if name in self.values:
                found |= np.nan_to_num(self.values[name]) != 0
        return found

    def one(self, row: int) -> Group:
        """One group by itself."""
        values = {name: _known(held.item(row)) for name, held in self.values.items()}
        served = {
            base: (total.item(row), int(units.item(row)))
            for base, (total, units) in self.served.items()
            if not np.isnan(total[row])
        }
        return Group(values, served)

    def by_key(self) -> dict[Key, Group]:
        return {key: self.one(row) for row, key in enumerate(self.keys)}

    @classmethod
    def of(cls, groups: Mapping[Key, Group]) -> "Groups":
        """Groups that were put together one by one."""
        names = dict.fromkeys(name for group in groups.values() for name in group.values)
        bases = dict.fromkeys(base for group in groups.values() for base in group.served)
        return cls(
            list(groups),
            {name: _numbers(group.values.get(name) for group in groups.values()) for name in names},
            {
                base: (
                    _numbers(group.served.get(base, (None, 0))[0] for group in groups.values()),
                    _numbers(group.served.get(base, (None, 0))[1] for group in groups.values()),
                )
                for base in bases
            },
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How a formula reads groups: its names, the columns of their measures, the number of its base.

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

    def anything(self, groups: Groups) -> Mask:
        """Where a group has anything that the formula counts."""
        mine = {base: one for base, one in groups.served.items() if base == self.base}
        return Groups(groups.keys, groups.values, mine).anything(self.keys)

    def column(self, groups: Groups, absent: Reason) -> Column:
        """Results of all groups."""
        if isinstance(self.formula, Columnar):
            return self.formula.column(self.block(groups, absent))
        return Column.of([self.result(groups, row, absent) for row in range(len(groups))])

    def result(self, groups: Groups, row: int, absent: Reason) -> Result:
        """The result of one group."""
        return self.formula.result(self.slice(groups.one(row), absent))

    def block(self, groups: Groups, absent: Reason) -> Block:
        size = len(groups)
        values = {name: groups.column(key) for name, key in zip(self.names, self.keys, strict=True)}
        if self.base is None:
            empty = np.full(size, np.nan)
            return Block(size, values, {}, ServedColumn(empty, np.zeros(size)))
        total, units = groups.served.get(self.base, (np.full(size, np.nan), np.zeros(size)))
        known = np.nan_to_num(groups.column(f"known{self.base}"))
        quiet = np.isnan(total) & (known > 0)  # hours without clients on days whose hours are known
        total, units = np.where(quiet, 0.0, total), np.where(quiet, known, np.nan_to_num(units))
        covered = {name: groups.column(key) for name, key in zip(self.names, self.covered, strict=True)}
        without = {
            name: np.nan_to_num(groups.column(key))
            for name, key in zip(self.names, self.without, strict=True)
        }
        return Block(size, values, covered, ServedColumn(total, units, absent, without))

    def slice(self, group: Group, absent: Reason) -> Slice:
        get = group.values.get
        plain = dict(zip(self.names, map(get, self.keys), strict=True))
        number = self.base
        if number is None:
            return Slice(plain)
        without = {name: int(get(key) or 0) for name, key in zip(self.names, self.without, strict=True)}
        told = group.served.get(number)
        known = get(f"known{number}")
        if told is None and known:
            told = (0.0, int(known))
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


def groups(plan: Plan, answer: Mapping[str, NDArray[Any]]) -> Groups:
    """Groups of an answer by their dimensions. Served counts reach every group that shares them."""
    axes = [f"d{number}" for number in range(len(plan.dimensions))]
    shared = [one.splits is Splits.SHARED for one in plan.dimensions]
    parts = answer["part"].tolist()
    lists = [answer[axis].tolist() if axis in answer else [None] * len(parts) for axis in axes]
    keys: list[Key] = list(zip(*lists, strict=True)) if axes else [()] * len(parts)
    rows_of: dict[str, list[int]] = {}
    for row, part in enumerate(parts):
        rows_of.setdefault(part, []).append(row)
    served = {int(part[1:]): rows_of.pop(part) for part in list(rows_of) if part[0] == "s"}
    index: dict[Key, int] = {}
    places = [
        (np.array(rows), np.array([index.setdefault(keys[row], len(index)) for row in rows]))
        for rows in rows_of.values()
    ]
    spread = {base: _spread(index, [keys[row] for row in rows], shared) for base, rows in served.items()}
    size = len(index)
    values = {}
    for name in [one for one in answer if one not in SERVED_COLUMNS and one not in axes]:
        values[name] = held = np.full(size, np.nan)
        for rows, targets in places:
            found = _floats(answer[name][rows])
            held[targets] = np.where(np.isnan(found), held[targets], found)
    totals = {}
    for base, counted in served.items():
        rows, (sources, targets) = np.array(counted), spread[base]
        totals[base] = total, units = np.full(size, np.nan), np.zeros(size)
        total[targets] = _floats(answer["served"][rows])[sources]
        units[targets] = _floats(answer["known_units"][rows])[sources]
    return Groups(list(index), values, totals)


def _spread(index: dict[Key, int], keys: Sequence[Key], shared: Sequence[bool]) -> tuple[Rows, Rows]:
    """Which served row goes into which group; a group that only has a served count is added to `index`."""
    if not any(shared):
        targets = [index.setdefault(key, len(index)) for key in keys]
        return np.arange(len(keys)), np.array(targets, np.intp)
    by_common: dict[Key, list[int]] = {}
    for key, row in index.items():
        common = tuple(None if is_shared else value for value, is_shared in zip(key, shared, strict=True))
        by_common.setdefault(common, []).append(row)
    pairs = [(source, row) for source, key in enumerate(keys) for row in by_common.get(key, ())]
    return np.array([source for source, _row in pairs], np.intp), np.array(
        [row for _source, row in pairs], np.intp
    )


def _floats(found: NDArray[Any]) -> Numbers:
    """Numbers of a column of the answer, NaN for NULL."""
    numbers: Numbers = np.ma.filled(found.astype(np.float64), np.nan)
    return numbers


def _numbers(values: Iterable[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def no_served_reason(plan: Plan) -> Reason:
    """Why a slice may have no served count: none at all, none by the hour, none for its point, employee or attribute."""
    if any(one.stamped for one in plan.dimensions):
        return Reason.SERVED_PER_DAY_ONLY
    return Reason.SERVED_NOT_SPLIT if len(plan.unit) > 2 else Reason.NO_SERVED
