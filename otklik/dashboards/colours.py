"""Colours over time as they are drawn: strips, and how long, how often, how fast to recover."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.company.models import Company, Place
from otklik.dashboards import words
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.states.models import Because, ColourName, State, StateChange
from otklik.metrics.states.queries import History, Stretch, histories
from otklik.web import formats

WIDTH, HEIGHT = 1000, 24
HEIGHTS = {Colour.RED: 24, Colour.YELLOW: 17, Colour.GREEN: 10, Colour.GREY: 3}  # height doubles the colour
ORDER = {Colour.RED.value: 0, Colour.YELLOW.value: 1, Colour.GREEN.value: 2, Colour.GREY.value: 3}
LINES = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a strip. `css` is good, acceptable, bad or none."""

    x: float
    width: float
    y: float
    height: float
    css: str
    tip: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: a place or an indicator with its strip and figures."""

    name: str
    url: str
    more_url: str
    colour: str
    since: str
    bars: list[Bar]
    red: str
    falls: str
    recovery: str
    summary: str
    order: tuple[int, float]


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words."""

    at: str
    place: str
    name: str
    url: str
    old: str
    new: str
    value: str
    because: str
    late: str


def bounds(scope: Scope) -> tuple[dt.datetime, dt.datetime]:
    """The moments between which the scope looks, on the clock of the place; the end is not ahead of now."""
    zone = scope.place.zone if scope.place else zoneinfo.ZoneInfo(Company.current().timezone)
    start = dt.datetime.combine(scope.span.first, dt.time(0), zone)
    end = dt.datetime.combine(scope.span.last + dt.timedelta(days=1), dt.time(0), zone)
    return start, max(start, min(end, timezone.now()))


def of_places(one: Indicator, places: Sequence[Place], period: str, scope: Scope) -> list[Line]:
    """A line per location, the worst first."""
    start, end = bounds(scope)
    found = histories(one.code, [place.pk for place in places], period, start, end)
    now = {
        row.place_id: row for row in State.objects.filter(indicator=one.code, place__in=places, period=period)
    }
    lines = []
    for place in places:
        url = f"{reverse('dashboards:states')}?{scope.query(place=place.code, at=period)}"
        more = scope.address(reverse("dashboards:indicator", args=[one.code]), place=place.code)
        about = (place.name, url, more)
        lines.append(_line(about, now.get(place.pk), found.get(place.pk), one, (start, end)))
    return sorted(lines, key=lambda line: line.order)


def of_indicators(known: Mapping[str, Indicator], place: Place, period: str, scope: Scope) -> list[Line]:
    """A line per watched indicator of one location, the worst first."""
    start, end = bounds(scope)
    lines = []
    for row in State.objects.filter(place=place, period=period, indicator__in=known):
        one = known[row.indicator]
        found = histories(one.code, [place.pk], period, start, end).get(place.pk)
        url = scope.address(reverse("dashboards:indicator", args=[one.code]))
        lines.append(_line((str(one.name), url, url), row, found, one, (start, end)))
    return sorted(lines, key=lambda line: line.order)


def _line(
    about: tuple[str, str, str],
    row: State | None,
    found: History | None,
    one: Indicator,
    span: tuple[dt.datetime, dt.datetime],
) -> Line:
    name, url, more_url = about
    history = found or History()
    red = history.seconds(Colour.RED)
    coloured = history.total - history.seconds(Colour.GREY)
    colour = row.colour if row else Colour.GREY.value
    recoveries = history.recoveries
    return Line(
        name=name,
        url=url,
        more_url=more_url,
        colour=colour,
        since=formats.moment(timezone.localtime(row.since)) if row and row.last != "grey" else "",
        bars=bars(history, one, *span),
        red=formats.percent(red / coloured if coloured else None),
        falls=formats.number(history.falls) if found else "",
        recovery=formats.duration(sum(recoveries) / len(recoveries)) if recoveries else "",
        summary=summary(history),
        order=(ORDER[colour], -red),
    )


def bars(history: History, one: Indicator, start: dt.datetime, end: dt.datetime) -> list[Bar]:
    """The strip; a stretch too short to see is one unit wide."""
    whole = (end - start).total_seconds() or 1
    found = []
    for stretch in history.stretches:
        x = (stretch.start - start).total_seconds() / whole * WIDTH
        width = max(stretch.seconds / whole * WIDTH, 1.5)
        height = HEIGHTS[stretch.colour]
        css = words.COLOURS[stretch.colour]
        found.append(Bar(round(x, 2), round(width, 2), HEIGHT - height, height, css, _tip(stretch, one)))
    return found


def _tip(stretch: Stretch, one: Indicator) -> str:
    start, end = (timezone.localtime(moment) for moment in (stretch.start, stretch.end))
    text = f"{ColourName(stretch.colour).label}: {formats.moment(start)} – {formats.moment(end)}"
    if stretch.change is not None and stretch.change.value is not None:
        text += f" · {words.value_text(stretch.change.value, one.definition.unit)}"
    return text


def summary(history: History) -> str:
    """The strip for those who cannot see it."""
    red, falls = history.seconds(Colour.RED), history.falls
    if not history.stretches:
        return _("no colour yet")
    times = ngettext("%(n)s time", "%(n)s times", falls) % {"n": formats.number(falls)}
    return _("red for %(long)s, became red %(times)s") % {"long": formats.duration(red), "times": times}


def told(rows: Sequence[StateChange], known: Mapping[str, Indicator], scope: Scope) -> list[Told]:
    """Changes in words, as they are given."""
    found = []
    for row in rows:
        one = known.get(row.indicator)
        if one is None:
            continue
        address = reverse("dashboards:indicator", args=[row.indicator])
        found.append(
            Told(
                at=formats.moment(timezone.localtime(row.at)),
                place=row.place.name,
                name=str(one.name),
                url=scope.address(address, place=row.place.code),
                old=row.old,
                new=row.new,
                value=words.value_text(row.value, one.definition.unit),
                because=str(Because(row.because).label),
                late=formats.day(row.first) if row.late else "",
            )
        )
    return found


def counts_now(one: Indicator, places: Sequence[int] | None, period: str) -> dict[str, int]:
    """How many locations show each colour now."""
    rows = State.objects.filter(indicator=one.code, period=period)
    if places is not None:
        rows = rows.filter(place__in=places)
    found = dict.fromkeys(("red", "yellow", "green", "grey"), 0)
    for colour in rows.values_list("colour", flat=True):
        found[colour] += 1
    return found
