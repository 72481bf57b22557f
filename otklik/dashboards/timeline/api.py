"""REST: several indicators on one time axis, and the markers of events."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from otklik.company import audit
from otklik.company.api_auth import Caller, KeyOrSession, caller_of
from otklik.company.models import Place, Verb
from otklik.company.models.keys import Scope
from otklik.dashboards.periods import Span
from otklik.dashboards.timeline import actions, markers, present
from otklik.dashboards.timeline.axis import MOST_HOUR_DAYS, MOST_STEPS, fitting
from otklik.dashboards.timeline.data import Wanted, read
from otklik.dashboards.timeline.models import TimelineMarker
from otklik.dashboards.timeline.spec import MOST_LINES, Spec, parse
from otklik.metrics import asking
from otklik.metrics.api import CODE, ERRORS
from otklik.metrics.api import Span as SpanIn
from otklik.metrics.dimensions import Grain

router = Router(tags=["timeline"], auth=KeyOrSession())


class TimelineIn(SpanIn):
    series: list[str] = Field(
        ...,
        min_length=1,
        max_length=MOST_LINES,
        description="A line each: nps or nps,place:msk,subject:service,point:till-1,employee:e7.",
    )
    grain: Literal["hour", "day", "week", "month", "quarter", "year"] = "day"
    place: str = CODE
    point: str = CODE
    employee: str = CODE
    subject: str = CODE
    compare: Literal["none", "previous", "year"] = Field("none", description="Steps to compare each with.")
    against: str = Field("", max_length=64, description="A place to compare with instead.")
    with_markers: bool = Field(True, alias="markers")


class Limits(Schema):
    good: float
    acceptable: float


class LimitsFrom(Schema):
    """From this step on, until the next one of the list."""

    step: str
    limits: Limits | None


class LineColumns(Schema):
    """Columns as long as `steps`; null is a gap. `reason` numbers `reasons`, null where there is a value or no event."""

    values: list[float | None]
    low: list[float | None]
    high: list[float | None]
    n: list[float]
    reasons: list[str]
    reason_texts: list[str]
    reason: list[int | None] | None


class LineOut(LineColumns):
    series: str
    indicator: str
    version: int
    name: str
    unit: str
    direction: str
    place: str | None
    point: str | None
    employee: str | None
    subject: str | None
    limits: Limits | None
    limits_from: list[LimitsFrom]
    flags: dict[str, list[str]]
    other: LineColumns | None


class MarkerOut(Schema):
    id: int
    text_ru: str
    text_en: str
    kind: str
    first_day: dt.date
    last_day: dt.date | None
    place: str | None


class TimelineOut(Schema):
    """`unfinished` numbers the step that is not over."""

    grain: str
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    steps: list[str]
    unfinished: int | None
    compared_with: dict[str, Any] | None
    series: list[LineOut]
    problems: list[dict[str, str]]
    markers: list[MarkerOut]


class MarkerIn(Schema):
    text_ru: str = Field("", max_length=200)
    text_en: str = Field("", max_length=200)
    kind: Literal["campaign", "price", "standard", "staff", "works", "failure", "other"] = "campaign"
    first_day: dt.date
    last_day: dt.date | None = None
    place: str = Field("", max_length=64, description="Its code; empty for the whole company.")


class MarkerChange(Schema):
    text_ru: str | None = Field(None, max_length=200)
    text_en: str | None = Field(None, max_length=200)
    kind: Literal["campaign", "price", "standard", "staff", "works", "failure", "other"] | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    place: str | None = Field(None, max_length=64)


@router.get("/timeline", response={200: TimelineOut, **ERRORS}, by_alias=True)
def timeline(request: HttpRequest, asked: Annotated[TimelineIn, Query()]) -> HttpResponse:
    """Several indicators of any places over the same steps, with gaps as nulls and what each step is compared with."""
    caller, grain = caller_of(request), Grain(asked.grain)
    first, last = asking.span_of(asked.first, asked.last, grain)
    span = Span(first, last)
    if fitting(grain, span) is not grain:
        raise asking.AskError(
            "grain",
            _(
                "Ask for at most %(steps)s steps, by hours for at most %(days)s days. A longer step fits: %(grain)s."
            )
            % {"steps": MOST_STEPS, "days": MOST_HOUR_DAYS, "grain": fitting(grain, span).value},
        )
    where = Spec("", asked.subject, asked.place, asked.point, asked.employee)
    specs = [_spec(text) for text in asked.series]
    found = read(Wanted(caller, specs, span, grain, where, asked.compare, None, asked.against))
    if found.problems:
        raise Http404(found.problems[0][1])
    body = present.for_machines(found)
    body["markers"] = []
    if asked.with_markers:
        tops = list({line.where.place: None for line in found.lines})
        held = markers.between(caller, found.axis.days.first, found.axis.days.last, tops)
        body["markers"] = [markers.for_machines(one) for one in held]
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.get("/markers", response={200: list[MarkerOut], **ERRORS})
def marker_list(
    request: HttpRequest, asked: Annotated[SpanIn, Query()], place: str = ""
) -> list[dict[str, Any]]:
    """Markers of these days: of the place, of what lies above it and of what lies below."""
    caller = caller_of(request)
    first, last = asking.span_of(asked.first, asked.last, Grain.DAY)
    top = _place(caller, place, Verb.VIEW)
    return [markers.for_machines(one) for one in markers.between(caller, first, last, [top])]


@router.post("/markers", response={201: MarkerOut, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def marker_add(request: HttpRequest, given: MarkerIn) -> Status[dict[str, Any]]:
    """Mark a day or several."""
    caller = caller_of(request)
    place = _writable(caller, given.place)
    with audit.through(caller.actor):
        made = actions.add_marker(
            acting_user=caller.user_or_none, **{**given.dict(exclude={"place"}), "place": place}
        )
    return Status(201, markers.for_machines(made))


@router.patch("/markers/{int:pk}", response={200: MarkerOut, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def marker_change(request: HttpRequest, pk: int, given: MarkerChange) -> dict[str, Any]:
    """Change what is named."""
    caller = caller_of(request)
    marker = _marker(caller, pk)
    changes: dict[str, Any] = given.dict(exclude_unset=True)
    for name in ("text_ru", "text_en", "kind", "first_day"):
        if name in changes and changes[name] is None:
            del changes[name]
    if "place" in changes:
        changes["place"] = _writable(caller, changes["place"] or "")
    with audit.through(caller.actor):
        fresh = actions.change_marker(marker, acting_user=caller.user_or_none, **changes)
    return markers.for_machines(fresh)


@router.delete("/markers/{int:pk}", response={204: None, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def marker_remove(request: HttpRequest, pk: int) -> Status[None]:
    """Remove a marker."""
    caller = caller_of(request)
    marker = _marker(caller, pk)
    with audit.through(caller.actor):
        actions.remove_marker(marker, acting_user=caller.user_or_none)
    return Status(204, None)


def _spec(text: str) -> Spec:
    try:
        return parse(text)
    except ValueError as error:
        raise asking.AskError(
            "series",
            _("“%s” is no line. Write as in nps or nps,place:msk,subject:service.") % text[:80],
        ) from error


def _place(caller: Caller, code: str, verb: Verb) -> Place | None:
    if not code:
        return None
    found = caller.visible_places(verb).filter(code=code).first()
    if found is None:
        raise Http404(_("There is no place “%(code)s”.") % {"code": code})
    return found


def _writable(caller: Caller, code: str) -> Place | None:
    """The place to mark; without one, the right on the whole company is needed."""
    if not code and not caller.sees_everything(Verb.ENTER):
        raise asking.AskError("place", _("Choose a place: you may not mark events of the whole company."))
    return _place(caller, code, Verb.ENTER)


def _marker(caller: Caller, pk: int) -> TimelineMarker:
    found = markers.visible(caller).filter(pk=pk).select_related("place").first()
    if found is None or not markers.changeable(caller, [found]):
        raise PermissionDenied
    return found
