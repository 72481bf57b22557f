"""Boards of three-colour widgets: shared ones of the company and each person's own."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.models import User
from otklik.dashboards.timeline.models import SavedView, TimelineMarker

__all__ = ["BoardQuerySet", "Dashboard", "SavedView", "Show", "Size", "TimelineMarker", "Widget"]


class BoardQuerySet(models.QuerySet["Dashboard"]):
    def visible_to(self, user: User) -> Self:
        """The user's own boards and the shared ones; what stands on them is filtered by place on reading."""
        return self.filter(models.Q(owner=user) | models.Q(owner=None))


class Dashboard(models.Model):
    """A board. Without an owner it is shared; the shared one with the lowest id is everybody's first page."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="dashboards",
        verbose_name=_("whose"),
    )
    name = models.CharField(_("name"), max_length=100)
    changed_at = models.DateTimeField(auto_now=True)

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                "owner", condition=models.Q(owner__isnull=False), name="one_own_board_per_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Show(models.TextChoices):
    TREND = "trend", _("trend")
    NUMBER = "number", _("number")
    PLACES = "places", _("places")


class Size(models.IntegerChoices):
    SMALL = 1, _("small")
    WIDE = 2, _("wide")
    FULL = 4, _("full width")


class Widget(models.Model):
    """One indicator on a board. `subject` is a question's code; empty means that the indicator chooses by itself."""

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="widgets")
    indicator = models.CharField(_("indicator"), max_length=64)
    subject = models.CharField(_("question"), max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    size = models.PositiveSmallIntegerField(_("size"), choices=Size.choices, default=Size.SMALL)
    show = models.CharField(_("shows"), max_length=8, choices=Show.choices, default=Show.TREND)
    target = models.FloatField(_("target"), null=True, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.indicator


class MapChoice(models.Model):
    """The indicators that colour the flags of a person's map; without a row those of the board."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="map_choice")
    indicators = models.JSONField(_("indicators"), default=list)

    class Meta:
        verbose_name = _("choice for the map")

    def __str__(self) -> str:
        return ", ".join(self.indicators)
