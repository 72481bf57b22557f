"""Markers that belong on a timeline, as JSON."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from otklik.company.api_auth import Caller
from otklik.company.models import Place, Verb
from otklik.dashboards.timeline.models import MarkerQuerySet, TimelineMarker
from otklik.web import formats

MOST = 200


def visible(caller: Caller) -> MarkerQuerySet:
    return TimelineMarker.objects.of(caller.visible_places(), everything=caller.sees_everything())


def between(
    caller: Caller, first: dt.date, last: dt.date, tops: Sequence[Place | None]
) -> list[TimelineMarker]:
    """Markers of these days at any of the places, above them or below them; the newest when there are too many."""
    found = visible(caller).filter(first_day__lte=last).select_related("place").order_by("-first_day", "-pk")
    kept = [
        one
        for one in found
        if (one.last_day or one.first_day) >= first and (not tops or any(touches(one, top) for top in tops))
    ]
    return kept[:MOST][::-1]


def touches(marker: TimelineMarker, top: Place | None) -> bool:
    if marker.place is None or top is None:
        return True
    return marker.place.path.startswith(top.path) or top.path.startswith(marker.place.path)


def for_machines(one: TimelineMarker) -> dict[str, Any]:
    return {
        "id": one.pk,
        "text_ru": one.text_ru,
        "text_en": one.text_en,
        "kind": one.kind,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat() if one.last_day else None,
        "place": one.place.code if one.place else None,
    }


def for_page(caller: Caller, found: Sequence[TimelineMarker]) -> list[dict[str, Any]]:
    """With words; the name of a place above those that the reader sees is not told."""
    seen = set(
        caller.visible_places().filter(pk__in={one.place_id for one in found}).values_list("pk", flat=True)
    )
    editable = changeable(caller, found)
    return [
        {
            "id": one.pk,
            "text": one.text,
            "kind": one.kind,
            "kindName": one.get_kind_display(),
            "first": one.first_day.isoformat(),
            "last": (one.last_day or one.first_day).isoformat(),
            "days": formats.day_range(one.first_day, one.last_day or one.first_day),
            "place": one.place.name if one.place is not None and one.place_id in seen else "",
            "editable": one.pk in editable,
        }
        for one in found
    ]


def changeable(caller: Caller, found: Sequence[TimelineMarker]) -> set[int]:
    """Ids of those that the caller may change."""
    everywhere = caller.sees_everything(Verb.ENTER)
    ids = {one.place_id for one in found if one.place_id is not None}
    mine = set(caller.visible_places(Verb.ENTER).filter(pk__in=ids).values_list("pk", flat=True))
    return {one.pk for one in found if (everywhere if one.place_id is None else one.place_id in mine)}
