"""Relations of derived rows for one statement: SQL where it suffices, else sorted columns through `kernels.py` and back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from otklik.metrics import derived_sql, kernels
from otklik.metrics.core.derived import Chains, Derived, Groups, Near, Pairs, Within, identity
from otklik.metrics.core.filters import EVERYTHING, And, Filter, both
from otklik.metrics.core.grouped import Take
from otklik.metrics.core.reach import fields_of
from otklik.metrics.derived_sql import Wanted
from otklik.metrics.kept import KEPT, by_day, together
from otklik.metrics.sql import condition, one_of

if TYPE_CHECKING:
    from otklik.metrics.planner import Plan
    from otklik.metrics.record import Record

DAY_SECONDS = 86_400
EVENTS_AT_ONCE = 5_000_000  # sorted in memory together; about half a gigabyte
DAY_NUMBER = "(day - DATE '1970-01-01')"
type Columns = dict[str, NDArray[Any]]


def rows(
    rule: Derived, plan: "Plan", record: "Record", wanted: Wanted, days: Collection[int] | None = None
) -> str:
    """SQL text of a rule's rows over the record's days; of a group bound to no day with the plan's splits d0, d1 and so on.

    With `days`, for rules that never cross a day, the rows of these days alone.
    """
    if isinstance(rule, Groups) and rule.within is Within.PERIOD:
        source = f"SELECT *{plan.split_columns} FROM ({_scoped(plan, record, plan.where)})"
        steps = next((n for n, one in enumerate(plan.dimensions) if one.name == "subject"), None)
        if rule.inner.take is not Take.SEQUENCE:
            steps = None  # a group's subject is the sequence of its steps, where that is what is made of it
        return derived_sql.groups(
            rule, f"SELECT * FROM ({source}){plan.group_join}", wanted, plan.finals, steps
        )
    if isinstance(rule, Groups):
        return derived_sql.groups(rule, _scoped(plan, record, _shared(rule, plan.where), rule, days), wanted)
    if isinstance(rule, Pairs) and rule.second is None and rule.within is not Within.NONE:
        return derived_sql.gaps(rule, _scoped(plan, record, _shared(rule, plan.where), rule, days), wanted)
    return _through_kernel(rule, plan, record, wanted, days)


def _scoped(
    plan: "Plan",
    record: "Record",
    where: Filter,
    rule: Derived | None = None,
    days: Collection[int] | None = None,
) -> str:
    """Events to make rows of; where rows may join places, all of them."""
    said = [] if where == EVERYTHING else [condition(where)]
    if plan.places is not None and (rule is None or "place" in derived_sql.names_of(rule)):
        said.append(one_of("place", sorted(plan.places)))
    if days is not None:
        said += _on(days)
    raw = record.relations(set()).raw
    if said:
        raw = f"SELECT * FROM ({raw}) WHERE {' AND '.join(said)}"
    return record.on_duty(raw) if rule is not None and rule.within is Within.SHIFT else raw


def _on(days: Collection[int]) -> list[str]:
    """Conditions for these days; bounds as dates, so that parts of files that hold other days are not read."""
    if not days:
        return ["false"]
    first, last = min(days), max(days)
    bounds = [f"day {sign} DATE '1970-01-01' + {day}" for sign, day in ((">=", first), ("<=", last))]
    return bounds if len(days) > last - first else [*bounds, one_of(DAY_NUMBER, days)]


def stamps_of(rule: Derived, record: "Record") -> dict[int, str | None] | None:
    """The record's stamps; where rows never cross a shift they change with the shifts as well."""
    stamps = record.stamps()
    if stamps is None or rule.within is not Within.SHIFT:
        return stamps
    return {
        day: None if stamp is None else f"{stamp}+{record.duty_stamp(day)}" for day, stamp in stamps.items()
    }


def settled_of(stamps: Mapping[int, str | None]) -> dict[int, str]:
    """Days that can be kept, with their stamps."""
    return {day: stamp for day, stamp in stamps.items() if stamp is not None}


def _shared(rule: Derived, where: Filter) -> Filter:
    """Conditions that hold for a whole row or not at all, so that they may come before it is made."""
    names = derived_sql.names_of(rule)
    parts = where.parts if isinstance(where, And) else (where,)
    return both(*(part for part in parts if fields_of(part) <= names))


def _through_kernel(
    rule: Pairs | Chains | Near,
    plan: "Plan",
    record: "Record",
    wanted: Wanted,
    days: Collection[int] | None,
) -> str:
    if rule.within is not Within.NONE:
        kept = _of_days(rule, plan, record, wanted, days)
        raw = _scoped(plan, record, EVERYTHING, rule)
        return derived_sql.kept(record.keep(kept), wanted, raw, kind=False)
    source = record.wide(*_reach(rule))
    raw = _scoped(plan, source, _shared(rule, plan.where), rule)
    kept = _rows(rule, source.arrays(derived_sql.candidates(rule, raw, wanted.of_rows)))
    if record.days is not None:
        first, last = record.days
        inside = (kept["day"] >= first) & (kept["day"] <= last)
        kept = {name: column[inside] for name, column in kept.items()}
    return derived_sql.kept(record.keep(kept), wanted, raw, kind=isinstance(rule, Near))


def _of_days(
    rule: Pairs | Chains | Near,
    plan: "Plan",
    record: "Record",
    wanted: Wanted,
    days: Collection[int] | None,
) -> Columns:
    """Rows that no day's end cuts: days that are kept from memory, the others made now.

    Kept where all places are looked at, unless single days are asked for: of those the sums are kept.
    """
    where = _shared(rule, plan.where)
    stamps, name = stamps_of(rule, record), identity(rule)
    if stamps is None or days is not None:
        raw = _scoped(plan, record, where, rule, days)
        return _rows(rule, record.arrays(derived_sql.candidates(rule, raw, wanted.of_rows)))
    settled = settled_of(stamps)
    held = {
        day: found for day, stamp in settled.items() if (found := KEPT.get((name, day, stamp))) is not None
    }
    fresh = [day for day in stamps if day not in held]
    parts = list(held.values())
    for piece in at_once(fresh, record.events_of_a_day()) if fresh or not held else ():
        raw = _scoped(plan, record, where, rule, piece)
        parts.append(_rows(rule, record.arrays(derived_sql.candidates(rule, raw))))
        if where == EVERYTHING and plan.places is None:
            mine = by_day(parts[-1], [day for day in piece if day in settled and record.intact(day)])
            for day, found in mine.items():
                KEPT.put((name, day, settled[day]), found)
    return together(parts)


def at_once(days: Sequence[int], events: int) -> Iterator[Sequence[int]]:
    """Days in pieces that fit into memory where a day has so many events; one piece of no days where there are none."""
    size = max(1, EVENTS_AT_ONCE // max(1, events))
    for start in range(0, max(1, len(days)), size):
        yield days[start : start + size]


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
    return {name: found[name][rows] for name in ("us", "day", *derived_sql.OF_ROWS) if name in found}
