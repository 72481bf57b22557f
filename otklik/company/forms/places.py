"""Forms of the company, places and points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import ActionForm, PlaceChoice, ZoneInput
from otklik.company.forms.hours import HoursField
from otklik.company.models import Company, Place, Point, User, Verb

# Which sources of the number of clients served are believed, the best first; "" believes all.
SERVED_ORDERS = [
    ("", _("all: till, fiscal data, receipts, sensor, contacts, API, by hand")),
    ("till,ofd,receipts", _("tills and fiscal data alone")),
    ("sensor,visits", _("presence sensors alone")),
    ("manual", _("figures entered by hand alone")),
    ("till,sensor,manual", _("counts sent by till, sensor or hand; receipts and contacts are not counted")),
]


class ServedOrder(forms.ChoiceField):
    """An order of sources; one that was set through the API is kept as it is."""

    def prepare_value(self, value: Any) -> Any:
        return ",".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [code for code in super().clean(value).split(",") if code]


class CompanyForm(ActionForm):
    served_priority = ServedOrder(
        label=_("number of clients served"),
        required=False,
        choices=SERVED_ORDERS,
        help_text=_(
            "Sources of one point and day are never added: the first of this list that says a number wins."
        ),
    )

    class Meta:
        model = Company
        fields = ("name", "timezone", "language", "served_priority")
        widgets = {"timezone": ZoneInput}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        current = ",".join(self.instance.served_priority or [])
        field = self.fields["served_priority"]
        assert isinstance(field, ServedOrder)
        if current not in dict(SERVED_ORDERS):
            field.choices = [*SERVED_ORDERS, (current, current.replace(",", ", "))]


class Degrees(forms.CharField):
    """Degrees with a point or a comma."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise forms.ValidationError(_("Write degrees like 59.9386.")) from None


class PlaceForm(ActionForm):
    latitude = Degrees(
        label=_("latitude"), required=False, help_text=_("A pair like “59.9386, 30.3141” fills both.")
    )
    longitude = Degrees(label=_("longitude"), required=False)
    opening_hours = HoursField()

    class Meta:
        model = Place
        fields = ("name", "code", "kind", "timezone", "latitude", "longitude", "day_start", "opening_hours")
        widgets = {
            "timezone": ZoneInput,
            "day_start": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(_split_pair(data) if data is not None else None, **options)
        for name in ("latitude", "longitude"):
            if self.initial.get(name) is not None:
                self.initial[name] = repr(self.initial[name])
            self.fields[name].widget.attrs["inputmode"] = "decimal"


class NewPlaceForm(PlaceForm):
    field_order = ("name", "code", "parent", "kind")

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["parent"] = PlaceChoice(user, Verb.MANAGE, whole=True, label=_("inside"))
        self.order_fields(self.field_order)


class MoveForm(forms.Form):
    def __init__(self, user: User, place: Place, data: Any = None) -> None:
        super().__init__(data, initial={"parent": place.parent})
        choice = PlaceChoice(user, Verb.MANAGE, whole=True, label=_("Move to"))
        assert choice.queryset is not None
        choice.queryset = choice.queryset.exclude(path__startswith=place.path)
        self.fields["parent"] = choice


class PointForm(ActionForm):
    class Meta:
        model = Point
        fields = ("name", "code")

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.instance.pk:
            self.fields["place"] = PlaceChoice(user, Verb.MANAGE)
            self.initial["place"] = self.instance.place_id


class FileForm(forms.Form):
    """A file to bring in."""

    file = forms.FileField(label=_("file"))


def _split_pair(data: Any) -> Any:
    """Let "59.9386, 30.3141" in the first field fill both, as maps copy it."""
    parts = [part.strip() for part in str(data.get("latitude", "")).replace(";", ", ").split(", ")]
    if len(parts) == 2 and all(parts) and not data.get("longitude"):
        data = data.copy()
        data["latitude"], data["longitude"] = parts
    return data
