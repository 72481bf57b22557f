"""The form of a question."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import ActionForm
from otklik.surveys.models import Question

LINE = re.compile(r"^\s*(-?\d+)\s*[=:—–-]\s*(.+?)\s*$")


class LabelsField(forms.CharField):
    """Labels of options as lines «5 = Отлично / Great»; cleans to {"5": {"ru": …, "en": …}}."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("labels of options"))
        options.setdefault("help_text", _("One in a line: 5 = Отлично / Great"))
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 5}), **options)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        lines = []
        for option, texts in sorted(value.items(), key=lambda item: -int(item[0])):
            both = [texts.get("ru", ""), texts.get("en", "")] if isinstance(texts, dict) else []
            lines.append(f"{option} = {' / '.join(text for text in both if text)}")
        return "\n".join(lines)

    def clean(self, value: Any) -> Any:
        labels: dict[str, dict[str, str]] = {}
        for line in (super().clean(value) or "").splitlines():
            if not line.strip():
                continue
            found = LINE.match(line)
            if found is None:
                raise forms.ValidationError(
                    _("“%(line)s” is not understood. Write it like: 5 = Отлично / Great"),
                    params={"line": line},
                )
            russian, _slash, english = (part.strip() for part in found[2].partition("/"))
            labels[str(int(found[1]))] = {"ru": russian} | ({"en": english} if english else {})
        return labels


class QuestionForm(ActionForm):
    labels = LabelsField()

    class Meta:
        model = Question
        fields = (
            "code",
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
            "active",
        )
        help_texts = {
            "code": _("By it events name the question."),
            "top": _("One end of the scale: the answer that counts as the highest rating."),
            "dont_know": _("Answers with this number count as given, but not as a rating."),
        }
