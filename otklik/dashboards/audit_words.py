"""Actions of this room in the audit log."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "marker.create": _("marker of the timeline added"),
    "marker.change": _("marker of the timeline changed"),
    "marker.delete": _("marker of the timeline removed"),
    "view.create": _("view of the timeline kept"),
    "view.change": _("view of the timeline changed"),
    "view.delete": _("view of the timeline removed"),
}
