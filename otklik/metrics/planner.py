"""One SQL statement for many measures: raw events and day tables in, rows of parts out.

The answer has a column `part`:
- `m`: additive measures by key; `c<base>_<key>` the same over units whose served count is known; split by hours also
  `known<base>`, in how many rows it is;
- `w<base>`: `u<base>_<key>`, in how many units without a served count the measure is above zero;
- `s<base>`: `served` and `known_units` of a served base, by those dimensions that the count follows;
- `h` and `r<n>`: holistic measures, from raw events;
- `g<n>`: measures of derived rows (pairs, chains, groups of events).
Dimensions are d0, d1, … The caller puts the parts of a group together; nothing is averaged anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from otklik.metrics.core.derived import Derived, Within
from otklik.metrics.core.filters import EVERYTHING, Filter, both
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Agg, Measure
from otklik.metrics.core.reach import all_kinds, fields_of, of_kinds
from otklik.metrics.derived_sql import derived_aggregate
from otklik.metrics.dimensions import Dimension, Splits
from otklik.metrics.served_sql import ServedTables, restricted
from otklik.metrics.sharing import Shared
from otklik.metrics.sql import aggregate, as_text, combined, condition, one_of

type Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """SQL texts of the record over the wanted days.

    `raw` has all events. `days`, where it can be used, has rows of day tables (a column per measure, named by its key)
    and `rest` the events that those do not cover; `rest` None means that they cover everything.
    """

    raw: str
    days: str | None = None
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class RowsOf:
    """SQL text of a rule's derived rows; `summed`: of their sums by day and split, a column per measure named by its key."""

    sql: str
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for; `covered` names, per number of a base, the measures that its formulas read."""

    measures: Sequence[Measure]
    dimensions: Sequence[Dimension] = ()
    places: frozenset[int] | None = None
    where: Filter = EVERYTHING
    bases: Sequence[Sources] = ()
    covered: Mapping[int, Sequence[Measure]] = field(default_factory=dict)

    @property
    def additive(self) -> list[Measure]:
        return [measure for measure in self.measures if measure.storable]

    @property
    def holistic(self) -> list[Measure]:
        return [measure for measure in self.measures if measure.plain and not measure.additive]

    @property
    def derived(self) -> dict[Derived, list[Measure]]:
        """Measures by the rule that makes their rows."""
        found: dict[Derived, list[Measure]] = {}
        for measure in self.measures:
            if measure.source is not None:
                found.setdefault(measure.source, []).append(measure)
        return found

    def reads_of(self, rule: Derived) -> list[str]:
        """SQL texts that name the columns read from a rule's rows."""
        texts = [text for one in self.dimensions for text in one.columns.values()]
        texts += [derived_aggregate(measure) for measure in self.derived[rule]]
        return [*texts, condition(self.where), "" if self.places is None else "place"]

    @property
    def split_columns(self) -> str:
        """Columns of the dimensions, to add to a SELECT over events or derived rows."""
        found: dict[str, str] = {}
        for one in self.dimensions:
            found |= one.columns
        return "".join(f", {expression} AS {name}" for name, expression in found.items())

    @property
    def finals(self) -> list[str]:
        return _finals(self)

    @property
    def group_join(self) -> str:
        return _join_groups(self)

    @property
    def day_table_fits(self) -> bool:
        """Whether the day table has the columns that grouping and conditions need."""
        return all(one.day_table for one in self.dimensions) and fields_of(self.where) <= {"place", "point"}

    @property
    def day_columns(self) -> set[str]:
        """Keys of the measures that a day table must have to be used."""
        return {one.key for one in self.additive} | {one.measure.key for base in self.bases for one in base}

    @property
    def unit(self) -> list[str]:
        """Columns of the served unit: place, day, and what the count must carry itself."""
        said = [name for one in self.dimensions if one.splits is Splits.CARRIED for name in one.columns]
        said += [f"x_{name}" for name in ("point", "employee") if name in fields_of(self.where)]
        return list(dict.fromkeys(["x_place", "x_day", *said]))

    @property
    def split(self) -> dict[str, str]:
        """Columns of the split stage with their expressions over a raw event."""
        found: dict[str, str] = {}
        for one in self.dimensions:
            found |= one.columns
        if self.bases:
            plain = {"x_place": "place", "x_day": "day", "x_point": "point", "x_employee": "employee"}
            found |= {name: plain[name] for name in self.unit if name in plain}
        return found

    @property
    def kinds(self) -> Filter:
        """Only the kinds of events that some additive measure can take."""
        return of_kinds(all_kinds(one.filter for one in self.additive))

    @property
    def groups(self) -> Mapping[int, int]:
        return next((one.groups for one in self.dimensions if one.groups), {})


