"""Elements of the standard beside a target: which checks and contacts belong together, and how far each element was met there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from otklik.metrics.core.filters import Compare, Filter, both
from otklik.metrics.record import Record, asked_anew, open_record
from otklik.metrics.relations.arrays import Floats
from otklik.metrics.relations.contrasts import Contrast, contrasts, ordered
from otklik.metrics.relations.matrix import Frame, Matrix, read
from otklik.metrics.relations.series import Named, Series
from otklik.metrics.relations.units import UNITS, Key
from otklik.metrics.sql import condition, one_of

KIND = "checklist_element"
WAYS = ("session", "employee_day", "place_day")  # the nearest first
COLUMNS = {"session": "session", "employee_day": "employee, day", "place_day": "place, day"}
LEAST_JOINED = 10
MAX_NAMED = 20_000  # interactions that a statement may name


@dataclass(frozen=True, slots=True)
class Tried:
    """One way of joining: units with checks, units with both checks and the target."""

    way: str
    checked: int
    joined: int


@dataclass(frozen=True, slots=True)
class Standard:
    """`way` None: no way joins anything. `found`: elements in order of effect."""

    way: str | None
    tried: Sequence[Tried]
    found: Sequence[tuple[str, Contrast]]
    left_out: int  # units with checks without the target
    pooled: bool = True


@dataclass(frozen=True, slots=True)
class Checks:
    """How far each element was met in each unit."""

    met: dict[Key, dict[str, float]]

    @property
    def elements(self) -> list[str]:
        return sorted({code for held in self.met.values() for code in held})

    def over(self, keys: Sequence[Key], elements: Sequence[str]) -> Floats:
        """Units by elements, NaN where an element was not checked."""
        nothing: dict[str, float] = {}
        rows = [[self.met.get(key, nothing).get(code, np.nan) for code in elements] for key in keys]
        return np.array(rows, dtype=np.float64).reshape(len(keys), len(elements))


def standard(
    target: Named, frame: Frame, where: Filter, ways: Sequence[str], *, threshold: float, share: bool
) -> Standard:
    """The target with and without each element, joined in the first of `ways` that joins enough."""

    def work() -> Standard:
        with open_record(frame.first, frame.last) as record:
            return _standard(record, target, frame, where, ways, threshold=threshold, share=share)

    return asked_anew(work)


def _standard(
    record: Record,
    target: Named,
    frame: Frame,
    where: Filter,
    ways: Sequence[str],
    *,
    threshold: float,
    share: bool,
) -> Standard:
    assert isinstance(target.what, Series)
    tried: list[Tried] = []
    best: tuple[Tried, Checks, Matrix] | None = None
    for way in ways:
        checks = _checks(record, way, frame, target.what, where)
        if not checks.met:
            tried.append(Tried(way, 0, 0))
            continue
        matrix = read([_only(target, checks, way)], replace(frame, unit=UNITS[way]), record)
        known = {key for key, value in zip(matrix.keys, matrix.column(0), strict=True) if not np.isnan(value)}
        one = Tried(way, len(checks.met), len(known & set(checks.met)))
        tried.append(one)
        if one.joined and (best is None or one.joined >= LEAST_JOINED > best[0].joined):
            best = (one, checks, matrix)
        if one.joined >= LEAST_JOINED:
            break
    if best is None:
        return Standard(None, tried, (), 0)
    one, checks, matrix = best
    elements = checks.elements
    met = checks.over(matrix.keys, elements)
    found = contrasts(matrix.column(0), matrix.bases[:, 0], met, threshold, share=share)
    pooled = bool(np.isfinite(matrix.bases[:, 0]).any())
    pairs = list(zip(elements, found, strict=True))
    return Standard(one.way, tried, ordered(pairs), one.checked - one.joined, pooled)


def _only(target: Named, checks: Checks, way: str) -> Named:
    """The target over the checked interactions alone, where they can be named."""
    assert isinstance(target.what, Series)
    if way != "session" or len(checks.met) > MAX_NAMED:
        return target
    mine = Compare("session", "in", tuple(str(key[0]) for key in checks.met))
    return replace(target, what=replace(target.what, where=both(target.what.where, mine)))


def _checks(record: Record, way: str, frame: Frame, target: Series, where: Filter) -> Checks:
    places = frame.places if target.places is None else target.places
    columns = COLUMNS[way]
    said = [f"kind = '{KIND}'", "subject IS NOT NULL", "value BETWEEN 0 AND 1", condition(where)]
    said += [f"{name.strip()} IS NOT NULL" for name in columns.split(",")]
    if places is not None:
        said.append(one_of("place", sorted(places)))
    for name in ("point", "employee"):
        if getattr(target, name) is not None:
            said.append(f"{name} = {int(getattr(target, name))}")
    sql = (
        f"SELECT {columns}, subject, avg(value) FROM ({record.relations(set()).raw}) "
        f"WHERE {' AND '.join(said)} GROUP BY ALL"
    )
    met: dict[Key, dict[str, float]] = {}
    for *key, code, value in record.fetch(sql)[1]:
        met.setdefault(tuple(key), {})[code] = value
    return Checks(met)
