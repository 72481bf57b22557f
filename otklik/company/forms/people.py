"""Forms of employees and shifts."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import ActionForm, PlaceChoice
from otklik.company.models import Employee, Point, Shift, User, Verb
from otklik.company.zones import local_moment


class EmployeeForm(ActionForm):
    class Meta:
        model = Employee
        fields = ("name", "code", "active")

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["place"] = PlaceChoice(user, Verb.MANAGE)
        if self.instance.pk:
            self.initial["place"] = self.instance.place_id
        else:
            del self.fields["active"]


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class ShiftForm(forms.Form):
    """Times are those of the point's place."""

    employee = forms.ModelChoiceField(Employee.objects.none(), label=_("employee"), empty_label=_("choose"))
    start = forms.CharField(label=_("from"), widget=moment_input())
    end = forms.CharField(
        label=_("until"), widget=moment_input(), required=False, help_text=_("Empty: the shift goes on.")
    )

    def __init__(self, user: User, point: Point, data: Any = None, *, shift: Shift | None = None) -> None:
        self.zone = point.place.zone
        initial: dict[str, Any] = {}
        if shift is not None:
            initial["start"] = shift.start.astimezone(self.zone)
            initial["end"] = shift.end.astimezone(self.zone) if shift.end else None
        super().__init__(data, initial=initial)
        if shift is not None:
            del self.fields["employee"]
        else:
            choice = self.fields["employee"]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = Employee.objects.visible_to(user).filter(active=True)

    def clean_start(self) -> dt.datetime | None:
        return self._moment("start")

    def clean_end(self) -> dt.datetime | None:
        return self._moment("end")

    def _moment(self, name: str) -> dt.datetime | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        try:
            return local_moment(text, self.zone)
        except ValueError:
            raise forms.ValidationError(
                _("“%(value)s” is not a time here. Write it like 2026-01-31 09:00."), params={"value": text}
            ) from None
