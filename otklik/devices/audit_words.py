"""Actions of this room in the audit log, and names of what they keep that is no field of a model."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "panel.create": _("panel added"),
    "panel.update": _("panel changed"),
    "panel.rotate": _("link of the panel changed"),
    "panel.logo": _("picture of the panel changed"),
    "panel.activate": _("panel taken into use"),
    "panel.deactivate": _("panel taken out of use"),
    "served.enter": _("number of clients typed"),
}
WORDS: dict[str, Promise] = {
    "link": _("link"),
    "logo": _("picture"),
    "day": _("day"),
    "clients": _("clients served"),
}
