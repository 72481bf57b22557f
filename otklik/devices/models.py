"""What stands at a point: smiley panels."""

import secrets
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, Point, User, Verb
from otklik.devices.layouts import Layout, why_not
from otklik.surveys.models import Question

ONLINE_SECONDS = 150  # a page reports every 60 s
LANGUAGES = ("ru", "en")
LOGO_TYPES = ("image/png", "image/jpeg", "image/webp", "image/svg+xml")


def new_token() -> str:
    """128 random bits: cannot be guessed, fits into a small QR code."""
    return secrets.token_urlsafe(16)


def default_languages() -> list[str]:
    return list(LANGUAGES)


def check_languages(value: object) -> None:
    if not isinstance(value, list) or not value or any(one not in LANGUAGES for one in value):
        raise ValidationError(_("Choose at least one language."))


class PanelQuerySet(models.QuerySet["Panel"]):
    def visible_to(self, user: User, verb: Verb = Verb.VIEW) -> Self:
        return self.filter(point__place__in=Place.objects.visible_to(user, verb))


class Panel(models.Model):
    """A page that asks one question at one point; whoever has the link can press, so the link can be changed."""

    point = models.ForeignKey(
        Point, models.PROTECT, related_name="panels", verbose_name=_("point of service")
    )
    question = models.ForeignKey(Question, models.PROTECT, related_name="panels", verbose_name=_("question"))
    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("For you: “left till”. Empty: the point's name.")
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    layout = models.CharField(_("buttons"), max_length=8, choices=Layout.choices, default=Layout.SMILEYS)
    best_first = models.BooleanField(_("the best answer on the left"), default=False)
    text_ru = models.CharField(
        _("question in Russian"), max_length=160, blank=True, help_text=_("Empty: as in the question itself.")
    )
    text_en = models.CharField(
        _("question in English"), max_length=160, blank=True, help_text=_("Empty: as in the question itself.")
    )
    thanks_ru = models.CharField(
        _("thanks in Russian"), max_length=120, blank=True, help_text=_("Empty: “Спасибо!”")
    )
    thanks_en = models.CharField(
        _("thanks in English"), max_length=120, blank=True, help_text=_("Empty: “Thank you!”")
    )
    thanks_seconds = models.PositiveSmallIntegerField(
        _("how long the thanks stay, seconds"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    languages = models.JSONField(
        _("languages offered to clients"), default=default_languages, validators=[check_languages]
    )
    debounce_seconds = models.PositiveSmallIntegerField(
        _("a second press counts after, seconds"),
        default=5,
        validators=[MaxValueValidator(600)],
        help_text=_("Presses that follow sooner are kept, but do not count as ratings."),
    )
    burst_limit = models.PositiveSmallIntegerField(
        _("more presses a minute are marked as a burst"),
        default=12,
        validators=[MinValueValidator(2), MaxValueValidator(600)],
    )
    accent = models.CharField(
        _("colour"),
        max_length=7,
        default="#2f55d4",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour like #2f55d4."))],
        help_text=_("Made darker or lighter by itself where it would be hard to read."),
    )
    active = models.BooleanField(_("in use"), default=True, editable=False)
    asked = models.JSONField(default=list, editable=False)  # codes of every question it has asked
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # What the page itself reports; not part of the settings and of the audit log.
    last_seen = models.DateTimeField(_("last seen"), null=True, editable=False)
    last_press = models.DateTimeField(_("last press"), null=True, editable=False)
    waiting = models.PositiveIntegerField(_("not sent yet"), default=0, editable=False)
    app_version = models.CharField(max_length=32, blank=True, default="", editable=False)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ("point__place__name", "point__name", "pk")

    def __str__(self) -> str:
        return self.name or self.point.name

    @property
    def full_name(self) -> str:
        """With the place before it, unless both are called the same."""
        place = self.point.place.name
        return place if str(self) == place else f"{place} · {self}"

    def clean(self) -> None:
        chosen = getattr(self, "question", None)  # none when the form's own check has refused it
        reason = why_not(self.layout, chosen) if chosen is not None else None
        if reason:
            raise ValidationError({"layout": reason})

    @property
    def is_online(self) -> bool:
        return (
            self.last_seen is not None and (timezone.now() - self.last_seen).total_seconds() < ONLINE_SECONDS
        )

    def text_in(self, language: str) -> str:
        own = {"ru": self.text_ru, "en": self.text_en}[language]
        if own:
            return own
        asked = {"ru": self.question.text_ru, "en": self.question.text_en}[language]
        return asked or self.text_ru or self.text_en or self.question.text_ru or self.question.text_en

    @property
    def text(self) -> str:
        return self.text_in("en" if (get_language() or "").startswith("en") else "ru")


class Logo(models.Model):
    """The picture above the question. Kept in the catalogue, so that every node and every backup has it."""

    panel = models.OneToOneField(Panel, models.CASCADE, related_name="logo")
    media_type = models.CharField(max_length=20, choices=[(one, one) for one in LOGO_TYPES])
    content = models.BinaryField()
    digest = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.panel} ({self.media_type})"


from otklik.devices.figures.models import Figure  # noqa: E402, F401  # Django finds models of a room here
