"""All indicators in a list, and the page of one: chart, tables, explanation, the events behind."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from otklik.company.models import User, Verb
from otklik.dashboards import behind, chart, detail
from otklik.dashboards.cards import GROUPS
from otklik.dashboards.faces import face
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.readings import read
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.definitions import indicators


@login_required
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator with its value for the scope, by family, those that hold `q`."""
    scope = Scope.from_request(request)
    needle = request.GET.get("q", "").casefold().strip()
    known = {
        code: one
        for code, one in indicators().items()
        if not needle or needle in str(one.name).casefold() or needle in code
    }
    readings = read([(code, "") for code in known], scope, trend=False)
    families: dict[str, list[object]] = {}
    for code, one in known.items():
        families.setdefault(str(GROUPS.get(one.group, one.group)), []).append(face(readings[code, ""], scope))
    context = {
        **scope_context(scope),
        "families": families,
        "needle": request.GET.get("q", ""),
        "may_define": scope.user.may_everywhere(Verb.MANAGE),
    }
    return render(request, "dashboards/catalogue.html", context)


@login_required
@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    one, scope = _known(code), Scope.from_request(request)
    reading = read([(code, scope.subject)], scope)[code, scope.subject]
    by = request.GET.get("by", "place")
    tabs = detail.tabs(scope, one)
    if by not in {tab.key for tab in tabs}:
        by = tabs[0].key
    user = request.user
    assert isinstance(user, User)
    context = {
        **scope_context(scope),
        "indicator": one,
        "face": face(reading, scope),
        "reading": reading,
        "chart": chart.data(one, scope),
        "tabs": tabs,
        "scope_query": scope.query(),
        "all_questions": scope.query(subject=None),
        "home_address": scope.address(
            reverse("dashboards:overview"), point=None, employee=None, subject=None
        ),
        "by": by,
        "table": detail.table(one, scope, by),
        "facts": detail.facts(one, reading, scope),
        "questions": detail.questions(one, scope),
        "may_define": user.may_everywhere(Verb.MANAGE),
        "may_limit": user.may(Verb.MANAGE) and one.definition.direction != "none",
    }
    return render(request, "dashboards/indicator.html", context)


@login_required
@require_GET
def events(request: HttpRequest, code: str) -> HttpResponse:
    """One page of the events behind the number, the newest first."""
    one, scope = _known(code), Scope.from_request(request)
    page = behind.page(one, scope, before=request.GET.get("before", ""))
    return render(request, "dashboards/events.html", {"page": page, "scope": scope, "indicator": one})


def _known(code: str) -> Indicator:
    one = indicators().get(code)
    if one is None:
        raise Http404
    return one
