"""Actions of this room in the audit log."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "served.enter": _("clients served typed"),
    "figure.enter": _("figure typed"),
    "figure.create": _("figure added"),
    "figure.change": _("figure changed"),
}
