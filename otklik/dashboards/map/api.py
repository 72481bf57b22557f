"""REST: the map as data: every location with its coordinates, the colour of its worst indicator and all values."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.dashboards.map.choice import default_choice, read_names, write_name
from otklik.dashboards.map.flags import Flag, flags_of
from otklik.dashboards.map.ground import Ground
from otklik.dashboards.periods import Span
from otklik.metrics import asking, present
from otklik.metrics.api import ERRORS
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.definitions import LimitTable, UnknownIndicatorError, indicators
from otklik.metrics.dimensions import Grain

router = Router(tags=["map"], auth=KeyOrSession())


class Asked(Schema):
    first: dt.date | None = Field(None, alias="from", description="First business day, as 2026-01-31.")
    last: dt.date | None = Field(None, alias="to", description="Last business day, included.")
    place: str = Field("", max_length=64, description="This place and everything below it.")
    indicator: list[str] = Field(
        [],
        max_length=24,
        description="Codes of indicators, or code:question; those of the board when nothing is said.",
    )
    values: bool = Field(True, description="false leaves out the values of each indicator.")


class PlaceOut(Schema):
    """A location. `values` are as the rows of /indicators/{code}/values, by indicator."""

    place: str
    name: str
    latitude: float | None
    longitude: float | None
    colour: Literal["green", "yellow", "red", "grey"]
    worst: str | None = Field(description="The indicator that gives the colour; none for grey.")
    badness: float | None = Field(
        description="0 on the good limit of the worst indicator, 1 on the acceptable one, more beyond."
    )
    values: dict[str, dict[str, Any]]


class MapOut(Schema):
    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    indicators: list[str]
    counts: dict[str, int] = Field(description="How many locations have each colour.")
    places: list[PlaceOut]


@router.get("/map", response={200: MapOut, **ERRORS}, by_alias=True)
def map_places(request: HttpRequest, asked: Annotated[Asked, Query()]) -> dict[str, Any]:
    """All locations of a place (or of the company) in the colour of their worst indicator."""
    caller = caller_of(request)
    scope = asking.scope_of(caller, asking.Where(asked.place))
    first, last = asking.span_of(asked.first, asked.last, Grain.TOTAL)
    known = indicators()
    wanted = read_names(asked.indicator, known)
    for name in (part for text in asked.indicator for part in text.split(",")):
        if name.partition(":")[0].strip() not in known:
            raise asking.AskError("indicator", str(UnknownIndicatorError(name[:80])))
    asking.subjects_of([subject for _code, subject in wanted if subject])
    wanted = wanted or default_choice(caller.user_or_none, known)
    ground = Ground(caller.visible_places(), everything=caller.sees_everything(), root=scope.tree.root)
    flags = flags_of(ground, Span(first, last), wanted, known)
    counts = {colour.value: 0 for colour in Colour}
    for flag in flags:
        counts[flag.colour.value] += 1
    limits = LimitTable()
    return {
        "first": first,
        "last": last,
        "indicators": [write_name(one) for one in wanted],
        "counts": counts,
        "places": [_place(flag, known, limits, values=asked.values) for flag in flags],
    }


def _place(flag: Flag, known: dict[str, Indicator], limits: LimitTable, *, values: bool) -> dict[str, Any]:
    spot = flag.spot
    return {
        "place": spot.code,
        "name": spot.name,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "colour": flag.colour.value,
        "worst": write_name(flag.worst) if flag.worst else None,
        "badness": flag.badness,
        "values": {
            write_name(one): present.result(known[one[0]], result, limits.of(known[one[0]], spot.ancestors))
            for one, result in flag.results.items()
        }
        if values
        else {},
    }
