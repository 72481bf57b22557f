"""Actions of this room in the audit log, and names of what they keep that is no field of a model."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "indicator.change": _("indicator changed"),
    "threshold.set": _("thresholds set"),
    "threshold.remove": _("thresholds removed"),
}
WORDS: dict[str, Promise] = {
    "good": _("good from"),
    "acceptable": _("acceptable from"),
}
