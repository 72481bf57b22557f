"""What happened beside the numbers, and timelines that people keep."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User, Verb
from otklik.company.models.places import PlaceQuerySet


class MarkerKind(models.TextChoices):
    CAMPAIGN = "campaign", _("campaign")
    PRICE = "price", _("price change")
    STANDARD = "standard", _("new standard")
    STAFF = "staff", _("change of staff")
    WORKS = "works", _("opening or repair")
    FAILURE = "failure", _("failure")
    OTHER = "other", _("other event")


class MarkerQuerySet(models.QuerySet["TimelineMarker"]):
    def of(self, places: PlaceQuerySet, *, everything: bool) -> Self:
        """Markers of these places, of what lies above them, and of the whole company."""
        if everything:
            return self
        paths = places.values_list("path", flat=True)
        ids = {int(part) for path in paths for part in path.strip("/").split("/") if part}
        return self.filter(models.Q(place=None) | models.Q(place__in=ids)) if ids else self.none()

    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.of(Place.objects.visible_to(user, verb), everything=user.may_everywhere(verb))


class TimelineMarker(models.Model):
    """Something that happened on a day or over several, at a place with everything below it, or in the whole company."""

    text_ru = models.CharField(_("text in Russian"), max_length=200, blank=True)
    text_en = models.CharField(_("text in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=MarkerKind.choices, default=MarkerKind.CAMPAIGN)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: one day."))
    place = models.ForeignKey(
        Place, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MarkerQuerySet.as_manager()

    class Meta:
        ordering = ("first_day", "pk")
        verbose_name = _("marker")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.text_en or self.text_ru) if english else (self.text_ru or self.text_en)

    def clean(self) -> None:
        if not (self.text_ru or self.text_en):
            raise ValidationError({"text_ru": _("Write what happened.")})
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day is before the first one.")})


class ViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """The user's own ones and the shared ones; what they show is filtered by place on reading."""
        return self.filter(models.Q(owner=user) | models.Q(owner=None))


class SavedView(models.Model):
    """A timeline with a name: the query string of its address. Without an owner everybody has it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose"),
    )
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(max_length=2000)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint("owner", "name", name="view_once_per_owner"),
            models.UniqueConstraint("name", condition=models.Q(owner__isnull=True), name="shared_view_once"),
        ]

    def __str__(self) -> str:
        return self.name
