"""The form of an installation's own event kind."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import ActionForm
from otklik.events.models import EventKind

LINE = re.compile(r"^\s*(?P<name>\w+)(?P<required>\*?)\s*=\s*(?P<type>\w+)\s*(?:\((?P<choices>[^)]*)\))?\s*$")


class AttributesField(forms.CharField):
    """Attributes as lines «reason* = choice (noise, queue)»; cleans to the list that the model keeps."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("attributes"))
        options.setdefault(
            "help_text",
            _(
                "One in a line: reason* = choice (noise, queue). Types: number, count, text, flag, choice, id; * means required."
            ),
        )
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        lines = []
        for one in value:
            choices = f" ({', '.join(one['choices'])})" if one.get("choices") else ""
            lines.append(f"{one['name']}{'*' if one.get('required') else ''} = {one['type']}{choices}")
        return "\n".join(lines)

    def clean(self, value: Any) -> Any:
        found = []
        for line in (super().clean(value) or "").splitlines():
            if not line.strip():
                continue
            parts = LINE.match(line)
            if parts is None:
                raise forms.ValidationError(
                    _("“%(line)s” is not understood. Write it like: reason* = choice (noise, queue)"),
                    params={"line": line},
                )
            one: dict[str, Any] = {
                "name": parts["name"],
                "type": parts["type"],
                "required": bool(parts["required"]),
            }
            if parts["choices"] is not None:
                one["choices"] = [choice.strip() for choice in parts["choices"].split(",") if choice.strip()]
            found.append(one)
        return found


class KindForm(ActionForm):
    attributes = AttributesField()

    class Meta:
        model = EventKind
        fields = (
            "code",
            "name_ru",
            "name_en",
            "meaning_ru",
            "meaning_en",
            "subject",
            "value",
            "attributes",
            "active",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["code"]  # stored events carry it
        self.texts = self.instance.attributes if self.instance.pk else []

    def clean_attributes(self) -> list[dict[str, Any]]:
        """Keep what the lines cannot say: the meanings that a definition brought along."""
        meanings = {one["name"]: one for one in self.texts}
        kept = ("meaning_ru", "meaning_en")
        return [
            one | {key: text for key, text in meanings.get(one["name"], {}).items() if key in kept}
            for one in self.cleaned_data["attributes"]
        ]
