"""Employees and their shifts: who stood at which point when."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.company.models.access import User, Verb
from otklik.company.models.places import CODE, Place, Point


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.filter(place__in=Place.objects.visible_to(user, verb))


class Employee(models.Model):
    """A member of the front-line staff; `place` is where they belong."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="employees", verbose_name=_("place"))
    code = models.CharField(
        _("personnel number"),
        max_length=64,
        unique=True,
        validators=[CODE],
        error_messages={"unique": _("Another employee has this personnel number already.")},
    )
    name = models.CharField(_("name"), max_length=200)
    active = models.BooleanField(_("works here"), default=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
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
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("-start",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gt=models.F("start")),
                name="shift_ends_after_start",
                violation_error_message=_("A shift must end after it starts."),
            )
        ]

    def __str__(self) -> str:
        start = self.start.astimezone(self.point.place.zone)
        return f"{self.employee} @ {self.point} {start:%d.%m.%Y %H:%M}"

    def clean(self) -> None:
        if not self.start or not self.employee_id:  # a field before has its own complaint
            return
        others = Shift.objects.filter(employee_id=self.employee_id).exclude(pk=self.pk)
        others = others.filter(models.Q(end__isnull=True) | models.Q(end__gt=self.start))
        if self.end is not None:
            others = others.filter(start__lt=self.end)
        other = others.select_related("point__place").order_by("start").first()
        if other is not None:
            raise ValidationError({"start": other.clash()})

    def clash(self) -> str:
        """Say that this shift is in the way of another one of the same employee."""
        zone = self.point.place.zone
        start = self.start.astimezone(zone)
        values = {
            "employee": self.employee.name,
            "point": self.point.name,
            "from": f"{start:%d.%m.%Y %H:%M}",
            "until": f"{self.end.astimezone(zone):%d.%m.%Y %H:%M}" if self.end else "…",
        }
        return (
            gettext("%(employee)s already has a shift at “%(point)s” from %(from)s until %(until)s.") % values
        )
