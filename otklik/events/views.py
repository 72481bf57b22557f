"""Pages of event kinds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.company.models import Verb
from otklik.company.views.base import attempt, form_page, page, user_of
from otklik.company.writing import demand
from otklik.events.actions import change_kind, create_kind
from otklik.events.forms import KindForm
from otklik.events.models import EventKind
from otklik.events.vocabulary import DECLARED


@require_GET
@page(Verb.VIEW)
def kinds(request: HttpRequest) -> HttpResponse:
    """The declared kinds and the installation's own."""
    own = [(row, row.as_kind()) for row in EventKind.objects.order_by("-active", "code")]
    context = {
        "title": _("Event kinds"),
        "declared": DECLARED.values(),
        "own": own,
        "may_manage": user_of(request).may_everywhere(Verb.MANAGE),
    }
    return render(request, "events/kinds.html", context)


@page(Verb.MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.MANAGE, None)
    form = KindForm(request.POST or None, initial={"active": True})
    if attempt(form, lambda data: create_kind(acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("events:kinds")
    crumbs = [(_("Event kinds"), reverse("events:kinds"))]
    return form_page(request, form, title=_("New event kind"), crumbs=crumbs, submit=_("Add"))


@page(Verb.MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.MANAGE, None)
    kind = get_object_or_404(EventKind, pk=pk)
    form = KindForm(request.POST or None, instance=kind)
    if attempt(form, lambda data: change_kind(kind, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("events:kinds")
    crumbs = [(_("Event kinds"), reverse("events:kinds"))]
    return form_page(request, form, title=str(kind), crumbs=crumbs, submit=_("Save"))
