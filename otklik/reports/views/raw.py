"""The browser of the record: a page of events, and one event."""

import datetime as dt
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from otklik.company.models import Verb
from otklik.company.views.base import page, user_of
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.events.personal import Readable
from otklik.events.queries import kinds
from otklik.metrics import anonymous
from otklik.reports.raw import events as reads
from otklik.reports.raw.columns import FIELDS, chosen
from otklik.reports.raw.filters import Filters
from otklik.reports.raw.shown import facts, lines
from otklik.surveys.models import Question


@require_GET
@page(Verb.VIEW)
def events(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    columns = [("col", key) for key in request.GET.getlist("col")]
    scope = replace(Scope.from_request(request), keep=(*filters.pairs(), *columns))
    found = reads.page(
        scope, filters, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    fields = chosen(request.GET)
    keys = {one.key for one in fields}
    base = request.GET.copy()
    for name in ("before", "after"):
        base.pop(name, None)
    context = {
        **scope_context(scope),
        "filters": filters,
        "fields": fields,
        "columns": [(one.key, one.label, one.key in keys) for one in FIELDS],
        "lines": lines(found.events, fields, scope),
        "newer": _with(base, "after", found.newer),
        "older": _with(base, "before", found.older),
        "newest": f"?{base.urlencode()}" if request.GET.get("before") or request.GET.get("after") else "",
        "kinds": sorted(
            ((code, str(one.name), code in filters.kinds) for code, one in kinds(inactive=True).items()),
            key=lambda row: row[1].casefold(),
        ),
        "questions": Question.objects.exclude(type__in=anonymous.TYPES),
        "scope_pairs": _pairs(request),
        "readable": Readable(user_of(request)).everywhere,
        "plain_address": replace(scope, keep=()).address(reverse("reports:events"), subject=None),
    }
    return render(request, "reports/events.html", context)


def _with(base: object, name: str, mark: str) -> str:
    if not mark:
        return ""
    query = base.copy()  # type: ignore[attr-defined]  # a QueryDict
    query[name] = mark
    return f"?{query.urlencode()}"


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form of the filters must not lose: place, period."""
    names = ("place", "point", "employee", "period", "from", "to", "compare")
    return [(name, request.GET[name]) for name in names if request.GET.get(name)]


@require_GET
@page(Verb.VIEW)
def event(request: HttpRequest, day: str, name: str) -> HttpResponse:
    """One event with all its fields."""
    scope = Scope.of(user_of(request), {})
    try:
        when = dt.date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    found = reads.one(scope, when, name)
    if found is None:
        raise Http404
    return render(request, "reports/event.html", {"event": found, "facts": facts(found)})
