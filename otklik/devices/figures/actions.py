"""The only writers of what people type, and of the catalogue of figures.

Per place and day one event holds: a change is a new event that replaces the one before, clearing withdraws it. Many changes are
one transaction: all are stored or none.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.company import audit
from otklik.company.models import Place, User, Verb
from otklik.company.writing import demand
from otklik.devices.figures.known import MANUAL, Key, Known, known
from otklik.devices.figures.models import Figure
from otklik.devices.figures.sheets import BadCellError, Sheet, served_sheet
from otklik.devices.figures.signals import figure_saved
from otklik.devices.figures.summing import summed
from otklik.devices.queries import business_today
from otklik.events.intake import Event, Origin
from otklik.events.problems import Rejection
from otklik.events.record import check, get_store
from otklik.web.formats import day as day_text

FIELDS = (
    "code", "name_ru", "name_en", "unit", "decimals", "minimum", "maximum", "direction", "adds", "position", "active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What a cell is to be; `value` None empties it."""

    place: Place
    day: dt.date
    value: float | None


@dataclass(frozen=True, slots=True)
class Entered:
    """`old` and `new` values; None is an empty cell."""

    old: float | None
    new: float | None


def enter(
    sheet: Sheet, changes: Sequence[Change], *, acting_user: User | None, via: str = ""
) -> list[Entered]:
    """Set numbers of one sheet, all or none; what was and what is, in the order of `changes`."""
    return enter_all([(sheet, changes)], acting_user=acting_user, via=via)[0]


@transaction.atomic
def enter_all(
    wanted: Sequence[tuple[Sheet, Sequence[Change]]], *, acting_user: User | None, via: str = ""
) -> list[list[Entered]]:
    """Set numbers of places and days on several sheets, all or none. Needs ENTER on every place.

    Raises ValidationError with a sentence for each cell that cannot be: a day ahead, a better source, out of bounds.
    """
    touched = {change.place.pk for _sheet, changes in wanted for change in changes}
    _may_enter(acting_user, touched)
    # two people at one cell: one after the other
    places = {
        place.pk: place
        for place in Place.objects.select_for_update(of=("self",))
        .filter(pk__in=touched)
        .select_related("parent__parent__parent")
    }
    todays = {pk: business_today(place) for pk, place in places.items()}
    plans = [_Plan.of(sheet, changes, places, todays) for sheet, changes in wanted]
    problems = [problem for plan in plans for problem in plan.problems]
    if problems:
        raise ValidationError(summed([(one.code, one) for one in problems], with_more))
    events = [event for plan in plans for event in plan.events]
    _store(events, via or f"form:{acting_user.username if acting_user else 'cli'}")
    for plan in plans:
        audit.record_many(plan.sheet.action, plan.log, acting_user=acting_user)
    return [plan.entered for plan in plans]


def with_more(first: ValidationError, more: int) -> ValidationError:
    return ValidationError(
        _("%(first)s The same is wrong %(more)s times more."),
        params={"first": first.messages[0], "more": more},
    )


@dataclass(slots=True)
class _Plan:
    """What the changes of one sheet come to; nothing is written yet."""

    sheet: Sheet
    problems: list[ValidationError] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)

    @classmethod
    def of(
        cls, sheet: Sheet, changes: Sequence[Change], places: dict[int, Place], todays: dict[int, dt.date]
    ) -> "_Plan":
        plan = cls(sheet)
        if not changes:
            return plan
        days = [change.day for change in changes]
        held = known(sheet, {change.place.pk for change in changes}, min(days), max(days))
        plan.problems = _problems(sheet, changes, held, todays)
        for change in () if plan.problems else changes:
            one = held.get((change.place.pk, change.day), Known())
            plan.entered.append(Entered(one.typed, change.value))
            if one.typed != change.value or len(one.ids) > 1:
                place = places[change.place.pk]
                plan.events += _events(sheet, place, change, one)
                plan.log.append(_log_line(sheet, place, change, one))
        return plan


def _log_line(sheet: Sheet, place: Place, change: Change, one: Known) -> dict[str, Any]:
    name = "clients" if sheet.is_served else "value"
    more = {} if sheet.is_served else {"figure": sheet.code}
    old, new = (
        {"day": str(change.day), name: _plain(sheet, value), **more} for value in (one.typed, change.value)
    )
    return {"instance": place, "place": place, "old": old, "new": new}


def enter_served(*, acting_user: User | None, place: Place, day: dt.date, count: int | None) -> Entered:
    """Set how many clients `place` served on `day`; None clears it."""
    value = None if count is None else float(count)
    return enter(served_sheet(), [Change(place, day, value)], acting_user=acting_user)[0]


def _plain(sheet: Sheet, value: float | None) -> float | int | None:
    return int(value) if value is not None and sheet.rules.decimals == 0 and value == int(value) else value


