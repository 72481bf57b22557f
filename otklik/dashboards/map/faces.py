"""Flags in words: the lines of the list, the card of one place, the compact rows that the map draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.company.models import Place
from otklik.dashboards import words
from otklik.dashboards.faces import Face, face
from otklik.dashboards.map.flags import RANK, Flag
from otklik.dashboards.readings import reading_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.thresholds import Colour
from otklik.metrics.definitions import LimitTable

PER_PAGE = 60
SORTS = ("worst", "best", "name")
FACE_RANK = {"bad": 0, "acceptable": 1, "good": 2, "none": 3}
NUMBERS = {Colour.GREY: 0, Colour.GREEN: 1, Colour.YELLOW: 2, Colour.RED: 3}  # as the map island knows them


@dataclass(frozen=True, slots=True)
class Line:
    """One flag in the list."""

    id: int
    code: str
    name: str
    above: str
    colour: str  # good, acceptable, bad, none
    indicator: str
    value: str
    base: str
    missing: str
    placed: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows; parts of the address."""

    text: str = ""
    sort: str = "worst"
    colours: frozenset[str] = frozenset()

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        sort = query.get("sort", "")
        return cls(
            query.get("q", "").strip()[:100],
            sort if sort in SORTS else "worst",
            frozenset(query.getlist("colour")) & frozenset(FACE_RANK),
        )


def arrange(flags: Sequence[Flag], filters: Filters) -> list[Flag]:
    """Flags that pass the filters, in the wanted order; grey ones stand last unless sorted by name."""
    needle = filters.text.casefold()
    found = [
        flag
        for flag in flags
        if (not needle or _holds(flag, needle))
        and (not filters.colours or words.COLOURS[flag.colour] in filters.colours)
    ]
    found.sort(key=lambda flag: (flag.spot.name.casefold(), flag.spot.above))
    if filters.sort == "name":
        return found
    sign = -1 if filters.sort == "worst" else 1
    found.sort(key=lambda flag: (not RANK[flag.colour], sign * flag.rank[0], sign * flag.rank[1]))
    return found


def _holds(flag: Flag, needle: str) -> bool:
    spot = flag.spot
    return any(needle in text.casefold() for text in (spot.name, spot.above, spot.code))


def line_of(flag: Flag, known: Mapping[str, Indicator]) -> Line:
    spot = flag.spot
    indicator = value = base = missing = ""
    if flag.worst is not None:
        result = flag.results[flag.worst]
        indicator = str(known[flag.worst[0]].name)
        value = words.value_text(result.value, result.unit, words.digits(result))
        base = words.base_text(result)
    else:
        missing = why_grey(flag)
    colour = words.COLOURS[flag.colour]
    return Line(
        spot.id, spot.code, spot.name, spot.above, colour, indicator, value, base, missing, spot.placed
    )


def why_grey(flag: Flag) -> str:
    """In words: nothing was counted, or what was counted has no limits."""
    if any(result.value is not None for result in flag.results.values()):
        return _("no thresholds for what is known")
    reasons = [words.missing_text(result) for result in flag.results.values()]
    return next((text for text in reasons if text), _("nothing happened in these days"))


def counts(flags: Sequence[Flag]) -> dict[str, int]:
    """How many flags of each colour."""
    found = dict.fromkeys(("bad", "acceptable", "good", "none"), 0)
    for flag in flags:
        found[words.COLOURS[flag.colour]] += 1
    return found


def drawn(flags: Sequence[Flag]) -> list[list[Any]]:
    """What the map draws: [id, code, name, longitude, latitude, colour 0…3]; flags without coordinates are left out."""
    return [
        [
            flag.spot.id,
            flag.spot.code,
            flag.spot.name,
            round(flag.spot.longitude or 0.0, 6),
            round(flag.spot.latitude or 0.0, 6),
            NUMBERS[flag.colour],
        ]
        for flag in flags
        if flag.spot.placed
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """A flag opened: all its indicators, the worst first."""

    line: Line
    faces: list[Face]
    home: str
    settings: str


def card_of(
    flag: Flag, place: Place, scope: Scope, known: Mapping[str, Indicator], *, may_manage: bool
) -> Card:
    limits = LimitTable()
    inner = replace(scope, place=place, point=None, employee=None, subject="")
    faces = [
        face(reading_of(known[code], result, place, limits), replace(inner, subject=subject))
        for (code, subject), result in flag.results.items()
    ]
    order = {id(one): number for number, one in enumerate(faces)}
    worst = flag.worst[0] if flag.worst else ""
    faces.sort(key=lambda one: (one.code != worst, FACE_RANK[one.colour], order[id(one)]))
    return Card(
        line_of(flag, known),
        faces,
        inner.address(reverse("dashboards:overview")),
        reverse("company:place_edit", args=[place.pk]) if may_manage else "",
    )
