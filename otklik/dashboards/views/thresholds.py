"""When an indicator is green, yellow or red: for the company and for single places."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.company.models import Place, User, Verb
from otklik.dashboards import words
from otklik.metrics import actions
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.models import Threshold


class LimitForm(forms.Form):
    """Bounds as people read them: a share in per cent."""

    place = forms.ModelChoiceField(
        label=gettext_lazy("Place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=gettext_lazy("Whole company"),
    )
    good = forms.FloatField(label=gettext_lazy("Good from"), localize=True)
    acceptable = forms.FloatField(label=gettext_lazy("Acceptable from"), localize=True)

    def __init__(self, *args: Any, user: User, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        choice = self.fields["place"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Place.objects.visible_to(user, Verb.MANAGE)
        if not user.may_everywhere(Verb.MANAGE):
            choice.required = True
            choice.empty_label = None
        for name in ("good", "acceptable"):
            self.fields[name].help_text = _("In per cent.") if unit is Unit.SHARE else ""

    def limits(self) -> Limits:
        scale = 100 if self.unit is Unit.SHARE else 1
        return Limits(self.cleaned_data["good"] / scale, self.cleaned_data["acceptable"] / scale)


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    if not user.may(Verb.MANAGE):
        raise PermissionDenied
    return user


@login_required
def thresholds(request: HttpRequest) -> HttpResponse:
    """All indicators that can be good or bad, with their bounds."""
    user = _user(request)
    table = LimitTable()
    own = Threshold.objects.filter(place__in=Place.objects.visible_to(user)).values_list(
        "indicator", flat=True
    )
    counts = {code: list(own).count(code) for code in set(own)}
    rows = [
        {"indicator": one, "places": counts.get(code, 0), **_bounds(one, table.of(one, []))}
        for code, one in indicators().items()
        if one.definition.direction is not Direction.NONE
    ]
    return render(request, "dashboards/thresholds.html", {"rows": rows})


def _bounds(one: Indicator, limits: Limits | None) -> dict[str, str]:
    if limits is None:
        return {"good": "", "acceptable": ""}
    definition = one.definition
    return {
        "good": words.goal_text(limits.good, definition.unit, definition.direction),
        "acceptable": words.goal_text(limits.acceptable, definition.unit, definition.direction),
    }


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Bounds of one indicator: set for the company or a place, or taken away from it."""
    user = _user(request)
    one = indicators().get(code)
    if one is None or one.definition.direction is Direction.NONE:
        raise Http404
    if "remove" in request.POST:
        return _remove(request, user, one)
    data = request.POST if request.method == "POST" else None
    form = LimitForm(data, user=user, unit=one.definition.unit, initial=_initial(one))
    if data is not None and form.is_valid() and _save(form, user, one):
        messages.success(request, _("The thresholds hold from now on, for past days too."))
        return HttpResponseRedirect(reverse("dashboards:threshold", args=[code]))
    rows = Threshold.objects.filter(indicator=code).select_related("place").order_by("place__name")
    visible = set(Place.objects.visible_to(user).values_list("pk", flat=True))
    shown = [
        {"row": row, **_bounds(one, Limits(row.good, row.acceptable))}
        for row in rows
        if row.place_id is None or row.place_id in visible
    ]
    standard = _bounds(one, one.limits)
    context = {"indicator": one, "form": form, "rows": shown, "standard": standard}
    return render(request, "dashboards/threshold.html", context)


def _initial(one: Indicator) -> dict[str, float]:
    held = LimitTable().of(one, [])
    if held is None:
        return {}
    unit = one.definition.unit
    return {
        "good": round(words.shown(held.good, unit), 6),
        "acceptable": round(words.shown(held.acceptable, unit), 6),
    }


def _save(form: LimitForm, user: User, one: Indicator) -> bool:
    try:
        actions.set_threshold(one.code, form.limits(), place=form.cleaned_data["place"], acting_user=user)
    except ValidationError as error:
        form.add_error(None if "__all__" in error.message_dict else "acceptable", error.messages[0])
        return False
    return True


def _remove(request: HttpRequest, user: User, one: Indicator) -> HttpResponse:
    code = request.POST["remove"]
    place = Place.objects.visible_to(user, Verb.MANAGE).filter(code=code).first() if code else None
    if code and place is None:
        raise Http404
    if Threshold.objects.filter(indicator=one.code, place=place).exists():
        actions.remove_threshold(one.code, place=place, acting_user=user)
        messages.success(request, _("The thresholds of the level above hold again."))
    return HttpResponseRedirect(reverse("dashboards:threshold", args=[one.code]))
