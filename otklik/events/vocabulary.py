"""What can happen at a counter: the declared catalogue of event kinds.

A kind says what its `value` and `subject` are and which attributes it needs. The docs page, validation, the API and the
editor of an installation's own kinds are made from these values. An installation adds kinds as rows of `EventKind`.
"""

import dataclasses
import enum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    type Text = str | Promise
else:
    Text = object


class ValueRule(enum.StrEnum):
    """What the number of an event may be."""

    NONE = "none"  # there is no number
    OPTIONAL = "optional"  # any finite number or none
    NUMBER = "number"  # any finite number
    COUNT = "count"  # a whole number, not negative
    SHARE = "share"  # from 0 to 1
    SCALE = "scale"  # an option of the question's scale
    ANSWER = "answer"  # an option of the question's scale, or nothing when the question was skipped


class SubjectRule(enum.StrEnum):
    """What the subject of an event is."""

    NONE = "none"
    TOPIC = "topic"  # any code, may be absent
    CODE = "code"  # any code, required
    QUESTION = "question"  # the code of a question of the catalogue


class AttributeType(enum.StrEnum):
    NUMBER = "number"
    COUNT = "count"
    TEXT = "text"
    FLAG = "flag"
    CHOICE = "choice"
    ID = "id"  # the id of another event


