"""Thresholds as YAML: taken out, changed in an editor, brought back, all or nothing.

thresholds:
- indicator: support
place: spb-1          # left out: the whole company
period: day           # day, week, month, quarter, year; left out: any
days: holiday         # workday, off, weekend, holiday, special; left out: any
from: 2026-01-01      # left out: always
to: 2026-12-31
good: 60 %            # a share may be written as 60 % or 0.6
acceptable: 50 %
calendar:
country: RU
days:
- {day: 2026-11-27, kind: special, name: Чёрная пятница}
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company.importing.tables import BadFile, Problem
from otklik.company.models import Place, User, Verb
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import UnknownIndicatorError, indicators
from otklik.metrics.limits.actions import set_calendar_day, set_country, set_threshold
from otklik.metrics.models import CalendarDay, CalendarSettings, Threshold

FIELDS = ("indicator", "place", "period", "days", "from", "to", "good", "acceptable")
PERIODS = ("", "day", "week", "month", "quarter", "year")
DAYS = ("", "workday", "off", "weekend", "holiday", "special")


def export_thresholds(user: User | None = None) -> str:
    """All thresholds that the user may see, and the calendar."""
    rows = Threshold.objects.select_related("place").order_by(
        "indicator", "place__code", "period", "valid_from"
    )
    if user is not None:
        visible = set(Place.objects.visible_to(user).values_list("pk", flat=True))
        rows = rows.all()
        held = [row for row in rows if row.place_id is None or row.place_id in visible]
    else:
        held = list(rows)
    said = {
        "thresholds": [_written(row) for row in held],
        "calendar": {
            "country": CalendarSettings.current().country,
            "days": [
                {"day": one.day, "kind": one.kind, **({"name": one.name} if one.name else {})}
                for one in CalendarDay.objects.all()
            ],
        },
    }
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def _written(row: Threshold) -> dict[str, Any]:
    said: dict[str, Any] = {"indicator": row.indicator}
    if row.place is not None:
        said["place"] = row.place.code
    when = {"period": row.period, "days": row.calendar, "from": row.valid_from, "to": row.valid_to}
    said |= {name: value for name, value in when.items() if value}
    return {**said, "good": row.good, "acceptable": row.acceptable}


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold to be set; `line` is its number in the list."""

    line: int
    code: str
    place: Place | None
    period: str
    calendar: str
    first: dt.date | None
    last: dt.date | None
    limits: Limits


@dataclass(slots=True)
class Plan:
    steps: list[Step] = field(default_factory=list)
    country: str | None = None
    days: list[tuple[int, dt.date, str, str]] = field(default_factory=list)


def plan_thresholds(content: str, *, acting_user: User | None) -> Plan:
    """Everything that is wrong with a file, each at its number in the list; raises BadFile."""
    try:
        data = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadFile([Problem(0, "", _("This is not YAML: %s.") % str(error).replace("\n", " "))]) from error
    if not isinstance(data, Mapping) or not isinstance(data.get("thresholds", []), list):
        raise BadFile([Problem(0, "", _("Write a list under “thresholds:”."))])
    return _Planner(acting_user).plan(data)


@transaction.atomic
def import_thresholds(content: str, *, acting_user: User | None) -> Plan:
    """Set what the file says; rows that it does not name stay. Raises BadFile and leaves everything as it was."""
    plan = plan_thresholds(content, acting_user=acting_user)
    problems: list[Problem] = []
    for step in plan.steps:
        try:
            set_threshold(
                step.code,
                step.limits,
                place=step.place,
                period=step.period,
                calendar=step.calendar,
                valid_from=step.first,
                valid_to=step.last,
                acting_user=acting_user,
            )
        except ValidationError as error:
            named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            problems += [Problem(step.line, name, text) for name, texts in named.items() for text in texts]
        except (PermissionDenied, UnknownIndicatorError):
            problems.append(
                Problem(step.line, "place", _("There is no such place where you may set thresholds."))
            )
    try:
        if plan.country is not None and plan.country != CalendarSettings.current().country:
            set_country(plan.country, acting_user=acting_user)
    except ValidationError as error:
        problems += [Problem(0, "calendar.country", message) for message in error.messages]
    for line, day, kind, name in plan.days:
        try:
            set_calendar_day(day, kind, name=name, acting_user=acting_user)
        except ValidationError as error:
            problems += [Problem(line, "calendar.days", message) for message in error.messages]
    if problems:
        raise BadFile(problems)
    return plan


