"""The map with its list, and what it asks for while one looks at it: data, lines, the card of a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.maps import open_map
from otklik.company.models import MapSource, Place, User, Verb
from otklik.dashboards.cards import GROUPS
from otklik.dashboards.map import faces
from otklik.dashboards.map.actions import choose_indicators
from otklik.dashboards.map.choice import chosen, write_name
from otklik.dashboards.map.flags import Flag, flags_of
from otklik.dashboards.map.ground import Ground
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.readings import Asked, kinds_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.definitions import indicators
from otklik.surveys.models import Question

MOST_AT_ONCE = 400  # places after one event; beyond that everything is asked for anew


@dataclass(frozen=True)
class Look:
    """One request: who looks at what, coloured by which indicators."""

    user: User
    scope: Scope
    known: Mapping[str, Indicator]
    asked: Sequence[Asked]
    own_choice: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Look":
        user = request.user
        assert isinstance(user, User)
        scope = replace(Scope.from_request(request), point=None, employee=None, subject="")
        known = indicators()
        asked, own = chosen(user, request.GET.getlist("show"), known)
        return cls(user, scope, known, asked, own)

    @cached_property
    def ground(self) -> Ground:
        visible = Place.objects.visible_to(self.user, Verb.VIEW)
        return Ground(visible, everything=self.user.may_everywhere(Verb.VIEW), root=self.scope.place)

    def flags(self, only: frozenset[int] | None = None) -> list[Flag]:
        return flags_of(self.ground, self.scope.span, self.asked, self.known, only)

    @cached_property
    def kinds(self) -> str:
        """Kinds of events that can change a colour; "" for any."""
        found = [kinds_of(self.known[code]) for code, _subject in self.asked]
        if not all(found):
            return ""
        return " ".join(dict.fromkeys(kind for kinds in found for kind in kinds))


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    look = Look.of(request)
    flags = look.flags()
    filters = faces.Filters.of(request.GET)
    source = MapSource.current()
    opened = next((flag for flag in flags if flag.spot.code == request.GET.get("open")), None)
    context = {
        **scope_context(look.scope),
        **_listed(request, look, flags, filters),
        "look": look,
        "flags": flags,
        "counts": faces.counts(flags),
        "chosen": {write_name(asked) for asked in look.asked},
        "choices": _choices(look.known, look.asked),
        "source": source,
        "map_data": {
            "source": source.for_browser(),
            "labels": look.ground.labels(),
            "flags": faces.drawn(flags),
            "rest": {flag.spot.id: faces.NUMBERS[flag.colour] for flag in flags if not flag.spot.placed},
        },
        "card": _card(look, opened) if opened else None,
        "places_url": reverse("company:places"),
        "place_add_url": reverse("company:place_add") if look.user.may(Verb.MANAGE) else "",
    }
    return open_map(render(request, "dashboards/map.html", context), source)


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The lines of the list from `start` on."""
    look = Look.of(request)
    return render(
        request,
        "dashboards/map/lines.html",
        _listed(request, look, look.flags(), faces.Filters.of(request.GET)),
    )


@login_required
@require_GET
def data(request: HttpRequest) -> JsonResponse:
    """{"flags": rows of `faces.drawn`, "lines": html by id}: all places, or those that `only` (ids) may have changed."""
    look = Look.of(request)
    ids = [int(part) for part in request.GET.get("only", "").split(",") if part.isdecimal()]
    only = look.ground.only(ids) if 0 < len(ids) <= MOST_AT_ONCE else None
    flags = look.flags(only)
    lines = {}
    if only is not None:
        editable = _editable(look, flags)
        for flag in flags:
            line = {"line": faces.line_of(flag, look.known), "scope": look.scope, "editable": editable}
            lines[flag.spot.id] = render_to_string("dashboards/map/line.html", line, request)
    return JsonResponse(
        {
            "flags": faces.drawn(flags),
            "colours": {flag.spot.id: faces.NUMBERS[flag.colour] for flag in flags},
            "lines": lines,
        }
    )


@login_required
@require_GET
def card(request: HttpRequest, code: str) -> HttpResponse:
    """One flag opened to all its indicators."""
    look = Look.of(request)
    spot = next((spot for spot in look.ground.spots.values() if spot.code == code), None)
    if spot is None:
        raise Http404
    flag = next(iter(look.flags(frozenset({spot.id}))), None)
    if flag is None:
        raise Http404
    return render(request, "dashboards/map/card.html", {"card": _card(look, flag), "scope": look.scope})


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep which indicators colour the flags."""
    user = request.user
    assert isinstance(user, User)
    names = [] if "reset" in request.POST else request.POST.getlist("show")
    try:
        choose_indicators(acting_user=user, names=names)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    back = request.POST.get("next", "")
    home = reverse("dashboards:map")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(home)
    return HttpResponseRedirect(back if known else home)


def _listed(
    request: HttpRequest, look: Look, flags: Sequence[Flag], filters: faces.Filters
) -> dict[str, Any]:
    arranged = faces.arrange(flags, filters)
    text = request.GET.get("start", "")
    start = int(text) if text.isdecimal() and len(text) < 9 else 0
    shown = arranged[start : start + faces.PER_PAGE]
    more = request.GET.copy()
    more["start"] = str(start + faces.PER_PAGE)
    more.pop("open", None)
    return {
        "lines": [faces.line_of(flag, look.known) for flag in shown],
        "editable": _editable(look, shown),
        "filters": filters,
        "found": len(arranged),
        "more_query": more.urlencode() if start + faces.PER_PAGE < len(arranged) else "",
        "unplaced": sum(not flag.spot.placed for flag in flags),
        "scope": look.scope,
    }


def _editable(look: Look, flags: Sequence[Flag]) -> set[int]:
    """Places without coordinates that the user may put on the map."""
    ids = [flag.spot.id for flag in flags if not flag.spot.placed]
    if not ids:
        return set()
    return set(
        Place.objects.visible_to(look.user, Verb.MANAGE).filter(pk__in=ids).values_list("pk", flat=True)
    )


def _card(look: Look, flag: Flag) -> faces.Card:
    place = Place.objects.visible_to(look.user, Verb.VIEW).get(pk=flag.spot.id)
    may_manage = Place.objects.visible_to(look.user, Verb.MANAGE).filter(pk=place.pk).exists()
    return faces.card_of(flag, place, look.scope, look.known, may_manage=may_manage)


def _choices(
    known: Mapping[str, Indicator], asked: Sequence[Asked]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (name in the address, name for people); an indicator narrowed to a question stands beside it."""
    narrowed: dict[str, list[str]] = {}
    for code, subject in asked:
        if subject:
            narrowed.setdefault(code, []).append(subject)
    subjects = {subject for found in narrowed.values() for subject in found}
    texts = {row.code: row.text for row in Question.objects.filter(code__in=subjects)} if subjects else {}
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, one in known.items():
        held = groups.setdefault(str(GROUPS.get(one.group, one.group)), [])
        held.append((code, str(one.name)))
        held += [
            (f"{code}:{subject}", _("%(indicator)s: %(question)s") % {
                "indicator": one.name, "question": texts.get(subject, subject)
            })
            for subject in narrowed.get(code, [])
        ]  # fmt: skip
    return list(groups.items())
