"""The only writers of thresholds and of the calendar behind them."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company import audit
from otklik.company.models import Place, User, Verb
from otklik.company.writing import demand
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import UnknownIndicatorError, indicator
from otklik.metrics.limits.calendar import public_days
from otklik.metrics.models import CalendarDay, CalendarSettings, Threshold

KEY = ("place", "period", "calendar", "valid_from", "valid_to")


@transaction.atomic
def set_threshold(
    code: str,
    limits: Limits,
    *,
    place: Place | None = None,
    period: str = "",
    calendar: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    acting_user: User | None,
) -> Threshold:
    """Set the limits of an indicator for a place and what is below it, or for the whole company.

    One row per place, period, kind of day and first day: with a new `valid_from` the past keeps its colours, with the same one
    they are changed. Raises ValidationError when good and acceptable stand in the wrong order.
    """
    held = indicator(code)
    _may_manage(acting_user, place)
    if not limits.fits(held.definition.direction):
        raise ValidationError({"acceptable": wrong_order(held.definition)})
    row = Threshold.objects.filter(
        indicator=code, place=place, period=period, calendar=calendar, valid_from=valid_from
    ).first()
    old = _said(row) if row else None
    row = row or Threshold(
        indicator=code, place=place, period=period, calendar=calendar, valid_from=valid_from
    )
    row.good, row.acceptable, row.valid_to = limits.good, limits.acceptable, valid_to
    row.full_clean()
    if old == _said(row):
        return row
    row.save()
    audit.record("threshold.set", row, acting_user=acting_user, old=old, new=_said(row), place=place)
    return row


@transaction.atomic
def remove_threshold(
    code: str,
    *,
    place: Place | None = None,
    period: str = "",
    calendar: str = "",
    valid_from: dt.date | None = None,
    acting_user: User | None,
) -> Threshold:
    """Let the more general rule, the place above, or the default say the limits again; what was removed."""
    _may_manage(acting_user, place)
    row = Threshold.objects.filter(
        indicator=code, place=place, period=period, calendar=calendar, valid_from=valid_from
    ).first()
    if row is None:
        raise UnknownIndicatorError(code)
    audit.record("threshold.remove", row, acting_user=acting_user, old=_said(row), place=place)
    row.delete()
    return row


@transaction.atomic
def set_country(country: str, *, acting_user: User | None) -> CalendarSettings:
    """Say whose public holidays count; "" for none."""
    demand(acting_user, Verb.MANAGE, None)
    row = CalendarSettings.current()
    old = {"country": row.country}
    row.country = country.strip().upper()
    if row.country and public_days(row.country) is None:
        raise ValidationError(
            {
                "country": _(
                    "Holidays of “%(country)s” are not known. Use the two letters of a country, as RU."
                )
                % {"country": country[:20]}
            }
        )
    row.full_clean()
    row.save()
    audit.record("calendar.country", row, acting_user=acting_user, old=old, new={"country": row.country})
    return row


@transaction.atomic
def set_calendar_day(day: dt.date, kind: str, *, name: str = "", acting_user: User | None) -> CalendarDay:
    """Say that a day differs from the calendar of the country; a day that stands there is changed."""
    demand(acting_user, Verb.MANAGE, None)
    row = CalendarDay.objects.filter(day=day).first()
    old = audit.snapshot(row, "kind", "name") if row else None
    row = row or CalendarDay(day=day)
    row.kind, row.name = kind, name
    row.full_clean()
    row.save()
    audit.record(
        "calendar.day", row, acting_user=acting_user, old=old, new=audit.snapshot(row, "day", "kind", "name")
    )
    return row


@transaction.atomic
def remove_calendar_day(day: dt.date, *, acting_user: User | None) -> None:
    """Let the calendar of the country speak again."""
    demand(acting_user, Verb.MANAGE, None)
    row = CalendarDay.objects.filter(day=day).first()
    if row is None:
        return
    audit.record("calendar.day", row, acting_user=acting_user, old=audit.snapshot(row, "day", "kind", "name"))
    row.delete()


def wrong_order(definition: Definition) -> str:
    if definition.direction == "higher":
        return _("Higher is better here, so “good” must be at or above “acceptable”.")
    if definition.direction == "lower":
        return _("Lower is better here, so “good” must be at or below “acceptable”.")
    return _("This indicator is neither good nor bad, so it has no thresholds.")


def _said(row: Threshold) -> dict[str, Any]:
    more = audit.snapshot(row, "period", "calendar", "valid_from", "valid_to")
    return {"good": row.good, "acceptable": row.acceptable, **{k: v for k, v in more.items() if v}}


def _may_manage(user: User | None, place: Place | None) -> None:
    """No acting user is the command line."""
    if place is None:
        if user is not None and not user.may_everywhere(Verb.MANAGE):
            raise PermissionDenied
    elif user is not None and not Place.objects.visible_to(user, Verb.MANAGE).filter(pk=place.pk).exists():
        raise PermissionDenied
