"""REST: where readings of counters are missing."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.company.models import Point
from otklik.events.directory import Directory
from otklik.metrics import asking, gap_readings
from otklik.metrics.api import CODE, ERRORS, Span
from otklik.metrics.dimensions import Grain

router = Router(tags=["indicators"], auth=KeyOrSession())


class GapsIn(Span):
    kind: str = Field("visitors", max_length=64, description="Which kind of event should come.")
    subject: str = CODE
    every: str = Field(
        "3600",
        max_length=12,
        description="How often: seconds that divide a day, or minute, hour, day, week, month, quarter, year.",
    )
    place: str = CODE
    by: Literal["place", "point"] = Field("place", description="What counts as one counter.")
    hours: Literal["all", "open"] = Field(
        "all", description="“open”: readings are expected only while the place is open."
    )


class RunOut(Schema):
    from_local: str
    to_local: str
    n: int
    from_: str | None = Field(None, alias="from", serialization_alias="from")
    to: str | None = None


class CounterOut(Schema):
    place: str
    place_name: str
    point: str | None = None
    expected: int
    present: int
    missing: int
    runs: list[RunOut]


class GapsOut(Schema):
    """`runs` name the first and the last missing step by the place's clock; steps are counted in real time."""

    kind: str
    every: str
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    expected: int
    present: int
    missing: int
    places: list[CounterOut]


@router.get("/gaps", response={200: GapsOut, **ERRORS}, by_alias=True)
def gap_list(request: HttpRequest, asked: Annotated[GapsIn, Query()]) -> dict[str, Any]:
    """Steps without a reading, by place: how many were expected, came and are missing, and the runs of missing ones."""
    every = gap_readings.every_of(asked.every)
    if asked.kind not in Directory.current().kinds:
        raise asking.AskError("kind", _("There is no kind of event “%(kind)s”.") % {"kind": asked.kind})
    scope = asking.scope_of(caller_of(request), asking.Where(asked.place))
    first, last = asking.span_of(asked.first, asked.last, Grain.DAY)
    wanted = gap_readings.Asked(
        asked.kind, asked.subject, every, first, last, asked.by == "point", asked.hours == "open"
    )
    found = gap_readings.found(wanted, scope.tree, now=timezone.now())
    points = {one.point for one in found if one.point is not None}
    codes = dict(Point.objects.filter(pk__in=points).values_list("pk", "code")) if points else {}
    rows = [
        {
            "place": scope.tree.nodes[one.place].code,
            "place_name": scope.tree.nodes[one.place].name,
            "point": codes.get(one.point) if one.point is not None else None,
            "expected": one.expected,
            "present": one.expected - one.missing,
            "missing": one.missing,
            "runs": list(gap_readings.shown_runs(one)),
        }
        for one in found
        if one.place in scope.tree.nodes
    ]
    return {
        "kind": asked.kind,
        "every": str(every),
        "first": first,
        "last": last,
        **{name: sum(row[name] for row in rows) for name in ("expected", "present", "missing")},
        "places": sorted(rows, key=lambda row: (row["place_name"], row["point"] or "")),
    }
