"""Forms of panels: they read fields; rules are the models', checked again by the action."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Point, User, Verb
from otklik.devices.actions import picture_type
from otklik.devices.models import LANGUAGES, Panel
from otklik.devices.page import LANGUAGE_NAMES
from otklik.surveys.models import Question, QuestionType


class PointChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class QuestionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.text} ({obj.scale_min}–{obj.scale_max})"


class PanelForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Fields of an existing panel. `changes()` is what the action takes."""

    question = QuestionChoice(queryset=Question.objects.none(), label=_("question"))
    languages = forms.MultipleChoiceField(
        label=_("languages offered to clients"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        initial=list(LANGUAGES),
        error_messages={"required": _("Choose at least one language.")},
    )
    logo = forms.FileField(
        label=_("logo"),
        required=False,
        help_text=_("PNG, JPEG, WebP or SVG, up to 48 KB. It stands above the question."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
    )
    drop_logo = forms.BooleanField(label=_("take the logo away"), required=False)

    class Meta:
        model = Panel
        fields = (
            "question",
            "layout",
            "best_first",
            "languages",
            "text_ru",
            "text_en",
            "thanks_ru",
            "thanks_en",
            "thanks_seconds",
            "accent",
            "debounce_seconds",
            "burst_limit",
            "name",
        )
        widgets = {"accent": forms.TextInput(attrs={"type": "color"}), "layout": forms.RadioSelect}

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        scaled = Question.objects.filter(active=True).exclude(
            type__in=(QuestionType.TEXT, QuestionType.CHOICE)
        )
        asked = Question.objects.filter(pk=self.instance.question_id or 0)
        question = self.fields["question"]
        assert isinstance(question, forms.ModelChoiceField)
        question.queryset = (scaled | asked).order_by("code")
        if self.instance.pk is None or not hasattr(self.instance, "logo"):
            del self.fields["drop_logo"]

    def clean_logo(self) -> bytes | None:
        upload = self.cleaned_data.get("logo")
        if not isinstance(upload, UploadedFile):
            return None
        content: bytes = upload.read()
        picture_type(content)
        return content

    def changes(self) -> dict[str, Any]:
        kept = self.Meta.fields
        return {name: value for name, value in self.cleaned_data.items() if name in kept}


class NewPanelForm(PanelForm):
    """Asks for the point as well; the rest has sensible values."""

    point = PointChoice(queryset=Point.objects.none(), label=_("point of service"))
    field_order = ("point",)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        point = self.fields["point"]
        assert isinstance(point, forms.ModelChoiceField)
        mine = Point.objects.visible_to(user, Verb.MANAGE).filter(active=True)
        point.queryset = mine.select_related("place").order_by("place__name", "name")