class _Planner:
    def __init__(self, acting_user: User | None) -> None:
        self.problems: list[Problem] = []
        self.known = indicators()
        visible = Place.objects.visible_to(acting_user, Verb.MANAGE) if acting_user else Place.objects.all()
        self.places = {place.code: place for place in visible}

    def plan(self, data: Mapping[str, Any]) -> Plan:
        found = Plan()
        for number, item in enumerate(data.get("thresholds") or [], start=1):
            step = self._step(number, item)
            if step is not None:
                found.steps.append(step)
        self._calendar(data.get("calendar"), found)
        if self.problems:
            raise BadFile(self.problems)
        return found

    def _step(self, line: int, item: object) -> Step | None:
        if not isinstance(item, Mapping):
            self._wrong(line, "", _("Write indicator, good and acceptable here."))
            return None
        before = len(self.problems)
        for name in item:
            if name not in FIELDS:
                self._wrong(line, str(name), _("Unknown field. Known ones: %s.") % ", ".join(FIELDS))
        code = str(item.get("indicator", ""))
        if code not in self.known:
            self._wrong(line, "indicator", _("There is no indicator “%(code)s”.") % {"code": code})
        place = None
        if item.get("place"):
            place = self.places.get(str(item["place"]))
            if place is None:
                self._wrong(line, "place", _("There is no place “%(code)s”.") % {"code": item["place"]})
        period, days = str(item.get("period") or ""), str(item.get("days") or "")
        for name, value, choices in (("period", period, PERIODS), ("days", days, DAYS)):
            if value not in choices:
                self._wrong(line, name, _("Use one of: %s.") % ", ".join(choices[1:]))
        first, last = (self._day(line, name, item.get(name)) for name in ("from", "to"))
        good, acceptable = (self._number(line, name, item.get(name)) for name in ("good", "acceptable"))
        if len(self.problems) > before or good is None or acceptable is None:
            return None
        return Step(line, code, place, period, days, first, last, Limits(good, acceptable))

    def _calendar(self, said: object, found: Plan) -> None:
        if said is None:
            return
        if not isinstance(said, Mapping):
            self._wrong(0, "calendar", _("Write country and days under “calendar:”."))
            return
        if "country" in said:
            found.country = str(said["country"] or "")
        for number, item in enumerate(said.get("days") or [], start=1):
            if not isinstance(item, Mapping) or str(item.get("kind")) not in {
                "workday",
                "weekend",
                "holiday",
                "special",
            }:
                self._wrong(
                    number,
                    "calendar.days",
                    _("Write a day and its kind: workday, weekend, holiday, special."),
                )
                continue
            day = self._day(number, "calendar.days", item.get("day"))
            if day is not None:
                found.days.append((number, day, str(item["kind"]), str(item.get("name") or "")))

    def _day(self, line: int, name: str, value: object) -> dt.date | None:
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self._wrong(line, name, _("“%s” is no date. Write it as 2026-01-31.") % str(value)[:40])
            return None

    def _number(self, line: int, name: str, value: object) -> float | None:
        found = number_of(value)
        if value is None:
            self._wrong(line, name, _("This is required."))
        elif found is None:
            self._wrong(line, name, _("“%s” is no number. Write it as 0.6 or 60 %%.") % str(value)[:40])
        return found

    def _wrong(self, line: int, name: str, message: str) -> None:
        self.problems.append(Problem(line, name, message))


def number_of(value: object) -> float | None:
    """0.6 of 0.6, «60 %», "60%", "0,6"."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).replace("\u00a0", "").replace(" ", "").replace(",", ".")
    share = text.endswith("%")
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        return None
    return found / 100 if share else found
