"""Reads of this room."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from otklik.company.models import Company, Place, Point, Shift, User, Verb
from otklik.company.models.places import PlaceQuerySet


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    """The clock that a person reads when nothing says whose place it is."""
    return zoneinfo.ZoneInfo(user.timezone or Company.current().timezone)


def matching(text: str, *fields: str) -> Q:
    """Objects of which a field holds `text`, in any case: SQLite's LIKE knows no capital letters but Latin ones."""
    condition = Q()
    for name in fields:
        condition |= Q(**{f"{name}__iregex": re.escape(text.strip())})
    return condition


@dataclass(slots=True)
class Branch:
    """A place in the tree that a user sees."""

    place: Place
    children: int
    points: int
    below: "list[Branch]" = field(default_factory=list)


def branches(user: User, parent: Place | None = None, levels: int = 2) -> list[Branch]:
    """The tops of what the user sees (or the parts of `parent`), opened `levels` deep."""
    visible = Place.objects.visible_to(user)
    if parent is not None:
        found = visible.filter(parent=parent)
    else:
        found = visible.filter(Q(parent=None) | ~Q(parent__in=visible))
    tops = _counted(found)
    layer = tops
    for _level in range(levels - 1):
        by_id = {branch.place.pk: branch for branch in layer if branch.children}
        if not by_id:
            break
        layer = _counted(visible.filter(parent__in=by_id))
        for branch in layer:
            assert branch.place.parent_id is not None
            by_id[branch.place.parent_id].below.append(branch)
    return tops


def _counted(places: PlaceQuerySet) -> list[Branch]:
    found = list(places.order_by("-active", "name"))
    children = _count(Place.objects.filter(parent__in=found).values_list("parent"))
    points = _count(Point.objects.filter(place__in=found).values_list("place"))
    return [Branch(place, children.get(place.pk, 0), points.get(place.pk, 0)) for place in found]


def _count(by_place: "QuerySet[Any, tuple[Any, ...]]") -> dict[int, int]:
    return dict(by_place.annotate(n=Count("pk")).order_by())


def ancestors(place: Place, user: User) -> list[Place]:
    """Visible places above, from the top down, without the place itself."""
    ids = place.ancestor_ids()[:-1]
    return list(Place.objects.visible_to(user).filter(pk__in=ids).order_by("path"))


def names_above(places: Iterable[Place]) -> dict[int, str]:
    """Texts like «Region · City» by the id of the place, for lists of search results."""
    places = list(places)
    ids = {above for place in places for above in place.ancestor_ids()[:-1]}
    names = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {place.pk: " · ".join(names[above] for above in place.ancestor_ids()[:-1]) for place in places}


@dataclass(frozen=True, slots=True)
class ShiftBar:
    """A part of a shift on one day: minutes from midnight on the place's clock."""

    shift: Shift
    first: int
    last: int
    start_text: str
    end_text: str

    @property
    def width(self) -> int:
        return max(self.last - self.first, 8)


def shifts_by_day(
    shifts: QuerySet[Shift], monday: dt.date, zone: zoneinfo.ZoneInfo, now: dt.datetime
) -> list[tuple[dt.date, list[ShiftBar]]]:
    """The week from `monday`; a shift over midnight stands in both days, an open one reaches until `now`."""
    days = [monday + dt.timedelta(days=number) for number in range(7)]
    edges = [dt.datetime.combine(day, dt.time(), zone) for day in [*days, monday + dt.timedelta(days=7)]]
    found = list(
        shifts.filter(start__lt=edges[7])
        .filter(Q(end__isnull=True) | Q(end__gt=edges[0]))
        .select_related("employee")
        .order_by("start")
    )
    week = []
    for day, begins, ends in zip(days, edges, edges[1:], strict=False):
        bars = []
        for shift in found:
            last = shift.end or max(now, shift.start + dt.timedelta(minutes=1))
            if shift.start < ends and last > begins:
                first = _minute(max(shift.start, begins), begins)
                until = shift.end.astimezone(zone) if shift.end else None
                bars.append(
                    ShiftBar(
                        shift,
                        first,
                        _minute(min(last, ends), begins),
                        f"{shift.start.astimezone(zone):%H:%M}",
                        f"{until:%H:%M}" if until else "…",
                    )
                )
        week.append((day, bars))
    return week


def _minute(moment: dt.datetime, midnight: dt.datetime) -> int:
    return min(1440, int((moment - midnight).total_seconds() // 60))


def manageable_places(user: User) -> PlaceQuerySet:
    return Place.objects.visible_to(user, Verb.MANAGE)
