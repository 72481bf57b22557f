"""REST: the catalogue of indicators, their values, differences and explanations, and the events themselves."""

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.events.personal import readable_by
from otklik.metrics import asking, browse, interactions, present
from otklik.metrics import explain as explaining
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter, both
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, UnknownIndicatorError, indicators
from otklik.metrics.definitions import indicator as held_indicator
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import Slicing, behind, difference, previous, single, table

router = Router(tags=["indicators"], auth=KeyOrSession())
SAMPLE = 20
CODE = Field("", max_length=64)


class Span(Schema):
    """Business days, both included; the last thirty when nothing is said."""

    first: dt.date | None = Field(None, alias="from", description="First business day, as 2026-01-31.")
    last: dt.date | None = Field(None, alias="to", description="Last business day, included.")


class Part(Span):
    """Which events: of what place (with everything below it), point, employee, question; under what conditions."""

    place: str = CODE
    point: str = CODE
    employee: str = CODE
    subject: list[str] = Field([], max_length=100, description="Codes of questions.")
    where: list[str] = Field(
        [],
        max_length=20,
        description='Conditions that must all hold: "attr.region=NAM", "value>=4" or a JSON tree.',
    )
    weighted: str = Field("", max_length=64, description="true, or the name of the attribute to weigh by.")
    params: str = Field("", max_length=4000, description='Parameters to try, as JSON: {"boxes": 1}.')

    def slicing(
        self,
        request: HttpRequest,
        *,
        grain: Grain = Grain.TOTAL,
        by: tuple[str, ...] = (),
        detail: bool = True,
    ) -> tuple[asking.Scope, Slicing]:
        caller = caller_of(request)
        scope = asking.scope_of(caller, asking.Where(self.place, self.point, self.employee))
        first, last = asking.span_of(self.first, self.last, grain)
        where, params = asking.where_of(self.where), asking.params_of(self.params)
        weighted = asking.weight_of(self.weighted)
        asking.not_personal(caller, scope.tree.places, where=where, by=by, params=params, weighted=weighted)
        slicing = asking.slicing_of(
            scope,
            first,
            last,
            grain=grain,
            by=by,
            where=where,
            subject=asking.subjects_of(self.subject),
            weighted=weighted,
            params=params,
            detail=detail,
        )
        return scope, slicing


class Split(Part):
    grain: Grain = Grain.TOTAL
    by: list[str] = Field(
        [],
        max_length=10,
        description="place, child, point, employee, session, subject, kind, weekday, hour, hour_of_week, attr.<name>.",
    )


class Other(Part):
    """The other side: what is not said is as on this side; without another period, the one before."""

    other_first: dt.date | None = Field(None, alias="other_from")
    other_last: dt.date | None = Field(None, alias="other_to")
    other_place: str | None = Field(None, max_length=64)
    other_point: str | None = Field(None, max_length=64)
    other_employee: str | None = Field(None, max_length=64)
    other_subject: list[str] = Field([], max_length=100)
    other_where: list[str] = Field([], max_length=20)

    @property
    def same_period(self) -> bool:
        """Whether something else than the period differs."""
        others = (self.other_place, self.other_point, self.other_employee)
        return any(one is not None for one in others) or bool(self.other_where or self.other_subject)

    def other(self) -> Part:
        def either[T](other: T | None, this: T) -> T:
            return this if other is None else other

        return self.model_copy(
            update={
                "first": self.other_first or self.first,
                "last": self.other_last or self.last,
                "place": either(self.other_place, self.place),
                "point": either(self.other_point, self.point),
                "employee": either(self.other_employee, self.employee),
                "subject": self.other_subject or self.subject,
                "where": self.other_where or self.where,
            }
        )


class EventPart(Part):
    kind: list[str] = Field([], max_length=50)
    indicator: str = Field("", max_length=64, description="Only events that this indicator takes.")
    cursor: int | None = Field(None, ge=0, description="From the answer before: older events.")
    limit: int = Field(100, ge=1, le=1000)


class IndicatorOut(Schema):
    code: str
    version: int
    name: str
    formula: str
    group: str
    family: str
    params: dict[str, Any]
    question_types: list[str]
    unit: str
    unit_text: str
    direction: Literal["higher", "lower", "none"]
    relevance_rule: bool
    whose: Literal["seed", "field", "ours"]
    whose_text: str
    limits: dict[str, float] | None
    docs: str


class ValuesOut(Schema):
    """Rows of an indicator.

    `rows` carry the keys of the split and value, numerator, denominator, n, standard_error, interval, colour, limits,
    flags, notes, reason, reason_text, coverage, parts and version.
    """

    indicator: str
    version: int
    unit: str
    direction: str
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    grain: str
    by: list[str]
    rows: list[dict[str, Any]]


class Problem(Schema):
    field: str
    message: str


class Problems(Schema):
    """Every refusal: what is wrong, by field; the field is empty when the request as a whole is meant."""

    detail: list[Problem]


