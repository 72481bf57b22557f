"""The history of colours: all locations for one indicator, or all indicators of one location; what is watched."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.company.models import Place, Verb
from otklik.company.models.places import PlaceKind
from otklik.company.views.base import page, user_of
from otklik.dashboards import colours
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.dashboards.threshold_forms import WatchForm
from otklik.metrics.models import PeriodName
from otklik.metrics.states.actions import watch
from otklik.metrics.states.models import StateChange, WatchSettings
from otklik.metrics.states.watched import Watched

PER_PAGE = 50
CHANGES = 50


@login_required
@require_GET
def states(request: HttpRequest) -> HttpResponse:
    """Strips of colours over the period of the scope, the worst first, and the newest changes below."""
    scope, user = Scope.from_request(request), user_of(request)
    watched = Watched.read()
    known = dict(watched.indicators)
    period = _period(request, watched)
    code = request.GET.get("indicator", "")
    one = known.get(code) or next(iter(known.values()), None)
    alone = scope.place if scope.place and scope.place.kind == PlaceKind.LOCATION else None
    places = Place.objects.visible_to(user, Verb.VIEW).filter(active=True, kind=PlaceKind.LOCATION)
    if scope.place is not None:
        places = places.under(scope.place)
    listing = Paginator(places.order_by("name", "code"), PER_PAGE).get_page(request.GET.get("page"))
    lines: list[colours.Line] = []
    if alone is not None:
        lines = colours.of_indicators(known, alone, period, scope)
    elif one is not None:
        lines = colours.of_places(one, list(listing.object_list), period, scope)
    start, end = colours.bounds(scope)
    changes = StateChange.objects.visible_to(user).filter(period=period, at__gte=start, at__lte=end)
    if scope.place is not None:
        changes = changes.filter(place__path__startswith=scope.place.path)
    if alone is None and one is not None:
        changes = changes.filter(indicator=one.code)
    context: dict[str, Any] = {
        **scope_context(scope),
        "alone": alone,
        "one": one,
        "lines": lines,
        "page": listing,
        "period": period,
        "periods": [(kind.value, PeriodName(kind.value).label) for kind in watched.periods],
        "choices": sorted(((code, str(each.name)) for code, each in known.items()), key=lambda pair: pair[1]),
        "changes": colours.told(list(changes.select_related("place")[:CHANGES]), known, scope),
        "may_watch": user.may_everywhere(Verb.MANAGE),
    }
    return render(request, "dashboards/states.html", context)


@login_required
@require_GET
def strip(request: HttpRequest, code: str) -> HttpResponse:
    """The colours of one indicator as a fragment of its page: a strip of a location, or how many show what now."""
    scope = Scope.from_request(request)
    watched = Watched.read()
    one = watched.indicators.get(code)
    period = _period(request, watched)
    context: dict[str, Any] = {"one": one, "scope": scope, "period": period}
    if one is not None and scope.place is not None and scope.place.kind == PlaceKind.LOCATION:
        context["line"] = colours.of_places(one, [scope.place], period, scope)[0]
    elif one is not None:
        context["counts"] = colours.counts_now(one, scope.place_ids, period)
    return render(request, "dashboards/state_strip.html", context)


def _period(request: HttpRequest, watched: Watched) -> str:
    names = [kind.value for kind in watched.periods]
    asked = request.GET.get("at", "")
    return asked if asked in names else names[0]


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What is watched, and how patiently."""
    user = user_of(request)
    if not user.may_everywhere(Verb.MANAGE):
        raise Http404
    held = WatchSettings.current()
    initial = {name: getattr(held, name) for name in ("periods", "indicators", "least_n", "minutes")}
    form = WatchForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            watch(
                acting_user=user,
                periods=said["periods"],
                indicator_codes=said["indicators"],
                least_n=said["least_n"],
                minutes=said["minutes"],
            )
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("Saved. Colours are looked at anew within a few seconds."))
            return redirect("dashboards:states_settings")
    return render(
        request, "dashboards/states_settings.html", {"form": form}, status=422 if form.errors else 200
    )
