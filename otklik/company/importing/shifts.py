"""Shifts from a table: `employee` (personnel number), `point` (code), `start`, `end`; all or nothing."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from otklik.company import actions
from otklik.company.importing.tables import BadFile, Problem, Row, read_table
from otklik.company.importing.taking import take
from otklik.company.models import Employee, Point, Shift, User, Verb
from otklik.company.signals import announce
from otklik.company.zones import local_moment

ALIASES = {
    "employee": "employee", "сотрудник": "employee", "табельный номер": "employee",
    "point": "point", "точка": "point",
    "start": "start", "начало": "start", "с": "start",
    "end": "end", "конец": "end", "до": "end",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A shift to be. `change` is "same" where exactly this shift is known already."""

    row: Row
    employee: Employee
    point: Point
    start: dt.datetime
    end: dt.datetime | None
    change: str

    @property
    def line(self) -> int:
        return self.row.line


def plan_shifts(content: bytes, *, acting_user: User | None) -> list[Step]:
    """Read the file; raises BadFile with every problem that can be seen before saving."""
    table = read_table(content, aliases=ALIASES, required=("employee", "point", "start"))
    problems = list(table.problems)
    points = Point.objects.visible_to(acting_user, Verb.ENTER) if acting_user else Point.objects.all()
    staff = Employee.objects.visible_to(acting_user) if acting_user else Employee.objects.all()
    by_point = {point.code: point for point in points.select_related("place")}
    by_number = {employee.code: employee for employee in staff}
    known = set(Shift.objects.filter(point__in=points).values_list("employee", "point", "start", "end"))
    steps = []
    for row in table.rows:
        point, employee = by_point.get(row.get("point")), by_number.get(row.get("employee"))
        if point is None:
            problems.append(Problem(row.line, "point", gettext("There is no point “%s”.") % row.get("point")))
        if employee is None:
            message = gettext("There is no employee “%s”.") % row.get("employee")
            problems.append(Problem(row.line, "employee", message))
        if point is None or employee is None:
            continue
        start, end = _moment(row, "start", point, problems), _moment(row, "end", point, problems)
        if start is None:
            continue
        same = (employee.pk, point.pk, start, end) in known
        steps.append(Step(row, employee, point, start, end, "same" if same else "new"))
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line))
    return steps


@transaction.atomic
def import_shifts(content: bytes, *, acting_user: User | None) -> list[Step]:
    """Take the file in. A shift that is known already is passed over, so a file may come twice."""
    announce(Shift)
    steps = plan_shifts(content, acting_user=acting_user)
    take(
        steps,
        lambda step: actions.start_shift(
            acting_user=acting_user,
            employee=step.employee,
            point=step.point,
            start=step.start,
            end=step.end,
        ),
        denied=("point", gettext("There is no such point.")),
    )
    return steps


def _moment(row: Row, name: str, point: Point, problems: list[Problem]) -> dt.datetime | None:
    text = row.get(name)
    if not text:
        if name == "start":
            problems.append(Problem(row.line, name, gettext("Write when the shift starts.")))
        return None
    try:
        return local_moment(text, point.place.zone)
    except ValueError:
        message = gettext("“%s” is not a time here. Write it like 2026-01-31 09:00.") % text
        problems.append(Problem(row.line, name, message))
        return None
