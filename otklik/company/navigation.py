"""What this room brings to the settings page and to the command palette."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from otklik.company.models import Employee, Place, Point, User
from otklik.company.queries import matching
from otklik.web.navigation import Entry, Found

SETTINGS = [
    Entry(_("Places"), "company:places", "building-store", verb="view", order=10, about=_("The tree of regions, cities and locations, and their points of service")),
    Entry(_("Employees"), "company:employees", "id-badge-2", verb="view", order=20, about=_("Who works with clients")),
    Entry(_("Shifts"), "company:shifts", "calendar-time", verb="view", order=30, about=_("Who stands at which point when")),
    Entry(_("Users"), "company:users", "users", verb="admin", order=60, about=_("Who signs in, groups and roles")),
    Entry(_("API keys"), "company:keys", "key", verb="admin", order=70, about=_("Programs that send events or read indicators")),
    Entry(_("Audit log"), "company:audit", "history", verb="admin", order=80, about=_("Who changed what and when")),
    Entry(_("Company"), "company:company", "building", verb="admin", order=90, about=_("Name, time zone, language")),
    Entry(_("Map background"), "company:map_source", "map", verb="admin", order=92, about=_("Land and sea of our own, or streets from a tile server")),
    Entry(_("My profile"), "company:profile", "user-circle", order=95, about=_("Name, language, password, second factor")),
]  # fmt: skip


def search(user: User, query: str) -> list[Found]:
    """Places, points and employees by a part of their name or code."""
    found = [
        Found(
            place.name, reverse("company:place", args=[place.pk]), "building-store", place.get_kind_display()
        )
        for place in Place.objects.visible_to(user).filter(matching(query, "name", "code"))[:8]
    ]
    points = Point.objects.visible_to(user).filter(matching(query, "name", "code")).select_related("place")
    found += [
        Found(point.name, reverse("company:place", args=[point.place_id]), "cash-register", point.place.name)
        for point in points[:5]
    ]
    staff = Employee.objects.visible_to(user).filter(matching(query, "name", "code")).select_related("place")
    shifts = reverse("company:employees")
    return found + [
        Found(one.name, f"{shifts}?q={one.code}", "id-badge-2", one.place.name) for one in staff[:5]
    ]
