"""The form of the component page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("As clients know the place."))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("city", _("city")), ("shop", _("shop"))], required=False
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    active = forms.BooleanField(label=_("In use"), required=False)
