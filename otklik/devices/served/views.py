"""The served-count form: /entry/served/."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.models import Place, Point, User, Verb
from otklik.company.views.base import page, paginate, user_of
from otklik.devices.served.actions import enter_served
from otklik.devices.served.counts import WHY, BadCountError, parse_count
from otklik.devices.served.figures import log_of, week_of
from otklik.events.errors import StoreUnavailable
from otklik.web.formats import day as day_text
from otklik.web.formats import day_range, number

MOST_CELLS = 700
PER_PAGE = 50


class Typed(msgspec.Struct):
    """One cell as it was typed."""

    place: str
    day: dt.date
    text: Annotated[str, msgspec.Meta(max_length=100)]


class Sent(msgspec.Struct):
    cells: Annotated[list[Typed], msgspec.Meta(max_length=MOST_CELLS)]


_sent = msgspec.json.Decoder(Sent)


def enterable(user: User, code: str = "") -> QuerySet[Place]:
    """Places in use where the user may type figures: those with points of service, or below `code`."""
    mine = Place.objects.visible_to(user, Verb.ENTER).filter(active=True)
    places = mine.filter(pk__in=Point.objects.filter(active=True).values("place"))
    above = Place.objects.visible_to(user, Verb.VIEW).filter(code=code).first() if code else None
    return places.filter(path__startswith=above.path) if above else places


@require_GET
@page(Verb.ENTER)
def form(request: HttpRequest) -> HttpResponse:
    """A week of all places, fifty to a page; `week` is any day of it, `place` narrows to a part of the tree."""
    user = user_of(request)
    monday = monday_of(request.GET.get("week", ""))
    code = request.GET.get("place", "")
    places = enterable(user, code).select_related("parent__parent__parent").order_by("name", "code")
    listing = paginate(request, places, PER_PAGE)
    rows = week_of(list(listing.object_list), monday)
    days = [monday + dt.timedelta(days=step) for step in range(7)]
    latest = monday_of("")
    context: dict[str, Any] = {
        "page": listing,
        "rows": rows,
        "days": days,
        "monday": monday,
        "week": day_range(days[0], days[-1]),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7) if monday < latest else None,
        "latest": latest,
        "place": code,
        "branches": Place.objects.visible_to(user, Verb.ENTER)
        .filter(active=True, children__isnull=False)
        .distinct(),
        "missing": sum(cell.state == "missing" for _place, cells in rows for cell in cells),
        "log": log_of([place.pk for place, _cells in rows], days[0], days[-1]),
    }
    return render(request, "devices/served.html", context)


@require_POST
@page(Verb.ENTER)
def save(request: HttpRequest) -> HttpResponse:
    """Save cells one by one: {"cells": [{place, day, text}]} → {"cells": [{place, day, ok, value, old, error}], "log": html}."""
    user = user_of(request)
    try:
        sent = _sent.decode(request.body)
    except msgspec.MsgspecError as error:
        return JsonResponse({"error": str(error)}, status=400)
    places = {
        place.code: place for place in enterable(user).filter(code__in={one.place for one in sent.cells})
    }
    answers = [_save_one(user, places.get(one.place), one) for one in sent.cells]
    return JsonResponse({"cells": answers})


@require_GET
@page(Verb.ENTER)
def log(request: HttpRequest) -> HttpResponse:
    """The edit log of a week, as a fragment."""
    monday = monday_of(request.GET.get("week", ""))
    places = enterable(user_of(request), request.GET.get("place", ""))
    rows = log_of(list(places.values_list("pk", flat=True)), monday, monday + dt.timedelta(days=6))
    return render(request, "devices/served_log.html", {"log": rows})


def _save_one(user: User, place: Place | None, typed: Typed) -> dict[str, Any]:
    answer: dict[str, Any] = {"place": typed.place, "day": str(typed.day), "ok": False}
    if place is None:
        return {**answer, "error": _("There is no place “%s” where you may type figures.") % typed.place}
    try:
        count = parse_count(typed.text)
        done = enter_served(acting_user=user, place=place, day=typed.day, count=count)
    except BadCountError as bad:
        parts = {
            "place": place.name,
            "day": day_text(typed.day),
            "text": typed.text.strip(),
            "why": WHY[bad.why],
        }
        return {**answer, "error": _("%(place)s, %(day)s, “%(text)s”: %(why)s") % parts}
    except ValidationError as error:
        return {**answer, "error": " ".join(error.messages)}
    except PermissionDenied:
        return {**answer, "error": _("There is no place “%s” where you may type figures.") % typed.place}
    except StoreUnavailable:
        parts = {"place": place.name, "day": day_text(typed.day)}
        return {
            **answer,
            "error": _("%(place)s, %(day)s: not saved, the record of events does not answer. Try again.")
            % parts,
        }
    return {**answer, "ok": True, "value": done.new, "old": done.old, "shown": number(done.new)}


def monday_of(text: str) -> dt.date:
    """The Monday of the week that holds the day `text`, or of this week."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    day = min(max(day, dt.date(2000, 1, 3)), dt.date(2100, 1, 1))
    return day - dt.timedelta(days=day.weekday())
