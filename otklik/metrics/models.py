"""What people change about indicators: versions of definitions, thresholds, their calendar; the history of colours."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User
from otklik.company.models.places import CODE
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import DayKind, Limits, PeriodKind


class IndicatorDefinition(models.Model):
    """One version of a definition; a change adds a row. The latest version of a code holds, over a built-in one too."""

    code = models.CharField(_("code"), max_length=64, validators=[CODE])
    version = models.PositiveIntegerField(_("version"))
    family = models.CharField(_("kind of formula"), max_length=32)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    question_types = models.JSONField(_("types of questions"), default=list, blank=True)
    relevance = models.BooleanField(_("under the 60 % rule"), default=False)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=16, choices=[(one.value, one.value) for one in Unit])
    direction = models.CharField(
        _("direction"), max_length=8, choices=[(one.value, one.value) for one in Direction]
    )
    about_ru = models.CharField(_("explanation in Russian"), max_length=1000, blank=True)
    about_en = models.CharField(_("explanation in English"), max_length=1000, blank=True)
    group = models.CharField(_("group"), max_length=32, blank=True)  # empty: the declared one
    digits = models.PositiveSmallIntegerField(_("digits after the point"), null=True, blank=True)
    good = models.FloatField(_("good from"), null=True, blank=True)
    acceptable = models.FloatField(_("acceptable from"), null=True, blank=True)
    note = models.CharField(_("why it was changed"), max_length=300, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("code", "-version")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="indicator_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def name(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.name_en or self.name_ru) if english else (self.name_ru or self.name_en)

    @property
    def about(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.about_en or self.about_ru) if english else (self.about_ru or self.about_en)

    @property
    def limits(self) -> Limits | None:
        if self.good is None or self.acceptable is None:
            return None
        return Limits(self.good, self.acceptable)

    def definition(self) -> Definition:
        return Definition(
            self.code,
            self.family,
            Unit(self.unit),
            Direction(self.direction),
            self.params,
            tuple(self.question_types),
            self.relevance,
            self.version,
        )


class PeriodName(models.TextChoices):
    DAY = PeriodKind.DAY.value, _("for a day")
    WEEK = PeriodKind.WEEK.value, _("for a week")
    MONTH = PeriodKind.MONTH.value, _("for a month")
    QUARTER = PeriodKind.QUARTER.value, _("for a quarter")
    YEAR = PeriodKind.YEAR.value, _("for a year")


class DayName(models.TextChoices):
    """What people call kinds of days."""

    WORKDAY = DayKind.WORKDAY.value, _("workday")
    WEEKEND = DayKind.WEEKEND.value, _("weekend")
    HOLIDAY = DayKind.HOLIDAY.value, _("public holiday")
    SPECIAL = DayKind.SPECIAL.value, _("special day")


class Threshold(models.Model):
    """Good and acceptable limits of an indicator: where (a place and what is below it; none: everywhere) and when."""

    ON_DAYS = (
        (DayKind.WORKDAY.value, _("on workdays")),
        (DayKind.OFF.value, _("on weekends and holidays")),
        (DayKind.WEEKEND.value, _("on weekends")),
        (DayKind.HOLIDAY.value, _("on public holidays")),
        (DayKind.SPECIAL.value, _("on special days")),
    )

    indicator = models.CharField(_("indicator"), max_length=64, db_index=True)
    place = models.ForeignKey(
        Place, models.CASCADE, null=True, blank=True, related_name="thresholds", verbose_name=_("place")
    )
    good = models.FloatField(_("good from"))
    acceptable = models.FloatField(_("acceptable from"))
    period = models.CharField(
        _("period looked at"), max_length=16, blank=True, default="", choices=PeriodName.choices
    )
    calendar = models.CharField(_("days"), max_length=16, blank=True, default="", choices=ON_DAYS)
    valid_from = models.DateField(_("holds from"), null=True, blank=True)
    valid_to = models.DateField(_("holds to"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "indicator",
                Coalesce("place", 0),
                "period",
                "calendar",
                Coalesce("valid_from", models.Value(dt.date(1, 1, 1)), output_field=models.DateField()),
                name="threshold_once_for_each_time",
                violation_error_message=_(
                    "There are thresholds for this place, period and start already. Change those."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} @ {self.place or '*'}: {self.good:g} / {self.acceptable:g}"

    def clean(self) -> None:
        if self.good == self.acceptable:
            raise ValidationError(
                {"acceptable": _("Good and acceptable must differ, else nothing is ever yellow.")}
            )
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValidationError(
                {"valid_to": _("The last day lies before the first. Swap them or leave one empty.")}
            )
        if self.calendar and self.period not in {"", PeriodKind.DAY.value}:
            raise ValidationError(
                {"calendar": _("Kinds of days make sense for a single day only. Choose “for a day”.")}
            )


class CalendarSettings(models.Model):
    """Whose public holidays count (a single row, id 1)."""

    country = models.CharField(
        _("country of public holidays"),
        max_length=2,
        blank=True,
        default="RU",
        help_text=_("Two letters. Empty: no public holidays, Saturday and Sunday are the weekend."),
    )

    def __str__(self) -> str:
        return self.country

    @classmethod
    def current(cls) -> "CalendarSettings":
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class CalendarDay(models.Model):
    """A day that differs from the country's calendar."""

    day = models.DateField(
        _("day"), unique=True, error_messages={"unique": _("This day stands in the calendar already.")}
    )
    kind = models.CharField(_("is a"), max_length=16, choices=DayName.choices)
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.get_kind_display()}"


from otklik.metrics.states.models import Notice, State, StateChange, StateProgress, WatchSettings  # noqa: E402, F401  # Django finds models of a room here