def _may_enter(user: User | None, places: set[int]) -> None:
    """No acting user is the installation itself."""
    if user is not None:
        mine = Place.objects.visible_to(user, Verb.ENTER).filter(pk__in=places).count()
        if mine != len(places):
            raise PermissionDenied


def _problems(
    sheet: Sheet, changes: Sequence[Change], held: dict[Key, Known], todays: dict[int, dt.date]
) -> list[ValidationError]:
    found: list[ValidationError] = []
    twice: set[Key] = set()
    for change in changes:
        key = (change.place.pk, change.day)
        named = {"place": change.place.name, "day": day_text(change.day)}
        one, today = held.get(key, Known()), todays[change.place.pk]
        if key in twice:
            text = _("%(place)s, %(day)s: it stands here twice. Leave one.")
            found.append(ValidationError(text, "twice", named))
        twice.add(key)
        if change.day > today:
            text = _("%(place)s, %(day)s: this day has not come yet. Type the number when it has.")
            found.append(ValidationError(text, "ahead", named))
        elif (today - change.day).days > settings.INGEST_MAX_PAST_DAYS:
            text = _("%(place)s, %(day)s: this is more than %(days)s days ago. Check the year.")
            found.append(ValidationError(text, "old", {**named, "days": settings.INGEST_MAX_PAST_DAYS}))
        elif one.better is not None:
            text = _("%(place)s, %(day)s: there is a better figure already, %(count)s. It stays.")
            found.append(ValidationError(text, "better", {**named, "count": sheet.text(one.better)}))
        elif change.value is not None:
            try:
                sheet.checked(change.value)
            except BadCellError as bad:
                sentence = f"{named['place']}, {named['day']}: {bad.sentence}"
                found.append(ValidationError(sentence, bad.sentence))
    return found


def _events(sheet: Sheet, place: Place, change: Change, one: Known) -> list[Event]:
    """The new number replaces the first event of the old one; its other events are withdrawn."""
    at = moment_of(place, change.day)
    events = []
    withdrawn = one.ids
    if change.value is not None:
        attrs: dict[str, str | bool | int | float | None] = {"source": MANUAL} if sheet.is_served else {}
        if one.ids:
            attrs["replaces"], withdrawn = one.ids[0], one.ids[1:]
        events.append(
            Event(
                id=_new_id(sheet),
                kind=sheet.kind,
                at=at,
                place=place.code,
                subject=sheet.subject,
                value=change.value,
                attrs=attrs or None,
            )
        )
    return events + [
        Event(
            id=_new_id(sheet),
            kind="withdrawal",
            at=at,
            place=place.code,
            attrs={"target": target, "reason": "typed anew"},
        )
        for target in withdrawn
    ]


def _store(events: list[Event], via: str) -> None:
    """Everything or nothing: one commit of the record, and only if every event is accepted."""
    if not events:
        return
    rejected: list[Rejection] = []
    rows = check(list(enumerate(events)), Origin(via[:64], windowed=False), rejected)
    if rejected:
        raise ValidationError([str(one.as_json("ru")["error"]) for one in rejected])
    get_store().append(rows)


def moment_of(place: Place, day: dt.date) -> dt.datetime:
    """The middle of the business day, or now while it runs: always inside the day, clocks moved or not."""
    start = dt.datetime.combine(day, place.business_day_start, tzinfo=place.zone)
    return min(start + dt.timedelta(hours=12), timezone.now()).astimezone(dt.UTC)


def _new_id(sheet: Sheet) -> str:
    return f"{sheet.kind}-{uuid.uuid4().hex}"


@transaction.atomic
def save_figure(figure: Figure | None = None, *, acting_user: User | None, **values: Any) -> Figure:
    """Add a figure, or change one. Needs MANAGE on the whole company. The code of a figure stays."""
    demand(acting_user, Verb.MANAGE, None)
    old: dict[str, Any] | None = None
    if figure is None:
        figure = Figure()
    else:
        figure = Figure.objects.select_for_update().get(pk=figure.pk)
        old = audit.snapshot(figure, *FIELDS)
        values.pop("code", None)
    for name, value in values.items():
        if name not in FIELDS:
            raise ValidationError(_("A figure has no “%(name)s”."), params={"name": name})
        setattr(figure, name, value)
    figure.full_clean()
    new = audit.snapshot(figure, *FIELDS)
    if new == old:
        return figure
    figure.save()
    figure_saved.send(sender=Figure, figure=figure, old=old, acting_user=acting_user)
    changed = [name for name in FIELDS if old is None or old[name] != new[name]]
    audit.record(
        "figure.change" if old else "figure.create",
        figure,
        acting_user=acting_user,
        old=None if old is None else {name: old[name] for name in changed},
        new={name: new[name] for name in changed},
    )
    return figure
