"""Widgets with their faces, and the catalogue to choose from."""

from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place
from otklik.dashboards.faces import Face, Row, face
from otklik.dashboards.models import Show, Widget
from otklik.dashboards.readings import Reading, breakdown, read, reading_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.definitions import LimitTable, indicators

GROUPS: dict[str, Promise] = {
    "served": _("Per client served"),
    "questions": _("Questions to clients"),
    "process": _("Process"),
    "sales": _("Sales"),
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
    rows = {
        (one.indicator, one.subject): _place_rows(one, scope) for one in widgets if one.show == Show.PLACES
    }
    found = []
    for widget in widgets:
        reading = readings.get((widget.indicator, widget.subject))
        drawn = face(reading, scope, widget.target) if reading else None
        if drawn and widget.show == Show.PLACES:
            drawn = replace(drawn, rows=rows[widget.indicator, widget.subject])
        found.append(Card(widget, drawn))
    return found


def _place_rows(widget: Widget, scope: Scope) -> list[Row]:
    one = indicators().get(widget.indicator)
    if one is None:
        return []
    return child_rows(one, replace(scope, subject=widget.subject or scope.subject))[:MOST_ROWS]


def child_rows(one: Indicator, scope: Scope) -> list[Row]:
    """The next level of places, the worst first."""
    limits = LimitTable()
    names = {place.pk: place for place in scope.children}
    found = []
    for row in breakdown(one.code, scope, "place"):
        place = names.get(row.keys["child"])
        if place is None:
            continue
        reading = reading_of(one, row.results[one.code], place, limits)
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
