"""`otklik import places`: the tree and its points from one table, new and changed, all or nothing.

Columns: `code` and any of `name, parent, kind, timezone, lat, lon, day_start, opening_hours`. A row of kind `point` is a
point of service and its parent is its place. Known codes are updated; columns that the file lacks stay as they are.
"""

import datetime as dt
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from otklik.company import actions
from otklik.company.hours import parse_hours
from otklik.company.importing.tables import BadFile, Problem, Row, read_table
from otklik.company.importing.taking import problems_of, take
from otklik.company.models import Place, Point, User, Verb
from otklik.company.signals import announce

ALIASES = {
    "code": "code", "код": "code",
    "name": "name", "название": "name", "имя": "name",
    "parent": "parent", "внутри": "parent", "родитель": "parent",
    "kind": "kind", "вид": "kind", "тип": "kind",
    "timezone": "timezone", "часовой пояс": "timezone",
    "lat": "lat", "latitude": "lat", "широта": "lat",
    "lon": "lon", "lng": "lon", "longitude": "lon", "долгота": "lon",
    "day_start": "day_start", "начало дня": "day_start",
    "opening_hours": "opening_hours", "часы работы": "opening_hours",
}  # fmt: skip
KINDS = {
    "region": "region", "регион": "region", "область": "region",
    "city": "city", "город": "city",
    "location": "location", "локация": "location", "место": "location",
    "point": "point", "точка": "point", "точка обслуживания": "point",
}  # fmt: skip
FIELDS = {"lat": "latitude", "lon": "longitude"}  # column -> field of the model, where they differ
COLUMNS = {field: column for column, field in FIELDS.items()}
ONLY_PLACES = ("timezone", "lat", "lon", "day_start", "opening_hours")


@dataclass(slots=True)
class Step:
    """What one line will do."""

    row: Row
    is_point: bool
    old: Place | Point | None
    fields: dict[str, Any] = field(default_factory=dict)
    parent_code: str | None = None  # None: the file does not say, stay where it is

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def code(self) -> str:
        return self.row.get("code")

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or (self.old.name if self.old else ""))

    @property
    def change(self) -> str:
        """One of new, changed, same: for the preview."""
        if self.old is None:
            return "new"
        above = self.old.place.code if isinstance(self.old, Point) else _code_above(self.old)
        moved = self.parent_code is not None and self.parent_code != above
        altered = any(getattr(self.old, name) != value for name, value in self.fields.items())
        return "changed" if moved or altered else "same"


@dataclass(slots=True)
class Plan:
    """Steps in an order in which they can be done: what lies above comes first."""

    steps: list[Step]

    def count(self, change: str, *, points: bool) -> int:
        return sum(step.change == change and step.is_point == points for step in self.steps)


def plan_places(content: bytes, *, acting_user: User | None) -> Plan:
    """Check the whole file against itself and the catalogue; raises BadFile with every problem."""
    table = read_table(content, aliases=ALIASES, required=("code",))
    return _Planner(acting_user).plan(table.rows, list(table.problems))


@transaction.atomic
def import_places(content: bytes, *, acting_user: User | None) -> Plan:
    """Take the file in. Raises BadFile and leaves everything as it was if anything is wrong."""
    announce(Place)
    plan = plan_places(content, acting_user=acting_user)
    places: dict[str, Place] = {}
    take(
        plan.steps,
        lambda step: _apply(step, places, acting_user),
        denied=("parent", gettext("There is no such place.")),
        columns=COLUMNS,
    )
    return plan


def _apply(step: Step, places: dict[str, Place], acting_user: User | None) -> None:
    parent = None
    if step.parent_code:
        parent = places.get(step.parent_code) or Place.objects.get(code=step.parent_code)
    if step.is_point:
        assert step.old is None or isinstance(step.old, Point)
        if step.old is None:
            assert parent is not None
            actions.create_point(acting_user=acting_user, place=parent, code=step.code, **step.fields)
        else:
            actions.update_point(step.old, acting_user=acting_user, place=parent, **step.fields)
        return
    assert step.old is None or isinstance(step.old, Place)
    if step.old is None:
        place = actions.create_place(acting_user=acting_user, parent=parent, code=step.code, **step.fields)
    else:
        place = actions.update_place(step.old, acting_user=acting_user, **step.fields)
        if step.parent_code is not None and (parent.pk if parent else None) != place.parent_id:
            place = actions.move_place(place, acting_user=acting_user, parent=parent)
    places[step.code] = place


def _code_above(place: Place) -> str:
    return place.parent.code if place.parent else ""


