"""Typing figures, below /entry/: places × days of one figure, or all figures of one place."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.models import Place, Point, User, Verb
from otklik.company.models.places import PlaceKind
from otklik.company.views.base import page, paginate, user_of
from otklik.devices.figures.actions import Change, enter
from otklik.devices.figures.known import Cell, cells_of, log_of
from otklik.devices.figures.sheets import BadCellError, Sheet, sheet, sheets
from otklik.events.errors import StoreUnavailable
from otklik.web.formats import day as day_text
from otklik.web.formats import day_range

MOST_CELLS = 700
PER_PAGE = 50


class Typed(msgspec.Struct):
    """One cell as it was typed; `sheet` "" is the one of the address."""

    place: str
    day: dt.date
    text: Annotated[str, msgspec.Meta(max_length=100)]
    sheet: str = ""


class Sent(msgspec.Struct):
    cells: Annotated[list[Typed], msgspec.Meta(max_length=MOST_CELLS)]


_sent = msgspec.json.Decoder(Sent)


def enterable(user: User, code: str = "", *, of: Sheet | None = None) -> QuerySet[Place]:
    """Places in use where the user may type: clients served where there are points of service, figures at locations too."""
    mine = Place.objects.visible_to(user, Verb.ENTER).filter(active=True)
    served = Q(pk__in=Point.objects.filter(active=True).values("place"))
    places = mine.filter(served if of is not None and of.is_served else served | Q(kind=PlaceKind.LOCATION))
    above = Place.objects.visible_to(user, Verb.VIEW).filter(code=code).first() if code else None
    return places.filter(path__startswith=above.path) if above else places


@require_GET
@page(Verb.ENTER)
def form(request: HttpRequest, code: str = "served") -> HttpResponse:
    """A week of all places, fifty to a page; `week` is any day of it, `place` narrows to a part of the tree."""
    user, one = user_of(request), _known(code)
    monday = monday_of(request.GET.get("week", ""))
    below = request.GET.get("place", "")
    places = enterable(user, below, of=one).select_related("parent__parent__parent").order_by("name", "code")
    listing = paginate(request, places, PER_PAGE)
    days = _days(monday)
    rows = [
        {"place": place, "sheet": one, "title": place.name, "cells": cells}
        for place, cells in cells_of(one, list(listing.object_list), days)
    ]
    branches = Place.objects.visible_to(user, Verb.ENTER).filter(active=True, children__isnull=False)
    context = {
        **_frame(monday, days, rows, [one]),
        "sheet": one,
        "tabs": sheets(),
        "page": listing,
        "place": below,
        "branches": branches.distinct(),
    }
    return render(request, "devices/entry.html", context)


@require_GET
@page(Verb.ENTER)
def of_place(request: HttpRequest) -> HttpResponse:
    """A week of one place with a row for each figure: what the manager of a location types."""
    user = user_of(request)
    monday = monday_of(request.GET.get("week", ""))
    places = list(enterable(user).select_related("parent__parent__parent").order_by("name", "code")[:500])
    chosen = request.GET.get("place", "")
    place = next((one for one in places if one.code == chosen), places[0] if places else None)
    if chosen and (place is None or place.code != chosen):
        raise Http404
    days = _days(monday)
    served = place is not None and place.points.filter(active=True).exists()
    tabs = sheets()
    mine = [one for one in tabs if served or not one.is_served]
    rows: list[dict[str, Any]] = []
    if place is not None:
        for one in mine:
            ((_place, cells),) = cells_of(one, [place], days)
            rows.append({"place": place, "sheet": one, "title": one.name, "cells": cells})
    context = {
        **_frame(monday, days, rows, mine),
        "sheet": None,
        "tabs": tabs,
        "place": place.code if place else "",
        "branches": places,
        "chosen": place,
    }
    return render(request, "devices/entry.html", context)


def _frame(
    monday: dt.date, days: Sequence[dt.date], rows: Sequence[dict[str, Any]], shown: Sequence[Sheet]
) -> dict[str, Any]:
    """What both pages need: the week, its neighbours, what is missing, who changed what."""
    latest = monday_of("")
    cells: list[Cell] = [cell for row in rows for cell in row["cells"]]
    return {
        "rows": rows,
        "days": days,
        "monday": monday,
        "week": day_range(days[0], days[-1]),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7) if monday < latest else None,
        "latest": latest,
        "missing": sum(cell.state == "missing" for cell in cells),
        "better": any(cell.state == "better" for cell in cells),
        "log": log_of(shown, list({row["place"].pk for row in rows}), days),
    }


@require_POST
@page(Verb.ENTER)
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Save cells one by one: {"cells": [{place, day, text, sheet?}]} → {"cells": [{place, day, sheet, ok, value, text, …}]}."""
    user = user_of(request)
    try:
        sent = _sent.decode(request.body)
    except msgspec.MsgspecError as error:
        return JsonResponse({"error": str(error)}, status=400)
    held = {one.code: one for one in sheets()}
    places = {
        place.code: place for place in enterable(user).filter(code__in={one.place for one in sent.cells})
    }
    answers = [_save_one(user, held.get(one.sheet or code), places.get(one.place), one) for one in sent.cells]
    return JsonResponse({"cells": answers})


@require_GET
@page(Verb.ENTER)
def log(request: HttpRequest, code: str) -> HttpResponse:
    """The edit log of a week, as a fragment; of all figures for the word “place”."""
    days = _days(monday_of(request.GET.get("week", "")))
    shown = sheets() if code == "place" else [_known(code)]
    places = enterable(user_of(request), request.GET.get("place", ""))
    rows = log_of(shown, list(places.values_list("pk", flat=True)), days)
    return render(request, "devices/entry_log.html", {"log": rows})


def _known(code: str) -> Sheet:
    found = sheet(code)
    if found is None:
        raise Http404
    return found


def _days(monday: dt.date) -> list[dt.date]:
    return [monday + dt.timedelta(days=step) for step in range(7)]


def _save_one(user: User, one: Sheet | None, place: Place | None, typed: Typed) -> dict[str, Any]:
    answer: dict[str, Any] = {"place": typed.place, "day": str(typed.day), "sheet": typed.sheet, "ok": False}
    nowhere = _("There is no place “%s” where you may type figures.") % typed.place
    if place is None or one is None:
        return {**answer, "error": nowhere}
    try:
        value = one.parse(typed.text)
        (done,) = enter(one, [Change(place, typed.day, value)], acting_user=user)
    except BadCellError as bad:
        parts = {
            "place": place.name,
            "day": day_text(typed.day),
            "text": typed.text.strip(),
            "why": bad.sentence,
        }
        return {**answer, "error": _("%(place)s, %(day)s, “%(text)s”: %(why)s") % parts}
    except ValidationError as error:
        return {**answer, "error": " ".join(error.messages)}
    except PermissionDenied:
        return {**answer, "error": nowhere}
    except StoreUnavailable:
        parts = {"place": place.name, "day": day_text(typed.day)}
        sentence = _("%(place)s, %(day)s: not saved, the record of events does not answer. Try again.")
        return {**answer, "error": sentence % parts}
    return {
        **answer,
        "ok": True,
        "value": one.in_cell(done.new),
        "old": one.in_cell(done.old),
        "text": one.text(done.new),
        "old_text": one.plain(done.old),
    }


def monday_of(text: str) -> dt.date:
    """The Monday of the week that holds the day `text`, or of this week."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    day = min(max(day, dt.date(2000, 1, 3)), dt.date(2100, 1, 1))
    return day - dt.timedelta(days=day.weekday())
