"""The editor of opening hours: seven rows of "open, from, until", all plain fields that a keyboard reaches."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from otklik.company.hours import Week, check_opening_hours


class HoursWidget(forms.Widget):
    template_name = "company/widgets/hours.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        week = value or [None] * 7
        context["inherit"] = not value
        context["days"] = [
            {
                "number": number,
                "title": WEEKDAYS[number],
                "open": day is not None,
                "start": day[0] if day else "",
                "end": day[1] if day else "",
            }
            for number, day in enumerate(week)
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """None when the hours are those of the place above."""
        del files
        if data.get(f"{name}_inherit"):
            return None
        week: Week = []
        for number in range(7):
            start, end = data.get(f"{name}_{number}_start", ""), data.get(f"{name}_{number}_end", "")
            is_open = bool(data.get(f"{name}_{number}_open"))
            week.append([start[:5], "24:00" if end in ("24:00", "00:00") else end[:5]] if is_open else None)
        return week

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        del data, files, name
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_inherit" if id_ else id_


class HoursField(forms.Field):
    widget = HoursWidget

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("opening hours"))
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> Any:
        check_opening_hours(value)
        if value is not None and not any(value):
            raise ValidationError(_("Mark at least one day as open, or take the hours of the place above."))
        return value
