"""What people change about indicators: versions of definitions, and thresholds."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User
from otklik.company.models.places import CODE
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits


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


class Threshold(models.Model):
    """Good and acceptable limits of an indicator, for a place and what is below it; without a place, everywhere."""

    indicator = models.CharField(_("indicator"), max_length=64, db_index=True)
    place = models.ForeignKey(
        Place, models.CASCADE, null=True, blank=True, related_name="thresholds", verbose_name=_("place")
    )
    good = models.FloatField(_("good from"))
    acceptable = models.FloatField(_("acceptable from"))

    class Meta:
        constraints = [models.UniqueConstraint("indicator", Coalesce("place", 0), name="threshold_once")]

    def __str__(self) -> str:
        return f"{self.indicator} @ {self.place or '*'}: {self.good} / {self.acceptable}"

    def clean(self) -> None:
        if self.good == self.acceptable:
            raise ValidationError(
                {"acceptable": _("Good and acceptable must differ, else nothing is ever yellow.")}
            )
