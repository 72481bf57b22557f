"""Forms of thresholds, of the calendar and of what is watched."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import PlaceChoice
from otklik.company.models import User, Verb
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.models import CalendarDay, DayName, PeriodName, Threshold
from otklik.metrics.states.models import WatchSettings


class DateInput(forms.DateInput):
    """The browser's own calendar; the value travels as 2026-01-31."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class LimitForm(forms.Form):
    """Bounds as people read them: a share in per cent."""

    good = forms.FloatField(label=_("Good from"), localize=True)
    acceptable = forms.FloatField(label=_("Acceptable from"), localize=True)
    period = forms.ChoiceField(
        label=_("For which period"),
        required=False,
        choices=[("", _("any period")), *PeriodName.choices],
        help_text=_("A goal for a day and a goal for a month may differ."),
    )
    calendar = forms.ChoiceField(
        label=_("On which days"),
        required=False,
        choices=[("", _("every day")), *Threshold.ON_DAYS],
        help_text=_("For single days only: a week or a month has the thresholds for every day."),
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        required=False,
        widget=DateInput(),
        help_text=_("With a date earlier days keep their colours. Empty: the past is coloured anew."),
    )
    valid_to = forms.DateField(label=_("Holds to"), required=False, widget=DateInput())

    def __init__(self, *args: Any, user: User, unit: Unit, direction: Direction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        if direction is Direction.LOWER:
            self.fields["good"].label, self.fields["acceptable"].label = (
                _("Good up to"),
                _("Acceptable up to"),
            )
        self.fields["place"] = PlaceChoice(user, Verb.MANAGE, whole=True, label=_("Place"))
        self.order_fields(["place", "good", "acceptable"])
        for name in ("good", "acceptable"):
            self.fields[name].help_text = _("In per cent.") if unit is Unit.SHARE else ""

    def limits(self) -> Limits:
        scale = 100 if self.unit is Unit.SHARE else 1
        return Limits(self.cleaned_data["good"] / scale, self.cleaned_data["acceptable"] / scale)


class DayForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    class Meta:
        model = CalendarDay
        fields = ("day", "kind", "name")
        widgets = {"day": DateInput()}

    kind = forms.ChoiceField(label=_("is a"), choices=DayName.choices)

    def validate_unique(self) -> None:
        """A day that stands there already is changed."""


class WatchForm(forms.Form):
    """Which colours are kept."""

    periods = forms.MultipleChoiceField(
        label=_("Periods"), choices=PeriodName.choices, widget=forms.CheckboxSelectMultiple
    )
    least_n = forms.IntegerField(
        label=_("Least number of answers"),
        min_value=0,
        help_text=WatchSettings._meta.get_field("least_n").help_text,
    )
    minutes = forms.IntegerField(
        label=_("Minutes that a colour must last"),
        min_value=0,
        max_value=1440,
        help_text=WatchSettings._meta.get_field("minutes").help_text,
    )
    indicators = forms.MultipleChoiceField(
        label=_("Only these indicators"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: the main ones, and those with thresholds of your own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicators"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = watchable()


def watchable() -> list[tuple[str, str | Promise]]:
    """Indicators that have a colour somewhere: (code, name)."""
    table = LimitTable()
    return [
        (code, str(one.name))
        for code, one in indicators().items()
        if one.definition.direction is not Direction.NONE and (one.limits or table.own(code))
    ]
