"""Rules about the time between events, chains of events, and what is first taken within a key."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.rules.specs import (
    QUANTILE,
    SPREAD,
    Example,
    Group,
    Moment,
    Param,
    Rule,
    Takes,
    choice,
    taking,
)

PRESS, MESSAGE, VISIT = Moment("press"), Moment("message"), Moment("visit")
RATING, REACTION = Moment("rating", {"subject": "csat"}), Moment("reaction")
RECEIPT, CONSULTATION = Moment("receipt"), Moment("consultation")
LENGTHS = (
    ("mean", _("mean")),
    ("median", _("median")),
    ("quantile", _("quantile")),
    ("min", _("the shortest")),
    ("max", _("the longest")),
    ("total", _("sum of all")),
)
KEY = Param(
    "key",
    Takes.KEYS,
    _("Same what"),
    _("Events belong together where these are the same: the point, the employee, a client's number."),
    ["point"],
)
WITHIN = choice(
    "within",
    _("Never across"),
    "day",
    ("day", _("the end of the business day")),
    ("shift", _("the end of the shift")),
    ("none", _("no border")),
)
Q_WHEN = Param(QUANTILE.name, QUANTILE.takes, QUANTILE.label, QUANTILE.help, 0.5, low=0, high=1,
               when=("take", ("quantile",)))  # fmt: skip
MAX_GAP = Param(
    "max_gap",
    Takes.SECONDS,
    _("At most apart"),
    _("A longer gap is no pair; needed where there is no other border."),
    low=0,
)

SEQUENCES = (
    Rule(
        "between",
        Group.SEQUENCES,
        "clock-pause",
        _("Time between events"),
        _(
            "How long it takes from one event to the next of another sort, or from each to the next of the same "
            "sort. Each event is used once; pairs never cross the border of a shift or a business day."
        ),
        Example(
            _("Reaction to a call"),
            _("Calls at 10:00 and 10:30, contacts 2 and 4 minutes later: 180 seconds on average."),
            {
                "first": ["kind", "=", "press"],
                "second": ["kind", "=", "visit"],
                "key": ["point"],
                "within": "day",
                "max_gap": 600,
                "take": "mean",
            },
            Unit.SECONDS,
            180,
            (PRESS.at("10:00"), VISIT.at("10:02"), PRESS.at("10:30"), VISIT.at("10:34")),
            Direction.LOWER,
        ),
        (Unit.SECONDS, Unit.COUNT),
        (
            taking("first", _("From which event")),
            taking(
                "second", _("To which event"), _("Nothing here: to the next of the same."), required=False
            ),
            KEY,
            WITHIN,
            MAX_GAP,
            choice("take", _("Take"), "mean", *LENGTHS, ("count", _("number of pairs"))),
            Q_WHEN,
            SPREAD,
        ),
        words=_("Time from %(first)s to %(second)s: %(take)s; same %(key)s, within %(within)s"),
    ),
    Rule(
        "reaction",
        Group.SEQUENCES,
        "alarm",
        _("Reaction to bad ratings"),
        _(
            "How long it takes from a rating among the worst options of its question to the next event of another "
            "sort. Each event is used once."
        ),
        Example(
            _("Reaction of staff"),
            _("A 1 at 10:00 and a reaction 3 minutes later; a 5 asks for none."),
            {"worst": 2, "second": ["kind", "=", "reaction"], "key": ["point"], "max_gap": 3600},
            Unit.SECONDS,
            180,
            (RATING.at("10:00", 1), REACTION.at("10:03"), RATING.at("11:00", 5), REACTION.at("11:01")),
            Direction.LOWER,
            question_types=("csat",),
        ),
        (Unit.SECONDS, Unit.COUNT),
        (
            Param("worst", Takes.NUMBER, _("How many of the worst options"), default=2, low=1),
            taking("second", _("To which event")),
            KEY,
            WITHIN,
            MAX_GAP,
            choice("take", _("Take"), "mean", *LENGTHS, ("count", _("number of pairs"))),
            Q_WHEN,
        ),
        asks=True,
        words=_(
            "Time from bad ratings of %(questions)s to %(second)s: %(take)s; same %(key)s, within %(within)s"
        ),
    ),
    Rule(
        "chains",
        Group.SEQUENCES,
        "link",
        _("Chains of events"),
        _(
            "How often events follow one another in a given order within a time, for the same point, employee or "
            "client. Chains do not overlap and each event is used once."
        ),
        Example(
            _("Consultations that led to a receipt"),
            _("After the first of two consultations a receipt came within 15 minutes: one chain of two."),
            {
                "steps": [["kind", "=", "consultation"], ["kind", "=", "receipt"]],
                "key": ["point"],
                "within": "day",
                "window": 900,
                "take": "share",
            },
            Unit.SHARE,
            0.5,
            (
                CONSULTATION.at("10:00"),
                RECEIPT.at("10:10", 500, operation="sale"),
                CONSULTATION.at("12:00"),
                RECEIPT.at("13:00", 300, operation="sale"),
            ),
        ),
        (Unit.COUNT, Unit.SHARE, Unit.SECONDS),
        (
            Param(
                "steps",
                Takes.FILTERS,
                _("Steps"),
                _("Two or more, in the order in which they have to happen."),
                required=True,
            ),
            taking(
                "without",
                _("Without this between"),
                _("A chain that such an event breaks does not count."),
                required=False,
            ),
            KEY,
            WITHIN,
            Param(
                "window",
                Takes.SECONDS,
                _("All within"),
                _("From the first step to the last one."),
                900,
                required=True,
                low=0,
            ),
            choice(
                "take",
                _("Take"),
                "count",
                ("count", _("number of chains")),
                ("share", _("share of the first steps that became a chain")),
                *LENGTHS,
            ),
            Q_WHEN,
        ),
        words=_("Chains %(steps)s within %(window)s: %(take)s; same %(key)s, never across %(within)s"),
    ),
    Rule(
        "per_key",
        Group.SEQUENCES,
        "stack-2",
        _("First per client, then over all"),
        _(
            "First a figure for each client, receipt, employee or contact, then a figure over those: goods per "
            "client, share of contacts with two presses or more."
        ),
        Example(
            _("Receipts per buyer"),
            _("Customer a has two receipts, customer b one: 1.5 on average."),
            {
                "key": ["attr.customer"],
                "within": "period",
                "filter": ["kind", "=", "receipt"],
                "inner": {"take": "count"},
                "outer": {"take": "mean"},
            },
            Unit.RATIO,
            1.5,
            (
                RECEIPT.at("10:00", 400, operation="sale", customer="a"),
                RECEIPT.at("11:00", 100, operation="sale", customer="a"),
                RECEIPT.at("12:00", 300, operation="sale", customer="b"),
            ),
        ),
        (Unit.RATIO, Unit.COUNT, Unit.SHARE, Unit.MONEY, Unit.SECONDS, Unit.SCORE, Unit.POINTS),
        (
            Param("key", Takes.KEYS, _("For each"), KEY.help, ["session"]),
            choice(
                "within",
                _("Anew"),
                "day",
                ("period", _("for the whole period")),
                ("day", _("each day")),
                ("shift", _("each shift")),
            ),
            taking(),
            Param(
                "inner",
                Takes.RECORD,
                _("For each of them"),
                default={"take": "count"},
                required=True,
                fields=(
                    choice(
                        "take",
                        _("Take"),
                        "count",
                        ("count", _("number of events")),
                        ("sum", _("sum")),
                        ("mean", _("mean")),
                        ("weighted_mean", _("weighted mean")),
                        ("min", _("lowest")),
                        ("max", _("highest")),
                        ("first", _("first")),
                        ("last", _("last")),
                        ("span", _("time from the first to the last")),
                        ("distinct", _("number of different ones")),
                        ("sequence", _("the steps in their order")),
                    ),
                    Param(
                        "field",
                        Takes.FIELD,
                        _("Which number"),
                        when=(
                            "take",
                            (
                                "sum",
                                "mean",
                                "weighted_mean",
                                "min",
                                "max",
                                "first",
                                "last",
                                "distinct",
                                "sequence",
                            ),
                        ),
                        texts=True,
                    ),
                    Param("filter", Takes.FILTER, _("Only of these events")),
                    Param("weight", Takes.ATTRIBUTE, _("Weighed by"), when=("take", ("weighted_mean",))),
                ),
            ),
            Param(
                "having",
                Takes.RECORDS,
                _("Only those that have"),
                _("How many such events one must have to be taken at all."),
                fields=(
                    taking(required=False),
                    Param("at_least", Takes.WHOLE, _("At least"), low=0),
                    Param("at_most", Takes.WHOLE, _("At most"), low=0),
                ),
            ),
            Param(
                "outer",
                Takes.RECORD,
                _("Over all of them"),
                default={"take": "mean"},
                required=True,
                fields=(
                    choice(
                        "take",
                        _("Take"),
                        "mean",
                        ("count", _("how many")),
                        ("share", _("share within bounds")),
                        ("mean", _("mean")),
                        ("pooled", _("all together")),
                        ("sum", _("sum")),
                        ("median", _("median")),
                        ("quantile", _("quantile")),
                        ("min", _("lowest")),
                        ("max", _("highest")),
                        ("sd", _("how far they scatter")),
                        ("latest", _("latest")),
                    ),
                    Q_WHEN,
                    Param("at_least", Takes.NUMBER, _("At least"), when=("take", ("share", "count"))),
                    Param("at_most", Takes.NUMBER, _("At most"), when=("take", ("share", "count"))),
                ),
            ),
        ),
        words=_("For each %(key)s (%(within)s): %(inner)s of %(filter)s; then over all: %(outer)s"),
    ),
)
