"""When an indicator is green, yellow or red: for the company and for single places, for periods and days."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.company.forms.places import FileForm
from otklik.company.models import Place, User, Verb
from otklik.company.views.base import page, user_of
from otklik.company.views.imports import yaml_page
from otklik.dashboards import words
from otklik.dashboards.limit_words import conditions
from otklik.dashboards.threshold_forms import DayForm, LimitForm
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Direction
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.definitions import LimitTable, indicators
from otklik.metrics.limits import actions
from otklik.metrics.limits.calendar import countries, public_names
from otklik.metrics.limits.files import export_thresholds, import_thresholds
from otklik.metrics.limits.table import rule_of
from otklik.metrics.models import CalendarDay, CalendarSettings, DayName, Threshold


@page(Verb.MANAGE)
@require_GET
def thresholds(request: HttpRequest) -> HttpResponse:
    """All indicators that can be good or bad, with their bounds."""
    user = user_of(request)
    table = LimitTable()
    counts = dict(
        Threshold.objects.filter(place__in=Place.objects.visible_to(user))
        .values_list("indicator")
        .annotate(n=Count("pk"))
    )
    rows = [
        {"indicator": one, "places": counts.get(code, 0), **_bounds(one, table.of(one, []))}
        for code, one in indicators().items()
        if one.definition.direction is not Direction.NONE
    ]
    return render(request, "dashboards/thresholds.html", {"rows": rows, "form": FileForm()})


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Many thresholds from a YAML file: what would change, then for good."""
    return yaml_page(
        request,
        take=import_thresholds,
        title=_("Import thresholds"),
        crumbs=[(_("Thresholds"), reverse("dashboards:thresholds"))],
        done="dashboards:thresholds",
    )


@page(Verb.MANAGE)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Thresholds and calendar as YAML."""
    answer = HttpResponse(export_thresholds(user_of(request)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="thresholds.yaml"'
    return answer


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Bounds of one indicator: set for the company or a place, for a period or kind of day, or taken away again."""
    user = user_of(request)
    one = indicators().get(code)
    if one is None or one.definition.direction is Direction.NONE:
        raise Http404
    if "remove" in request.POST:
        return _remove(request, user, one)
    data = request.POST if request.method == "POST" else None
    form = LimitForm(
        data, user=user, unit=one.definition.unit, direction=one.definition.direction, initial=_initial(one)
    )
    if data is not None and form.is_valid() and _save(form, user, one):
        start = form.cleaned_data["valid_from"]
        told = (
            _("The thresholds hold from %(day)s on; days before keep their colours.")
            % {"day": f"{start:%d.%m.%Y}"}
            if start
            else _("The thresholds hold from now on, for past days too.")
        )
        messages.success(request, told)
        return HttpResponseRedirect(reverse("dashboards:threshold", args=[code]))
    context = {
        "indicator": one,
        "form": form,
        "rows": _rows(one, user),
        "standard": _bounds(one, one.limits),
    }
    status = 422 if data is not None else 200
    return render(request, "dashboards/threshold.html", context, status=status)


def _rows(one: Indicator, user: User) -> list[dict[str, Any]]:
    visible = set(Place.objects.visible_to(user).values_list("pk", flat=True))
    mine = set(Place.objects.visible_to(user, Verb.MANAGE).values_list("pk", flat=True))
    everywhere = user.may_everywhere(Verb.MANAGE)
    today = timezone.localdate()
    rows = Threshold.objects.filter(indicator=one.code).select_related("place")
    found = [
        {
            "row": row,
            "when": ", ".join(conditions(rule_of(row))) or _("always"),
            "over": row.valid_to is not None and row.valid_to < today,
            "may": everywhere if row.place_id is None else row.place_id in mine,
            **_bounds(one, Limits(row.good, row.acceptable)),
        }
        for row in rows
        if row.place_id is None or row.place_id in visible
    ]

    def order(item: dict[str, Any]) -> Any:
        row = item["row"]
        return (row.place.path if row.place else "", row.period, row.calendar, row.valid_from or dt.date.min)

    return sorted(found, key=order)


def _bounds(one: Indicator, limits: Limits | None) -> dict[str, str]:
    if limits is None:
        return {"good": "", "acceptable": ""}
    definition = one.definition
    return {
        "good": words.goal_text(limits.good, definition.unit, definition.direction),
        "acceptable": words.goal_text(limits.acceptable, definition.unit, definition.direction),
    }


def _initial(one: Indicator) -> dict[str, Any]:
    held = LimitTable().of(one, [])
    found: dict[str, Any] = {"valid_from": timezone.localdate()}
    if held is None:
        return found
    unit = one.definition.unit
    return found | {
        "good": round(words.shown(held.good, unit), 6),
        "acceptable": round(words.shown(held.acceptable, unit), 6),
    }


def _save(form: LimitForm, user: User, one: Indicator) -> bool:
    said = form.cleaned_data
    try:
        actions.set_threshold(
            one.code,
            form.limits(),
            place=said["place"],
            period=said["period"],
            calendar=said["calendar"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            acting_user=user,
        )
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            form.add_error(name if name in form.fields else None, sentences)
        return False
    return True


def _remove(request: HttpRequest, user: User, one: Indicator) -> HttpResponse:
    pk = request.POST["remove"]
    row = Threshold.objects.filter(indicator=one.code, pk=int(pk) if pk.isdecimal() else 0).first()
    if row is None:
        raise Http404
    actions.remove_threshold(
        one.code,
        place=row.place,
        period=row.period,
        calendar=row.calendar,
        valid_from=row.valid_from,
        acting_user=user,
    )
    messages.success(request, _("Removed: the more general thresholds hold again."))
    return HttpResponseRedirect(reverse("dashboards:threshold", args=[one.code]))


@page(Verb.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Whose holidays count, and the company's own days."""
    user = user_of(request)
    if not user.may_everywhere(Verb.MANAGE):
        raise Http404
    form = DayForm(request.POST if "kind" in request.POST else None)
    if request.method == "POST":
        try:
            if "country" in request.POST:
                actions.set_country(request.POST["country"], acting_user=user)
                return redirect("dashboards:calendar")
            if "remove" in request.POST:
                actions.remove_calendar_day(dt.date.fromisoformat(request.POST["remove"]), acting_user=user)
                return redirect("dashboards:calendar")
            if form.is_valid():
                said = form.cleaned_data
                actions.set_calendar_day(said["day"], said["kind"], name=said["name"], acting_user=user)
                return redirect("dashboards:calendar")
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
        except ValueError as error:
            raise Http404 from error
    year = timezone.localdate().year
    asked = request.GET.get("year", "")
    if asked.isdecimal() and 2000 <= int(asked) <= 2100:
        year = int(asked)
    country, language = CalendarSettings.current().country, get_language() or "ru"
    context = {
        "form": form,
        "country": country,
        "countries": countries(language),
        "own": CalendarDay.objects.filter(day__year=year),
        "public": public_names(country, year, language),
        "year": year,
        "kinds": DayName.choices,
    }
    return render(request, "dashboards/calendar.html", context, status=422 if form.errors else 200)
