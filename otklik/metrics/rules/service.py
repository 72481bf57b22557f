"""Rules about the standard, faces, messages and clients served."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.events import Event
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.rules.specs import Example, Group, Moment, Param, Rule, Takes, taking, times

MESSAGE, EMOTION, VISIT, SMILE = Moment("message"), Moment("emotion"), Moment("visit"), Moment("smile")
ELEMENT = {"subject": "greeting", "session": "check-1"}
SERVED = Event("served", at=0, place=1, point=1, value=50, attrs={"source": "manual"})
MESSAGES = (
    MESSAGE.at("10:00", tone="positive", text="+"),
    MESSAGE.at("11:00", tone="positive", text="+"),
    MESSAGE.at("12:00", tone="positive", text="+"),
    MESSAGE.at("13:00", tone="negative", text="-"),
)
THANKS = {"and": [["kind", "=", "message"], ["attr.tone", "=", "positive"]]}
COMPLAINTS = {"and": [["kind", "=", "message"], ["attr.tone", "=", "negative"]]}
CHECKED = (
    Moment("checklist_element", {"subject": "greeting", "session": "one"}).at("10:00", 1, weight=2),
    Moment("checklist_element", {"subject": "offer", "session": "one"}).at("10:00", 0, weight=1),
    Moment("checklist_element", {"subject": "bag", "session": "one"}).at("10:00", 1, weight=1),
)
FACES = (
    EMOTION.at("10:00", tone="positive"),
    EMOTION.at("10:10", tone="positive"),
    EMOTION.at("10:20", tone="neutral"),
    EMOTION.at("10:30", tone="negative"),
)
PER_CHECK = Param(
    "key", Takes.KEYS, _("What makes one check"), _("Its number, as a rule."), ["session"], required=False
)

SERVICE = (
    Rule(
        "like_index",
        Group.SERVICE,
        "heart",
        _("Thanks against complaints"),
        _("Thanks less complaints per hundred of both, for a topic, an employee or a place."),
        Example(
            _("Like-Index"),
            _("Three thanks and one complaint: 100 · (3 − 1) / 4."),
            {"thanks": THANKS, "complaints": COMPLAINTS},
            Unit.POINTS,
            50,
            MESSAGES,
        ),
        (Unit.POINTS,),
        (taking("thanks", _("What is praise")), taking("complaints", _("What is a complaint"))),
        words=_("Praise (%(thanks)s) against complaints (%(complaints)s)"),
    ),
    Rule(
        "per_served",
        Group.SERVICE,
        "users-group",
        _("Per hundred clients served"),
        _("Events divided by the number of clients served."),
        Example(
            _("Complaints per 100 clients"),
            _("One complaint for 50 clients served."),
            {"filter": COMPLAINTS, "k": 100},
            Unit.RATIO,
            2,
            (*MESSAGES, SERVED),
            Direction.LOWER,
            served=True,
        ),
        (Unit.RATIO,),
        (taking(), times(100)),
        words=_("%(k)s · number of %(filter)s / clients served"),
    ),
    Rule(
        "served_count",
        Group.SERVICE,
        "user-check",
        _("Clients served"),
        _("How many clients were served, from the best source for each point and day."),
        Example(
            _("Clients"),
            _("The served count of the day says 50."),
            {},
            Unit.COUNT,
            50,
            (SERVED,),
            Direction.NONE,
            served=True,
        ),
        (Unit.COUNT,),
        words=_("Clients served"),
    ),
    Rule(
        "compliance",
        Group.SERVICE,
        "checklist",
        _("Standard by elements"),
        _("How far the elements of the standard were met, by their weights; what did not apply is left out."),
        Example(
            _("Standard met"),
            _("Weights 2 and 1 met, weight 1 not: 100 · 3 / 4."),
            {"filter": ["kind", "=", "checklist_element"]},
            Unit.POINTS,
            75,
            CHECKED,
        ),
        (Unit.POINTS,),
        (taking(),),
        words=_("Standard met over %(filter)s"),
    ),
    Rule(
        "compliance_total",
        Group.SERVICE,
        "clipboard-check",
        _("Standard by checks"),
        _("How far the standard was met in each check; a failed critical element makes the whole check 0."),
        Example(
            _("Standard of whole checks"),
            _("One check with weights 2 and 1 met, weight 1 not: 100 · 3 / 4."),
            {"filter": ["kind", "=", "checklist_element"], "key": ["session"], "critical": True},
            Unit.POINTS,
            75,
            CHECKED,
        ),
        (Unit.POINTS,),
        (
            taking(),
            PER_CHECK,
            Param("critical", Takes.FLAG, _("A failed critical element makes the check 0"), default=False),
        ),
        words=_("Standard met per check over %(filter)s"),
    ),
    Rule(
        "smile_index",
        Group.SERVICE,
        "mood-smile",
        _("Smile-Index"),
        _("Time with a smile divided by the time with a usable face, per hundred."),
        Example(
            _("Smiles of staff"),
            _("Half of 40 seconds and all of 40 seconds: 100 · 60 / 80."),
            {"filter": ["kind", "=", "smile"]},
            Unit.POINTS,
            75,
            (
                SMILE.at("10:00", 0.5, usable=40, duration=60),
                SMILE.at("11:00", 1, usable=40, duration=60),
            ),
        ),
        (Unit.POINTS,),
        (taking(),),
        words=_("Time with a smile / time with a usable face over %(filter)s"),
    ),
    Rule(
        "tone_index",
        Group.SERVICE,
        "mood-check",
        _("Tone of faces"),
        _("Positive less negative emotions per hundred of all, with the coverage of contacts beside."),
        Example(
            _("Emotions of clients"),
            _("Two positive and one negative of four: 100 · (2 − 1) / 4."),
            {"filter": ["kind", "=", "emotion"], "contacts": ["kind", "=", "visit"]},
            Unit.POINTS,
            25,
            FACES,
        ),
        (Unit.POINTS,),
        (taking(), taking("contacts", _("Contacts, for the coverage"))),
        words=_("Positive less negative among %(filter)s"),
    ),
    Rule(
        "emotional_nps",
        Group.SERVICE,
        "mood-heart",
        _("NPS joined with faces"),
        _(
            "An answer joins the emotion seen at the same point at the same time: promoters who also look glad less "
            "those who are critical or look unhappy."
        ),
        Example(
            _("Emotional NPS"),
            _("Of two answers with a face, 10 looked glad and 9 looked unhappy: 100 · (1 − 1) / 2."),
            {"filter": ["kind", "=", "emotion"], "key": ["point"], "seconds": 60},
            Unit.POINTS,
            0,
            (
                Event("answer", at=36_000_000_000, place=1, point=1, subject="nps", value=10),
                Event("answer", at=37_800_000_000, place=1, point=1, subject="nps", value=9),
                EMOTION.at("10:00:20", tone="positive"),
                EMOTION.at("10:30:20", tone="negative"),
            ),
            question_types=("nps",),
        ),
        (Unit.POINTS,),
        (
            taking(label=_("Which emotions")),
            Param("key", Takes.KEYS, _("Same what"), "", ["point"]),
            Param("seconds", Takes.SECONDS, _("At most apart"), default=60, low=0),
        ),
        asks=True,
        words=_("NPS of %(questions)s joined with %(filter)s within %(seconds)s"),
    ),
)
