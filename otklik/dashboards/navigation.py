"""The boards and indicators in the navigation and in the command palette."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Place, User, Verb
from otklik.metrics.definitions import indicators
from otklik.web.navigation import Entry, Found

ENTRIES = [
    Entry(
        _("Overview"),
        "dashboards:overview",
        "layout-dashboard",
        key="o",
        verb="view",
        order=10,
        prefixes=("/boards/",),
    ),
    Entry(
        _("Indicators"),
        "dashboards:indicators",
        "chart-line",
        key="p",
        verb="view",
        order=25,
        prefixes=("/indicators/",),
    ),
    Entry(
        _("Relations"),
        "dashboards:relations",
        "chart-dots",
        key="r",
        verb="view",
        order=30,
        prefixes=("/relations/",),
    ),
]
SETTINGS = [
    Entry(
        _("Thresholds"),
        "dashboards:thresholds",
        "traffic-lights",
        key="",
        verb="manage",
        order=40,
        about=_("When an indicator is green, yellow or red, for the company and for single places"),
    ),
]
MOST = 8


def search(user: User, query: str) -> list[Found]:
    """Indicators and places whose name or code holds the query."""
    needle = query.casefold()
    found = [
        Found(str(one.name), reverse("dashboards:indicator", args=[code]), "chart-line", code)
        for code, one in indicators().items()
        if needle in str(one.name).casefold() or needle in code
    ][:MOST]
    home = reverse("dashboards:overview")
    # SQLite folds the case of Latin letters alone, so names are compared here
    places = Place.objects.visible_to(user, Verb.VIEW).values_list("code", "name", "parent__name")
    matching = [row for row in places if needle in row[1].casefold() or needle in row[0].casefold()]
    matching.sort(key=lambda row: (not row[1].casefold().startswith(needle), row[1]))
    return found + [
        Found(name, f"{home}?place={code}", "map-pin", parent or "") for code, name, parent in matching[:MOST]
    ]
