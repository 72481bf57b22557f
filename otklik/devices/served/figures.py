"""Reads of the served-count form: what is known of each place and day, and who typed what."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.company.models import AuditEntry, Company, Place
from otklik.devices.queries import EPOCH, business_today
from otklik.events.record import get_store

MANUAL = "manual"
PRIORITY = ("till", "ofd", "sensor", "api", MANUAL)
SOURCE_NAMES: dict[str, str | Promise] = {
    "till": _("till"),
    "ofd": _("fiscal data"),
    "sensor": _("sensor"),
    "api": _("another system"),
    MANUAL: _("typed in"),
}
type Key = tuple[int, dt.date]


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """`manual` is what people typed (None: nothing), from the events `ids`; `better` a source that goes before it."""

    manual: int | None = None
    ids: tuple[str, ...] = ()
    better: int | None = None
    source: str = ""

    @property
    def count(self) -> int | None:
        """What indicators take."""
        return self.manual if self.better is None else self.better


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One place and day on the form. `state`: open, better, missing, future or closed."""

    place: Place
    day: dt.date
    figure: Figure
    state: str

    @property
    def source_name(self) -> str:
        return str(SOURCE_NAMES.get(self.figure.source, self.figure.source))

    @property
    def editable(self) -> bool:
        return self.state not in ("better", "future")


def better_sources() -> tuple[str, ...]:
    """Sources that go before what people type, the best first."""
    order = tuple(Company.current().served_priority or PRIORITY)
    return order[: order.index(MANUAL)] if MANUAL in order else order


def figures(places: Iterable[int], first: dt.date, last: dt.date) -> dict[Key, Figure]:
    """What the record knows; sources are never added to one another."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    numbers = ", ".join(str(int(one)) for one in wanted)
    with get_store().reader((first - EPOCH).days, (last - EPOCH).days) as reader:
        rows = reader.execute(
            "SELECT place, day, json_extract_string(attrs, '$.source'), sum(value)::BIGINT, list(id ORDER BY seq) "  # noqa: S608  # ids are numbers
            f"FROM {reader.events()} WHERE kind = 'served' AND place IN ({numbers}) GROUP BY ALL"
        )
    by_key: dict[Key, dict[str, tuple[int, list[str]]]] = {}
    for place, day, source, count, ids in rows:
        by_key.setdefault((place, day), {})[source or "api"] = (int(count), ids)
    order = better_sources()
    return {key: _figure(sources, order) for key, sources in by_key.items()}


def _figure(sources: dict[str, tuple[int, list[str]]], order: Sequence[str]) -> Figure:
    manual, ids = sources.get(MANUAL, (None, []))
    source = next((one for one in order if one in sources), "")
    better = sources[source][0] if source else None
    return Figure(manual, tuple(ids), better, source)


def week_of(places: Sequence[Place], monday: dt.date) -> list[tuple[Place, list[Cell]]]:
    """A row per place with a cell per day from `monday`."""
    days = [monday + dt.timedelta(days=step) for step in range(7)]
    known = figures([place.pk for place in places], days[0], days[-1])
    rows = []
    for place in places:
        today, hours = business_today(place), place.inherited("opening_hours")
        cells = []
        for day in days:
            figure = known.get((place.pk, day), Figure())
            cells.append(Cell(place, day, figure, _state(figure, day, today, hours)))
        rows.append((place, cells))
    return rows


def _state(figure: Figure, day: dt.date, today: dt.date, hours: list[object] | None) -> str:
    if figure.better is not None:
        return "better"
    if day > today:
        return "future"
    if figure.manual is None and hours and hours[day.weekday()] is None:
        return "closed"
    return "missing" if figure.manual is None and day < today else "open"


def log_of(places: Sequence[int], first: dt.date, last: dt.date, limit: int = 100) -> list[AuditEntry]:
    """Who changed which figure of these days, the newest first."""
    days = [str(first + dt.timedelta(days=step)) for step in range((last - first).days + 1)]
    mine = Q(object_type="place", object_id__in=[str(pk) for pk in places], action="served.enter")
    rows = AuditEntry.objects.filter(mine, new__day__in=days).select_related("user")
    return list(rows.order_by("-at", "-pk")[:limit])
