"""Which segments should become one."""

import datetime as dt
from collections.abc import Iterator, Sequence

from otklik.events.manifest import Segment

BIG_ROWS = 2_000_000  # segments from this size on are merged no further
MERGE_AT = 8  # so many segments of one tier are merged
TIER = 8  # the factor between tiers
QUIET_DAYS = 5  # a month is over so many days after its end: then its small files become one


def groups_to_merge(segments: Sequence[Segment], now: float) -> Iterator[list[Segment]]:
    """Groups of segments of one month to write anew together; `now` in seconds since 1970 UTC.

    Many of like size are merged, all small ones of a past month, and those that hold withdrawn rows.
    """
    current = _month(int(now // 86400) - QUIET_DAYS)
    months: dict[str, list[Segment]] = {}
    for segment in segments:
        if not segment.damaged:
            months.setdefault(_month(segment.first_day), []).append(segment)
    for month, of_month in months.items():
        small = [segment for segment in of_month if segment.rows < BIG_ROWS]
        chosen = small if month < current and len(small) > 1 else _full_tiers(small)
        names = {segment.name for segment in chosen}
        chosen = chosen + [segment for segment in of_month if segment.dirty and segment.name not in names]
        if chosen:
            yield chosen


def _full_tiers(segments: Sequence[Segment]) -> list[Segment]:
    """The smallest segments up to the highest tier that is full; each row is thus rewritten once per tier."""
    ordered = sorted(segments, key=lambda segment: segment.rows)
    limit = 1000
    chosen: list[Segment] = []
    while limit <= BIG_ROWS * TIER:
        below = [segment for segment in ordered if segment.rows < limit]
        if len(below) - len(chosen) >= MERGE_AT:
            chosen = below
        limit *= TIER
    return chosen


def _month(day: int) -> str:
    return f"{dt.date(1970, 1, 1) + dt.timedelta(days=day):%Y-%m}"
