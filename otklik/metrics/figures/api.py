"""REST: the catalogue of typed figures, their numbers, and setting them in bulk."""

import datetime as dt
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Field, Query, Router, Schema

from otklik.company.api_auth import KeyOrSession, caller_of
from otklik.company.audit import through
from otklik.company.importing.tables import BadFile
from otklik.company.models import Verb
from otklik.company.models.keys import Scope
from otklik.devices.figures.actions import FIELDS, Change, enter
from otklik.devices.figures.files import save_figures
from otklik.devices.figures.known import known
from otklik.devices.figures.models import Figure
from otklik.devices.figures.sheets import BadCellError, Sheet, sheet, sheets
from otklik.devices.figures.summing import summed
from otklik.metrics.api import ERRORS, Span
from otklik.metrics.asking import span_of
from otklik.metrics.dimensions import Grain

router = Router(tags=["figures"])
MOST_NUMBERS, MOST_FIGURES = 20_000, 500


class FigureIn(Schema):
    """A figure of the catalogue. Bounds of a share are 0…1."""

    code: str = Field(..., max_length=48)
    name_ru: str = Field(..., max_length=200)
    name_en: str | None = Field(None, max_length=200)
    unit: str | None = Field(None, description="count, share, money, points, score or seconds.")
    decimals: int | None = Field(None, ge=0, le=6)
    minimum: float | None = None
    maximum: float | None = None
    direction: str | None = Field(None, description="higher, lower or none.")
    adds: str | None = Field(None, description="sum, mean or last.")
    position: int | None = Field(None, ge=0)
    active: bool | None = None


class FigureOut(Schema):
    code: str
    name_ru: str
    name_en: str
    unit: str
    decimals: int
    minimum: float | None
    maximum: float | None
    direction: str
    adds: str
    position: int
    active: bool


class NumberIn(Schema):
    """One place and day. A number is in the unit of the figure (a share 0…1); a text is read as people type; null takes it away."""

    place: str = Field(..., max_length=64)
    day: dt.date
    value: float | str | None


class NumberOut(Schema):
    place: str
    day: dt.date
    value: float
    source: str


class Asked(Span):
    place: str = Field("", max_length=64, description="This place and everything below it.")


class Stored(Schema):
    stored: int
    unchanged: int


@router.get("/figures", response={200: list[FigureOut], **ERRORS}, auth=KeyOrSession())
def figure_list(request: HttpRequest) -> Any:
    """The catalogue of figures that people and programs fill in."""
    del request
    return list(Figure.objects.all())


@router.put("/figures", response={200: Stored, **ERRORS}, auth=KeyOrSession(Scope.MANAGE))
def figure_put(
    request: HttpRequest, payload: Annotated[list[FigureIn], Body(max_length=MOST_FIGURES)]
) -> dict[str, int]:
    """Add and change figures by code, all or none."""
    caller = caller_of(request)
    if not caller.sees_everything(Verb.MANAGE):
        raise Http404(_("There is nothing here."))
    items = [
        {name: value for name, value in one.dict().items() if name in FIELDS and value is not None}
        for one in payload
    ]
    try:
        with through(caller.actor):
            stored = save_figures(items, acting_user=caller.user_or_none)
    except BadFile as bad:
        found: dict[str, list[str]] = {}
        for problem in bad.problems:
            found.setdefault(f"[{problem.line - 1}].{problem.field}".rstrip("."), []).append(problem.message)
        raise ValidationError(found) from bad
    return {"stored": stored, "unchanged": 0}


@router.get("/figures/{code}", response={200: list[NumberOut], **ERRORS}, auth=KeyOrSession())
def number_list(request: HttpRequest, code: str, asked: Annotated[Asked, Query()]) -> list[dict[str, Any]]:
    """Numbers of a figure (or of “served”) by place and day: what was typed, or the better source that goes before it."""
    one = _known(code)
    caller = caller_of(request)
    visible = caller.visible_places()
    if asked.place:
        root = visible.filter(code=asked.place).first()
        if root is None:
            raise Http404(_("There is no place “%(code)s”.") % {"code": asked.place})
        visible = visible.under(root)
    first, last = span_of(asked.first, asked.last, Grain.DAY)
    codes = dict(visible.values_list("pk", "code"))
    found = known(one, codes, first, last)
    return [
        {"place": codes[place], "day": day, "value": held.value, "source": held.source or "manual"}
        for (place, day), held in sorted(found.items(), key=lambda item: (codes[item[0][0]], item[0][1]))
        if held.value is not None
    ]


@router.put("/figures/{code}", response={200: Stored, **ERRORS}, auth=KeyOrSession(Scope.INGEST))
def number_put(
    request: HttpRequest, code: str, payload: Annotated[list[NumberIn], Body(max_length=MOST_NUMBERS)]
) -> dict[str, int]:
    """Set numbers of places and days, all or none. The same request again changes nothing."""
    one, caller = _known(code), caller_of(request)
    places = {
        place.code: place
        for place in caller.visible_places(Verb.ENTER).filter(code__in={item.place for item in payload})
    }
    problems: list[tuple[tuple[str, str], tuple[str, str]]] = []
    changes: list[Change] = []
    for number, item in enumerate(payload):
        place = places.get(item.place)
        if place is None:
            sentence = _("There is no place “%s” where you may type figures.") % item.place
            problems.append((("place", item.place), (f"[{number}].place", sentence)))
            continue
        try:
            changes.append(Change(place, item.day, _value(one, item.value)))
        except BadCellError as bad:
            parts = {"place": place.name, "day": item.day, "text": item.value, "why": bad.sentence}
            sentence = _("%(place)s, %(day)s, “%(text)s”: %(why)s") % parts
            problems.append((("value", bad.sentence), (f"[{number}].value", sentence)))
    if problems:
        raise ValidationError({field: [sentence] for field, sentence in summed(problems, _with_more)})
    try:
        with through(caller.actor):
            entered = enter(one, changes, acting_user=caller.user_or_none, via=caller.actor)
    except PermissionDenied as denied:
        raise Http404(_("There is nothing here.")) from denied
    stored = sum(each.old != each.new for each in entered)
    return {"stored": stored, "unchanged": len(entered) - stored}


def _with_more(first: tuple[str, str], more: int) -> tuple[str, str]:
    field, sentence = first
    return field, _("%(first)s The same is wrong %(more)s times more.") % {"first": sentence, "more": more}


def _value(one: Sheet, value: float | str | None) -> float | None:
    if value is None:
        return None
    return one.parse(value) if isinstance(value, str) else one.checked(value)


def _known(code: str) -> Sheet:
    found = sheet(code)
    if found is None:
        known_codes = ", ".join(each.code for each in sheets())
        raise Http404(
            _("There is no figure “%(code)s”. Known are: %(known)s.") % {"code": code, "known": known_codes}
        )
    return found
