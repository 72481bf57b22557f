"""Actions of this room in the audit log."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "job.ask": _("job asked for"),
    "job.cancel": _("job called off"),
    "job.remove": _("job taken away"),
}
