"""The catalogue of questions: what is asked, on what scale, and what the answers mean."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.company.models.places import CODE

MAX_STEPS = 100


class QuestionType(models.TextChoices):
    """Which family of indicators the question feeds."""

    RATING = "rating", _("rating of service")  # smileys: support, criticality
    NPS = "nps", _("willingness to recommend (NPS)")
    CSAT = "csat", _("satisfaction (CSAT)")
    CES1 = "ces1", _("effort, version 1.0")
    CES2 = "ces2", _("effort, version 2.0")
    NET_EASY = "net_easy", _("ease (Net Easy)")
    EMOTION = "emotion", _("feeling (emotional loyalty)")
    ITEM = "item", _("item of a model (CSI, SERVQUAL, RSQS)")
    EXPECTATION = "expectation", _("expectation")
    IMPORTANCE = "importance", _("importance")
    ENGAGEMENT = "engagement", _("engagement of staff")
    BURNOUT = "burnout", _("burnout of staff")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("open answer")


PULSES = frozenset({QuestionType.ENGAGEMENT.value, QuestionType.BURNOUT.value})  # shown in groups alone


class SurveyType(models.TextChoices):
    SPONTANEOUS = "spontaneous", _("spontaneous")  # whoever wants answers; the 60 % rule applies
    REPRESENTATIVE = "representative", _("representative")  # invited, sampled


class Direction(models.TextChoices):
    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")


class Question(models.Model):
    """Options run from `scale_min` to `scale_max` in whole steps; `top` is the best option."""

    DEFINITION = (  # a change of any of these makes a new version
        "text_ru",
        "text_en",
        "type",
        "survey_type",
        "scale_min",
        "scale_max",
        "top",
        "direction",
        "labels",
        "dont_know",
    )

    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        validators=[CODE],
        error_messages={"unique": _("Another question has this code already. Choose another one.")},
    )
    text_ru = models.CharField(_("text in Russian"), max_length=500, blank=True)
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
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.text_en or self.text_ru) if english else (self.text_ru or self.text_en)

    @property
    def has_scale(self) -> bool:
        """Whether the answers are numbers from `scale_min` to `scale_max`."""
        return self.type not in (QuestionType.CHOICE, QuestionType.TEXT)

    def options(self) -> list[tuple[int, str]]:
        """(value, label in the current language) from the lowest to the highest."""
        language = "en" if (get_language() or "").startswith("en") else "ru"
        return [
            (value, (self.labels.get(str(value)) or {}).get(language, ""))
            for value in range(self.scale_min, self.scale_max + 1)
        ]

    def clean(self) -> None:
        if not self.text_ru and not self.text_en:
            raise ValidationError({"text_ru": _("Write the text in Russian or in English.")})
        if None in (self.scale_min, self.scale_max, self.top):
            return
        self._clean_scale()
        self._clean_labels()

    def _clean_scale(self) -> None:
        if self.scale_max <= self.scale_min:
            raise ValidationError({"scale_max": _("The highest option must be above the lowest one.")})
        if self.scale_max - self.scale_min > MAX_STEPS:
            raise ValidationError(
                {"scale_max": _("A scale has at most %(limit)s steps.") % {"limit": MAX_STEPS}}
            )
        if self.top not in (self.scale_min, self.scale_max):
            raise ValidationError(
                {
                    "top": _("The best option is one of the scale's two ends: %(low)s or %(high)s.")
                    % {"low": self.scale_min, "high": self.scale_max}
                }
            )
        if self.dont_know is not None and self.scale_min <= self.dont_know <= self.scale_max:
            raise ValidationError({"dont_know": _("The code of “don't know” must lie outside the scale.")})

    def _clean_labels(self) -> None:
        if not isinstance(self.labels, dict):
            raise ValidationError({"labels": _("Labels belong to options: 5: {ru: …, en: …}.")})
        for option, texts in self.labels.items():
            known = option.lstrip("-").isdigit() and self.scale_min <= int(option) <= self.scale_max
            shaped = isinstance(texts, dict) and all(
                language in ("ru", "en") and isinstance(text, str) for language, text in texts.items()
            )
            if not known:
                raise ValidationError(
                    {"labels": _("Label of option %(option)s: there is no such option.") % {"option": option}}
                )
            if not shaped:
                raise ValidationError(
                    {"labels": _("Label of option %(option)s: write {ru: …, en: …}.") % {"option": option}}
                )
