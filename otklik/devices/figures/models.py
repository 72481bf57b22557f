"""The catalogue of figures that a company types."""

import dataclasses
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models.places import CODE

TAKEN = ("served", "sources", "settings", "save", "place")  # words of addresses and sheets of their own


class FigureUnit(models.TextChoices):
    """As units of indicators are called."""

    COUNT = "count", _("count")
    SHARE = "share", _("share, in per cent")
    MONEY = "money", _("money")
    POINTS = "points", _("points")
    SCORE = "score", _("score")
    SECONDS = "seconds", _("time")


NOT_ADDED = frozenset({FigureUnit.SHARE, FigureUnit.POINTS, FigureUnit.SCORE})  # over places they have a mean


class FigureDirection(models.TextChoices):
    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")
    NONE = "none", _("neither good nor bad")


class Adds(models.TextChoices):
    """How figures of several days and places make one."""

    SUM = "sum", _("are added up")
    MEAN = "mean", _("the mean over days and places")
    LAST = "last", _("the last of each place, places together")


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """What a figure may be; None: no bound."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Figure(models.Model):
    """A figure per place and day. A share is kept as 0…1 and shown in per cent; bounds are as it is kept."""

    DEFINING: ClassVar = ("code", "name_ru", "name_en", "unit", "direction", "adds", "active")

    code = models.CharField(
        _("code"),
        max_length=48,
        unique=True,
        validators=[CODE],
        error_messages={"unique": _("Another figure has this code already. Choose another one.")},
        help_text=_("It stands in addresses, files and the API, and does not change."),
    )
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=16, choices=FigureUnit.choices, default=FigureUnit.COUNT)
    decimals = models.PositiveSmallIntegerField(
        _("digits after the point"),
        default=0,
        help_text=_("0: whole numbers only (for a share: of a per cent, any are taken)."),
    )
    minimum = models.FloatField(_("least value"), null=True, blank=True)
    maximum = models.FloatField(_("greatest value"), null=True, blank=True)
    direction = models.CharField(
        _("what is good"), max_length=8, choices=FigureDirection.choices, default=FigureDirection.HIGHER
    )
    adds = models.CharField(
        _("over days and places they"), max_length=8, choices=Adds.choices, default=Adds.SUM
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("position", "name_ru", "code")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.name_en or self.name_ru) if english else (self.name_ru or self.name_en)

    @property
    def range(self) -> Range:
        return Range(self.minimum, self.maximum)

    def clean(self) -> None:
        if self.code in TAKEN:
            raise ValidationError({"code": _("This word is taken. Choose another code.")})
        if self.decimals > 6:
            raise ValidationError({"decimals": _("Six digits after the point at most.")})
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValidationError(
                {"maximum": _("The greatest value must be above the least one, else nothing can be typed.")}
            )
        if self.unit == FigureUnit.SHARE and self.adds == Adds.SUM:
            raise ValidationError({"adds": _("Shares are not added up. Choose the mean.")})
