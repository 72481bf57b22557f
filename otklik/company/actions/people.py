"""Employees and their shifts."""

import datetime as dt
from typing import Any, TypedDict, Unpack

from django.db import transaction

from otklik.company.models import Employee, Place, Point, Shift, User, Verb
from otklik.company.writing import change, create, demand, remove


class EmployeeFields(TypedDict, total=False):
    code: str
    name: str
    active: bool


@transaction.atomic
def create_employee(*, acting_user: User | None, place: Place, **fields: Unpack[EmployeeFields]) -> Employee:
    demand(acting_user, Verb.MANAGE, place)
    employee = Employee(place=place, **fields)
    return create(employee, acting_user=acting_user, action="employee.create", place=place)


@transaction.atomic
def update_employee(
    employee: Employee,
    *,
    acting_user: User | None,
    place: Place | None = None,
    **fields: Unpack[EmployeeFields],
) -> Employee:
    employee = Employee.objects.select_for_update().select_related("place").get(pk=employee.pk)
    demand(acting_user, Verb.MANAGE, employee.place)
    changes: dict[str, Any] = dict(fields)
    if place is not None and place != employee.place:
        demand(acting_user, Verb.MANAGE, place)
        changes["place"] = place
    change(
        employee, changes, acting_user=acting_user, action="employee.update", place=place or employee.place
    )
    return employee


@transaction.atomic
def start_shift(
    *,
    acting_user: User | None,
    employee: Employee,
    point: Point,
    start: dt.datetime,
    end: dt.datetime | None = None,
) -> Shift:
    """Put the employee at the point. An overlap with another shift of theirs is refused with a sentence.

    Whoever enters figures of the point's place may do it, for any employee that they see.
    """
    demand(acting_user, Verb.ENTER, point.place)
    demand(acting_user, Verb.VIEW, employee.place)
    list(Employee.objects.select_for_update().filter(pk=employee.pk).values_list("pk"))  # one writer a person
    shift = Shift(employee=employee, point=point, start=start, end=end)
    return create(shift, acting_user=acting_user, action="shift.create", place=point.place)


@transaction.atomic
def update_shift(
    shift: Shift, *, acting_user: User | None, start: dt.datetime, end: dt.datetime | None
) -> Shift:
    shift = _fresh(shift, acting_user)
    times = {"start": start, "end": end}
    change(shift, times, acting_user=acting_user, action="shift.update", place=shift.point.place)
    return shift


@transaction.atomic
def end_shift(shift: Shift, *, acting_user: User | None, end: dt.datetime) -> Shift:
    shift = _fresh(shift, acting_user)
    change(shift, {"end": end}, acting_user=acting_user, action="shift.end", place=shift.point.place)
    return shift


@transaction.atomic
def delete_shift(shift: Shift, *, acting_user: User | None) -> None:
    shift = _fresh(shift, acting_user)
    remove(shift, acting_user=acting_user, action="shift.delete", place=shift.point.place)


def _fresh(shift: Shift, acting_user: User | None) -> Shift:
    found = Shift.objects.select_related("point__place", "employee")
    shift = found.select_for_update(of=("self",)).get(pk=shift.pk)
    demand(acting_user, Verb.ENTER, shift.point.place)
    list(Employee.objects.select_for_update().filter(pk=shift.employee_id).values_list("pk"))
    return shift
