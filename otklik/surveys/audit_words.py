"""Actions of this room in the audit log."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "question.create": _("question added"),
    "question.update": _("question changed"),
}
