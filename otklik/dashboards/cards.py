"""Widgets with their faces, and the catalogue to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place
from otklik.dashboards.faces import Face, Row, face
from otklik.dashboards.models import Show, Widget
from otklik.dashboards.readings import Reading, breakdowns, read, reading_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.queries import Row as SplitRow

GROUPS: dict[str, Promise] = {
    "served": _("Per client served"),
    "questions": _("Questions to clients"),
    "process": _("Process"),
    "sales": _("Sales"),
    "models": _("Models of satisfaction"),
    "staff": _("Staff"),
    "own": _("Our own"),
}
WORST_FIRST = {Colour.RED: 0, Colour.YELLOW: 1, Colour.GREEN: 2, Colour.GREY: 3}
MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Card:
    widget: Widget
    face: Face | None  # None: the catalogue has no such indicator any more


def cards(widgets: list[Widget], scope: Scope) -> list[Card]:
    """Widgets in their order with what they show."""
    readings = read([(one.indicator, one.subject) for one in widgets], scope)
    rows = _place_rows([one for one in widgets if one.show == Show.PLACES], scope)
    found = []
    for widget in widgets:
        reading = readings.get((widget.indicator, widget.subject))
        drawn = face(reading, scope, widget.target) if reading else None
        if drawn and widget.show == Show.PLACES:
            drawn = replace(drawn, rows=rows.get((widget.indicator, widget.subject), []))
        found.append(Card(widget, drawn))
    return found


def _place_rows(widgets: list[Widget], scope: Scope) -> dict[tuple[str, str], list[Row]]:
    """Rows of the widgets that show places: one statement per question."""
    known = indicators()
    by_subject: dict[str, list[str]] = {}
    for one in widgets:
        codes = by_subject.setdefault(one.subject, [])
        if one.indicator in known and one.indicator not in codes:
            codes.append(one.indicator)
    found = {}
    for subject, codes in by_subject.items():
        inner = replace(scope, subject=subject or scope.subject)
        split = breakdowns(codes, inner, "place")
        for code in codes:
            found[code, subject] = child_rows(known[code], inner, split)[:MOST_ROWS]
    return found


def child_rows(one: Indicator, scope: Scope, split: Sequence[SplitRow]) -> list[Row]:
    """The next level of places, the worst first; `split` is the breakdown by place."""
    limits = LimitTable()
    names = {place.pk: place for place in scope.children}
    found = []
    for row in split:
        place = names.get(row.keys["child"])
        if place is None or one.code not in row.results:
            continue
        reading = reading_of(one, row.results[one.code], place, limits, span=scope.span)
        found.append((_badness(one, reading.colour, reading.result.value), place, reading))
    found.sort(key=lambda item: item[0])
    return [_row(place, reading, scope) for _key, place, reading in found]


def _row(place: Place, reading: Reading, scope: Scope) -> Row:
    inner = replace(scope, place=place)
    drawn = face(reading, inner)
    return Row(place.name, drawn.url, drawn)


def _badness(one: Indicator, colour: Colour, value: float | None) -> tuple[int, float]:
    if value is None:
        return (9, 0.0)
    sign = -1 if one.definition.direction == "lower" else 1
    return (WORST_FIRST[colour], sign * value)


def catalogue_choices() -> list[tuple[Promise | str, list[tuple[str, str]]]]:
    """Groups of (code, name) for the list to add from."""
    by_group: dict[str, list[tuple[str, str]]] = {}
    for code, one in indicators().items():
        by_group.setdefault(one.group, []).append((code, str(one.name)))
    return [(GROUPS.get(group, group), found) for group, found in by_group.items()]


def usage() -> dict[str, int]:
    """On how many boards each indicator stands."""
    rows = Widget.objects.values_list("indicator").annotate(n=Count("dashboard", distinct=True))
    return dict(rows)
