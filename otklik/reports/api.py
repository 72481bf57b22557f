"""REST: values of indicators and events as files, for programs with a key."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.company.models import Employee, Point
from otklik.metrics import asking
from otklik.metrics.api import ERRORS, EventPart, Split
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.filters import Compare
from otklik.metrics.core.thresholds import colour
from otklik.metrics.definitions import LimitTable, UnknownIndicatorError
from otklik.metrics.definitions import indicator as held_indicator
from otklik.metrics.dimensions import Grain
from otklik.metrics.explain import taken_by
from otklik.metrics.queries import Row as Values
from otklik.metrics.queries import Slicing, behind, values
from otklik.metrics.scope import Tree
from otklik.metrics.sql import condition, one_of
from otklik.reports.raw.columns import FIELDS
from otklik.reports.raw.events import how_many, in_pieces
from otklik.reports.raw.personal import Everything, Readable
from otklik.reports.results import definition_facts, result_cells, result_columns
from otklik.reports.table import Column, Report, Row, Table, Type, table_of
from otklik.reports.views.export import answer
from otklik.web import formats

router = Router(tags=["exports"], auth=KeyOrSession())
type Format = Literal["xlsx", "csv", "parquet"]
type Language = Literal["ru", "en"]


class ValuesFile(Split):
    format: Format = Field("xlsx", description="xlsx, csv or parquet.")
    language: Language = Field("ru", description="Of headings and notes: ru or en.")


class EventsFile(EventPart):
    format: Format = Field("csv", description="xlsx, csv or parquet.")
    language: Language = Field("ru", description="Of headings and notes: ru or en.")


def _file(schema: str) -> dict[str, Any]:
    kinds = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
        "application/vnd.apache.parquet",
    )
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": schema, "content": content}}}


@router.get("/exports/indicators/{code}", response=ERRORS, openapi_extra=_file("The values as a file."))
def indicator_file(request: HttpRequest, code: str, asked: Annotated[ValuesFile, Query()]) -> HttpResponse:
    """As `/indicators/{code}/values`, as a file of Excel, CSV or Parquet."""
    try:
        one = held_indicator(code)
    except UnknownIndicatorError as error:
        raise Http404(str(error)) from error
    by = asking.by_of(asked.by)
    scope, slicing = asked.slicing(request, grain=asked.grain, by=by, detail=False)
    found = values([code], slicing)
    with translation.override(asked.language):
        return answer(_values_report(one, asked.grain, by, scope.tree, slicing, found), asked.format)


def _values_report(  # noqa: PLR0917  # one call
    one: Indicator, grain: Grain, by: tuple[str, ...], tree: Tree, slicing: Slicing, found: list[Values]
) -> Report:
    limits = LimitTable()
    names = _names(found)
    columns: list[Column] = []
    if grain is not Grain.TOTAL:
        columns.append(Column("period", _("Period from"), Type.MOMENT if grain is Grain.HOUR else Type.DATE))
    for name in by:
        columns.append(
            Column(name, name, Type.INTEGER if name in {"weekday", "hour", "hour_of_week"} else Type.TEXT)
        )
        if name in {"place", "child", "point", "employee"}:
            columns.append(Column(f"{name}_name", _("Name")))
    rows: list[Row] = []
    for row in found:
        result = row.results.get(one.code)
        if result is None:
            continue
        bounds = limits.of(one, tree.path(row.keys.get("place", row.keys.get("child"))))
        shade = colour(result.value, bounds, one.definition.direction)
        keys = [row.keys["period"]] if grain is not Grain.TOTAL else []
        for name in by:
            keys += _key(name, row.keys.get(name), tree, names)
        rows.append([*keys, *result_cells(result, shade)])
    table = table_of(one.code, str(one.name), [*columns, *result_columns(one)], rows)
    return Report(
        title=str(one.name),
        scope=tree.root.name if tree.root else _("All places"),
        period=formats.day_range(slicing.first_day, slicing.last_day),
        tables=(table,),
        facts=tuple(definition_facts(one, limits.of(one, tree.ancestors))),
        first=slicing.first_day,
        last=slicing.last_day,
    )


def _names(found: list[Values]) -> dict[str, dict[int, tuple[str, str]]]:
    names = {}
    models: Mapping[str, Any] = {"point": Point, "employee": Employee}
    for key, model in models.items():
        ids = {row.keys[key] for row in found if row.keys.get(key) is not None}
        held = model.objects.filter(pk__in=ids).values_list("pk", "code", "name") if ids else ()
        names[key] = {pk: (code, name) for pk, code, name in held}
    return names


def _key(name: str, value: Any, tree: Tree, names: Mapping[str, Mapping[int, tuple[str, str]]]) -> list[Any]:
    if name in {"place", "child"}:
        node = tree.nodes.get(value)
        return [node.code, node.name] if node else [None, None]
    if name in names:
        return list(names[name].get(value, (None, None)))
    return [value]


@router.get("/exports/events", response=ERRORS, openapi_extra=_file("The events as a file."))
def events_file(request: HttpRequest, asked: Annotated[EventsFile, Query()]) -> HttpResponse:
    """Events as they were stored, in order of time, as a file. `limit` and `cursor` are of no use here: all of them come."""
    caller = caller_of(request)
    scope, slicing = asked.slicing(request, detail=False)
    said = [condition(slicing.condition)]
    if slicing.places is not None:
        said.append(one_of("place", sorted(slicing.places)))
    if slicing.subject:
        said.append(condition(Compare("subject", "in", slicing.subject)))
    if asked.kind:
        said.append(condition(Compare("kind", "in", tuple(asked.kind))))
    if asked.indicator:
        try:
            one = held_indicator(asked.indicator)
        except UnknownIndicatorError as error:
            raise Http404(str(error)) from error
        said.append(condition(taken_by(behind(one, slicing))))
    readable = Everything() if caller.user_or_none is None else Readable(caller.user_or_none)
    first, last = slicing.first_day, slicing.last_day

    def rows() -> Iterator[Row]:
        for event in in_pieces(first, last, said, readable):
            yield [field.cell(event) for field in FIELDS]

    with translation.override(asked.language):
        columns = tuple(field.column() for field in FIELDS)
        table = Table("events", _("Events"), columns, rows, how_many(first, last, said))
        place = scope.tree.root.name if scope.tree.root else _("All places")
        return answer(_about_events(table, place, first, last), asked.format)


def _about_events(table: Table, place: str, first: dt.date, last: dt.date) -> Report:
    return Report(_("Events"), place, formats.day_range(first, last), (table,), first=first, last=last)
