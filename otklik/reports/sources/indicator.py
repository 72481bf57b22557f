"""The page of one indicator: its course, its breakdowns, its hours of the week, its answers."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point
from otklik.dashboards import detail
from otklik.dashboards.readings import breakdown, reading_of, series, slicing_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import colour
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import values
from otklik.reports.exports import Ask, export
from otklik.reports.hours import week
from otklik.reports.results import definition_facts, remarks, result_cells, result_columns
from otklik.reports.sources.hours import hour_tables
from otklik.reports.table import Chart, Column, Report, Row, Table, Type, table_of

NAMES = {"place": Place, "point": Point, "employee": Employee}


@export("indicator")
def indicator(ask: Ask) -> Report:
    """Everything on the page of the indicator `code`: each table a sheet."""
    one = indicators().get(ask.get("code"))
    if one is None:
        raise Http404
    scope = ask.scope
    tables = [course(one, scope)]
    for tab in detail.tabs(scope, one):
        if tab.key == "hours":
            tables += hour_tables(one, week(one, scope))
        elif tab.key == "answers":
            tables += answers(one, scope)
        else:
            tables.append(split(one, scope, tab.key, str(tab.name)))
    limits = LimitTable().of(one, scope.place.ancestor_ids() if scope.place else [])
    whole = values([one.code], slicing_of(scope, scope.span, scope.subject))[0].results[one.code]
    note = remarks(whole)
    facts = definition_facts(one, limits)
    if scope.subject:
        facts.append((_("Question"), scope.subject))
    return ask.report(str(one.name), *tables, facts=tuple(facts), notes=(note,) if note else ())


def course(one: Indicator, scope: Scope) -> Table:
    """Along time, with the interval and a native chart."""
    span, grain = scope.span, scope.grain
    points = series(one.code, scope, span, grain)
    if grain is Grain.HOUR and not any(result and result.value is not None for _step, result in points):
        grain = Grain.DAY
        points = series(one.code, scope, span, grain)
    limits = LimitTable().of(one, scope.place.ancestor_ids() if scope.place else [])
    rows = [
        [
            step,
            *result_cells(result, colour(result.value, limits, one.definition.direction) if result else None),
        ]
        for step, result in points
    ]
    axis = Column("period", _grain_name(grain), Type.MOMENT if grain is Grain.HOUR else Type.DATE)
    chart = Chart("line", "period", ("value",), ("low", "high"), title=str(one.name))
    return table_of("course", _("Course"), [axis, *result_columns(one)], rows, charts=(chart,))


def _grain_name(grain: Grain) -> str:
    return {
        Grain.HOUR: _("Hour"),
        Grain.DAY: _("Day"),
        Grain.WEEK: _("Week from"),
        Grain.MONTH: _("Month from"),
        Grain.QUARTER: _("Quarter from"),
        Grain.YEAR: _("Year from"),
    }.get(grain, _("Period"))


def split(one: Indicator, scope: Scope, by: str, title: str) -> Table:
    """By the next level of places, by point or by employee; the weakest first, as on the page."""
    rows: list[Row] = []
    key = "child" if by == "place" else by
    found = breakdown(one.code, scope, by)
    objects = named_objects(scope, by, [row.keys[key] for row in found])
    limits = LimitTable()
    ranked = []
    for row in found:
        item, result = objects.get(row.keys[key]), row.results.get(one.code)
        if item is None or result is None:
            continue
        place = item if by == "place" else item.place
        reading = reading_of(one, result, place, limits)
        ranked.append((_order(one, result.value), [*_who(item, by), *result_cells(result, reading.colour)]))
    ranked.sort(key=lambda pair: pair[0])
    rows = [cells for _key, cells in ranked]
    columns = [Column("code", _("Code")), Column("name", title)]
    if by != "place":
        columns.append(Column("place", _("Place")))
    chart = Chart("bar", "name", ("value",), title=str(one.name)) if 1 < len(rows) <= 40 else None
    return table_of(by, title, [*columns, *result_columns(one)], rows, charts=(chart,) if chart else ())


def named_objects(scope: Scope, by: str, ids: Sequence[Any]) -> dict[int, Any]:
    """Places, points or employees that the user may see, by id."""
    model: Any = NAMES[by]
    allowed = model.objects.visible_to(scope.user)
    if by != "place":
        allowed = allowed.select_related("place")
    return dict(allowed.in_bulk([pk for pk in ids if pk is not None]))


def _who(item: Any, by: str) -> list[str]:
    return [item.code, item.name] if by == "place" else [item.code, item.name, item.place.name]


def _order(one: Indicator, value: float | None) -> tuple[bool, float]:
    sign = -1 if one.definition.direction == "lower" else 1
    return (value is None, sign * (value or 0.0))


def answers(one: Indicator, scope: Scope) -> list[Table]:
    """How often each answer was given; nothing when the questions have different scales."""
    result = values([one.code], slicing_of(scope, scope.span, scope.subject, detail=True))[0].results[
        one.code
    ]
    counts = result.parts.get("counts")
    if not isinstance(counts, dict) or not counts:
        return []
    labels = detail.answer_labels(one, scope)
    total = sum(value or 0 for value in counts.values())
    rows = [
        [float(key), labels.get(key, key), count or 0, (count or 0) / total if total else None]
        for key, count in sorted(counts.items(), key=lambda item: -float(item[0]))
    ]
    columns = [
        Column("option", _("Answer"), Type.NUMBER, 0),
        Column("name", _("Meaning"), width=30),
        Column("count", _("Count"), Type.NUMBER, 0),
        Column("share", _("Share"), Type.SHARE),
    ]
    chart = Chart("column", "name", ("count",), title=_("Answers"))
    totals = [None, _("Total"), total, 1.0 if total else None]
    return [table_of("answers", _("Answers"), columns, rows, charts=(chart,), totals=totals)]
