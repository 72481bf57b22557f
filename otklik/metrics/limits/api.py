"""REST: thresholds, read and set in bulk."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Field, Query, Router, Schema, Status

from otklik.company.api_auth import Caller, KeyOrSession, caller_of
from otklik.company.audit import through
from otklik.company.models import Place, Verb
from otklik.company.models.keys import Scope
from otklik.metrics.api import ERRORS
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import UnknownIndicatorError, indicators
from otklik.metrics.limits.actions import remove_threshold, set_threshold
from otklik.metrics.models import Threshold

router = Router(tags=["thresholds"])
MOST = 5000


class Asked(Schema):
    indicator: str = Field("", max_length=64)
    place: str = Field("", max_length=64)


class ThresholdKey(Schema):
    """Which threshold: without a place that of the whole company, without a period or days for any."""

    indicator: str = Field(..., max_length=64)
    place: str | None = Field(None, max_length=64)
    period: Literal["", "day", "week", "month", "quarter", "year"] = ""
    days: Literal["", "workday", "off", "weekend", "holiday", "special"] = ""
    first: dt.date | None = Field(None, alias="from", description="First day; the past keeps its colours.")


class ThresholdIn(ThresholdKey):
    last: dt.date | None = Field(None, alias="to")
    good: float
    acceptable: float


class ThresholdOut(Schema):
    indicator: str
    place: str | None
    period: str
    days: str
    first: dt.date | None = Field(serialization_alias="from")
    last: dt.date | None = Field(serialization_alias="to")
    good: float
    acceptable: float


class Stored(Schema):
    stored: int


@router.get("/thresholds", response={200: list[ThresholdOut], **ERRORS}, auth=KeyOrSession(), by_alias=True)
def threshold_list(request: HttpRequest, asked: Annotated[Asked, Query()]) -> list[dict[str, Any]]:
    """Thresholds that people have set; the defaults stand in the catalogue of indicators."""
    visible = set(caller_of(request).visible_places().values_list("pk", flat=True))
    rows = Threshold.objects.select_related("place").order_by("indicator", "pk")
    if asked.indicator:
        rows = rows.filter(indicator=asked.indicator)
    if asked.place:
        rows = rows.filter(place__code=asked.place)
    return [_out(row) for row in rows if row.place_id is None or row.place_id in visible]


@router.put("/thresholds", response={200: Stored, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def threshold_put(
    request: HttpRequest, payload: Annotated[list[ThresholdIn], Body(max_length=MOST)]
) -> dict[str, int]:
    """Set thresholds, all or none. The same request again changes nothing."""
    caller = caller_of(request)
    problems: dict[str, list[str]] = {}
    with through(caller.actor), transaction.atomic():
        for number, one in enumerate(payload):
            try:
                set_threshold(
                    _known(one.indicator),
                    Limits(one.good, one.acceptable),
                    place=_place(caller, one.place),
                    period=one.period,
                    calendar=one.days,
                    valid_from=one.first,
                    valid_to=one.last,
                    acting_user=caller.user_or_none,
                )
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    problems.setdefault(f"[{number}].{name}", []).extend(messages)
            except Http404 as error:
                problems.setdefault(f"[{number}]", []).append(str(error))
        if problems:
            raise ValidationError(problems)
    return {"stored": len(payload)}


@router.delete("/thresholds", response={204: None, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def threshold_delete(request: HttpRequest, payload: ThresholdKey) -> Status[None]:
    """Take a threshold away: the more general one holds again."""
    caller = caller_of(request)
    with through(caller.actor):
        try:
            remove_threshold(
                payload.indicator,
                place=_place(caller, payload.place),
                period=payload.period,
                calendar=payload.days,
                valid_from=payload.first,
                acting_user=caller.user_or_none,
            )
        except UnknownIndicatorError as error:
            raise Http404(_("There is no such threshold.")) from error
    return Status(204, None)


def _known(code: str) -> str:
    if code not in indicators():
        raise Http404(_("There is no indicator “%(code)s”.") % {"code": code})
    return code


def _place(caller: Caller, code: str | None) -> Place | None:
    """The place where the caller may set thresholds; missing and forbidden look alike."""
    if not code:
        if not caller.sees_everything(Verb.MANAGE):
            raise Http404(_("Name the place: you do not manage the whole company."))
        return None
    place = caller.visible_places(Verb.MANAGE).filter(code=code).first()
    if place is None:
        raise Http404(_("There is no place “%(code)s”.") % {"code": code})
    return place


def _out(row: Threshold) -> dict[str, Any]:
    return {
        "indicator": row.indicator,
        "place": row.place.code if row.place else None,
        "period": row.period,
        "days": row.calendar,
        "first": row.valid_from,
        "last": row.valid_to,
        "good": row.good,
        "acceptable": row.acceptable,
    }
