"""Kinds of events that an installation adds to the declared ones."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.events.vocabulary import DECLARED, Attribute, AttributeType, Kind, SubjectRule, ValueRule

KIND_CODE = RegexValidator(
    r"^[a-z][a-z0-9_]{0,39}$", _("Use small Latin letters, digits and underscore, at most 40 characters.")
)


class EventKind(models.Model):
    """`attributes` is a list of {"name", "type", "required", "meaning_ru", "meaning_en", "choices"}."""

    class Value(models.TextChoices):
        NONE = ValueRule.NONE, _("no number")
        OPTIONAL = ValueRule.OPTIONAL, _("a number, may be absent")
        NUMBER = ValueRule.NUMBER, _("a number")
        COUNT = ValueRule.COUNT, _("a whole number from 0")
        SHARE = ValueRule.SHARE, _("a number from 0 to 1")
        SCALE = ValueRule.SCALE, _("an option of the question's scale")
        ANSWER = ValueRule.ANSWER, _("an option of the question's scale, may be absent")

    class Subject(models.TextChoices):
        NONE = SubjectRule.NONE, _("no subject")
        TOPIC = SubjectRule.TOPIC, _("any code, may be absent")
        CODE = SubjectRule.CODE, _("any code")
        QUESTION = SubjectRule.QUESTION, _("a question of the catalogue")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[KIND_CODE])
    name_ru = models.CharField(_("name in Russian"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    meaning_ru = models.CharField(_("meaning in Russian"), max_length=500, blank=True)
    meaning_en = models.CharField(_("meaning in English"), max_length=500, blank=True)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject.choices, default=Subject.TOPIC)
    value = models.CharField(_("value"), max_length=16, choices=Value.choices, default=Value.OPTIONAL)
    attributes = models.JSONField(_("attributes"), default=list, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self._in_language(self.name_ru, self.name_en)

    @staticmethod
    def _in_language(russian: str, english: str) -> str:
        in_english = (get_language() or "").startswith("en")
        return (english or russian) if in_english else (russian or english)

    def clean(self) -> None:
        if self.code in DECLARED:
            raise ValidationError(
                {"code": _("Otklik already has a kind with this code; choose another one.")}
            )
        if self.value in (ValueRule.SCALE, ValueRule.ANSWER) and self.subject != SubjectRule.QUESTION:
            raise ValidationError({"subject": _("A value on a scale needs a question as the subject.")})
        check_attributes(self.attributes)

    def as_kind(self) -> Kind:
        return Kind(
            code=self.code,
            name=str(self),
            meaning=self._in_language(self.meaning_ru, self.meaning_en),
            subject=SubjectRule(self.subject),
            value=ValueRule(self.value),
            attributes=tuple(
                Attribute(
                    name=one["name"],
                    type=AttributeType(one["type"]),
                    meaning=self._in_language(one.get("meaning_ru", ""), one.get("meaning_en", "")),
                    choices=tuple(one.get("choices", ())),
                    required=bool(one.get("required", False)),
                )
                for one in self.attributes
            ),
        )


def check_attributes(attributes: object) -> None:
    """Refuse what `as_kind` could not read, with a sentence about the attribute at fault."""
    if not isinstance(attributes, list):
        raise ValidationError({"attributes": _("Attributes are a list.")})
    seen: set[str] = set()
    for number, one in enumerate(attributes, 1):
        name = one.get("name") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name.isidentifier() or len(name) > 40:
            raise _refusal(
                _("Attribute %(number)d: the name needs Latin letters, digits and underscore."), number
            )
        if name in seen:
            raise _refusal(_("Attribute %(number)d: this name is there twice."), number)
        seen.add(name)
        if one.get("type") not in set(AttributeType):
            raise _refusal(_("Attribute %(number)d: unknown type."), number)
        choices = one.get("choices", [])
        if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
            raise _refusal(_("Attribute %(number)d: choices are a list of words."), number)
        if one["type"] == AttributeType.CHOICE and not choices:
            raise _refusal(_("Attribute %(number)d: say which choices there are."), number)


def _refusal(message: Any, number: int) -> ValidationError:
    return ValidationError({"attributes": ValidationError(message, params={"number": number})})
