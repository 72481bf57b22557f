"""Names that people read for what definitions and events speak of: kinds, columns, attributes, choices."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.events.vocabulary import AttributeType, Kind
from otklik.metrics.core import filters
from otklik.metrics.declared import Text

OF_MANY: Mapping[str, Text] = {
    "rating": pgettext_lazy("of many", "ratings"),
    "answer": pgettext_lazy("of many", "answers"),
    "press": pgettext_lazy("of many", "presses"),
    "message": pgettext_lazy("of many", "messages"),
    "invitation": pgettext_lazy("of many", "invitations"),
    "visit": pgettext_lazy("of many", "contacts"),
    "visitors": pgettext_lazy("of many", "counts of visitors"),
    "served": pgettext_lazy("of many", "counts of clients served"),
    "consultation": pgettext_lazy("of many", "consultations"),
    "receipt": pgettext_lazy("of many", "receipts"),
    "checklist_element": pgettext_lazy("of many", "checklist elements"),
    "smile": pgettext_lazy("of many", "smiles"),
    "emotion": pgettext_lazy("of many", "emotions"),
    "force_majeure": pgettext_lazy("of many", "unusual events"),
    "reaction": pgettext_lazy("of many", "reactions"),
    "case_closed": pgettext_lazy("of many", "closed cases"),
    "figure": pgettext_lazy("of many", "daily figures"),
    "panel_online": pgettext_lazy("of many", "connections of panels"),
    "panel_offline": pgettext_lazy("of many", "losses of panels"),
    "withdrawal": pgettext_lazy("of many", "withdrawals"),
}
FIELDS: Mapping[str, Text] = {
    "kind": _("kind of event"),
    "subject": _("question or topic"),
    "value": _("number of the event"),
    "session": _("contact (session)"),
    "via": _("how it came"),
    "place": _("place"),
    "point": _("point"),
    "employee": _("employee"),
    "at": _("time"),
}
ATTRIBUTES: Mapping[str, Text] = {
    "weight": _("weight"),
    "replaces": _("what it corrects"),
    "duration": _("duration, s"),
    "text": _("text"),
    "panel": _("panel"),
    "tone": _("tone"),
    "channel": _("channel"),
    "source": _("source"),
    "sold": _("sold"),
    "operation": _("operation"),
    "lines": _("lines of the receipt"),
    "items": _("goods in the receipt"),
    "units": _("units of goods"),
    "customer": _("client's number"),
    "currency": _("currency"),
    "critical": _("critical"),
    "usable": _("seconds with a usable face"),
    "reason": _("reason"),
    "target": _("which event it is about"),
    "in_time": _("in time"),
    "language": _("language"),
    "repeat": _("pressed again at once"),
    "burst": _("one of many in a minute"),
    "out_of_hours": _("outside opening hours"),
    "clock_skew": _("panel's clock was ahead, s"),
    "clock_lost": _("panel's clock was lost"),
}
CHOICES: Mapping[str, Text] = {
    "sale": _("sale"),
    "refund": _("refund"),
    "adjustment": _("adjustment"),
    "negative": _("negative"),
    "neutral": _("neutral"),
    "positive": _("positive"),
    "manual": _("typed by hand"),
    "sensor": _("sensor"),
    "till": _("till"),
    "ofd": _("fiscal data operator"),
    "api": _("another system"),
    "mystery": _("mystery shopper"),
    "auditor": _("auditor"),
    "speech": _("speech"),
    "self": _("self-survey"),
    "inspection": _("inspection"),
}

WRITTEN: Mapping[str, Mapping[str, Text]] = {
    "language": {"ru": _("Russian"), "en": _("English")},
    "reason": {"typed anew": _("typed anew")},
}


def field_name(name: str) -> str:
    """What people call a column or an attribute."""
    attribute = filters.attribute_name(name)
    return str(FIELDS.get(name, name)) if attribute is None else attribute_name(attribute)


def attribute_name(name: str) -> str:
    """What people call an attribute; its own name where nobody gave it another."""
    return str(ATTRIBUTES.get(name, name))


def attribute_value(kind: Kind | None, name: str, value: Any) -> str:
    """What people read in place of an attribute's value: words of a choice, yes or no, else the value itself.

    A declared choice has words; so have the codes that panels and forms write into texts. What clients wrote stays.
    """
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    declared = kind.attribute(name) if kind else None
    if declared and declared.type is AttributeType.CHOICE:
        return str(CHOICES.get(value, value))
    return str(WRITTEN.get(name, {}).get(value, value))