class EventsOut(Schema):
    events: list[dict[str, Any]]
    cursor: int | None


ERRORS: dict[int, Any] = {401: Problems, 404: Problems, 422: Problems, 429: Problems}


def _indicator(code: str) -> Indicator:
    try:
        return held_indicator(code)
    except UnknownIndicatorError as error:
        raise Http404(str(error)) from error


@router.get("/indicators", response={200: list[IndicatorOut], **ERRORS})
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """All indicators in use."""
    del request
    return [present.indicator(one) for one in indicators().values()]


@router.get("/indicators/{code}", response={200: IndicatorOut, **ERRORS})
def one_indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    """One indicator."""
    del request
    return present.indicator(_indicator(code))


@router.get("/indicators/{code}/values", response={200: ValuesOut, **ERRORS}, by_alias=True)
def indicator_values(request: HttpRequest, code: str, asked: Annotated[Split, Query()]) -> dict[str, Any]:
    """Values of an indicator, split by time and by what is asked for."""
    one = _indicator(code)
    by = asking.by_of(asked.by)
    scope, slicing = asked.slicing(request, grain=asked.grain, by=by)
    asking.weighable(one, slicing)
    if interactions.DIMENSION in by:
        slicing = asking.few_interactions(code, slicing)
    found = table([code], slicing)
    asking.not_too_many(len(found))
    return {
        "indicator": code,
        "version": one.definition.version,
        "unit": one.definition.unit.value,
        "direction": one.definition.direction.value,
        "first": slicing.first_day,
        "last": slicing.last_day,
        "grain": asked.grain.value,
        "by": list(by),
        "rows": present.rows(one, found.rows(), scope.tree, slicing),
    }


@router.get("/indicators/{code}/compare", response={200: dict[str, Any], **ERRORS})
def indicator_compare(request: HttpRequest, code: str, asked: Annotated[Other, Query()]) -> dict[str, Any]:
    """Two periods, places or conditions: the difference, and whether it is more than chance."""
    one = _indicator(code)
    scope, this = asked.slicing(request, detail=False)
    asking.weighable(one, this)
    other_scope, other = asked.other().slicing(request, detail=False)
    if asked.other_first is None and asked.other_last is None and not asked.same_period:
        other = previous(other)
    left, right, found = difference(one, this, other)
    limits = LimitTable()
    return {
        "indicator": code,
        "this": {**_span(this), **present.result(one, left, _limits(limits, one, scope, this))},
        "other": {**_span(other), **present.result(one, right, _limits(limits, one, other_scope, other))},
        **present.difference(found),
    }


@router.get("/indicators/{code}/explain", response={200: dict[str, Any], **ERRORS})
def indicator_explain(request: HttpRequest, code: str, asked: Annotated[Part, Query()]) -> dict[str, Any]:
    """The formula in words, its measures and conditions, the value, and the newest events behind it."""
    one = _indicator(code)
    scope, slicing = asked.slicing(request)
    told = explaining.explained(one, slicing)
    page = browse.events(
        slicing,
        among=explaining.taken_by(behind(one, slicing)),
        limit=SAMPLE,
        readable=readable_by(caller_of(request)),
    )
    limits = _limits(LimitTable(), one, scope, slicing)
    return {
        **told,
        **_span(slicing),
        "result": present.result(one, single(code, slicing), limits),
        "events": page.events,
        "more_events": page.cursor is not None,
        "events_link": f"/api/v1/events?{_same_part(code, asked, slicing)}",
    }


@router.get("/events", response={200: EventsOut, **ERRORS}, tags=["events"])
def event_list(request: HttpRequest, asked: Annotated[EventPart, Query()]) -> dict[str, Any]:
    """Events as they were stored, newest first; withdrawn ones are left out."""
    _scope, slicing = asked.slicing(request, detail=False)
    among: Filter = EVERYTHING
    if asked.kind:
        among = Compare("kind", "in", tuple(asked.kind))
    if asked.indicator:
        among = both(among, explaining.taken_by(behind(_indicator(asked.indicator), slicing)))
    page = browse.events(
        slicing, among=among, before=asked.cursor, limit=asked.limit, readable=readable_by(caller_of(request))
    )
    return {"events": page.events, "cursor": page.cursor}


def _limits(table: LimitTable, one: Indicator, scope: asking.Scope, slicing: Slicing) -> Limits | None:
    return table.of(one, scope.tree.ancestors, table.when(slicing.first_day, slicing.last_day))


def _same_part(code: str, asked: Part, slicing: Slicing) -> str:
    """The query that asks for the same part of the record, of the events that the indicator takes."""
    said: dict[str, object] = {"indicator": code, **_span(slicing)}
    for name in ("place", "point", "employee", "subject", "where", "weighted", "params"):
        if given := getattr(asked, name):
            said[name] = given
    return urlencode(said, doseq=True)


def _span(slicing: Slicing) -> dict[str, str]:
    return {"from": slicing.first_day.isoformat(), "to": slicing.last_day.isoformat()}
