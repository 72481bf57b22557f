"""What the address of the comparison says."""

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.dashboards.scope import Scope

GROUPS: dict[str, Promise] = {
    "place": _("Places"),
    "location": _("Every location"),
    "point": _("Points of service"),
    "employee": _("Employees"),
}


def asked_by(query: QueryDict, scope: Scope) -> str:
    by = query.get("by", "")
    if by in GROUPS and (by != "place" or scope.children):
        return by
    return "place" if scope.children else "point"


def asked_codes(query: QueryDict) -> list[str]:
    return [code for text in query.getlist("indicator") for code in text.split(",") if code][:20]
