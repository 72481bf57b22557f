"""The page, its data, and views that people keep."""

from typing import Any

import msgspec
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.models import Employee, Place, Point, User, Verb
from otklik.dashboards.cards import GROUPS
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.timeline import actions, ask, counters, markers, present
from otklik.dashboards.timeline.axis import GRAINS
from otklik.dashboards.timeline.data import Timeline, read
from otklik.dashboards.timeline.models import MarkerKind, SavedView
from otklik.dashboards.timeline.spec import MOST_LINES, usual_colour
from otklik.dashboards.timeline.texts import GRAIN_NAMES, texts
from otklik.metrics.definitions import indicators
from otklik.surveys.models import Question

MOST_PEOPLE = 300


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    asked = ask.of_page(request)
    scope = asked.scope
    views = list(SavedView.objects.visible_to(user))
    context = {
        **scope_context(scope),
        "problems": asked.problems,
        "views": views,
        "may_share": actions.may_share(user),
        "may_mark": user.may(Verb.ENTER),
        "kinds": MarkerKind.choices,
        "marker_places": _marker_places(user),
        "whole_company": user.may_everywhere(Verb.ENTER),
        "excel": reverse("reports:export", args=["timeline"]),
        "no_places": not Place.objects.visible_to(user).exists(),
        "may_add": user.may_everywhere(Verb.MANAGE),
        "config": {
            "series": [str(one) for one in asked.wanted.specs],
            "problems": asked.problems,
            "grain": asked.grain,
            "mode": asked.mode,
            "most": MOST_LINES,
            "language": get_language(),
            "place": scope.place.code if scope.place else "",
            "title": _("Timeline"),
            "scope": scope.name,
            "period": scope.days_name,
            "days": [scope.span.first.isoformat(), scope.span.last.isoformat()],
            "grains": [{"code": one.value, "name": str(GRAIN_NAMES[one])} for one in GRAINS],
            "indicators": _indicators(),
            "questions": _questions(),
            "addresses": {
                "data": reverse("dashboards:timeline_data"),
                "gaps": reverse("dashboards:timeline_gaps"),
                "people": reverse("dashboards:timeline_people"),
                "places": reverse("dashboards:places"),
                "markers": "/api/v1/markers",
                "indicator": reverse("dashboards:indicator", args=["CODE"]),
            },
            "texts": texts(),
        },
    }
    return render(request, "dashboards/timeline.html", context)


@login_required
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is drawn. `settled` as of the last answer and `after` ask for the last steps alone."""
    asked = ask.of_page(request)
    found = read(asked.wanted)
    place = asked.scope.place.code if asked.scope.place else ""
    after = request.GET.get("after", "")
    first = 0
    if found.settled and request.GET.get("settled") == found.settled and after.isdecimal():
        first = min(int(after), len(found.steps))
    marked = markers.between(
        asked.wanted.caller,
        found.axis.days.first,
        found.axis.days.last,
        list({line.where.place: None for line in found.lines} or [asked.scope.place]),
    )
    body = {
        **present.for_page(found, place, first),
        "tail": _tail(found),
        "places": asked.scope.place_ids if not any(line.spec.place for line in found.lines) else None,
        "scope": asked.scope.name,
        "period": asked.scope.days_name,
        "compared": found.against.name if found.against else asked.scope.other_name,
        "live": asked.scope.live,
        "markers": markers.for_page(asked.wanted.caller, marked),
        "problems": [*asked.problems, *(message for _line, message in found.problems)],
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def _tail(found: Timeline) -> int:
    """The first step that new events of the last days touch."""
    parts = found.axis.parts()
    if len(parts) == 1:
        return 0
    return next(number for number, step in enumerate(found.steps) if step == parts[1].first)


@login_required
@require_GET
def gaps(request: HttpRequest) -> JsonResponse:
    """Where readings of counters are missing; asked for after the page is drawn."""
    asked = ask.of_page(request)
    return JsonResponse({"lines": counters.missing(read(asked.wanted), asked.wanted.caller)})


@login_required
@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """Points and employees of a place and of what lies below it, for the choice of a line."""
    user = _user(request)
    code = request.GET.get("place", "")
    visible = Place.objects.visible_to(user, Verb.VIEW)
    if code:
        place = visible.filter(code=code).first()
        if place is None:
            raise Http404
        visible = visible.under(place)
    points = Point.objects.filter(place__in=visible).select_related("place")[:MOST_PEOPLE]
    staff = Employee.objects.filter(place__in=visible)[:MOST_PEOPLE]
    return JsonResponse(
        {
            "points": [{"code": one.code, "name": one.full_name} for one in points],
            "employees": [{"code": one.code, "name": one.name} for one in staff],
        }
    )


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what the address shows under a name."""
    query = request.POST.get("query", "").removeprefix("?")
    shared = request.POST.get("shared") == "1"
    try:
        view = actions.keep_view(
            acting_user=_user(request), name=request.POST.get("name", ""), query=query, shared=shared
        )
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return _back(query)
    except PermissionDenied as error:
        raise Http404 from error
    messages.success(request, _("“%s” is kept.") % view.name)
    return _back(view.query)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    user = _user(request)
    view = SavedView.objects.visible_to(user).filter(pk=pk).first()
    if view is None or (view.owner_id is None and not actions.may_share(user)):
        raise Http404
    name, query, shared = view.name, view.query, view.owner_id is None
    actions.remove_view(view, acting_user=user)
    from urllib.parse import urlencode

    undo = urlencode({"name": name, "query": query, "shared": "1" if shared else ""})
    messages.success(
        request,
        _("“%s” is removed.") % name,
        extra_tags=f"undo:{reverse('dashboards:timeline_restore')}?{undo}",
    )
    return _back(request.POST.get("query", "").removeprefix("?"))


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring a removed view back; the address holds what it was."""
    query = request.GET.get("query", "")
    try:
        actions.keep_view(
            acting_user=_user(request),
            name=request.GET.get("name", ""),
            query=query,
            shared=request.GET.get("shared") == "1",
        )
    except PermissionDenied as error:
        raise Http404 from error
    return _back(query)


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _back(query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('dashboards:timeline')}?{query}")


def _marker_places(user: User) -> list[tuple[str, str]]:
    places = Place.objects.visible_to(user, Verb.ENTER).order_by("path")
    return [(one.code, "\u2003" * (len(one.ancestor_ids()) - 1) + one.name) for one in places]


def _indicators() -> list[dict[str, Any]]:
    """What can be chosen, in the catalogue's order."""
    known = indicators()
    order = list(known)
    return [
        {
            "code": code,
            "name": str(one.name),
            "group": str(GROUPS.get(one.group, one.group)),
            "types": list(one.definition.question_types),
            "colour": usual_colour(code, order),
        }
        for code, one in known.items()
    ]


def _questions() -> list[dict[str, str]]:
    return [
        {"code": one.code, "text": one.text, "type": one.type} for one in Question.objects.filter(active=True)
    ]
