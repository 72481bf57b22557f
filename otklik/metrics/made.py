"""Relations of derived rows for one statement: SQL where it suffices, else sorted columns through `kernels.py` and back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from otklik.metrics import derived_sql, kernels
from otklik.metrics.core.derived import Chains, Derived, Groups, Near, Pairs, Within, identity
from otklik.metrics.core.filters import EVERYTHING, And, Filter, both
from otklik.metrics.core.grouped import Take
from otklik.metrics.derived_sql import Wanted
from otklik.metrics.kept import KEPT, by_day, together
from otklik.metrics.served_sql import fields_of
from otklik.metrics.sql import condition, one_of

if TYPE_CHECKING:
    from otklik.metrics.planner import Plan
    from otklik.metrics.record import Record

DAY_SECONDS = 86_400
DAY_NUMBER = "(day - DATE '1970-01-01')"
type Columns = dict[str, NDArray[Any]]


def relation(rule: Derived, plan: "Plan", record: "Record") -> str:
    """SQL text of a rule's rows over the record's days; of a group bound to no day with the plan's splits d0, d1 and so on."""
    wanted = Wanted.of(plan.reads_of(rule))
    if isinstance(rule, Groups) and rule.within is Within.PERIOD:
        source = f"SELECT *{plan.split_columns} FROM ({_scoped(plan, record, plan.where)})"
        steps = next((n for n, one in enumerate(plan.dimensions) if one.name == "subject"), None)
        if rule.inner.take is not Take.SEQUENCE:
            steps = None  # a group's subject is the sequence of its steps, where that is what is made of it
        return derived_sql.groups(
            rule, f"SELECT * FROM ({source}){plan.group_join}", wanted, plan.finals, steps
        )
    if isinstance(rule, Groups):
        return derived_sql.groups(rule, _scoped(plan, record, _shared(rule, plan.where), rule), wanted)
    if isinstance(rule, Pairs) and rule.second is None and rule.within is not Within.NONE:
        return derived_sql.gaps(rule, _scoped(plan, record, _shared(rule, plan.where), rule), wanted)
    return _through_kernel(rule, plan, record, wanted)


def _scoped(plan: "Plan", record: "Record", where: Filter, rule: Derived | None = None) -> str:
    """Events to make rows of; where rows may join places, all of them."""
    said = [] if where == EVERYTHING else [condition(where)]
    if plan.places is not None and (rule is None or "place" in derived_sql.names_of(rule)):
        said.append(one_of("place", sorted(plan.places)))
    raw = record.relations(set()).raw
    return f"SELECT * FROM ({raw}) WHERE {' AND '.join(said)}" if said else raw


def _shared(rule: Derived, where: Filter) -> Filter:
    """Conditions that hold for a whole row or not at all, so that they may come before it is made."""
    names = derived_sql.names_of(rule)
    parts = where.parts if isinstance(where, And) else (where,)
    return both(*(part for part in parts if fields_of(part) <= names))


def _through_kernel(rule: Pairs | Chains | Near, plan: "Plan", record: "Record", wanted: Wanted) -> str:
    if rule.within is not Within.NONE:
        kept = _of_days(rule, plan, record)
        raw = _scoped(plan, record, EVERYTHING, rule)
        return derived_sql.kept(record.keep(kept), wanted, raw, kind=False)
    source = record.wide(*_reach(rule))
    raw = _scoped(plan, source, _shared(rule, plan.where), rule)
    kept = _rows(rule, source.arrays(derived_sql.candidates(rule, raw)))
    if record.days is not None:
        first, last = record.days
        inside = (kept["day"] >= first) & (kept["day"] <= last)
        kept = {name: column[inside] for name, column in kept.items()}
    return derived_sql.kept(record.keep(kept), wanted, raw, kind=isinstance(rule, Near))


def _of_days(rule: Pairs | Chains | Near, plan: "Plan", record: "Record") -> Columns:
    """Rows that no day's end cuts: days that are kept from memory, the others made now, and kept where all places are looked at."""
    where = _shared(rule, plan.where)
    stamps, name = record.stamps(), identity(rule)
    raw = _scoped(plan, record, where, rule)
    if stamps is None:
        return _rows(rule, record.arrays(derived_sql.candidates(rule, raw)))
    held = {
        day: rows
        for day, stamp in stamps.items()
        if stamp is not None and (rows := KEPT.get((name, day, stamp))) is not None
    }
    fresh = [day for day in stamps if day not in held]
    if held:
        raw = f"SELECT * FROM ({raw}) WHERE {one_of(DAY_NUMBER, fresh)}"
    if held and not fresh:
        return together(list(held.values()))
    made = _rows(rule, record.arrays(derived_sql.candidates(rule, raw)))
    if where == EVERYTHING and plan.places is None:
        settled = [day for day in fresh if stamps[day] is not None]
        for day, rows in by_day(made, settled).items():
            KEPT.put((name, day, stamps[day]), rows)
    return together([*held.values(), made]) if held else made


def _reach(rule: Pairs | Chains | Near) -> tuple[int | None, int]:
    """(days before, days after) the asked ones that must be looked at; None is from the beginning.

    Which events are used up depends on all that came before, gaps of consecutive events on the last one alone.
    """
    if isinstance(rule, Near):
        days = int(rule.seconds // DAY_SECONDS) + 1
        return days, days
    if isinstance(rule, Pairs) and rule.second is None and rule.max_gap is not None:
        return int(rule.max_gap // DAY_SECONDS) + 2, 0
    return None, 0


def _rows(rule: Pairs | Chains | Near, found: Columns) -> Columns:
    rows = kernels.Sorted.of(found["part"], found["us"])
    flags = [np.asarray(found[f"f{number}"], bool) for number in range(len(derived_sql.flags_of(rule)))]
    if isinstance(rule, Near):
        return _near_rows(rule, rows, flags, found)
    if isinstance(rule, Chains):
        steps = flags[: len(rule.steps)]
        first, last = kernels.chains(
            rows, steps, flags[-1] if rule.without is not None else None, rule.window
        )
    elif rule.second is None:
        first, last = kernels.gaps(rows, rule.max_gap)
    else:
        first, last = kernels.pairs(rows, flags[0], flags[1], rule.max_gap)
    kept = _taken(found, last)
    kept["value"] = (rows.us[last] - rows.us[first]) / 1_000_000
    kept["weight"] = np.ones(len(last))
    return kept


def _near_rows(
    rule: Near, rows: kernels.Sorted, flags: Sequence[NDArray[np.bool_]], found: Columns
) -> Columns:
    mine, other = kernels.nearest(rows, flags[0], flags[1], rule.seconds)
    value = found["value"][mine]
    known = ~np.ma.getmaskarray(value)
    mine, other = mine[known], other[known]
    kept = _taken(found, mine)
    kept["value"] = np.asarray(found["value"][mine], float)
    kept["weight"] = np.ones(len(mine))
    tones = np.asarray(found["near"], object)
    kept["kind"] = np.where(other >= 0, tones[other] if len(tones) else "none", "none").astype(object)
    return kept


def _taken(found: Columns, rows: NDArray[np.int64]) -> Columns:
    names = ("seq", "us", "day", "place", "point", "employee", "utc_offset")
    return {name: found[name][rows] for name in names if name in found}
