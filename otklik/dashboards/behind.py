"""The events behind a number, the newest first, page by page along their order of acceptance."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point
from otklik.dashboards.scope import Scope
from otklik.events.personal import Readable
from otklik.events.queries import kinds
from otklik.events.reader import COLUMNS, SELECTED
from otklik.events.record import get_store
from otklik.metrics import anonymous
from otklik.metrics.catalogue import Indicator
from otklik.metrics.explain import taken_by
from otklik.metrics.queries import Slicing, behind
from otklik.metrics.sql import condition
from otklik.surveys.models import Question
from otklik.web import formats

PAGE = 12
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One event with names instead of ids; `facts` is everything that is stored."""

    when: str
    place: str
    point: str
    employee: str
    kind: str
    subject: str
    value: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: str  # the query string of the next page; "" at the end


def page(one: Indicator, scope: Scope, *, before: str = "", size: int = PAGE) -> Page:
    """Events of the scope that the indicator counts, older than the mark `before` ("<at in µs>.<seq>")."""
    conditions, parameters = _conditions(one, scope, before)
    first, last = ((day - EPOCH).days for day in (scope.span.first, scope.span.last))
    with get_store().reader(first, last) as reader:
        rows = reader.execute(
            f'SELECT {SELECTED}, epoch_us("at") FROM {reader.events()} WHERE {" AND ".join(conditions)} '  # noqa: S608  # names of ours; values are parameters
            f'ORDER BY "at" DESC, seq DESC LIMIT {size + 1}',
            parameters,
        )
    more = len(rows) > size
    rows = rows[:size]
    older = scope.query(before=f"{rows[-1][-1]}.{rows[-1][0]}") if more else ""
    return Page(_lines(rows, Readable(scope.user)), older)


def _conditions(one: Indicator, scope: Scope, before: str) -> tuple[list[str], list[Any]]:
    conditions = [anonymous.shown_sql(), _taken(one, scope.subject)]
    parameters: list[Any] = []
    if scope.place_ids is not None:
        conditions.append("list_contains(?, place)")
        parameters.append(scope.place_ids)
    for name, item in (("point", scope.point), ("employee", scope.employee)):
        if item is not None:
            conditions.append(f"{name} = ?")
            parameters.append(item.pk)
    at, _dot, seq = before.partition(".")
    if at.lstrip("-").isdecimal() and seq.isdecimal():
        conditions.append('(epoch_us("at") < ? OR (epoch_us("at") = ? AND seq < ?))')
        parameters += [int(at), int(at), int(seq)]
    return conditions, parameters


def _taken(one: Indicator, subject: str) -> str:
    """SQL condition of the events that any measure or served source of the indicator takes."""
    slicing = Slicing(EPOCH, EPOCH, subject=(subject,) if subject else ())
    return condition(taken_by(behind(one, slicing)))


def _lines(rows: Sequence[tuple[Any, ...]], readable: Readable) -> list[Line]:
    events = [dict(zip(COLUMNS, row, strict=False)) for row in rows]
    names = {
        "place": _names(Place, [event["place"] for event in events]),
        "point": _names(Point, [event["point"] for event in events]),
        "employee": _names(Employee, [event["employee"] for event in events]),
    }
    words = {
        "kind": {code: str(kind.name) for code, kind in kinds(inactive=True).items()},
        "subject": {
            row.code: row.text for row in Question.objects.filter(code__in={e["subject"] for e in events})
        },
    }
    zones = len({event["utc_offset"] for event in events}) > 1
    return [_line(event, names, words, readable, zones=zones) for event in events]


def _names(model: Any, ids: list[int | None]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in={pk for pk in ids if pk is not None}).values_list("pk", "name"))


def _line(
    event: Mapping[str, Any],
    names: Mapping[str, Mapping[int, str]],
    words: Mapping[str, Mapping[str, str]],
    readable: Readable,
    *,
    zones: bool,
) -> Line:
    local = event["at"] + dt.timedelta(minutes=event["utc_offset"])
    value = event["value"]
    attrs, hidden = readable.attributes(json.loads(event["attrs"]) if event["attrs"] else {}, event["place"])
    facts = [
        (_("Number"), event["id"]),
        (_("Happened (UTC)"), event["at"].isoformat(sep=" ", timespec="seconds")),
        (_("Business day"), formats.day(event["day"])),
        *(
            (name, event[key])
            for key, name in (("session", _("Session")), ("via", _("Came through")))
            if event[key]
        ),
        *((name, json.dumps(held, ensure_ascii=False)) for name, held in attrs.items()),
        *((name, _("hidden")) for name in hidden),
        (_("Accepted (UTC)"), event["received"].isoformat(sep=" ", timespec="seconds")),
    ]
    return Line(
        when=f"{formats.moment(local)} ({_zone(event['utc_offset'])})" if zones else formats.moment(local),
        place=names["place"].get(event["place"], ""),
        point=names["point"].get(event["point"], ""),
        employee=names["employee"].get(event["employee"], ""),
        kind=words["kind"].get(event["kind"], event["kind"]),
        subject=words["subject"].get(event["subject"], event["subject"] or ""),
        value=_value(event["kind"], value, attrs),
        facts=facts,
    )


def _value(kind: str, value: float | None, attrs: Mapping[str, Any]) -> str:
    if value is None:
        return ""
    if kind != "receipt":
        return formats.trimmed(value, 3)
    currency = attrs.get("currency")
    return (
        f"{formats.number(value, 2)}{formats.SPACE}{currency}"
        if currency
        else formats.with_unit(value, "money", 2)
    )


def _zone(offset: int) -> str:
    """«UTC+5:30» of minutes: clocks of several places stand beside each other only with it."""
    hours, minutes = divmod(abs(offset), 60)
    sign = formats.MINUS if offset < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
