"""Events as the pages show them: every cell a text."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from otklik.dashboards.scope import Scope
from otklik.metrics.names import attribute_name
from otklik.reports.raw.columns import Field
from otklik.reports.raw.events import Event
from otklik.reports.table import Type
from otklik.web import formats


@dataclass(frozen=True, slots=True)
class Line:
    url: str
    cells: list[tuple[str, bool]]  # (text, is a number)


def lines(found: Sequence[Event], fields: Sequence[Field], scope: Scope) -> list[Line]:
    del scope
    return [
        Line(
            reverse("reports:event", args=[event.row["day"].isoformat(), event.row["id"]]),
            [(_text(event, one), one.type is Type.NUMBER) for one in fields],
        )
        for event in found
    ]


def _text(event: Event, field: Field) -> str:
    if field.key == "attrs":
        shown = [f"{name}: {text}" for name, text in event.named_attributes()]
        shown += [f"{attribute_name(name)}: {_('hidden')}" for name in event.hidden]
        return " · ".join(shown)
    value = field.cell(event)
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{formats.day(value.date())},{formats.SPACE}{value:%H:%M:%S}"
    if isinstance(value, dt.date):
        return formats.day(value)
    return formats.trimmed(value, 3) if field.type is Type.NUMBER else str(value)


def facts(event: Event) -> list[tuple[str, str]]:
    """Everything that is stored of an event."""
    row = event.row
    value = "" if event.value is None else formats.trimmed(event.value, 6)
    found = [
        (_("Kind"), f"{event.kind} ({row['kind']})"),
        (_("When (clock of the place)"), _stamp(event.local)),
        (_("When (UTC)"), _stamp(row["at"])),
        (_("Business day"), formats.day(row["day"])),
        (_("Place"), event.place),
        (_("Point"), event.point),
        (_("Employee"), event.employee),
        (_("Question or topic"), f"{event.subject} ({row['subject']})" if row["subject"] else ""),
        (_("Value"), value),
        (_("Session"), row["session"] or ""),
        (_("Came through"), row["via"]),
        (_("Accepted (UTC)"), _stamp(row["received"])),
        (_("Number of the event"), row["id"]),
        (_("Order of acceptance"), formats.number(row["seq"])),
    ]
    found += [(capfirst(name), held) for name, held in event.named_attributes()]
    found += [
        (
            capfirst(attribute_name(name)),
            _("hidden: only those who work on messages of this place may read it"),
        )
        for name in event.hidden
    ]
    return [(name, text) for name, text in found if text]


def _stamp(moment: dt.datetime) -> str:
    return f"{formats.day(moment.date())},{formats.SPACE}{moment:%H:%M:%S}"