def statement(plan: Plan, relations: Relations, rows: Mapping[Derived, RowsOf] | None = None) -> str:
    """The SQL text of a plan over the record; `rows` are the relations of its derived rows (`summed.relation`)."""
    use_days = relations.days is not None and plan.day_table_fits
    raw = relations.rest if use_days else relations.raw
    days = "SELECT * FROM day_rows" if use_days else None
    ctes: list[str] = []
    parts: list[str] = []
    if use_days:  # bound once: binding the files anew for every part costs more than reading them
        columns = ", ".join(["day", "place", "point", *sorted(plan.day_columns)])
        ctes.append(f"day_rows AS MATERIALIZED (SELECT {columns} FROM ({relations.days}))")
    if plan.groups:
        listed = ",".join(f"({int(place)},{int(group)})" for place, group in plan.groups.items())
        ctes.append(f"place_groups(x_place, place_group) AS (VALUES {listed})")
    served = _served(plan, raw, days)
    if plan.bases:
        ctes.extend(served.ctes())
        parts.extend(_served_part(plan, number) for number in range(len(plan.bases)))
    if plan.additive:
        ctes.append(f"m AS {'MATERIALIZED' if plan.covered else ''} ({_split(plan, raw, days)})")
        parts.append(_measures(plan, served))
        parts.extend(_without(plan, number, served) for number, read in plan.covered.items() if read)
    parts.extend(_holistic(plan, relations.raw))
    parts.extend(_derived(plan, number, rule, rows or {}) for number, rule in enumerate(plan.derived))
    head = f"WITH {', '.join(ctes)} " if ctes else ""
    return head + " UNION ALL BY NAME ".join(parts)


def _scoped(plan: Plan, relation: str | None, where: Filter) -> str | None:
    """A relation with the plan's places and the conditions."""
    if relation is None:
        return None
    said = [] if where == EVERYTHING else [condition(where)]
    if plan.places is not None:
        said.append(one_of("place", sorted(plan.places)))
    return f"SELECT * FROM ({relation}){' WHERE ' + ' AND '.join(said) if said else ''}"


def _served(plan: Plan, raw: str | None, days: str | None) -> ServedTables:
    where = restricted(plan.where)
    return ServedTables(
        plan.bases,
        plan.unit,
        plan.split,
        _scoped(plan, raw, where),
        _scoped(plan, days, where),
        points_only="x_point" in plan.unit,
        stamped=_stamped(plan),
    )


def _stamped(plan: Plan) -> bool:
    return any(one.stamped for one in plan.dimensions)


def _split(plan: Plan, raw: str | None, days: str | None) -> str:
    """Additive measures by the split's columns; rows of day tables as they are, several for one split."""
    columns, texts = plan.split, []
    taken = [f"{expression} AS {name}" for name, expression in columns.items()]
    if raw is not None:
        shared = Shared(plan.additive)
        scoped = _scoped(plan, raw, both(plan.where, plan.kinds))
        assert scoped is not None
        texts.append(_grouped([*taken, *shared.aggregates], len(columns), shared.over(scoped)))
    if days is not None:
        keys = [one.key for one in plan.additive]
        texts.append(f"SELECT {', '.join([*taken, *keys])} FROM ({_scoped(plan, days, plan.where)})")
    return " UNION ALL BY NAME ".join(texts)


def _grouped(taken: Sequence[str], keys: int, source: str | None) -> str:
    group = f" GROUP BY {', '.join(str(place + 1) for place in range(keys))}" if keys else ""
    return f"SELECT {', '.join(taken)} FROM ({source}){group}"


def _finals(plan: Plan, *, served: bool = False) -> list[str]:
    return [
        f"{one.final} AS d{place}"
        for place, one in enumerate(plan.dimensions)
        if not (served and one.splits is Splits.SHARED)
    ]


def _join_groups(plan: Plan) -> str:
    return " JOIN place_groups USING (x_place)" if plan.groups else ""


