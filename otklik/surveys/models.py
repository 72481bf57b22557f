"""The catalogue of questions: what is asked, on what scale, and what the answers mean."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models.places import CODE


class QuestionType(models.TextChoices):
    """Which family of indicators the question feeds."""

    RATING = "rating", _("rating of service")  # smileys: support, criticality
    NPS = "nps", _("willingness to recommend (NPS)")
    CSAT = "csat", _("satisfaction (CSAT)")
    CES1 = "ces1", _("effort, version 1.0")
    CES2 = "ces2", _("effort, version 2.0")
    NET_EASY = "net_easy", _("ease (Net Easy)")
    EMOTION = "emotion", _("feeling (emotional loyalty)")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("open answer")


class SurveyType(models.TextChoices):
    SPONTANEOUS = "spontaneous", _("spontaneous")  # whoever wants answers; the 60 % rule applies
    REPRESENTATIVE = "representative", _("representative")  # invited, sampled


class Direction(models.TextChoices):
    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")


class Question(models.Model):
    """Options run from `scale_min` to `scale_max` in whole steps; `top` is the best option."""

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[CODE])
    text_ru = models.CharField(_("text in Russian"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500, blank=True)
    type = models.CharField(
        _("type"), max_length=16, choices=QuestionType.choices, default=QuestionType.RATING
    )
    survey_type = models.CharField(
        _("kind of poll"), max_length=16, choices=SurveyType.choices, default=SurveyType.SPONTANEOUS
    )
    scale_min = models.IntegerField(_("lowest option"), default=1)
    scale_max = models.IntegerField(_("highest option"), default=5)
    top = models.IntegerField(_("best option"), default=5)
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, default=Direction.HIGHER
    )
    labels = models.JSONField(
        _("labels of options"), default=dict, blank=True
    )  # {"5": {"ru": "Отлично", "en": "Great"}}
    dont_know = models.FloatField(_("code of “don't know”"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.text_en or self.text_ru) if english else (self.text_ru or self.text_en)

    def clean(self) -> None:
        if self.scale_max <= self.scale_min:
            raise ValidationError({"scale_max": _("The highest option must be above the lowest one.")})
        if not self.scale_min <= self.top <= self.scale_max:
            raise ValidationError({"top": _("The best option must lie on the scale.")})
        if self.top not in (self.scale_min, self.scale_max):
            raise ValidationError({"top": _("The best option is one of the scale's two ends.")})
