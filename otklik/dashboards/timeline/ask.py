"""From an address to what is asked for: of the page, and of REST."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.company.models import User
from otklik.dashboards.models import Dashboard, Widget
from otklik.dashboards.scope import Scope
from otklik.dashboards.timeline.axis import GRAINS, fitting, usual_grain
from otklik.dashboards.timeline.data import Wanted
from otklik.dashboards.timeline.spec import MOST_LINES, Spec, parse
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Grain

USUAL = ("support", "nps", "receipts", "visitors")
FIRST_LINES = 4
MODES = ("panels", "together")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address asks for. `grain` is "" when the page chooses; `problems` are sentences."""

    scope: Scope
    wanted: Wanted
    grain: str
    mode: str
    problems: list[str]


def of_page(request: HttpRequest) -> Asked:
    user = request.user
    assert isinstance(user, User)
    return of(user, request.GET)


def of(user: User, query: QueryDict) -> Asked:
    """What an address asks for; Http404 for what the user may not see."""
    scope = Scope.of(user, query)
    problems: list[str] = []
    specs = _specs(query.getlist("series"), problems) if "series" in query else usual(scope)
    grain = query.get("grain", "")
    chosen = Grain(grain) if grain in {one.value for one in GRAINS} else usual_grain(scope.span)
    drawn = fitting(chosen, scope.span)
    if drawn is not chosen:
        problems.append(_("So many steps cannot be drawn at once; longer ones are shown."))
    mode = query.get("mode", "")
    wanted = Wanted(
        caller=Caller(scope.user, None),
        specs=specs,
        span=scope.span,
        grain=drawn,
        where=Spec(
            "",
            scope.subject,
            scope.place.code if scope.place else "",
            scope.point.code if scope.point else "",
            scope.employee.code if scope.employee else "",
        ),
        compare=scope.compare,
        compare_from=scope.other.first if scope.other and scope.compare == "previous" else None,
        against=query.get("against", ""),
    )
    return Asked(
        scope, wanted, grain if chosen is drawn else "", mode if mode in MODES else "panels", problems
    )


def _specs(texts: Sequence[str], problems: list[str]) -> list[Spec]:
    found: list[Spec] = []
    for text in texts:
        if not text:
            continue
        try:
            spec = parse(text)
        except ValueError:
            problems.append(_("“%s” is no line of a timeline; it is left out.") % text[:80])
            continue
        if spec not in found:
            found.append(spec)
    if len(found) > MOST_LINES:
        problems.append(_("At most %d lines are shown; the others are left out.") % MOST_LINES)
    return found[:MOST_LINES]


def usual(scope: Scope) -> list[Spec]:
    """The first indicators of the user's board, until lines are chosen."""
    board = Dashboard.objects.filter(owner=scope.user).first() or Dashboard.objects.filter(owner=None).first()
    known = indicators()
    held = Widget.objects.filter(dashboard=board).values_list("indicator", flat=True) if board else ()
    codes = [code for code in dict.fromkeys([*held, *USUAL]) if code in known]
    return [Spec(code) for code in codes[:FIRST_LINES]]