def _measures(plan: Plan, served: ServedTables) -> str:
    """Part m: the split's rows by final dimensions, with the units' knowledge of their served count beside."""
    finals = _finals(plan)
    taken = [f"{combined(one, one.key)} AS {one.key}" for one in plan.additive]
    joins, beside = "", ""
    for number in range(len(plan.bases)):
        told = f"(SELECT *, true AS told FROM ({served.told(number)}))"
        joins += f" LEFT JOIN {told} n{number} ON {_same_unit(plan, f'n{number}')}"
        beside += f", coalesce(n{number}.told, false) AS told{number}"
        taken += [
            f"{combined(one, one.key)} FILTER (WHERE told{number}) AS c{number}_{one.key}"
            for one in plan.covered.get(number, ())
        ]
        if _stamped(plan):
            taken.append(f"count(*) FILTER (WHERE told{number}) AS known{number}")
    source = f"SELECT m.*{beside} FROM m{joins}" if joins else "FROM m"
    return _grouped(
        [*finals, *taken, "'m' AS part"], len(finals), f"SELECT * FROM ({source}){_join_groups(plan)}"
    )


def _without(plan: Plan, number: int, served: ServedTables) -> str:
    """Part w<n>: in how many units whose served count is unknown there is anything."""
    finals, read = _finals(plan), plan.covered[number]
    rows = f"SELECT m.* FROM m ANTI JOIN ({served.told(number)}) n ON {_same_unit(plan, 'n')}"
    held = [*plan.split, *(f"{combined(one, one.key)} AS {one.key}" for one in read)]
    units = _grouped(held, len(plan.split), rows)
    taken = [f"count(*) FILTER (WHERE {one.key} > 0) AS u{number}_{one.key}" for one in read]
    return _grouped(
        [*finals, *taken, f"'w{number}' AS part"], len(finals), f"SELECT * FROM ({units}){_join_groups(plan)}"
    )


def _same_unit(plan: Plan, other: str) -> str:
    return " AND ".join(f"m.{name} = {other}.{name}" for name in plan.unit)


def _served_part(plan: Plan, number: int) -> str:
    finals = _finals(plan, served=True)
    taken = [*finals, f"'s{number}' AS part", "fsum(served) AS served", "count(*) AS known_units"]
    return _grouped(taken, len(finals), f"SELECT * FROM u{number}{_join_groups(plan)}")


def _derived(plan: Plan, number: int, rule: Derived, rows: Mapping[Derived, RowsOf]) -> str:
    """Part g<n>: measures of one rule's rows."""
    made = rows[rule]
    taken = [
        f"{combined(one, one.key) if made.summed else derived_aggregate(one)} AS {one.key}"
        for one in plan.derived[rule]
    ]
    taken.append(f"'g{number}' AS part")
    finals = _finals(plan)
    if rule.within is Within.PERIOD:
        return _grouped([*(f"d{place}" for place in range(len(finals))), *taken], len(finals), made.sql)
    source = f"SELECT *{plan.split_columns} FROM ({_scoped(plan, made.sql, plan.where)})"
    return _grouped([*finals, *taken], len(finals), f"SELECT * FROM ({source}){_join_groups(plan)}")


def _holistic(plan: Plan, raw: str) -> list[str]:
    """Parts h and r<n>: quantiles and distinct keys in one pass, each count of repeaters in one of its own."""
    if not plan.holistic:
        return []
    columns = "".join(f", {expression} AS {name}" for name, expression in plan.split.items())
    source = f"SELECT *{columns} FROM ({_scoped(plan, raw, plan.where)})"
    source = f"SELECT * FROM ({source}){_join_groups(plan)}"
    finals, texts = _finals(plan), []
    single = [one for one in plan.holistic if one.agg is not Agg.REPEATERS]
    if single:
        taken = [*finals, *(f"{aggregate(one)} AS {one.key}" for one in single), "'h' AS part"]
        texts.append(_grouped(taken, len(finals), source))
    repeaters = [one for one in plan.holistic if one.agg is Agg.REPEATERS]
    for number, one in enumerate(repeaters):
        assert one.field is not None
        key, names = as_text(one.field), [f"d{place}" for place in range(len(finals))]
        inner = (
            f"SELECT {', '.join([*finals, f'{key} AS repeat_key'])} FROM ({source}) WHERE {condition(one.filter)} "
            f"AND {key} IS NOT NULL GROUP BY ALL HAVING count(*) >= {int(one.min_count or 1)}"
        )
        texts.append(_grouped([*names, f"count(*) AS {one.key}", f"'r{number}' AS part"], len(names), inner))
    return texts
