"""What a result can be split by, and what each split means in SQL.

A dimension has columns that are taken from the raw events (`columns`: name → expression over the event) and an
expression over those columns that makes its value (`final`). The split stage groups by columns, the last one by finals.
Names of columns begin with x_, so that they never meet a column of the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from otklik.metrics.core.filters import attribute_name
from otklik.metrics.sql import as_text

LOCAL = '("at" + to_minutes(utc_offset::BIGINT))'
DAY = {"x_day": "day"}
PLACE = {"x_place": "place"}
HOUR = {"x_hour": f"hour({LOCAL})"}


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TOTAL = "total"


class Splits(StrEnum):
    """How the served count takes a split."""

    UNIT = "unit"  # a property of place and business day: the count follows
    CARRIED = "carried"  # known only where the served event itself carries it
    SHARED = "shared"  # a property of ratings alone: all parts share one count


@dataclass(frozen=True, slots=True)
class Dimension:
    """`day_table`: the day table has all its columns. `stamped`: finer than a day."""

    name: str
    columns: Mapping[str, str]
    final: str
    splits: Splits = Splits.UNIT
    day_table: bool = True
    stamped: bool = False
    groups: Mapping[int, int] = field(default_factory=dict)


def period(grain: Grain) -> Dimension | None:
    """The time axis. Weeks begin on Monday; an hour is the place's local hour, of its business day."""
    if grain is Grain.TOTAL:
        return None
    if grain is Grain.HOUR:
        columns = {**DAY, "x_local_hour": f"date_trunc('hour', {LOCAL})"}
        return Dimension("period", columns, "x_local_hour", day_table=False, stamped=True)
    final = "x_day" if grain is Grain.DAY else f"date_trunc('{grain.value}', x_day)::DATE"
    return Dimension("period", DAY, final)


SIMPLE = {
    "place": Dimension("place", PLACE, "x_place"),
    "point": Dimension("point", {"x_point": "point"}, "x_point", Splits.CARRIED),
    "employee": Dimension(
        "employee", {"x_employee": "employee"}, "x_employee", Splits.CARRIED, day_table=False
    ),
    "session": Dimension("session", {"x_session": "session"}, "x_session", Splits.CARRIED, day_table=False),
    "subject": Dimension("subject", {"x_subject": "subject"}, "x_subject", Splits.SHARED, day_table=False),
    "kind": Dimension("kind", {"x_kind": "kind"}, "x_kind", Splits.SHARED, day_table=False),
    "weekday": Dimension("weekday", DAY, "isodow(x_day) - 1"),
    "hour": Dimension("hour", {**DAY, **HOUR}, "x_hour", day_table=False, stamped=True),
    "hour_of_week": Dimension(
        "hour_of_week", {**DAY, **HOUR}, "(isodow(x_day) - 1) * 24 + x_hour", day_table=False, stamped=True
    ),
}
NAMES = (*SIMPLE, "child", "attr.<name>")


def dimension(name: str, children: Mapping[int, int] | None = None) -> Dimension:
    """The dimension called `name`. `children` maps places to groups (“child” needs it). Raises KeyError."""
    if name == "child":
        if children is None:
            raise KeyError(name)
        return Dimension("child", PLACE, "place_group", groups=children)
    if name in SIMPLE:
        return SIMPLE[name]
    if attribute_name(name):
        column = "x_attr_" + name.removeprefix("attr.").replace("-", "_")
        return Dimension(name, {column: as_text(name)}, column, Splits.CARRIED, day_table=False)
    raise KeyError(name)
