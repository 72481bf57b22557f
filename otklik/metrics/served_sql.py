"""Served counts in SQL: `core.served.served_of_unit` for every unit at once.

One table `g` has the figures: a row per unit and point (and hour, where the result is split by hours), a column per source.
For each base (list of sources by falling priority) there are then:
p — the best figure of each point and its rank in the base;
k — which point and rank hold in a unit, only where the result is split by hours;
u — the unit's served count (per hour, where split by hours).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from otklik.metrics.core.filters import And, Filter, both
from otklik.metrics.core.formula import Source
from otklik.metrics.core.reach import all_kinds, fields_of, of_kinds
from otklik.metrics.sharing import Shared
from otklik.metrics.sql import condition

HOUR_COLUMNS = ("x_local_hour", "x_hour")
POINT = {"x_point": "point"}


@dataclass(frozen=True, slots=True)
class ServedTables:
    """What the tables of all bases are written from.

    `unit` are columns of the unit (place, day and what the count must carry itself), `expressions` say each column
    over a raw event, `raw` and `days` are the relations with their conditions, `None` where there is none.
    """

    bases: Sequence[Sequence[Source]]
    unit: Sequence[str]
    expressions: Mapping[str, str]
    raw: str | None
    days: str | None
    points_only: bool
    stamped: bool

    def ctes(self) -> list[str]:
        found = [f"g AS MATERIALIZED ({self._figures()})"]
        for number in range(len(self.bases)):
            found.append(f"p{number} AS ({self._best(number)})")
            if self.stamped:
                found.append(f"k{number} AS MATERIALIZED ({self._chosen(number)})")
            found.append(f"u{number} AS MATERIALIZED ({self._counts(number)})")
        return found

    def told(self, number: int) -> str:
        """The units whose count is known, each once."""
        unit = ", ".join(self.unit)
        return f"SELECT DISTINCT {unit} FROM k{number}" if self.stamped else f"SELECT {unit} FROM u{number}"

    @property
    def _keys(self) -> list[str]:
        return list(dict.fromkeys([*self.unit, "x_point"]))

    @property
    def _hours(self) -> list[str]:
        return [name for name in HOUR_COLUMNS if name in self.expressions] if self.stamped else []

    def _usable(self, base: Iterable[Source]) -> list[tuple[int, Source]]:
        """Sources that can be told here, with their ranks."""
        return [(rank, one) for rank, one in enumerate(base) if one.stamped or not self.stamped]

    def _figures(self) -> str:
        columns = [*self._keys, *self._hours]
        expressions = {**self.expressions, **POINT}
        sources = dict.fromkeys(one for base in self.bases for _rank, one in self._usable(base))
        taken = [f"{expressions[name]} AS {name}" for name in columns]
        texts = []
        if self.raw is not None:
            shared = Shared([one.measure for one in sources])
            kinds = condition(of_kinds(all_kinds(one.filter for one in sources)))
            source = shared.over(f"SELECT * FROM ({self.raw}) WHERE {kinds}")
            texts.append(f"SELECT {', '.join([*taken, *shared.aggregates])} FROM ({source}) GROUP BY ALL")
        if self.days is not None:
            held = ", ".join([*taken, *(one.measure.key for one in sources)])
            texts.append(f"SELECT {held} FROM ({self.days})")
        figures = [f"fsum({_figure(one)}) AS {one.measure.key}" for one in sources]
        known = "".join(f" AND {name} IS NOT NULL" for name in self.unit)
        return (
            f"SELECT {', '.join([*columns, *figures])} FROM ({' UNION ALL BY NAME '.join(texts)}) WHERE true{known} "
            f"GROUP BY {', '.join(columns)}"
        )

    def _best(self, number: int) -> str:
        usable = [(rank, one.measure.key) for rank, one in self._usable(self.bases[number])]
        ranks = " ".join(f"WHEN {key} IS NOT NULL THEN {rank}" for rank, key in usable)
        keys, values = ", ".join([*self._keys, *self._hours]), ", ".join(key for _rank, key in usable)
        if not usable:  # no source tells hours
            return f"SELECT {keys}, 0 AS rank, NULL::DOUBLE AS v FROM g WHERE false"
        return f"SELECT {keys}, CASE {ranks} END AS rank, coalesce({values}) AS v FROM g WHERE coalesce({values}) IS NOT NULL"

    def _chosen(self, number: int) -> str:
        keys = ", ".join(self._keys)
        source = f"(SELECT {keys}, min(rank) AS rank FROM p{number} GROUP BY {keys})"
        if self.points_only:
            return f"SELECT {keys}, rank FROM {source} WHERE x_point IS NOT NULL"
        window = f"OVER (PARTITION BY {', '.join(self.unit)})"
        whole, points = (
            f"min(rank) FILTER (WHERE x_point IS NULL) {window} AS whole",
            f"max(rank) FILTER (WHERE x_point IS NOT NULL) {window} AS points",
        )
        inner = f"SELECT {keys}, rank, {whole}, {points} FROM {source}"
        return f"SELECT {keys}, rank FROM ({inner}) WHERE (x_point IS NULL) = ({WHOLE_HOLDS})"

    def _counts(self, number: int) -> str:
        unit = ", ".join(self.unit)
        if self.stamped:
            return self._counts_by_hour(number)
        if self.points_only:
            return f"SELECT {unit}, v AS served FROM p{number} WHERE x_point IS NOT NULL"
        whole, point = "FILTER (WHERE x_point IS NULL)", "FILTER (WHERE x_point IS NOT NULL)"
        inner = (
            f"SELECT {unit}, min(rank) {whole} AS whole, max(rank) {point} AS points, fsum(v) {whole} AS of_whole, "
            f"fsum(v) {point} AS of_points FROM p{number} GROUP BY {unit}"
        )
        return f"SELECT {unit}, CASE WHEN {WHOLE_HOLDS} THEN of_whole ELSE of_points END AS served FROM ({inner})"

    def _counts_by_hour(self, number: int) -> str:
        same = " AND ".join(f"g.{name} IS NOT DISTINCT FROM k.{name}" for name in self._keys)
        taken = ", ".join(f"g.{name}" for name in [*self.unit, *self._hours])
        ranks = " ".join(
            f"WHEN {rank} THEN {one.measure.key}" for rank, one in self._usable(self.bases[number])
        )
        held = f"CASE k.rank {ranks} END" if ranks else "NULL::DOUBLE"
        inner = f"SELECT {taken}, {held} AS v FROM g JOIN k{number} k ON {same}"
        return f"SELECT * EXCLUDE (v), fsum(v) AS served FROM ({inner}) WHERE v IS NOT NULL GROUP BY ALL"


WHOLE_HOLDS = "whole IS NOT NULL AND (points IS NULL OR whole <= points)"


def _figure(source: Source) -> str:
    """A source's measure as DOUBLE; a count without events says nothing."""
    key = source.measure.key
    return f"CASE WHEN {key} > 0 THEN {key}::DOUBLE END" if source.counted else f"{key}::DOUBLE"


def restricted(where: Filter) -> Filter:
    """The conditions that a served event must meet too: on place, point, employee and attributes.

    Conditions on question, kind, value, session and way in are about ratings alone.
    """
    parts = where.parts if isinstance(where, And) else (where,)
    return both(*(part for part in parts if all(_carried(name) for name in fields_of(part))))


def _carried(name: str) -> bool:
    return name in {"place", "point", "employee"} or name.startswith("attr.")
