"""Actions of this room in the audit log, and names of what they keep that is no field of a model."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.company.audit_words import Change, Teller
from otklik.company.models import AuditEntry

ACTIONS: dict[str, Promise] = {
    "indicator.change": _("indicator changed"),
    "threshold.set": _("thresholds set"),
    "threshold.remove": _("thresholds removed"),
    "calendar.country": _("country of public holidays changed"),
    "calendar.day": _("day of the calendar changed"),
    "states.watch": _("watched colours changed"),
}
WORDS: dict[str, Promise] = {
    "good": _("good from"),
    "acceptable": _("acceptable from"),
}


def _definition(entry: AuditEntry) -> list[Change] | None:
    """A version of an indicator: what it says, and what differs from the version before."""
    from otklik.metrics.history import history
    from otklik.metrics.models import IndicatorDefinition

    row = IndicatorDefinition.objects.filter(pk=entry.object_id).first()
    if row is None:
        return None
    [mine] = [one for one in history(row.code) if one.version == row.version]
    told = [Change(one.name, one.old, one.new) for one in mine.changes]
    told = told or [Change(gettext("In words"), "", mine.words)]
    return [*told, Change(gettext("Note"), "", mine.note)] if mine.note else told


TELLERS: dict[str, Teller] = {"indicatordefinition": _definition}
