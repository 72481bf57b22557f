"""Employees and their shifts: who stood at which point when."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models.access import User, Verb
from otklik.company.models.places import CODE, Place, Point


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.filter(place__in=Place.objects.visible_to(user, verb))


class Employee(models.Model):
    """A member of the front-line staff; `place` is where they belong."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="employees", verbose_name=_("place"))
    code = models.CharField(_("personnel number"), max_length=64, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    active = models.BooleanField(_("works here"), default=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.filter(point__place__in=Place.objects.visible_to(user, verb))


class Shift(models.Model):
    """An employee at a point from `start` to `end` (UTC; an open shift has no end)."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="shifts", verbose_name=_("employee"))
    point = models.ForeignKey(
        Point, models.CASCADE, related_name="shifts", verbose_name=_("point of service")
    )
    start = models.DateTimeField(_("from"), db_index=True)
    end = models.DateTimeField(_("until"), null=True, blank=True, db_index=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ("-start",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gt=models.F("start")),
                name="shift_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} @ {self.point} {self.start:%Y-%m-%d %H:%M}"
