"""Places, points or employees beside each other."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.company.models import Verb
from otklik.company.views.base import page
from otklik.dashboards import words
from otklik.dashboards.cards import catalogue_choices
from otklik.dashboards.pickers import scope_context
from otklik.dashboards.scope import Scope
from otklik.reports.comparison.asked import GROUPS, asked_by, asked_codes
from otklik.reports.comparison.data import Comparison, Group, chosen, comparisons
from otklik.reports.comparison.plot import Funnel, drawn
from otklik.web import formats

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    rank: str
    ranks: str
    name: str
    inside: str
    query: str
    colour: str
    value: str
    half: str
    missing: str
    n: str
    difference: str
    p: str
    verdict: str
    word: str


@dataclass(frozen=True, slots=True)
class Block:
    comparison: Comparison
    name: str
    whole: str
    whole_base: str
    lines: list[Line]
    funnel: Funnel | None
    better: int
    worse: int
    more: int


@require_GET
@page(Verb.VIEW)
def comparison(request: HttpRequest) -> HttpResponse:
    scope = Scope.from_request(request)
    by, asked = asked_by(request.GET, scope), chosen(asked_codes(request.GET))
    kept = [("by", by), *(("indicator", one.code) for one in asked)]
    scope = replace(scope, keep=tuple(kept))
    found = comparisons(scope, by, asked)
    codes = {one.code for one in asked}
    context = {
        **scope_context(scope),
        "by": by,
        "groups": [(key, name) for key, name in GROUPS.items() if key != "place" or scope.children],
        "blocks": [_block(one, scope, by) for one in found],
        "choices": [
            (group, [(code, name, code in codes) for code, name in rows])
            for group, rows in catalogue_choices()
        ],
        "chosen_names": ", ".join(str(one.name) for one in asked),
        "pairs": [(name, value) for name, value in request.GET.items() if name != "indicator"],
    }
    return render(request, "reports/comparison.html", context)


def _block(one: Comparison, scope: Scope, by: str) -> Block:
    verdicts = [str(group.verdict) for group in one.groups]
    return Block(
        one,
        str(one.indicator.name),
        words.value_text(one.whole.value, one.whole.unit, words.digits(one.whole))
        or words.missing_text(one.whole),
        words.base_text(one.whole),
        [_line(group, scope, by, one.word(group)) for group in one.groups[:MOST_LINES]],
        drawn(one),
        verdicts.count("better"),
        verdicts.count("worse"),
        max(0, len(one.groups) - MOST_LINES),
    )


def _line(group: Group, scope: Scope, by: str, word: str) -> Line:
    result, delta = group.result, group.difference.delta
    places = words.digits(result)
    kind = "place" if by in {"place", "location"} else by
    return Line(
        rank="" if group.rank is None else formats.number(group.rank),
        ranks=""
        if group.ranks is None or group.ranks[0] == group.ranks[1]
        else f"{group.ranks[0]}–{group.ranks[1]}",
        name=group.item.name,
        inside="" if kind == "place" else group.item.place.name,
        query=replace(scope, keep=()).query(**{kind: group.item.code}),
        colour=words.COLOURS[group.colour],
        value=words.value_text(result.value, result.unit, places),
        half=words.half_width_text(result),
        missing=words.missing_text(result),
        n=formats.number(result.n),
        difference=""
        if delta is None or result.value is None
        else words.delta_text(delta, result.unit, max(places, 1)),
        p=""
        if group.p is None
        else "< 0,001".replace(",", "," if formats.is_russian() else ".")
        if group.p < 0.001
        else formats.number(group.p, 3),
        verdict=str(group.verdict),
        word=word,
    )
