"""Reads: what is known of each place and day of a sheet, and who typed what."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.company.models import AuditEntry, Company, Place
from otklik.devices.figures.sheets import Sheet
from otklik.devices.queries import EPOCH, business_today
from otklik.events.reader import quote
from otklik.events.record import get_store

MANUAL = "manual"
PRIORITY = ("till", "ofd", "receipts", "sensor", "visits", "api", MANUAL)
SOURCE_NAMES: dict[str, str | Promise] = {
    "till": _("till"),
    "ofd": _("fiscal data"),
    "receipts": _("receipts counted"),
    "sensor": _("sensor"),
    "visits": _("contacts counted"),
    "api": _("another system"),
    MANUAL: _("typed in"),
}
SERVED_SQL = """
SELECT place, day, CASE kind WHEN 'receipt' THEN 'receipts' WHEN 'visit' THEN 'visits'
  ELSE coalesce(json_extract_string(attrs, '$.source'), 'api') END AS source,
  CASE WHEN kind = 'served' THEN sum(value) ELSE count(*) END,
  CASE WHEN kind = 'served' AND source = 'manual' THEN list(id ORDER BY seq) ELSE [] END
FROM {events} WHERE place IN ({places}) AND (kind = 'served' OR kind = 'visit'
  OR (kind = 'receipt' AND json_extract_string(attrs, '$.operation') = 'sale')) GROUP BY place, day, kind, source"""
FIGURE_SQL = """
SELECT place, day, 'manual', last(value ORDER BY seq), list(id ORDER BY seq)
FROM {events} WHERE place IN ({places}) AND kind = 'figure' AND subject = {subject} GROUP BY place, day"""
type Key = tuple[int, dt.date]


@dataclass(frozen=True, slots=True)
class Known:
    """`typed` is what people typed (None: nothing), from the events `ids`; `better` a source that goes before it."""

    typed: float | None = None
    ids: tuple[str, ...] = ()
    better: float | None = None
    source: str = ""

    @property
    def value(self) -> float | None:
        """What indicators take."""
        return self.typed if self.better is None else self.better


@dataclass(frozen=True, slots=True)
class Cell:
    """One place and day. `state`: open, better, missing, future or closed."""

    sheet: Sheet
    place: Place
    day: dt.date
    known: Known
    state: str

    @property
    def source_name(self) -> str:
        return str(SOURCE_NAMES.get(self.known.source, self.known.source))

    @property
    def editable(self) -> bool:
        return self.state not in ("better", "future")

    @property
    def text(self) -> str:
        return self.sheet.text(self.known.typed)

    @property
    def better_text(self) -> str:
        return self.sheet.text(self.known.better)

    @property
    def number(self) -> str:
        """For the browser's sums: as people see it, with a point."""
        seen = self.sheet.in_cell(self.known.value)
        return "" if seen is None else f"{seen:g}" if abs(seen) < 1e5 else repr(seen)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change in words; `name` of the figure where several are shown."""

    entry: AuditEntry
    name: str
    day: dt.date
    old: str
    new: str


def better_sources() -> tuple[str, ...]:
    """Sources that go before what people type, the best first."""
    order = tuple(Company.current().served_priority or PRIORITY)
    return order[: order.index(MANUAL)] if MANUAL in order else order


def known(sheet: Sheet, places: Iterable[int], first: dt.date, last: dt.date) -> dict[Key, Known]:
    """What the record knows; sources are never added to one another."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    numbers = ", ".join(str(int(one)) for one in wanted)
    with get_store().reader((first - EPOCH).days, (last - EPOCH).days) as reader:
        sql = SERVED_SQL if sheet.is_served else FIGURE_SQL
        subject = quote(sheet.subject or "")
        rows = reader.execute(sql.format(events=reader.events(), places=numbers, subject=subject))
    by_key: dict[Key, dict[str, tuple[float, list[str]]]] = {}
    for place, day, source, value, ids in rows:
        by_key.setdefault((place, day), {})[source] = (value, ids)
    order = better_sources() if sheet.is_served else ()
    return {key: _known(said, order) for key, said in by_key.items()}


def _known(said: dict[str, tuple[float, list[str]]], order: Sequence[str]) -> Known:
    typed, ids = said.get(MANUAL, (None, []))
    source = next((one for one in order if one in said), "")
    return Known(typed, tuple(ids), said[source][0] if source else None, source)


def cells_of(
    sheet: Sheet, places: Sequence[Place], days: Sequence[dt.date]
) -> list[tuple[Place, list[Cell]]]:
    """A row per place with a cell per day."""
    held = known(sheet, [place.pk for place in places], days[0], days[-1])
    rows = []
    for place in places:
        today, hours = business_today(place), place.inherited("opening_hours")
        cells = []
        for day in days:
            one = held.get((place.pk, day), Known())
            cells.append(Cell(sheet, place, day, one, _state(sheet, one, day, today, hours)))
        rows.append((place, cells))
    return rows


def _state(sheet: Sheet, one: Known, day: dt.date, today: dt.date, hours: list[object] | None) -> str:
    if one.better is not None:
        return "better"
    if day > today:
        return "future"
    if one.typed is None and hours and hours[day.weekday()] is None:
        return "closed"
    return "missing" if sheet.is_served and one.typed is None and day < today else "open"


def log_of(
    sheets: Sequence[Sheet], places: Sequence[int], days: Sequence[dt.date], limit: int = 100
) -> list[LogLine]:
    """Who changed which number of these days, the newest first."""
    mine = Q(pk__in=[])
    for sheet in sheets:
        part = Q(action=sheet.action)
        mine |= part if sheet.is_served else part & Q(new__figure=sheet.code)
    rows = AuditEntry.objects.filter(
        mine,
        object_type="place",
        object_id__in=[str(pk) for pk in places],
        new__day__in=[str(day) for day in days],
    ).select_related("user")
    by_code = {sheet.code: sheet for sheet in sheets}
    found = rows.order_by("-at", "-pk")[:limit]
    return [_log_line(entry, by_code, named=len(sheets) > 1) for entry in found]


def _log_line(entry: AuditEntry, by_code: dict[str, Sheet], *, named: bool) -> LogLine:
    new, old = entry.new or {}, entry.old or {}
    sheet = by_code[new.get("figure", "served")]
    name = "clients" if sheet.is_served else "value"
    before, after = (_shown(sheet, part.get(name)) for part in (old, new))
    day = dt.date.fromisoformat(new["day"])
    return LogLine(entry, str(sheet.name) if named else "", day, before, after)


def _shown(sheet: Sheet, value: float | None) -> str:
    return "–" if value is None else f"{sheet.text(value)}{sheet.mark}"
