"""The base service-quality report."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.company.models import Verb
from otklik.company.views.base import page
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.reports.service.asked import Asked
from otklik.reports.service.data import GRAINS, GROUPS, blocks
from otklik.reports.service.shown import names, shown


@require_GET
@page(Verb.VIEW)
def service(request: HttpRequest) -> HttpResponse:
    asked = Asked.of(request.GET)
    kept = [("by", asked.by), ("grain", asked.grain.value), ("sort", asked.sort)]
    scope = replace(Scope.from_request(request), keep=tuple(kept))
    found = blocks(scope, asked.by, asked.grain, asked.chosen)
    known = names(scope, asked.by, found)
    groups = [key for key in GROUPS if key != "place" or scope.children]
    context = {
        **scope_context(scope),
        "asked": asked,
        "tables": [shown(block, known, asked.sort) for block in found],
        "groups": [(key, GROUPS[key]) for key in groups],
        "grains": list(GRAINS.items()),
    }
    return render(request, "reports/service.html", context)
