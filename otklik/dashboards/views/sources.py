"""Where the number of clients served comes from: per place and day, how much is known, in which order sources are believed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.company.actions import update_company
from otklik.company.models import Place, Point, Verb
from otklik.company.views.base import page, try_action, user_of
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.metrics.core.coverage import Told
from otklik.metrics.core.served import SOURCES
from otklik.metrics.coverage import order as order_of_sources
from otklik.metrics.coverage import served_told
from otklik.web import formats

PER_PAGE = 50
MOST_DAYS = 31
NAMES: dict[str, Promise] = {
    "till": gettext_lazy("till"),
    "ofd": gettext_lazy("fiscal data"),
    "receipts": gettext_lazy("receipts counted"),
    "sensor": gettext_lazy("sensor"),
    "visits": gettext_lazy("contacts counted"),
    "api": gettext_lazy("another system"),
    "manual": gettext_lazy("typed in"),
}
SIGNS: dict[str, Promise] = {
    "till": pgettext_lazy("sign of a source", "T"),
    "ofd": pgettext_lazy("sign of a source", "F"),
    "receipts": pgettext_lazy("sign of a source", "R"),
    "sensor": pgettext_lazy("sign of a source", "S"),
    "visits": pgettext_lazy("sign of a source", "C"),
    "api": pgettext_lazy("sign of a source", "A"),
    "manual": pgettext_lazy("sign of a source", "M"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """`state`: known, unknown, quiet (nobody came), ahead."""

    state: str
    sign: str = ""
    source: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    place: Place
    cells: list[Cell]
    known: int
    units: int

    @property
    def share(self) -> str:
        return formats.percent(self.known / self.units if self.units else None)


@page(Verb.VIEW)
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """A month of days at most: which source holds, what the others said, where nothing is known."""
    user, scope = user_of(request), Scope.from_request(request)
    first, last = scope.span.first, scope.span.last
    cut = (last - first).days >= MOST_DAYS
    if cut:
        first = last - dt.timedelta(days=MOST_DAYS - 1)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    places = Place.objects.visible_to(user, Verb.VIEW).filter(
        active=True, pk__in=Point.objects.filter(active=True).values("place")
    )
    if scope.place is not None:
        places = places.under(scope.place)
    listing = Paginator(places.order_by("name", "code"), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(listing.object_list)
    found, busy = served_told([place.pk for place in shown], first, last)
    lines = [_line(place, days, found, busy, scope.today) for place in shown]
    priority = order_of_sources()
    known, units = sum(line.known for line in lines), sum(line.units for line in lines)
    context: dict[str, Any] = {
        **scope_context(scope),
        "lines": lines,
        "days": days,
        "cut": cut,
        "page": listing,
        "known": known,
        "units": units,
        "share": formats.percent(known / units if units else None),
        "order": [
            {"code": code, "name": NAMES[code], "sign": SIGNS[code], "used": code in priority}
            for code in (*priority, *(code for code in SOURCES if code not in priority))
        ],
        "may_order": user.may_everywhere(Verb.ADMIN),
        "may_enter": user.may(Verb.ENTER),
    }
    return render(request, "dashboards/sources.html", context)


def _line(
    place: Place,
    days: list[dt.date],
    found: dict[tuple[int, dt.date], Told],
    busy: set[tuple[int, dt.date]],
    today: dt.date,
) -> Line:
    cells, known, units = [], 0, 0
    for day in days:
        told = found.get((place.pk, day))
        came = (place.pk, day) in busy
        if told is not None and told.value is not None:
            known, units = known + 1, units + 1
            cells.append(_known(told, day))
        elif told is not None or came:
            units += 1
            tip = _("%(day)s: clients came, nobody counted them") % {"day": formats.day(day)}
            cells.append(Cell("unknown", "?", "", tip + _others(told)))
        else:
            cells.append(Cell("ahead" if day > today else "quiet", "", "", formats.day(day)))
    return Line(place, cells, known, units)


def _known(told: Told, day: dt.date) -> Cell:
    names = ", ".join(str(NAMES[code]) for code in told.holds)
    parts = {"day": formats.day(day), "count": formats.number(told.value), "sources": names}
    tip = _("%(day)s: %(count)s, %(sources)s") % parts
    return Cell("known", str(SIGNS[told.holds[0]]), told.holds[0], tip + _others(told))


def _others(told: Told | None) -> str:
    if told is None or not told.others:
        return ""
    said = ", ".join(f"{NAMES.get(code, code)} {formats.number(value)}" for code, value in told.others)
    return "; " + _("not taken: %s") % said


@page(Verb.ADMIN)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Move a source up or down, take it out of use or into use again."""
    user = user_of(request)
    if not user.may_everywhere(Verb.ADMIN):
        raise Http404
    codes = list(order_of_sources())
    code = request.POST.get("source", "")
    if code not in SOURCES:
        raise Http404
    match request.POST.get("do"):
        case "up" | "down" as way if code in codes:
            at = codes.index(code)
            to = at + (-1 if way == "up" else 1)
            if 0 <= to < len(codes):
                codes[at], codes[to] = codes[to], codes[at]
        case "off" if code in codes:
            codes.remove(code)
        case "on" if code not in codes:
            codes.append(code)
        case _:
            pass

    def save() -> None:
        if not codes:
            raise ValidationError(_("Keep one source at least, else nothing is counted per client served."))
        update_company(acting_user=user, served_priority=codes)

    try_action(request, save)
    return redirect("dashboards:sources")
