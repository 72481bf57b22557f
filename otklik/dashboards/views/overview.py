"""The first page: widgets of the chosen place and period, and the fragments that live updates ask for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from otklik.company.models import Place, User, Verb
from otklik.dashboards import actions
from otklik.dashboards.cards import Card, cards, catalogue_choices
from otklik.dashboards.models import Dashboard, Show, Size, Widget
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    scope = Scope.from_request(request)
    if not Place.objects.visible_to(user, Verb.VIEW).exists():
        return render(request, "dashboards/welcome.html", {"setup_url": _setup_url(user)})
    board = actions.board_of(user)
    editing = "edit" in request.GET
    context = {
        **scope_context(scope),
        "board": board,
        "cards": cards(list(board.widgets.all()), scope),
        "editing": editing,
        "choices": catalogue_choices() if editing else [],
        "sizes": Size.choices,
        "shows": Show.choices,
        "may_share": actions.may_share(user),
        "setup_url": _setup_url(user),
    }
    return render(request, "dashboards/overview.html", context)


@login_required
@require_GET
def fragments(request: HttpRequest) -> HttpResponse:
    """The widgets named in `ids`, drawn anew: what a live update asks for."""
    user = request.user
    assert isinstance(user, User)
    scope = Scope.from_request(request)
    ids = [int(part) for part in request.GET.get("ids", "").split(",")[:60] if part.isdecimal()]
    widgets = Widget.objects.filter(pk__in=ids, dashboard__in=Dashboard.objects.visible_to(user))
    found: list[Card] = cards(list(widgets), scope)
    return render(request, "dashboards/fragments.html", {"cards": found, "scope": scope})


@login_required
@require_GET
def places(request: HttpRequest) -> JsonResponse:
    """Places for the picker: {"places": [{code, name, parent, depth}]} by name, those that hold `q`."""
    user = request.user
    assert isinstance(user, User)
    needle = request.GET.get("q", "").casefold().strip()[:100]
    rows = Place.objects.visible_to(user, Verb.VIEW).values_list("code", "name", "parent__name", "path")
    if needle:
        chosen = [row for row in rows if needle in row[1].casefold() or needle in row[0].casefold()]
        chosen.sort(key=lambda row: (not row[1].casefold().startswith(needle), row[1]))
    else:
        chosen = sorted(rows, key=lambda row: (row[3].count("/"), row[1]))
    lines = [
        {"code": code, "name": name, "parent": parent or "", "depth": path.count("/") - 2}
        for code, name, parent, path in chosen[:50]
    ]
    return JsonResponse({"places": lines})


def _setup_url(user: User) -> str:
    if not user.may(Verb.MANAGE):
        return ""
    for name in ("company:setup", "company:places"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
