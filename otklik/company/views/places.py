"""Pages of the tree of places and of points."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company import actions
from otklik.company.forms.places import MoveForm, NewPlaceForm, PlaceForm, PointForm
from otklik.company.hours import format_hours
from otklik.company.maps import open_map
from otklik.company.models import MapSource, Place, Point, Verb
from otklik.company.queries import ancestors, branches, matching, names_above
from otklik.company.views.base import Crumbs, attempt, form_page, page, paginate, try_action, user_of
from otklik.company.views.maps import picker

PLACE_FORM = "company/places/form.html"


@require_GET
@page(Verb.VIEW)
def places(request: HttpRequest) -> HttpResponse:
    """The tree; with `q` a list of what is found; with `in` the parts of one place, for the tree to unfold."""
    user = user_of(request)
    query = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"title": _("Places"), "query": query, "may_manage": user.may(Verb.MANAGE)}
    if "in" in request.GET:
        parent = get_object_or_404(Place.objects.visible_to(user), pk=request.GET["in"])
        return render(request, "company/places/branches.html", {"branches": branches(user, parent, levels=1)})
    if query:
        found = Place.objects.visible_to(user).filter(matching(query, "name", "code")).order_by("name")
        context["page"] = listed = paginate(request, found)
        above = names_above(listed)
        context["found"] = [(one, above[one.pk]) for one in listed]
    else:
        context["branches"] = branches(user)
    return render(request, "company/places/list.html", context)


@require_GET
@page(Verb.VIEW)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Place.objects.visible_to(user).select_related("parent"), pk=pk)
    context = {
        "place": found,
        "title": found.name,
        "crumbs": _crumbs(request, found)[:-1],
        "hours": format_hours(found.inherited("opening_hours")),
        "branches": branches(user, found, levels=1),
        "points": found.points.order_by("-active", "name"),
        "may_manage": Place.objects.visible_to(user, Verb.MANAGE).filter(pk=pk).exists(),
    }
    return render(request, "company/places/place.html", context)


@page(Verb.MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    initial = {"parent": request.GET.get("parent"), "kind": request.GET.get("kind", "location")}
    form = NewPlaceForm(user, request.POST or None, initial=initial)
    made = attempt(form, lambda data: actions.create_place(acting_user=user, **data))
    if made is not None:
        messages.success(request, _("“%s” is here.") % made.name)
        return redirect("company:place", made.pk)
    crumbs: Crumbs = [(_("Places"), reverse("company:places"))]
    above = request.GET.get("parent", "")
    parent = Place.objects.visible_to(user).filter(pk=above).first() if above.isdecimal() else None
    shown = form_page(
        request,
        form,
        title=_("New place"),
        crumbs=crumbs,
        submit=_("Add"),
        picker=picker(user, parent),
        template=PLACE_FORM,
    )
    return open_map(shown, MapSource.current())


@page(Verb.MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Place.objects.visible_to(user, Verb.MANAGE), pk=pk)
    form = PlaceForm(request.POST or None, instance=found)
    if attempt(form, lambda data: actions.update_place(found, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:place", pk)
    shown = form_page(
        request,
        form,
        title=_("Change the place"),
        crumbs=_crumbs(request, found),
        submit=_("Save"),
        picker=picker(user, found),
        template=PLACE_FORM,
    )
    return open_map(shown, MapSource.current())


@page(Verb.MANAGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Place.objects.visible_to(user, Verb.MANAGE).select_related("parent"), pk=pk)
    form = MoveForm(user, found, request.POST or None)
    moved = attempt(form, lambda data: actions.move_place(found, acting_user=user, parent=data["parent"]))
    if moved is not None:
        messages.success(request, _("Moved"))
        return redirect("company:place", pk)
    about = _(
        "Everything inside moves with it. Indicators of both places above change from now on and for the past."
    )
    crumbs = _crumbs(request, found)
    return form_page(request, form, title=_("Move the place"), crumbs=crumbs, submit=_("Move"), about=about)


@require_POST
@page(Verb.MANAGE)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the place out of use or into use again."""
    user = user_of(request)
    found = get_object_or_404(Place.objects.visible_to(user, Verb.MANAGE), pk=pk)
    if request.POST.get("active") == "1" or "active" not in request.POST:
        if try_action(request, lambda: actions.activate_place(found, acting_user=user)):
            messages.success(request, _("“%s” is in use again.") % found.name)
    elif try_action(request, lambda: actions.deactivate_place(found, acting_user=user)):
        undo = f"undo:{reverse('company:place_state', args=[pk])}"
        messages.success(request, _("“%s” is out of use. Its history stays.") % found.name, extra_tags=undo)
    return redirect("company:place", pk)


@page(Verb.MANAGE)
def add_point(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Place.objects.visible_to(user, Verb.MANAGE), pk=pk)
    form = PointForm(user, request.POST or None)
    made = attempt(form, lambda data: actions.create_point(acting_user=user, place=found, **data))
    if made is not None:
        messages.success(request, _("“%s” is here.") % made.name)
        return redirect("company:place", pk)
    crumbs = _crumbs(request, found)
    return form_page(request, form, title=_("New point of service"), crumbs=crumbs, submit=_("Add"))


@page(Verb.MANAGE)
def edit_point(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    visible = Point.objects.visible_to(user, Verb.MANAGE).select_related("place")
    found = get_object_or_404(visible, pk=pk)
    form = PointForm(user, request.POST or None, instance=found)
    if attempt(form, lambda data: actions.update_point(found, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:place", found.place_id)
    crumbs = _crumbs(request, found.place)
    return form_page(request, form, title=_("Change the point"), crumbs=crumbs, submit=_("Save"))


@require_POST
@page(Verb.MANAGE)
def point_state(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(Point.objects.visible_to(user, Verb.MANAGE), pk=pk)
    active = request.POST.get("active", "1") == "1"
    if try_action(request, lambda: actions.set_point_active(found, acting_user=user, active=active)):
        undo = "" if active else f"undo:{reverse('company:point_state', args=[pk])}"
        text = _("“%s” is in use again.") if active else _("“%s” is out of use. Its history stays.")
        messages.success(request, text % found.name, extra_tags=undo)
    return redirect("company:place", found.place_id)


def _crumbs(request: HttpRequest, found: Place) -> Crumbs:
    above = [*ancestors(found, user_of(request)), found]
    links = [(one.name, reverse("company:place", args=[one.pk])) for one in above]
    return [(_("Places"), reverse("company:places")), *links]
