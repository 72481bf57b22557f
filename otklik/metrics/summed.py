"""Sums of derived rows by business day, place and point: what most questions need of pairs, chains and groups.

A company of a thousand places makes hundreds of thousands of rows a day, and a few thousand sums. The sums of a settled day are kept in
memory and on disk under a digest of the sealed files that hold its events, so that a changed day is summed anew and nothing has
to be told. Questions that need more than place, point, employee and day of the rows get the rows themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from otklik.metrics.core.derived import Derived, Within
from otklik.metrics.core.filters import EVERYTHING
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.reach import fields_of
from otklik.metrics.derived_sql import Wanted, derived_aggregate
from otklik.metrics.kept import Columns, KeptRows, by_day, together
from otklik.metrics.made import DAY_NUMBER, at_once, rows, settled_of, stamps_of
from otklik.metrics.planner import RowsOf
from otklik.metrics.sql import condition
from otklik.metrics.sums_file import SumsFile

if TYPE_CHECKING:
    from otklik.metrics.planner import Plan
    from otklik.metrics.record import Record

SPLITS = ("place", "point")
SUMS = KeptRows(64 * 1024 * 1024)


def relation(rule: Derived, plan: "Plan", record: "Record") -> RowsOf:
    """The rows of a rule over the record's days, summed where the plan lets them be."""
    splits = splits_of(rule, plan)
    stamps = stamps_of(rule, record) if splits else None
    if splits is None or stamps is None:
        return RowsOf(rows(rule, plan, record, Wanted.of(plan.reads_of(rule))), summed=False)
    parts = sums(rule, plan, record, splits, stamps)
    return RowsOf(
        f"SELECT * REPLACE (DATE '1970-01-01' + day::INTEGER AS day) FROM {record.keep(parts)}", summed=True
    )


def sums_up(measure: Measure) -> bool:
    """Whether a measure of derived rows is the sum of those of its days."""
    rule = measure.source
    return rule is not None and rule.within in {Within.DAY, Within.SHIFT} and measure.additive


def splits_of(rule: Derived, plan: "Plan") -> tuple[str, ...] | None:
    """Columns that sums must be split by for this plan beside the day; None where sums are not enough."""
    if not all(map(sums_up, plan.derived[rule])):
        return None
    if not fields_of(plan.where) <= {"employee", *SPLITS}:
        return None
    read = Wanted.of(
        [*(text for one in plan.dimensions for text in one.columns.values()), condition(plan.where)]
    )
    if read.texts or not read.numbers <= {"day", "employee", *SPLITS}:
        return None
    return (*SPLITS, "employee") if "employee" in read.numbers else SPLITS


def at_hand(rule: Derived, measures: Sequence[Measure], record: "Record") -> tuple[set[int], set[int]]:
    """(settled days, those of them whose sums outlive this process)."""
    settled = _settled(rule, record)
    if record.sums is None:
        return set(settled), set(settled)
    return set(settled), record.sums.days([_name(one, SPLITS) for one in measures], settled)


def fill(rule: Derived, plan: "Plan", record: "Record") -> None:
    """Make and keep the sums of all settled days that lack them."""
    sums(rule, plan, record, SPLITS, _settled(rule, record))


def _settled(rule: Derived, record: "Record") -> dict[int, str]:
    return settled_of(stamps_of(rule, record) or {})


def sums(
    rule: Derived, plan: "Plan", record: "Record", splits: Sequence[str], stamps: Mapping[int, str | None]
) -> Columns:
    """Day, splits, and a column per measure, named by its key, over all of the days."""
    measures = plan.derived[rule]
    settled = settled_of(stamps)
    held = _held(measures, splits, settled, record.sums)
    fresh = [day for day in stamps if day not in held]
    whole = plan.where == EVERYTHING and plan.places is None
    parts = list(held.values())
    for days in at_once(fresh, record.events_of_a_day()) if fresh or not parts else ():
        made = _made(rule, plan, record, splits, days)
        parts.append(made)
        if whole:
            whole_days = [day for day in days if day in settled and record.intact(day)]
            _keep(measures, splits, by_day(made, whole_days), settled, record.sums)
    return together(parts)


def _made(
    rule: Derived, plan: "Plan", record: "Record", splits: Sequence[str], days: Collection[int]
) -> dict[str, Any]:
    measures = plan.derived[rule]
    taken = [f"{derived_aggregate(one)} AS {one.key}" for one in measures]
    wanted = Wanted.of([*taken, "day", *splits])
    names = [f"{DAY_NUMBER}::INTEGER AS day", *splits]
    group = ", ".join(str(number + 1) for number in range(len(names)))
    source = rows(rule, plan, record, wanted, days)
    return record.arrays(
        f"SELECT {', '.join([*names, *taken])} FROM ({source}) GROUP BY {group} ORDER BY {group}"
    )


def _name(measure: Measure, splits: Sequence[str]) -> str:
    return f"{measure.key}:{','.join(splits)}"


def _held(
    measures: Sequence[Measure], splits: Sequence[str], stamps: Mapping[int, str], cache: SumsFile | None
) -> dict[int, Columns]:
    """Days of which the sums of every measure are kept."""
    by_measure = [_held_of(_name(one, splits), stamps, cache) for one in measures]
    found: dict[int, Columns] = {}
    for day in stamps:
        mine = [held[day] for held in by_measure if day in held]
        if len(mine) == len(measures) and len({len(one["day"]) for one in mine}) == 1:
            named = {one.key: columns["sum"] for one, columns in zip(measures, mine, strict=True)}
            found[day] = {"day": mine[0]["day"], **{name: mine[0][name] for name in splits}, **named}
    return found


def _held_of(name: str, stamps: Mapping[int, str], cache: SumsFile | None) -> dict[int, Columns]:
    found = {
        day: columns for day, stamp in stamps.items() if (columns := SUMS.get((name, day, stamp))) is not None
    }
    if cache is not None and len(found) < len(stamps):
        for day, columns in cache.read(
            name, {day: stamp for day, stamp in stamps.items() if day not in found}
        ).items():
            found[day] = columns
            SUMS.put((name, day, stamps[day]), columns)
    return found


def _keep(
    measures: Sequence[Measure],
    splits: Sequence[str],
    days: Mapping[int, Columns],
    stamps: Mapping[int, str],
    cache: SumsFile | None,
) -> None:
    for one in measures:
        name = _name(one, splits)
        mine = {
            day: {
                "day": columns["day"],
                **{split: columns[split] for split in splits},
                "sum": columns[one.key],
            }
            for day, columns in days.items()
        }
        for day, columns in mine.items():
            SUMS.put((name, day, stamps[day]), columns)
        if cache is not None:
            cache.write(name, {day: (stamps[day], columns) for day, columns in mine.items()})
