"""REST: colours of now and their changes."""

import datetime as dt
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.company.models import Place
from otklik.metrics.api import ERRORS
from otklik.metrics.states.models import Because, StateChange
from otklik.metrics.states.queries import current

router = Router(tags=["states"], auth=KeyOrSession())


class Asked(Schema):
    place: str = Field("", max_length=64, description="This place and everything below it.")
    indicator: str = Field("", max_length=64)
    period: str = Field("", max_length=16, description="day, week, month, quarter or year.")


class AskedChanges(Asked):
    after: dt.datetime | None = Field(None, description="Changes at or after this moment.")
    before: dt.datetime | None = Field(None, description="Changes before this moment.")
    cursor: int | None = Field(None, ge=0, description="From the answer before: older changes.")
    limit: int = Field(100, ge=1, le=1000)


class StateOut(Schema):
    """What is shown now. `last_colour` is the last one that was not grey; value and n are those of the change."""

    indicator: str
    version: int
    place: str
    place_name: str
    period: str
    first: dt.date = Field(serialization_alias="from")
    colour: str
    last_colour: str
    since: dt.datetime
    value: float | None
    n: float


class ChangeOut(Schema):
    """One change. `late`: its period was over, so it did not change what was shown."""

    id: int
    indicator: str
    version: int
    place: str
    place_name: str
    period: str
    first: dt.date = Field(serialization_alias="from")
    old: str
    new: str
    before: str
    value: float | None
    n: float
    good: float | None
    acceptable: float | None
    reason: str
    reason_text: str
    late: bool
    at: dt.datetime


class Changes(Schema):
    changes: list[ChangeOut]
    cursor: int | None


@router.get("/states", response={200: list[StateOut], **ERRORS}, by_alias=True)
def states(request: HttpRequest, asked: Annotated[Asked, Query()]) -> list[dict[str, Any]]:
    """Colours of now, the worst and the longest first."""
    places = _places(request, asked)
    return [
        {
            "indicator": row.indicator,
            "version": row.version,
            "place": row.place.code,
            "place_name": row.place.name,
            "period": row.period,
            "first": row.first,
            "colour": row.colour,
            "last_colour": row.last,
            "since": row.since,
            "value": row.value,
            "n": row.n,
        }
        for row in current(places, code=asked.indicator, period=asked.period)
    ]


@router.get("/states/changes", response={200: Changes, **ERRORS}, by_alias=True)
def changes(request: HttpRequest, asked: Annotated[AskedChanges, Query()]) -> dict[str, Any]:
    """Changes of colour, the newest first."""
    rows = StateChange.objects.select_related("place").order_by("-pk")
    places = _places(request, asked)
    if places is not None:
        rows = rows.filter(place__in=places)
    for name, value in (
        ("indicator", asked.indicator),
        ("period", asked.period),
        ("at__gte", asked.after),
        ("at__lt", asked.before),
        ("pk__lt", asked.cursor),
    ):
        if value:
            rows = rows.filter(**{name: value})
    found = list(rows[: asked.limit + 1])
    shown = found[: asked.limit]
    return {
        "changes": [_change(row) for row in shown],
        "cursor": shown[-1].pk if len(found) > asked.limit else None,
    }


def _places(request: HttpRequest, asked: Asked) -> list[int] | None:
    caller = caller_of(request)
    visible = caller.visible_places()
    if asked.place:
        place: Place | None = visible.filter(code=asked.place).first()
        if place is None:
            raise Http404(_("There is no place “%(code)s”.") % {"code": asked.place})
        visible = visible.under(place)
    elif caller.sees_everything():
        return None
    return list(visible.values_list("pk", flat=True))


def _change(row: StateChange) -> dict[str, Any]:
    return {
        "id": row.pk,
        "indicator": row.indicator,
        "version": row.version,
        "place": row.place.code,
        "place_name": row.place.name,
        "period": row.period,
        "first": row.first,
        "old": row.old,
        "new": row.new,
        "before": row.before,
        "value": row.value,
        "n": row.n,
        "good": row.good,
        "acceptable": row.acceptable,
        "reason": row.because,
        "reason_text": str(Because(row.because).label),
        "late": row.late,
        "at": row.at,
    }
