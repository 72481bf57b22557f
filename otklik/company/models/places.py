"""The company, its tree of places and the points of service in them."""

import datetime as dt
import zoneinfo
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.company.hours import check_opening_hours
from otklik.company.models.access import User, Verb, granted_paths
from otklik.company.zones import check_timezone

CODE = RegexValidator(
    r"^[0-9A-Za-zА-Яа-яЁё][0-9A-Za-zА-Яа-яЁё._-]{0,63}$",
    _("Use letters, digits, dot, dash and underscore, at most 64 characters."),
)


class Company(models.Model):
    """The one company of this installation (a single row, id 1)."""

    name = models.CharField(_("name"), max_length=200)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Moscow", validators=[check_timezone]
    )
    language = models.CharField(
        _("language of public pages"), max_length=8, default="ru", choices=settings.LANGUAGES
    )
    served_priority = models.JSONField(_("order of served-count sources"), default=list, blank=True)

    class Meta:
        verbose_name = _("company")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Company":
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="Otklik")


class PlaceKind(models.TextChoices):
    REGION = "region", _("region")
    CITY = "city", _("city")
    LOCATION = "location", _("location")


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        """Places on which `user` may do `verb`; the only door to places for pages and API."""
        paths = granted_paths(user, verb)
        if paths is None:
            return self
        condition = models.Q(pk__in=[])
        for path in paths:
            condition |= models.Q(path__startswith=path)
        return self.filter(condition)

    def under(self, place: "Place") -> Self:
        """The place itself and everything below it."""
        return self.filter(path__startswith=place.path)


class Place(models.Model):
    """A node of the tree. `path` is materialised: "/1/5/12/" ends with the place's own id."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("inside")
    )
    path = models.CharField(max_length=255, db_index=True, editable=False, default="")
    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        validators=[CODE],
        error_messages={"unique": _("Another place has this code already. Choose another one.")},
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=PlaceKind.choices, default=PlaceKind.LOCATION)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_timezone],
        help_text=_("Empty: as the place above."),
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    day_start = models.TimeField(
        _("business day starts at"),
        null=True,
        blank=True,
        help_text=_("Empty: as the place above; midnight at the top."),
    )
    opening_hours = models.JSONField(
        _("opening hours"),
        null=True,
        blank=True,
        validators=[check_opening_hours],
        help_text=_("Empty: as the place above."),
    )
    active = models.BooleanField(_("in use"), default=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Give both latitude and longitude, or neither.")})
        if self.parent_id is not None and self.pk is not None:
            above = Place.objects.filter(pk=self.parent_id).values_list("path", flat=True).first()
            if above is not None and f"/{self.pk}/" in above:
                raise ValidationError(
                    {"parent": _("A place cannot lie inside itself or inside its own part.")}
                )

    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to this place, itself included."""
        return [int(part) for part in self.path.strip("/").split("/") if part]

    def inherited(self, field: str) -> Any:
        """The nearest value of `field` from this place upwards; None when nobody says."""
        place: Place | None = self
        while place is not None:
            value = getattr(place, field)
            if value not in (None, ""):
                return value
            place = place.parent
        return None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.inherited("timezone") or Company.current().timezone)

    @property
    def business_day_start(self) -> dt.time:
        value = self.inherited("day_start")
        return value if isinstance(value, dt.time) else dt.time(0)


class PointQuerySet(models.QuerySet["Point"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.filter(place__in=Place.objects.visible_to(user, verb))


class Point(models.Model):
    """A point of service: a till, a counter, a desk."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="points", verbose_name=_("location"))
    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        validators=[CODE],
        error_messages={"unique": _("Another point has this code already. Choose another one.")},
    )
    name = models.CharField(_("name"), max_length=200)
    active = models.BooleanField(_("in use"), default=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of service")
        verbose_name_plural = _("points of service")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """With the place before it, unless both are called the same."""
        return self.name if self.name == self.place.name else f"{self.place.name} · {self.name}"