class _Planner:
    """Finds every problem of a file before anything is written."""

    def __init__(self, acting_user: User | None) -> None:
        self.problems: list[Problem] = []
        self.steps: list[Step] = []
        self.acting_user = acting_user
        visible = Place.objects.visible_to(acting_user, Verb.MANAGE) if acting_user else Place.objects.all()
        self.places = {place.code: place for place in visible.select_related("parent")}
        self.points = {
            point.code: point for point in Point.objects.filter(place__in=visible).select_related("place")
        }
        self.everywhere = acting_user is None or acting_user.may_everywhere(Verb.MANAGE)

    def plan(self, rows: list[Row], problems: list[Problem]) -> Plan:
        self.problems = problems
        self._find_twins(rows)
        for row in rows:
            self._read(row)
        self._check_parents()
        ordered = self._in_order()
        if self.problems:
            raise BadFile(sorted(self.problems, key=lambda problem: problem.line))
        return Plan(ordered)

    def _problem(self, row: Row, column: str, message: str) -> None:
        self.problems.append(Problem(row.line, column, message))

    def _find_twins(self, rows: list[Row]) -> None:
        seen: dict[tuple[bool, str], int] = {}
        for row in rows:
            key = (self._is_point(row), row.get("code"))
            if row.get("code") and key in seen:
                message = gettext("“%(code)s” stands in line %(line)s already.")
                self._problem(row, "code", message % {"code": row.get("code"), "line": seen[key]})
            seen.setdefault(key, row.line)

    def _is_point(self, row: Row) -> bool:
        if row.get("kind"):
            return KINDS.get(row.get("kind").lower()) == "point"
        return row.get("code") in self.points and row.get("code") not in self.places

    def _read(self, row: Row) -> None:
        is_point = self._is_point(row)
        code = row.get("code")
        if not code:
            self._problem(row, "code", gettext("Write a code: by it the line is found again."))
            return
        old = self.points.get(code) if is_point else self.places.get(code)
        step = Step(row, is_point, old)
        if row.has("parent"):
            step.parent_code = row.get("parent")
        elif old is None:
            step.parent_code = ""
        before = len(self.problems)
        self._read_fields(row, step)
        self.steps.append(step)
        if len(self.problems) == before:
            self._check_fields(step)

    def _read_fields(self, row: Row, step: Step) -> None:
        if row.has("name") or step.old is None:
            step.fields["name"] = row.get("name")
        if row.get("kind") and row.get("kind").lower() not in KINDS:
            known = "region, city, location, point"
            message = gettext("Unknown kind “%(kind)s”. Write one of: %(known)s.")
            self._problem(row, "kind", message % {"kind": row.get("kind"), "known": known})
        elif row.get("kind") and not step.is_point:
            step.fields["kind"] = KINDS[row.get("kind").lower()]
        for column in ONLY_PLACES:
            if not row.has(column):
                continue
            if step.is_point:
                if row.get(column):
                    self._problem(row, column, gettext("A point has this from its place. Leave it empty."))
                continue
            try:
                step.fields[FIELDS.get(column, column)] = READERS[column](row.get(column))
            except ValueError:
                self._problem(row, column, str(HINTS[column]()) % {"value": row.get(column)})

    def _check_fields(self, step: Step) -> None:
        """Let the model check the values as it will when they are saved."""
        exclude = {"place"} if step.is_point else {"parent"}
        if step.old is not None:
            instance = copy(step.old)
        else:
            instance = Point(code=step.code) if step.is_point else Place(code=step.code)
        for name, value in step.fields.items():
            setattr(instance, name, value)
        try:
            instance.clean_fields(exclude=exclude)
            if isinstance(instance, Place):
                instance.parent = None
                instance.clean()
            if step.old is None:
                instance.validate_unique(exclude=exclude)
        except ValidationError as error:
            self.problems += problems_of(error, step.row.line, COLUMNS)

    def _check_parents(self) -> None:
        in_file = {step.code for step in self.steps if not step.is_point}
        for step in self.steps:
            code = step.parent_code
            if code and code not in in_file and code not in self.places:
                message = gettext("There is no place “%(code)s”, neither here nor in this file.")
                self._problem(step.row, "parent", message % {"code": code})
            elif code == "" and step.is_point:
                self._problem(
                    step.row, "parent", gettext("Write the code of the place that the point is in.")
                )
            elif (
                code == ""
                and not self.everywhere
                and not (isinstance(step.old, Place) and step.change != "changed")
            ):
                self._problem(
                    step.row,
                    "parent",
                    gettext(
                        "Only an administrator of the whole company puts places at the top. Write the place above."
                    ),
                )

    def _in_order(self) -> list[Step]:
        """Places from the top down, then points; a circle is a problem of every line in it."""
        steps: dict[str, Step] = {}
        for step in self.steps:
            if not step.is_point:
                steps.setdefault(step.code, step)
        above = {code: _code_above(place) for code, place in self.places.items()}
        above |= {code: step.parent_code for code, step in steps.items() if step.parent_code is not None}
        depth: dict[str, int] = {"": 0}
        for code, step in steps.items():
            chain: list[str] = []
            at = code
            while at not in depth and at not in chain:
                chain.append(at)
                at = above.get(at, "")
            if at in depth:
                depth |= {
                    link: distance for distance, link in enumerate(reversed(chain), start=depth[at] + 1)
                }
            elif at == code:
                circle = " → ".join([*chain, code])
                message = gettext("A place cannot lie inside itself: %s.") % circle
                self._problem(step.row, "parent", message)
        return sorted(self.steps, key=lambda step: (step.is_point, depth.get(step.code, 0)))


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


def _time(text: str) -> dt.time | None:
    if not text:
        return None
    hours, _colon, minutes = text.partition(":")
    return dt.time(int(hours), int(minutes[:2] or 0))


READERS: dict[str, Callable[[str], Any]] = {
    "timezone": str,
    "lat": _number,
    "lon": _number,
    "day_start": _time,
    "opening_hours": lambda text: parse_hours(text) if text else None,
}
HINTS: dict[str, Callable[[], str]] = {
    "lat": lambda: gettext("“%(value)s” is not a number. Write degrees like 59.9386."),
    "lon": lambda: gettext("“%(value)s” is not a number. Write degrees like 30.3141."),
    "day_start": lambda: gettext("“%(value)s” is not a time. Write it like 06:00."),
    "opening_hours": lambda: gettext(
        "“%(value)s” is not understood. Write it like: Mo-Fr 09:00-21:00, Sa 10:00-18:00."
    ),
}
