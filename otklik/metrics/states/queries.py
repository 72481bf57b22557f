"""Reads of colours: what is shown now, how it came, how long it lasted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from otklik.company.models import Place
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.states.models import State, StateChange, StateChangeQuerySet


@dataclass(frozen=True, slots=True)
class Stretch:
    """A colour that lasted from `start` to `end`; `change` began it (None: it began before what is looked at)."""

    colour: Colour
    start: dt.datetime
    end: dt.datetime
    change: StateChange | None = None

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class History:
    """Colours of one indicator at one place between two moments, without gaps."""

    stretches: list[Stretch] = field(default_factory=list)
    late: list[StateChange] = field(default_factory=list)

    def seconds(self, colour: Colour) -> float:
        return sum(one.seconds for one in self.stretches if one.colour is colour)

    @property
    def total(self) -> float:
        return sum(one.seconds for one in self.stretches)

    @property
    def falls(self) -> int:
        """How many times it became red."""
        return sum(one.colour is Colour.RED and one.change is not None for one in self.stretches)

    @property
    def recoveries(self) -> list[float]:
        """Seconds from each red to the next green or yellow; grey in between counts as not recovered."""
        found, began = [], None
        for one in self.stretches:
            if one.colour is Colour.RED and began is None:
                began = one.start
            elif began is not None and one.colour in {Colour.GREEN, Colour.YELLOW}:
                found.append((one.start - began).total_seconds())
                began = None
        return found

    @property
    def longest_red(self) -> float:
        return max((one.seconds for one in self.stretches if one.colour is Colour.RED), default=0.0)


def histories(
    code: str, places: Sequence[int], period: str, start: dt.datetime, end: dt.datetime
) -> dict[int, History]:
    """Histories of many places in two statements, by place. Each version of a definition speaks until the next one does."""
    mine = StateChange.objects.filter(indicator=code, place__in=places, period=period)
    rows: dict[int, list[StateChange]] = {}
    for row in mine.filter(at__gte=start, at__lte=end).order_by("at", "pk"):
        rows.setdefault(row.place_id, []).append(row)
    earlier = _before(mine, places, start)
    return {
        place: _history(earlier.get(place), rows.get(place, []), start, end)
        for place in places
        if place in rows or place in earlier
    }


def _before(mine: StateChangeQuerySet, places: Sequence[int], start: dt.datetime) -> dict[int, StateChange]:
    """The row that was in force at `start`, by place."""
    newest = mine.filter(place=OuterRef("pk"), at__lt=start, late=False).order_by("-version", "-at", "-pk")
    found = Place.objects.filter(pk__in=places).annotate(before=Subquery(newest.values("pk")[:1]))
    rows = StateChange.objects.in_bulk(
        [pk for pk in found.values_list("before", flat=True) if pk is not None]
    )
    return {row.place_id: row for row in rows.values()}


def _history(
    before: StateChange | None, rows: Sequence[StateChange], start: dt.datetime, end: dt.datetime
) -> History:
    spoken = _one_voice([row for row in rows if not row.late])
    if before is not None and spoken and spoken[0].version < before.version:
        spoken = [row for row in spoken if row.version >= before.version]
    stretches: list[Stretch] = []
    colour = Colour(before.new) if before is not None else Colour.GREY
    began, change = start, None
    for row in spoken:
        if row.at > began:
            stretches.append(Stretch(colour, began, row.at, change))
        colour, began, change = Colour(row.new), row.at, row
    if end > began:
        stretches.append(Stretch(colour, began, end, change))
    return History(stretches, [row for row in rows if row.late])


def _one_voice(rows: Sequence[StateChange]) -> list[StateChange]:
    """Of several versions the newer one speaks from its first row on."""
    begins: dict[int, dt.datetime] = {}
    for row in rows:
        begins.setdefault(row.version, row.at)
    return [
        row for row in rows if all(row.at < at for version, at in begins.items() if version > row.version)
    ]


def current(places: Iterable[int] | None, *, code: str = "", period: str = "") -> list[State]:
    """States of now, the worst and the longest first; grey last."""
    rows = State.objects.select_related("place")
    if places is not None:
        rows = rows.filter(place__in=places)
    if code:
        rows = rows.filter(indicator=code)
    if period:
        rows = rows.filter(period=period)
    order = {"red": 0, "yellow": 1, "green": 2, "grey": 3}
    return sorted(rows, key=lambda row: (order[row.colour], row.since, row.pk))
