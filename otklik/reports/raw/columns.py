"""Columns of the browser and of its files: which there are, which are chosen, what stands in them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from otklik.events.queries import kinds
from otklik.events.vocabulary import AttributeType, Kind
from otklik.metrics.names import attribute_name, attribute_value
from otklik.reports.raw.events import Event
from otklik.reports.raw.filters import Filters
from otklik.reports.table import Column, Type

ATTRIBUTE_TYPES = {
    AttributeType.NUMBER: Type.NUMBER,
    AttributeType.COUNT: Type.INTEGER,
    AttributeType.FLAG: Type.FLAG,
}


@dataclass(frozen=True, slots=True)
class Field:
    """`at_once`: shown when nobody has chosen columns."""

    key: str
    label: Any
    type: Type
    cell: Callable[[Event], Any]
    at_once: bool = False
    width: int = 0

    def column(self) -> Column:
        return Column(self.key, str(self.label), self.type, 2, self.width)


FIELDS = (
    Field("local", _("When (clock of the place)"), Type.MOMENT, lambda e: e.local, at_once=True),
    Field("kind", _("Kind"), Type.TEXT, lambda e: e.kind, at_once=True),
    Field("subject", _("Question or topic"), Type.TEXT, lambda e: e.subject or None, at_once=True, width=34),
    Field("value", _("Value"), Type.NUMBER, lambda e: e.value, at_once=True),
    Field("place", _("Place"), Type.TEXT, lambda e: e.place, at_once=True),
    Field("point", _("Point"), Type.TEXT, lambda e: e.point or None, at_once=True),
    Field("employee", _("Employee"), Type.TEXT, lambda e: e.employee or None, at_once=True),
    Field("attrs", _("Attributes"), Type.TEXT, lambda e: e.attributes_text, at_once=True, width=40),
    Field("day", _("Business day"), Type.DATE, lambda e: e.row["day"]),
    Field("at", _("When (UTC)"), Type.MOMENT, lambda e: e.row["at"]),
    Field("kind_code", _("Kind, code"), Type.TEXT, lambda e: e.row["kind"]),
    Field("subject_code", _("Question or topic, code"), Type.TEXT, lambda e: e.row["subject"]),
    Field("session", _("Session"), Type.CODE, lambda e: e.row["session"], width=20),
    Field("via", _("Came through"), Type.TEXT, lambda e: e.row["via"]),
    Field("received", _("Accepted (UTC)"), Type.MOMENT, lambda e: e.row["received"]),
    Field("id", _("Number of the event"), Type.CODE, lambda e: e.row["id"], width=24),
)
BY_KEY = {one.key: one for one in FIELDS}


def chosen(query: QueryDict) -> list[Field]:
    """The columns that the address names, else those shown at once."""
    named = [BY_KEY[key] for key in FIELD_ORDER if key in query.getlist("col")]
    return named or [one for one in FIELDS if one.at_once]


FIELD_ORDER = [one.key for one in FIELDS]


def with_attributes(fields: Sequence[Field], filters: Filters) -> list[Field]:
    """Where one kind alone is asked for, each of its declared attributes is a typed column of the file."""
    if len(filters.kinds) != 1 or not any(one.key == "attrs" for one in fields):
        return list(fields)
    kind = kinds(inactive=True).get(filters.kinds[0])
    declared = kind.attributes if kind else ()
    if not declared:
        return list(fields)
    more = []
    for attribute in declared:
        kept = ATTRIBUTE_TYPES.get(attribute.type, Type.TEXT)
        label = capfirst(attribute_name(attribute.name))
        more.append(Field(f"attr.{attribute.name}", label, kept, _getter(kind, attribute.name, kept)))
    names = {attribute.name for attribute in declared}

    def rest(event: Event) -> str | None:
        others = {name: value for name, value in event.attrs.items() if name not in names}
        return json.dumps(others, ensure_ascii=False) if others else None

    return [
        *(one for one in fields if one.key != "attrs"),
        *more,
        Field("attrs", _("Other attributes"), Type.TEXT, rest, width=30),
    ]


def _getter(kind: Kind | None, name: str, kept: Type) -> Callable[[Event], Any]:
    def cell(event: Event) -> Any:
        value = event.attrs.get(name)
        if value is None:
            return None
        if kept is Type.TEXT:
            return attribute_value(kind, name, value)
        if kept is Type.FLAG:
            return bool(value)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    return cell
