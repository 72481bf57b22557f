"""Lists of indicators: the catalogue, the board, the thresholds."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.company.models import Place, Verb
from otklik.dashboards import actions
from otklik.dashboards.cards import GROUPS
from otklik.dashboards.readings import breakdowns, read, reading_of
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Direction
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.labels import UNITS
from otklik.metrics.models import Threshold
from otklik.reports.exports import Ask, export
from otklik.reports.results import (
    colour_word,
    reading_cells,
    reading_columns,
    remarks,
    typed,
)
from otklik.reports.table import Column, Report, Table, Type, table_of
from otklik.surveys.models import Question


@export("catalogue")
def catalogue(ask: Ask) -> Report:
    """Every indicator with its value for the scope, and its formula."""
    scope, needle = ask.scope, ask.get("q").casefold().strip()
    known = {
        code: one
        for code, one in indicators().items()
        if not needle or needle in str(one.name).casefold() or needle in code
    }
    readings = read([(code, "") for code in known], scope, trend=False)
    rows = [
        [str(GROUPS.get(one.group, one.group)), *reading_cells(readings[code, ""]), str(one.formula)]
        for code, one in known.items()
    ]
    columns = [
        Column("group", _("Group")),
        *reading_columns(scope.other_name),
        Column("formula", _("Formula"), width=60),
    ]
    return ask.report(_("Indicators"), table_of("indicators", _("Indicators"), columns, rows))


@export("board")
def board(ask: Ask) -> Report:
    """The widgets of the user's board, then all of them by the next level of places."""
    scope = ask.scope
    widgets = list(actions.board_of(ask.user).widgets.all())
    asked = list(dict.fromkeys((one.indicator, one.subject) for one in widgets))
    readings = read(asked, scope, trend=False)
    texts = dict(Question.objects.values_list("code", "text_ru"))
    rows = [
        [*reading_cells(readings[key]), texts.get(key[1], key[1]) or None] for key in asked if key in readings
    ]
    columns = [*reading_columns(scope.other_name), Column("question", _("Question"), width=30)]
    tables = [table_of("board", _("Overview"), columns, rows)]
    if scope.children:
        tables.append(
            _by_place(ask, list(dict.fromkeys(code for code, _subject in asked if code in indicators())))
        )
    return ask.report(_("Overview"), *tables)


def _by_place(ask: Ask, codes: list[str]) -> Table:
    known, limits = indicators(), LimitTable()
    names = {place.pk: place for place in ask.scope.children}
    rows = []
    for row in breakdowns(codes, ask.scope, "place"):
        place = names.get(row.keys["child"])
        for code in codes if place else ():
            if code not in row.results:
                continue
            reading = reading_of(known[code], row.results[code], place, limits)
            result = reading.result
            rows.append(
                [
                    place.code if place else "",
                    place.name if place else "",
                    str(known[code].name),
                    typed(result.value, result.unit),
                    str(UNITS[result.unit]),
                    result.n,
                    colour_word(reading.colour),
                    remarks(result),
                ]
            )
    columns = [
        Column("code", _("Code")),
        Column("place", _("Place")),
        Column("indicator", _("Indicator"), width=34),
        Column("value", _("Value"), Type.VALUE, width=12),
        Column("unit", _("Unit")),
        Column("n", _("Base, n"), Type.NUMBER, 0),
        Column("colour", pgettext("of an indicator", "Colour")),
        Column("remarks", _("Remarks"), width=40),
    ]
    return table_of("places", _("Places"), columns, rows)


@export("thresholds")
def thresholds(ask: Ask) -> Report:
    """Bounds of every indicator: from the start, of the company, of single places."""
    if not ask.user.may(Verb.MANAGE):
        raise Http404
    places = {place.pk: place for place in Place.objects.visible_to(ask.user)}
    held: dict[str, list[Threshold]] = {}
    for own in Threshold.objects.order_by("place__path", "period", "calendar", "valid_from"):
        held.setdefault(own.indicator, []).append(own)
    known = {
        code: one for code, one in indicators().items() if one.definition.direction is not Direction.NONE
    }
    rows: list[list[Any]] = []

    def add(one: Indicator, place: Place | None, own: Threshold | None, limits: Limits) -> None:
        unit = one.definition.unit
        rows.append(
            [
                str(one.name),
                one.code,
                place.name if place else _("Whole company"),
                place.code if place else None,
                own.get_period_display() if own and own.period else None,
                own.get_calendar_display() if own and own.calendar else None,
                own.valid_from if own else None,
                own.valid_to if own else None,
                typed(limits.good, unit),
                typed(limits.acceptable, unit),
                str(UNITS[unit]),
            ]
        )

    for one in known.values():
        if one.limits is not None and not any(
            row.place_id is None and not any((row.period, row.calendar, row.valid_from, row.valid_to))
            for row in held.get(one.code, ())
        ):
            add(one, None, None, one.limits)
        for row in held.get(one.code, ()):
            if row.place_id is None or row.place_id in places:
                add(one, places.get(row.place_id or 0), row, Limits(row.good, row.acceptable))
    columns = [
        Column("indicator", _("Indicator"), width=34),
        Column("code", _("Code")),
        Column("place", _("Place")),
        Column("place_code", _("Code of the place")),
        Column("period", _("Period")),
        Column("days", _("Days"), width=18),
        Column("valid_from", _("From"), Type.DATE),
        Column("valid_to", _("To"), Type.DATE),
        Column("good", _("Good"), Type.VALUE, width=10),
        Column("acceptable", _("Acceptable"), Type.VALUE, width=10),
        Column("unit", _("Unit")),
    ]
    return ask.report(_("Thresholds"), table_of("thresholds", _("Thresholds"), columns, rows))
