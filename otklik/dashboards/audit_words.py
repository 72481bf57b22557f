"""Actions of this room in the audit log, and names of what they keep that is no field of a model."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "dashboard.create": _("board added"),
    "dashboard.delete": _("own board given up"),
    "dashboard.share": _("board shared with everybody"),
    "widget.add": _("widget added"),
    "widget.change": _("widget changed"),
    "widget.move": _("widget moved"),
    "widget.remove": _("widget removed"),
}
WORDS: dict[str, Promise] = {
    "widgets": _("widgets"),
    "position": _("position"),
}
