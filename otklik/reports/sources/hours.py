"""Hours of the week as a file: a shaded square of values, one of bases, and a list."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.dashboards.detail import WEEKDAYS
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Result
from otklik.metrics.definitions import LimitTable, indicators
from otklik.reports.exports import Ask, export
from otklik.reports.hours import Week, week
from otklik.reports.results import definition_facts, result_cells, result_columns, value_column
from otklik.reports.table import Column, Report, Row, Table, Type, table_of


@export("hours")
def hours(ask: Ask) -> Report:
    one = indicators().get(ask.get("indicator", "support"))
    if one is None:
        raise Http404
    limits = LimitTable().of(one, ask.scope.place.ancestor_ids() if ask.scope.place else [])
    tables = hour_tables(one, week(one, ask.scope))
    title = _("%(indicator)s by hour of the week") % {"indicator": one.name}
    return ask.report(title, *tables, facts=tuple(definition_facts(one, limits)))


def hour_tables(one: Indicator, held: Week) -> list[Table]:
    days = [str(name) for name in WEEKDAYS]
    listed: list[Row] = [
        [days[key // 24], key % 24, *result_cells(result)] for key, result in sorted(held.cells.items())
    ]
    columns = [Column("weekday", _("Day of the week")), Column("hour", _("Hour"), Type.INTEGER)]
    base = Column("", "", Type.NUMBER, 0, 8)
    return [
        _square(
            held,
            pgettext("sheet", "Hours of the week"),
            "hours",
            value_column(one, width=8),
            lambda result: result.value,
        ),
        _square(held, _("Bases, n"), "bases", base, lambda result: result.n),
        table_of("hours_list", _("Hours, list"), [*columns, *result_columns(one)], listed),
    ]


def _square(held: Week, title: str, key: str, cell: Column, read: Callable[[Result], Any]) -> Table:
    span = held.span
    heads = [
        Column("weekday", _("Day of the week")),
        *(Column(f"h{hour:02}", f"{hour}:00", cell.type, cell.digits, 8) for hour in span),
        Column("all", _("Whole day"), cell.type, cell.digits, 10),
    ]

    def value(result: Result | None) -> Any:
        return None if result is None else read(result)

    rows: list[Row] = [
        [
            str(WEEKDAYS[day]),
            *(value(held.cells.get(day * 24 + hour)) for hour in span),
            value(held.days.get(day)),
        ]
        for day in range(7)
    ]
    totals = [_("Whole week"), *(value(held.hours.get(hour)) for hour in span), value(held.whole)]
    return table_of(key, title, heads, rows, totals=totals, heat=tuple(column.key for column in heads[1:-1]))
