"""The first steps of a new company: company, places, points, panel, invite. Each can be skipped and come back to."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.company import actions
from otklik.company.accounts import invitation_path
from otklik.company.codes import suggest_code
from otklik.company.forms.places import CompanyForm
from otklik.company.forms.users import InviteForm
from otklik.company.models import Company, Place, Point, User, Verb
from otklik.company.models.places import PlaceKind
from otklik.company.views.base import attempt, page, user_of
from otklik.company.writing import demand

STEPS = ("company", "places", "points", "panel", "invite")


class NamesForm(forms.Form):
    """Several names, one in a line."""

    names = forms.CharField(
        label=gettext_lazy("names, one in a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5_000
    )

    def clean_names(self) -> list[str]:
        return [line.strip()[:200] for line in self.cleaned_data["names"].splitlines() if line.strip()]


@page(Verb.ADMIN)
def setup(request: HttpRequest, step: str = "company") -> HttpResponse:
    """One step of five, with its form; `?skip` leads to the next one by a link."""
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    if step not in STEPS or step == "panel":  # the panel's step is a page of the room of devices
        raise Http404
    number = STEPS.index(step)
    following = reverse("company:setup_step", args=[STEPS[number + 1]]) if number < 4 else "/"
    context: dict[str, Any] = {
        "step": step,
        "number": number + 1,
        "total": len(STEPS),
        "following": following,
    }
    if number:
        context["previous"] = reverse("company:setup_step", args=[STEPS[number - 1]])
    form = _form(step, user, request)
    if form is not None and attempt(form, lambda data: _take(step, user, data, context)) is not None:
        if "link" not in context:
            return redirect(following)
        context["link"] = request.build_absolute_uri(context["link"])
    context |= {"form": form, **_facts(step)}
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"company/setup/{step}.html", context, status=status)


def _form(step: str, user: User, request: HttpRequest) -> forms.BaseForm | None:
    data = request.POST or None
    match step:
        case "company":
            return CompanyForm(data, instance=Company.current())
        case "places" | "points":
            return NamesForm(data)
        case "invite":
            return InviteForm(user, data)
        case _:
            return None


@transaction.atomic
def _take(step: str, user: User, data: dict[str, Any], context: dict[str, Any]) -> bool:
    match step:
        case "company":
            actions.update_company(acting_user=user, **data)
        case "places":
            for name in data["names"]:
                taken = set(Place.objects.values_list("code", flat=True))
                actions.create_place(
                    acting_user=user, name=name, code=suggest_code(name, taken), kind=PlaceKind.LOCATION
                )
        case "points":
            for place in _locations():
                for name in data["names"]:
                    taken = set(Point.objects.values_list("code", flat=True))
                    code = suggest_code(f"{place.code}-{name}", taken)
                    actions.create_point(acting_user=user, place=place, name=name, code=code)
        case "invite":
            context["link"] = invitation_path(actions.create_user(acting_user=user, **data))
    return True


def _locations() -> list[Place]:
    """Locations that have no points yet: the ones this step is about."""
    return list(
        Place.objects.filter(kind=PlaceKind.LOCATION, active=True, points=None).order_by("name")[:500]
    )


def _facts(step: str) -> dict[str, Any]:
    match step:
        case "places":
            return {"known": Place.objects.count()}
        case "points":
            return {"locations": _locations(), "known": Point.objects.count()}
        case _:
            return {"title": _("Setup")}
