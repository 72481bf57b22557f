"""Served counts in SQL: `core.served.served_of_unit` for every unit at once.

For each base (list of sources by falling priority) three tables are written:
f — figures: unit, point, rank of the source, value (and the hour, where the result is split by hours);
k — which point and rank hold in a unit;
u — the unit's served count (per hour, where split by hours).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from otklik.metrics.core.filters import EVERYTHING, And, Compare, Filter, Not, Or, both
from otklik.metrics.core.formula import Source
from otklik.metrics.sql import condition

HOUR_COLUMNS = ("x_local_hour", "x_hour")
POINT = {"x_point": "point"}


@dataclass(frozen=True, slots=True)
class ServedTables:
    """What the tables of one base are written from.

    `unit` are columns of the unit (place, day and what the count must carry itself), `expressions` say each column
    over a raw event, `raw` and `days` are the relations with their conditions, `None` where there is none. `host` is the
    number and the sources of a base written before whose figures hold all of this one's, so that they are read once.
    """

    number: int
    base: Sequence[Source]
    unit: Sequence[str]
    expressions: Mapping[str, str]
    raw: str | None
    days: str | None
    points_only: bool
    stamped: bool
    host: tuple[int, Sequence[Source]] | None = None

    def ctes(self) -> list[str]:
        n = self.number
        return [
            f"f{n} AS MATERIALIZED ({self._figures()})"
            if self.host is None
            else f"f{n} AS ({self._of_host(*self.host)})",
            f"p{n} AS ({self._best_of_point()})",
            f"k{n} AS MATERIALIZED ({self._chosen()})",
            f"u{n} AS MATERIALIZED ({self._counts()})",
        ]

    @property
    def _keys(self) -> list[str]:
        return list(dict.fromkeys([*self.unit, "x_point"]))

    @property
    def _hours(self) -> list[str]:
        return [name for name in HOUR_COLUMNS if name in self.expressions] if self.stamped else []

    def _figures(self) -> str:
        columns = [*self._keys, *self._hours]
        expressions = {**self.expressions, **POINT}
        carried = [name for name in self.unit if name not in {"x_place", "x_day"}]
        known = "".join(f" AND {name} IS NOT NULL" for name in carried)
        usable = [(rank, one) for rank, one in enumerate(self.base) if one.stamped or not self.stamped]
        texts = []
        taken = ", ".join(f"{expressions[name]} AS {name}" for name in columns)
        if self.raw is not None:
            cases = " ".join(f"WHEN {condition(one.filter)} THEN {rank}" for rank, one in usable)
            cases = cases or "WHEN false THEN 0"  # no source tells hours
            counted = [str(rank) for rank, one in usable if one.counted]
            value = f"CASE WHEN rank IN ({', '.join(counted)}) THEN 1 ELSE value END" if counted else "value"
            kinds = condition(of_kinds(all_kinds(one.filter for _, one in usable)))
            texts.append(
                f"SELECT * FROM (SELECT * EXCLUDE (value), {value} AS v FROM "
                f"(SELECT {taken}, CASE {cases} END AS rank, value FROM ({self.raw}) WHERE {kinds})) WHERE rank IS NOT NULL AND v IS NOT NULL{known}"
            )
        if self.days is not None:
            ranks = ", ".join(str(rank) for rank, _ in usable)
            figures = ", ".join(map(_figure, (one for _, one in usable)))
            texts.append(
                f"SELECT * FROM (SELECT {taken}, unnest([{ranks}]) AS rank, unnest([{figures}]) AS v FROM ({self.days})) "
                f"WHERE v IS NOT NULL{known}"
            )
        return f"SELECT {', '.join(columns)}, rank, fsum(v) AS v FROM ({' UNION ALL BY NAME '.join(texts)}) GROUP BY ALL"

    def _of_host(self, number: int, base: Sequence[Source]) -> str:
        columns = ", ".join([*self._keys, *self._hours])
        ranks = {rank: self.base.index(one) for rank, one in enumerate(base) if one in self.base}
        cases = " ".join(f"WHEN {theirs} THEN {ours}" for theirs, ours in ranks.items())
        said = f"SELECT {columns}, CASE rank {cases} END AS rank, v FROM f{number}"
        return f"SELECT * FROM ({said}) WHERE rank IS NOT NULL"

    def _best_of_point(self) -> str:
        return f"SELECT {', '.join(self._keys)}, min(rank) AS rank FROM f{self.number} GROUP BY ALL"

    def _chosen(self) -> str:
        source, keys = f"p{self.number}", ", ".join(self._keys)
        if self.points_only:
            return f"SELECT {keys}, rank FROM {source} WHERE x_point IS NOT NULL"
        whole = "min(rank) FILTER (WHERE x_point IS NULL)"
        points = "max(rank) FILTER (WHERE x_point IS NOT NULL)"
        window = f"OVER (PARTITION BY {', '.join(self.unit)})"
        inner = f"SELECT {keys}, rank, {whole} {window} AS whole, {points} {window} AS points FROM {source}"
        holds = "whole IS NOT NULL AND (points IS NULL OR whole <= points)"
        return f"SELECT {keys}, rank FROM ({inner}) WHERE (x_point IS NULL) = ({holds})"

    def _counts(self) -> str:
        same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM k.{name}" for name in [*self._keys, "rank"])
        taken = ", ".join(f"f.{name}" for name in [*self.unit, *self._hours])
        n = self.number
        return f"SELECT {taken}, fsum(f.v) AS served FROM f{n} f JOIN k{n} k ON {same} GROUP BY ALL"


def _figure(source: Source) -> str:
    """A source's column of a day table as DOUBLE; a count without events says nothing."""
    key = source.measure.key
    return f"CASE WHEN {key} > 0 THEN {key}::DOUBLE END" if source.counted else f"{key}::DOUBLE"


def kinds_of(node: Filter) -> frozenset[str] | None:
    """Kinds that a filter can take; None when it does not say. Used to skip other events early."""
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


def restricted(where: Filter) -> Filter:
    """The conditions that a served event must meet too: on place, point, employee and attributes.

    Conditions on question, kind, value, session and way in are about ratings alone.
    """
    parts = where.parts if isinstance(where, And) else (where,)
    return both(*(part for part in parts if all(_carried(name) for name in fields_of(part))))


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


def _carried(name: str) -> bool:
    return name in {"place", "point", "employee"} or name.startswith("attr.")
