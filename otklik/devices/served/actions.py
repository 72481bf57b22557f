"""The only writer of typed served counts: one event per change, the one before corrected or withdrawn."""

import dataclasses
import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.company import audit
from otklik.company.models import Place, User, Verb
from otklik.company.writing import demand
from otklik.devices.queries import business_today
from otklik.devices.served.figures import MANUAL, Figure, figures
from otklik.events.intake import Event
from otklik.events.record import accept
from otklik.web.formats import day as day_text

OLDEST_YEARS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Entered:
    """`old` and `new` counts; None is an empty cell."""

    old: int | None
    new: int | None


@transaction.atomic
def enter_served(*, acting_user: User | None, place: Place, day: dt.date, count: int | None) -> Entered:
    """Set how many clients `place` served on `day`; None clears it. Needs ENTER on the place.

    Raises ValidationError with a sentence when the day lies ahead, or a better source has the figure.
    """
    demand(acting_user, Verb.ENTER, place)
    place = Place.objects.select_for_update().get(pk=place.pk)  # two people at one cell: one after the other
    figure = figures([place.pk], day, day).get((place.pk, day), Figure())
    _check(place, day, figure)
    if figure.manual == count:
        return Entered(count, count)
    via = f"form:{acting_user.username if acting_user else 'cli'}"[:64]
    outcome = accept(_events(place, day, count, figure), via=via)
    if outcome.rejected:
        sentence = outcome.rejected[0].as_json("ru")["error"]
        raise ValidationError(str(sentence))
    audit.record(
        "served.enter",
        place,
        acting_user=acting_user,
        old={"day": str(day), "clients": figure.manual},
        new={"day": str(day), "clients": count},
        place=place,
    )
    return Entered(figure.manual, count)


def _check(place: Place, day: dt.date, figure: Figure) -> None:
    today = business_today(place)
    named = {"place": place.name, "day": day_text(day)}
    if day > today:
        raise ValidationError(
            _("%(place)s, %(day)s: this day has not come yet. Type the number when it has."), params=named
        )
    if (today - day).days > OLDEST_YEARS * 366:
        raise ValidationError(_("%(place)s, %(day)s: this is too long ago. Check the year."), params=named)
    if figure.better is not None:
        raise ValidationError(
            _("%(place)s, %(day)s: there is a better figure already, %(count)s. It stays."),
            params={**named, "count": figure.better},
        )


def _events(place: Place, day: dt.date, count: int | None, figure: Figure) -> list[Event]:
    """The new figure replaces the first event of the old one; its other events are withdrawn."""
    at = moment_of(place, day)
    events = []
    withdrawn = figure.ids
    if count is not None:
        attrs: dict[str, str | bool | int | float | None] = {"source": MANUAL}
        if figure.ids:
            attrs["replaces"], withdrawn = figure.ids[0], figure.ids[1:]
        events.append(
            Event(id=_new_id(), kind="served", at=at, place=place.code, value=float(count), attrs=attrs)
        )
    return events + [
        Event(
            id=_new_id(),
            kind="withdrawal",
            at=at,
            place=place.code,
            attrs={"target": target, "reason": "served form"},
        )
        for target in withdrawn
    ]


def moment_of(place: Place, day: dt.date) -> dt.datetime:
    """The middle of the business day, or now while it runs: always inside the day, clocks moved or not."""
    start = dt.datetime.combine(day, place.business_day_start, tzinfo=place.zone)
    return min(start + dt.timedelta(hours=12), timezone.now()).astimezone(dt.UTC)


def _new_id() -> str:
    return f"served-{uuid.uuid4().hex}"
