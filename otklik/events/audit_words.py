"""Actions of this room in the audit log."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "kind.create": _("event kind added"),
    "kind.change": _("event kind changed"),
}
