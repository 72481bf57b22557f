"""Forms of pages: they read fields; rules are the models', checked by the action."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User, Verb
from otklik.company.zones import usual_zones


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]  # each form names its model in Meta
    """A model form that never touches the instance: the action reads it afresh and changes it."""

    def _post_clean(self) -> None:
        """Check the fields by the model's rules on a copy; the rest is the action's business."""
        probe = copy(self.instance)
        known = set(self._meta.fields or ()) & set(self.cleaned_data)
        for name in known:
            setattr(probe, name, self.cleaned_data[name])
        try:
            probe.clean_fields(exclude={field.name for field in probe._meta.fields} - known)
        except ValidationError as error:
            blame(self, error)


class ZoneInput(forms.TextInput):
    """A text field that offers the usual zones and takes any."""

    template_name = "company/widgets/zone.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_zones"
        context["widget"]["attrs"]["list"] = list_id
        context["zones"], context["list_id"] = usual_zones(), list_id
        return context


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A choice among the places on which the user holds a verb; the depth shows as an indent."""

    def __init__(self, user: User, verb: Verb, *, whole: bool = False, **options: Any) -> None:
        """`whole`: the empty choice stands for the whole company, offered to whoever holds the verb on it."""
        everywhere = user.may_everywhere(verb)
        options.setdefault("label", _("place"))
        options["required"] = not (whole and everywhere)
        options["empty_label"] = _("the whole company") if whole and everywhere else _("choose")
        super().__init__(Place.objects.visible_to(user, verb).order_by("path"), **options)

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * (len(obj.ancestor_ids()) - 1) + str(obj.name)


def blame(form: forms.BaseForm, error: ValidationError) -> None:
    """Show an action's complaints beside the fields they name; others above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