@dataclasses.dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    type: AttributeType
    meaning: Text
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event. `value_meaning` is empty when there is no number."""

    code: str
    name: Text
    meaning: Text
    subject: SubjectRule = SubjectRule.TOPIC
    value: ValueRule = ValueRule.NONE
    value_meaning: Text = ""
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        return next((one for one in (*self.attributes, *COMMON) if one.name == name), None)


T = AttributeType
COMMON = (
    Attribute("weight", T.NUMBER, _("how much this event counts in weighted indicators; 1 when absent")),
    Attribute("replaces", T.ID, _("the id of the event that this one corrects")),
)
DURATION = Attribute("duration", T.NUMBER, _("seconds"))
TEXT = Attribute("text", T.TEXT, _("words of the client"))
SERVED_SOURCES = ("manual", "sensor", "till", "ofd", "api")
OPERATIONS = ("sale", "refund", "adjustment")

VOICE = (
    Kind(
        "rating",
        _("rating"),
        _("A client rates the service: a smiley, a star, a button."),
        subject=SubjectRule.QUESTION,
        value=ValueRule.SCALE,
        value_meaning=_("the option of the question's scale"),
        attributes=(TEXT, Attribute("panel", T.TEXT, _("the panel that took it"))),
    ),
    Kind(
        "answer",
        _("answer"),
        _(
            "An answer to a question of a survey. Without a value: the question was skipped or answered in words."
        ),
        subject=SubjectRule.QUESTION,
        value=ValueRule.ANSWER,
        value_meaning=_("the option of the question's scale, or nothing"),
        attributes=(TEXT,),
    ),
    Kind(
        "press",
        _("press"),
        _("A button that is not an answer: a call for staff, “thank you”, a topic."),
        subject=SubjectRule.CODE,
        value=ValueRule.OPTIONAL,
        value_meaning=_("the number of the button"),
        attributes=(Attribute("panel", T.TEXT, _("the panel that took it")),),
    ),
    Kind(
        "message",
        _("message"),
        _("What a client says in words."),
        attributes=(
            dataclasses.replace(TEXT, required=True),
            Attribute("tone", T.CHOICE, _("how it sounds"), ("negative", "neutral", "positive")),
            Attribute("channel", T.TEXT, _("where it came from")),
        ),
    ),
    Kind(
        "invitation",
        _("invitation"),
        _("Clients were invited to a survey."),
        value=ValueRule.COUNT,
        value_meaning=_("how many clients were invited"),
    ),
)
FLOW = (
    Kind(
        "visit",
        _("contact"),
        _("A client stood at the point: one contact seen by a presence sensor."),
        value=ValueRule.NONE,
        attributes=(dataclasses.replace(DURATION, required=True),),
    ),
    Kind(
        "visitors",
        _("visitors"),
        _("A door counter: people who came in since the last event."),
        value=ValueRule.COUNT,
        value_meaning=_("how many people came in"),
        attributes=(DURATION,),
    ),
    Kind(
        "served",
        _("clients served"),
        _(
            "How many clients were served; sources of one point and day are never added, the first by priority wins."
        ),
        value=ValueRule.COUNT,
        value_meaning=_("how many clients"),
        attributes=(Attribute("source", T.CHOICE, _("who counted"), SERVED_SOURCES, required=True),),
    ),
    Kind(
        "consultation",
        _("consultation"),
        _("An employee talked a client through a choice."),
        attributes=(DURATION, Attribute("sold", T.FLAG, _("it ended with a purchase"))),
    ),
    Kind(
        "receipt",
        _("receipt"),
        _("A receipt of a till. Refunds leave the receipt count and lower the revenue."),
        value=ValueRule.NUMBER,
        value_meaning=_("total of the receipt; a refund may be written below zero"),
        attributes=(
            Attribute("operation", T.CHOICE, _("what it records"), OPERATIONS, required=True),
            Attribute("lines", T.COUNT, _("lines of the receipt")),
            Attribute("items", T.NUMBER, _("different goods")),
            Attribute("units", T.NUMBER, _("units of goods")),
            Attribute("customer", T.TEXT, _("the client's number in the loyalty programme")),
            Attribute("currency", T.TEXT, _("three letters")),
        ),
    ),
)
QUALITY = (
    Kind(
        "checklist_element",
        _("checklist element"),
        _("One element of the standard was checked; without a value it did not apply."),
        subject=SubjectRule.CODE,
        value=ValueRule.OPTIONAL,
        value_meaning=_("how far it was met, from 0 to 1"),
        attributes=(
            Attribute(
                "source", T.CHOICE, _("who checked"), ("mystery", "auditor", "speech", "self", "inspection")
            ),
            Attribute("critical", T.FLAG, _("failing it fails the whole check")),
        ),
    ),
    Kind(
        "smile",
        _("smile"),
        _("Share of a contact in which the employee smiled."),
        value=ValueRule.SHARE,
        value_meaning=_("time with a smile / time with a usable face"),
        attributes=(DURATION, Attribute("usable", T.NUMBER, _("seconds with a usable face"))),
    ),
    Kind(
        "emotion",
        _("emotion"),
        _("How a client looked during a contact."),
        attributes=(
            Attribute(
                "tone", T.CHOICE, _("which emotion"), ("negative", "neutral", "positive"), required=True
            ),
            DURATION,
        ),
    ),
    Kind(
        "force_majeure",
        _("force majeure"),
        _("Staff mark an unusual event with a button."),
        attributes=(DURATION, Attribute("text", T.TEXT, _("what happened"))),
    ),
    Kind(
        "reaction",
        _("reaction"),
        _("Staff took care of a client's negative rating or message."),
        attributes=(
            Attribute("target", T.ID, _("the id of the rating or message")),
            Attribute("text", T.TEXT, _("what was done")),
        ),
    ),
    Kind(
        "case_closed",
        _("case closed"),
        _("A case that a client's message or rating started is closed."),
        attributes=(
            dataclasses.replace(DURATION, meaning=_("seconds from its opening")),
            Attribute("in_time", T.FLAG, _("whether its term was kept; absent when it had none")),
        ),
    ),
    Kind(
        "figure",
        _("figure"),
        _("A daily figure that somebody typed or another system sends."),
        subject=SubjectRule.CODE,
        value=ValueRule.NUMBER,
        value_meaning=_("the figure"),
    ),
)
TECHNICAL = (
    Kind("panel_online", _("panel on line"), _("A panel is connected again."), subject=SubjectRule.TOPIC),
    Kind(
        "panel_offline",
        _("panel off line"),
        _("A panel has not been heard of."),
        attributes=(DURATION,),
    ),
    Kind(
        "withdrawal",
        _("withdrawal"),
        _("Takes an earlier event back: it leaves every indicator, the record stays."),
        attributes=(
            Attribute("target", T.ID, _("the id of the event that is taken back"), required=True),
            Attribute("reason", T.TEXT, _("why")),
        ),
    ),
)
DECLARED: dict[str, Kind] = {kind.code: kind for kind in (*VOICE, *FLOW, *QUALITY, *TECHNICAL)}
