"""An event of the demo before it has catalogue ids: the same draft becomes a prepared row or a body of the ingest API."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from otklik.demo.plan import Plan
from otklik.events.row import EventRow

EPOCH = dt.date(1970, 1, 1).toordinal()
MICROSECOND = 1_000_000
DEVICE_KINDS = frozenset(
    {"visit", "rating", "served"}
)  # devices know the point alone; the shift says who stood there


class Draft(NamedTuple):
    """`second` is local time from midnight of `day` (over 86,400 after midnight); -1 stands for no point, no person."""

    id: str
    day: dt.date
    second: float
    location: int
    point: int
    person: int
    kind: str
    subject: str | None
    value: float | None
    session: str | None
    attrs: str | None


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of the catalogue by number in the plan; the last entry of points and people is None, for -1."""

    places: Sequence[int]
    points: Sequence[int | None]
    people: Sequence[int | None]


@lru_cache(maxsize=20_000)
def clock(zone: str, day: dt.date) -> tuple[int, int]:
    """(µs since 1970 UTC of the local midnight, minutes that the clock is ahead of UTC at noon)."""
    noon = dt.datetime.combine(day, dt.time(12), ZoneInfo(zone))
    ahead = noon.utcoffset() or dt.timedelta(0)
    minutes = int(ahead.total_seconds() // 60)
    return ((day.toordinal() - EPOCH) * 86400 - minutes * 60) * MICROSECOND, minutes


def moment(plan: Plan, draft: Draft) -> int:
    """When the draft happened, in µs since 1970 UTC."""
    midnight, _ = clock(plan.locations[draft.location].city.zone, draft.day)
    return midnight + int(draft.second * 1000) * 1000


def to_rows(plan: Plan, drafts: Sequence[Draft], ids: Ids, via: str, received: int) -> list[EventRow]:
    """Prepared rows; `received` in µs since 1970 UTC."""
    if not drafts:
        return []
    zones = [location.city.zone for location in plan.locations]
    starts = [location.day_start * 3600 for location in plan.locations]
    clocks = {day: [clock(zone, day) for zone in zones] for day in {draft.day for draft in drafts}}
    places, points, people = ids.places, ids.points, ids.people
    rows = []
    for id_, day, second, location, point, person, kind, subject, value, session, attrs in drafts:
        midnight, minutes = clocks[day][location]
        rows.append(
            EventRow(
                id_,
                midnight + int(second * 1000) * 1000,
                minutes,
                day.toordinal() - EPOCH + int((second - starts[location]) // 86400),
                places[location],
                points[point],
                people[person],
                kind,
                subject,
                value,
                session,
                attrs,
                via,
                received,
            )
        )
    return rows


def to_json(plan: Plan, draft: Draft) -> dict[str, Any]:
    """The draft as an event of the public ingest API."""
    zone = ZoneInfo(plan.locations[draft.location].city.zone)
    at = dt.datetime.fromtimestamp(moment(plan, draft) / MICROSECOND, zone)
    event: dict[str, Any] = {"id": draft.id, "kind": draft.kind, "at": at.isoformat(timespec="milliseconds")}
    if draft.point >= 0:
        event["point"] = plan.points[draft.point].code
    else:
        event["place"] = plan.locations[draft.location].code
    if draft.person >= 0 and draft.kind not in DEVICE_KINDS:
        event["employee"] = plan.people[draft.person].code
    for name in ("subject", "value", "session"):
        if getattr(draft, name) is not None:
            event[name] = getattr(draft, name)
    if draft.attrs:
        event["attrs"] = json.loads(draft.attrs)
    return event
