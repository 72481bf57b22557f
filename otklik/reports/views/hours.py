"""Hours of the week of any indicator, and the page that leads to all reports."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.company.models import Verb
from otklik.company.views.base import page
from otklik.dashboards.cards import catalogue_choices
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.metrics.definitions import indicators
from otklik.reports.hours import grid, week

USUAL = "support"


@require_GET
@page(Verb.VIEW)
def hours(request: HttpRequest) -> HttpResponse:
    known = indicators()
    code = request.GET.get("indicator") or USUAL
    one = known.get(code)
    if one is None:
        raise Http404
    scope = replace(Scope.from_request(request), keep=(("indicator", code),))
    held = week(one, scope)
    context = {
        **scope_context(scope),
        "indicator": one,
        "reason": held.reason,
        "grid": grid(held) if held.cells and not held.reason else None,
        "choices": catalogue_choices(),
        "pairs": [(name, value) for name, value in request.GET.items() if name != "indicator"],
    }
    return render(request, "reports/hours.html", context)


@require_GET
@page(Verb.VIEW)
def reports(request: HttpRequest) -> HttpResponse:
    scope = Scope.from_request(request)
    return render(request, "reports/reports.html", {**scope_context(scope), "scope_query": scope.query()})
