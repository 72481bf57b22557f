"""Pages of employees and shifts."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company import actions
from otklik.company.forms.people import EmployeeForm, ShiftForm
from otklik.company.models import Employee, Point, Shift, Verb
from otklik.company.queries import matching, shifts_by_day
from otklik.company.views.base import Crumbs, attempt, form_page, page, paginate, try_action, user_of


@require_GET
@page(Verb.VIEW)
def employees(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    query = request.GET.get("q", "").strip()
    found = Employee.objects.visible_to(user).select_related("place").order_by("-active", "name")
    if query:
        found = found.filter(matching(query, "name", "code"))
    context = {
        "title": _("Employees"),
        "page": paginate(request, found),
        "query": query,
        "manageable": set(Employee.objects.visible_to(user, Verb.MANAGE).values_list("pk", flat=True)),
        "may_manage": user.may(Verb.MANAGE),
    }
    return render(request, "company/people/employees.html", context)


@page(Verb.MANAGE)
def add_employee(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = EmployeeForm(user, request.POST or None)
    made = attempt(form, lambda data: actions.create_employee(acting_user=user, **data))
    if made is not None:
        messages.success(request, _("“%s” is here.") % made.name)
        return redirect("company:employees")
    crumbs: Crumbs = [(_("Employees"), reverse("company:employees"))]
    return form_page(request, form, title=_("New employee"), crumbs=crumbs, submit=_("Add"))


@page(Verb.MANAGE)
def edit_employee(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Employee.objects.visible_to(user, Verb.MANAGE), pk=pk)
    form = EmployeeForm(user, request.POST or None, instance=found)
    if attempt(form, lambda data: actions.update_employee(found, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:employees")
    crumbs: Crumbs = [(_("Employees"), reverse("company:employees"))]
    return form_page(request, form, title=found.name, crumbs=crumbs, submit=_("Save"))


@require_GET
@page(Verb.VIEW)
def shifts(request: HttpRequest) -> HttpResponse:
    """The week of one point, on the clock of its place."""
    user = user_of(request)
    points = (
        Point.objects.visible_to(user)
        .select_related("place")
        .filter(active=True)
        .order_by("place__name", "name")
    )
    point = points.filter(pk=request.GET["point"]).first() if request.GET.get("point", "").isdigit() else None
    point = point or points.first()
    context: dict[str, Any] = {
        "title": _("Shifts"),
        "points": points,
        "point": point,
        "may_enter": user.may(Verb.ENTER),
    }
    if point is not None:
        zone, now = point.place.zone, timezone.now()
        monday = _monday(request.GET.get("week", ""), now.astimezone(zone).date())
        context |= {
            "zone": zone,
            "monday": monday,
            "this_week": f"{monday:%G-W%V}",
            "sunday": monday + dt.timedelta(days=6),
            "week": shifts_by_day(Shift.objects.filter(point=point), monday, zone, now),
            "previous": f"{monday - dt.timedelta(days=7):%G-W%V}",
            "following": f"{monday + dt.timedelta(days=7):%G-W%V}",
            "may_enter": Point.objects.visible_to(user, Verb.ENTER).filter(pk=point.pk).exists(),
        }
    return render(request, "company/people/shifts.html", context)


@page(Verb.ENTER)
def add_shift(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    point = get_object_or_404(Point.objects.visible_to(user, Verb.ENTER).select_related("place"), pk=pk)
    form = ShiftForm(user, point, request.POST or None)
    day = request.GET.get("day")
    if day and not form.is_bound:
        form.initial["start"] = f"{day}T09:00"
    made = attempt(form, lambda data: actions.start_shift(acting_user=user, point=point, **data))
    if made is not None:
        messages.success(request, _("Shift added"))
        return redirect(_week_of(made))
    return form_page(
        request, form, title=_("New shift"), crumbs=_crumbs(point), submit=_("Add"), about=_clock(point)
    )


@page(Verb.ENTER)
def edit_shift(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    visible = Shift.objects.visible_to(user, Verb.ENTER).select_related("point__place", "employee")
    shift = get_object_or_404(visible, pk=pk)
    form = ShiftForm(user, shift.point, request.POST or None, shift=shift)
    saved = attempt(form, lambda data: actions.update_shift(shift, acting_user=user, **data))
    if saved is not None:
        messages.success(request, _("Saved"))
        return redirect(_week_of(saved))
    crumbs = _crumbs(shift.point)
    return form_page(
        request,
        form,
        title=shift.employee.name,
        crumbs=crumbs,
        submit=_("Save"),
        about=_clock(shift.point),
        danger=(reverse("company:shift_delete", args=[pk]), _("Delete the shift")),
    )


@require_POST
@page(Verb.ENTER)
def end_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """End an open shift now."""
    user = user_of(request)
    shift = get_object_or_404(
        Shift.objects.visible_to(user, Verb.ENTER).select_related("point__place"), pk=pk
    )
    if try_action(request, lambda: actions.end_shift(shift, acting_user=user, end=timezone.now())):
        messages.success(request, _("Shift ended"))
    return redirect(_week_of(shift))


@require_POST
@page(Verb.ENTER)
def delete_shift(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    shift = get_object_or_404(
        Shift.objects.visible_to(user, Verb.ENTER).select_related("point__place"), pk=pk
    )
    address = _week_of(shift)
    actions.delete_shift(shift, acting_user=user)
    messages.success(request, _("Shift deleted"))
    return redirect(address)


def _monday(week: str, today: dt.date) -> dt.date:
    """The Monday of "2026-W05", or of this week."""
    try:
        return dt.datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        return today - dt.timedelta(days=today.weekday())


def _week_of(shift: Shift) -> str:
    start = shift.start.astimezone(shift.point.place.zone)
    return f"{reverse('company:shifts')}?point={shift.point_id}&week={start:%G-W%V}"


def _crumbs(point: Point) -> Crumbs:
    address = reverse("company:shifts")
    return [(_("Shifts"), address), (f"{point.place.name} · {point.name}", f"{address}?point={point.pk}")]


def _clock(point: Point) -> str:
    return _("Times are those of the place: %s.") % point.place.zone.key
