"""Employees from a table: `code` (personnel number), `name`, `place` (code); new and changed, all or nothing.

Known numbers are updated; columns that the file lacks stay as they are, and who is not in the file is left alone.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from otklik.company import actions
from otklik.company.importing.tables import BadFile, Problem, Row, read_table
from otklik.company.importing.taking import problems_of, take
from otklik.company.models import Employee, Place, User, Verb
from otklik.company.signals import announce

ALIASES = {
    "code": "code", "код": "code", "employee": "code", "табельный номер": "code",
    "name": "name", "имя": "name", "фио": "name", "сотрудник": "name",
    "place": "place", "место": "place",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What one line will do; `name` and `place` are what the employee will have."""

    row: Row
    old: Employee | None
    name: str
    place: Place

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def code(self) -> str:
        return self.row.get("code")

    @property
    def change(self) -> str:
        """One of new, changed, same."""
        if self.old is None:
            return "new"
        return "same" if (self.old.name, self.old.place) == (self.name, self.place) else "changed"


def plan_employees(content: bytes, *, acting_user: User | None) -> list[Step]:
    """Check the whole file against itself and the catalogue; raises BadFile with every problem."""
    table = read_table(content, aliases=ALIASES, required=("code",))
    seen = Place.objects.visible_to(acting_user, Verb.MANAGE) if acting_user else Place.objects.all()
    places = {place.code: place for place in seen}
    known = {one.code: one for one in Employee.objects.filter(place__in=seen).select_related("place")}
    problems, steps, lines = list(table.problems), [], dict[str, int]()
    for row in table.rows:
        code = row.get("code")
        if code in lines:
            message = gettext("“%(code)s” stands in line %(line)s already.")
            problems.append(Problem(row.line, "code", message % {"code": code, "line": lines[code]}))
        elif code:
            lines[code] = row.line
        step = _read(row, known.get(code), places, problems)
        if step is not None:
            steps.append(step)
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line))
    return steps


@transaction.atomic
def import_employees(content: bytes, *, acting_user: User | None) -> list[Step]:
    """Take the file in. Raises BadFile and leaves everything as it was if anything is wrong."""
    announce(Employee)
    steps = plan_employees(content, acting_user=acting_user)
    take(
        steps,
        lambda step: _apply(step, acting_user),
        denied=("place", gettext("There is no such place.")),
    )
    return steps


def _apply(step: Step, acting_user: User | None) -> None:
    if step.old is None:
        actions.create_employee(acting_user=acting_user, place=step.place, code=step.code, name=step.name)
    else:
        actions.update_employee(step.old, acting_user=acting_user, place=step.place, name=step.name)


def _read(
    row: Row, old: Employee | None, places: Mapping[str, Place], problems: list[Problem]
) -> Step | None:
    """The step of a line; what is wrong with it goes to `problems`."""
    place = old.place if old is not None else None
    if row.has("place") or old is None:
        place = places.get(row.get("place"))
        if place is None:
            code = row.get("place")
            message = (
                gettext("There is no place “%s”.") % code if code else gettext("Write the code of a place.")
            )
            problems.append(Problem(row.line, "place", message))
    name = row.get("name") if row.has("name") or old is None else old.name
    employee = copy(old) if old is not None else Employee(code=row.get("code"))
    employee.name = name
    try:
        employee.clean_fields(exclude={"place"})
        employee.validate_unique(exclude={"place"})
    except ValidationError as error:
        problems += problems_of(error, row.line)
    return None if place is None else Step(row, old, name, place)
