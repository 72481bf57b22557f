"""What this room brings to the navigation, the settings page and the command palette."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from otklik.company.models import User, Verb
from otklik.devices.models import Panel
from otklik.web.navigation import Entry, Found

ENTRIES = [
    Entry(_("Data entry"), "devices:served", "users-group", key="e", verb="enter", order=50),
]
SETTINGS = [
    Entry(
        _("Smiley panels"),
        "devices:panels",
        "mood-smile",
        verb="manage",
        order=35,
        about=_("Pages with smileys for tablets and phones at the points of service"),
    ),
]


def search(user: User, query: str) -> list[Found]:
    """Panels by their name or point."""
    wanted = Q(name__icontains=query) | Q(point__name__icontains=query) | Q(point__code__icontains=query)
    rows = Panel.objects.visible_to(user, Verb.MANAGE).filter(wanted).select_related("point__place")[:5]
    return [
        Found(str(row), reverse("devices:panel_manage", args=[row.pk]), "mood-smile", row.point.place.name)
        for row in rows
    ]
