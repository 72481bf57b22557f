"""The page of the map's background, and the small map on the form of a place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from otklik.company import actions
from otklik.company.forms.maps import MapForm
from otklik.company.models import MapSource, Place, User, Verb
from otklik.company.views.base import attempt, form_page, page, user_of
from otklik.company.writing import demand

MOST_NEIGHBOURS = 300


@page(Verb.ADMIN)
def map_source(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    form = MapForm(request.POST or None, instance=MapSource.current())
    if attempt(form, lambda data: actions.update_map_source(acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:map_source")
    about = _(
        "By default maps show land and sea that come with Otklik, and nothing is loaded from outside. "
        "Streets need a tile server; then browsers ask that server, and it learns which area is looked at."
    )
    return form_page(request, form, title=_("Map background"), crumbs=[], submit=_("Save"), about=about)


def picker(user: User, around: Place | None) -> dict[str, Any]:
    """What the small map shows: the background, and places nearby so that one finds the spot."""
    visible = Place.objects.visible_to(user).filter(latitude__isnull=False, active=True)
    near = visible
    if around is not None:
        top = around.parent or around
        near = visible.under(top)
        near = near if near.exists() else visible
        if around.pk:
            near = near.exclude(pk=around.pk)
    rows = near.values_list("name", "longitude", "latitude")[:MOST_NEIGHBOURS]
    return {"source": MapSource.current().for_browser(), "places": [list(row) for row in rows]}
