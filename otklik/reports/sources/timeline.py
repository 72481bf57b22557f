"""The timeline: its lines over all steps, with a native chart of each, and the events marked in these days."""

import datetime as dt

from django.utils.translation import gettext as _

from otklik.dashboards.timeline import ask as asking
from otklik.dashboards.timeline import markers
from otklik.dashboards.timeline.data import Timeline, read
from otklik.dashboards.timeline.table import Column as Held
from otklik.dashboards.timeline.table import Type as Kind
from otklik.dashboards.timeline.table import table, title
from otklik.metrics.dimensions import Grain
from otklik.reports.exports import Ask, export
from otklik.reports.table import Chart, Column, Report, Table, Type, table_of

TYPES = {
    Kind.SHARE: Type.SHARE,
    Kind.NUMBER: Type.NUMBER,
    Kind.MONEY: Type.MONEY,
    Kind.SECONDS: Type.SECONDS,
    Kind.COUNT: Type.INTEGER,
    Kind.TEXT: Type.TEXT,
}


@export("timeline")
def timeline(ask: Ask) -> Report:
    """What the address shows: one sheet of steps, one of events."""
    asked = asking.of(ask.user, ask.query)
    found = read(asked.wanted)
    place = asked.scope.place.code if asked.scope.place else ""
    tables = [_lines(found, place), _events(found, asked)]
    notes = (*asked.problems, *(message for _line, message in found.problems))
    return ask.report(_("Timeline"), *tables, notes=notes)


def _lines(found: Timeline, place: str) -> Table:
    held = table(found, default_place=place)
    columns = [_column(one, found) for one in held.columns]
    charts = tuple(
        Chart("line", "step", (f"value_{number}",), title=title(line, place))
        for number, line in enumerate(found.lines)
    )
    return table_of("steps", _("Timeline"), columns, held.rows, charts=charts)


def _column(one: Held, found: Timeline) -> Column:
    if one.line is None:
        hours = found.axis.grain is Grain.HOUR
        kind = Type.TEXT if one.part == "note" else Type.MOMENT if hours else Type.DATE
        return Column(one.part, one.title, kind)
    return Column(f"{one.part}_{one.line}", one.title, TYPES[one.type], one.digits)


def _events(found: Timeline, asked: asking.Asked) -> Table:
    tops = list({line.where.place: None for line in found.lines} or [asked.scope.place])
    days = found.axis.days
    marked = markers.for_page(
        asked.wanted.caller, markers.between(asked.wanted.caller, days.first, days.last, tops)
    )
    columns = [
        Column("first", _("First day"), Type.DATE),
        Column("last", _("Last day"), Type.DATE),
        Column("kind", _("Kind")),
        Column("text", _("Event"), width=50),
        Column("place", _("Place")),
    ]
    rows = [
        [
            *(dt.date.fromisoformat(one[name]) if one[name] else None for name in ("first", "last")),
            one["kindName"],
            one["text"],
            one["place"],
        ]
        for one in marked
    ]
    return table_of("events", _("Events"), columns, rows)
