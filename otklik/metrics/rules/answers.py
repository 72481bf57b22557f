"""Rules about answers to questions on a scale."""

from django.utils.translation import gettext_lazy as _

from otklik.metrics.core.events import Event
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.rules.specs import Example, Group, Param, Rule, Takes, choice


def answers(values: tuple[float, ...], subject: str) -> tuple[Event, ...]:
    """One answer each minute from noon on."""
    noon = 12 * 3600 * 1_000_000
    return tuple(
        Event("answer", at=noon + number * 60_000_000, place=1, point=1, subject=subject, value=value)
        for number, value in enumerate(values)
    )


FIVE = answers((5, 5, 4, 3, 1), "csat")
TEN = answers((10, 9, 9, 8, 7, 6, 2, 10), "nps")
SHARES = ("custom",)
BANDS = Param(
    "bands",
    Takes.RECORDS,
    _("Bands"),
    _("Which options count as good (+1), neutral (0) and bad (−1). They do not overlap."),
    required=True,
    fields=(
        Param("name", Takes.TEXT, _("Name"), required=True),
        Param("low", Takes.NUMBER, _("From"), required=True),
        Param("high", Takes.NUMBER, _("To"), required=True),
        Param("sign", Takes.NUMBER, _("Counts as"), default=1, required=True, low=-1, high=1),
    ),
)
STANDARD = choice(
    "standard",
    _("As in the standard"),
    "",
    ("", _("no standard: the question's own numbers")),
    ("ces1", _("CES 1.0: 1–5, 1 is the least effort")),
    ("ces2", _("CES 2.0: 1–7, 7 is full agreement")),
    ("net_easy", _("Net Easy: 1–7, 1 is very easy")),
)

ANSWERS = (
    Rule(
        "nps",
        Group.ANSWERS,
        "speakerphone",
        _("NPS"),
        _("Share of promoters less the share of detractors, times 100."),
        Example(
            _("Would recommend us"),
            _("Four promoters (9–10) and two detractors (0–6) of eight: 100 · (4 − 2) / 8."),
            {},
            Unit.POINTS,
            25,
            TEN,
            question_types=("nps",),
        ),
        (Unit.POINTS,),
        (
            Param(
                "detractor_max", Takes.NUMBER, _("Detractors up to"), _("6 on the scale 0–10 when not said.")
            ),
            Param("passive_max", Takes.NUMBER, _("Passives up to"), _("8 on the scale 0–10 when not said.")),
            choice(
                "silent",
                _("Clients who kept silent"),
                "off",
                ("off", _("leave out")),
                ("all_passive", _("all passive")),
                ("half_passive_half_critic", _("half passive, half critics")),
                ("all_critics", _("all critics")),
                ("as_responders", _("as those who answered")),
                ("custom", _("own shares")),
            ),
            Param("loyal", Takes.NUMBER, _("Share loyal"), low=0, high=1, when=("silent", SHARES)),
            Param("passive", Takes.NUMBER, _("Share passive"), low=0, high=1, when=("silent", SHARES)),
            Param("critic", Takes.NUMBER, _("Share of critics"), low=0, high=1, when=("silent", SHARES)),
        ),
        asks=True,
        words=_("NPS of %(questions)s"),
    ),
    Rule(
        "box_share",
        Group.ANSWERS,
        "thumb-up",
        _("Share of the best options"),
        _("Answers with the best (or the worst) options divided by all answers."),
        Example(
            _("Satisfied"),
            _("Three answers of five are 4 or 5."),
            {"boxes": 2},
            Unit.SHARE,
            0.6,
            FIVE,
            question_types=("csat",),
        ),
        (Unit.SHARE,),
        (
            Param("boxes", Takes.WHOLE, _("How many options"), default=2, low=1),
            Param("worst", Takes.FLAG, _("The worst instead of the best"), default=False),
        ),
        asks=True,
        words=_("Share of the %(boxes)s best or worst options among the answers to %(questions)s"),
    ),
    Rule(
        "mean_score",
        Group.ANSWERS,
        "math-avg",
        _("Mean answer"),
        _("The mean of the answers, on the question's own scale or turned into 0–100."),
        Example(
            _("Mean satisfaction"),
            _("The mean of 5, 5, 4, 3, 1 is 3.6; on 0–100 that is (3.6 − 1) / 4 · 100."),
            {"hundred": True},
            Unit.POINTS,
            65,
            FIVE,
            question_types=("csat",),
        ),
        (Unit.SCORE, Unit.POINTS),
        (Param("hundred", Takes.FLAG, _("Turn into 0–100"), default=False), STANDARD),
        asks=True,
        words=_("Mean answer to %(questions)s"),
    ),
    Rule(
        "range_share",
        Group.ANSWERS,
        "brackets-contain",
        _("Share of a range of options"),
        _("Answers from one option to another divided by all answers."),
        Example(
            _("Answers 3 to 4"),
            _("Two answers of five are 3 or 4."),
            {"low": 3, "high": 4},
            Unit.SHARE,
            0.4,
            FIVE,
            question_types=("csat",),
        ),
        (Unit.SHARE,),
        (
            Param("low", Takes.NUMBER, _("From"), required=True),
            Param("high", Takes.NUMBER, _("To"), required=True),
            STANDARD,
        ),
        asks=True,
        words=_("Share of the options %(low)s–%(high)s among the answers to %(questions)s"),
    ),
    Rule(
        "net_index",
        Group.ANSWERS,
        "scale",
        _("Net index"),
        _("Good answers less bad ones, per hundred answers; you say which options are which."),
        Example(
            _("Net satisfaction"),
            _("Two answers are 5, one is 1 or 2: 100 · (2 − 1) / 5."),
            {
                "bands": [
                    {"name": "good", "low": 5, "high": 5, "sign": 1},
                    {"name": "bad", "low": 1, "high": 2, "sign": -1},
                ]
            },
            Unit.POINTS,
            20,
            FIVE,
            question_types=("csat",),
        ),
        (Unit.POINTS,),
        (BANDS, STANDARD),
        asks=True,
        words=_("Net index of %(questions)s: %(bands)s"),
    ),
    Rule(
        "distribution",
        Group.ANSWERS,
        "chart-bar",
        _("Answers by option"),
        _("How many answers each option got; of one option, its share."),
        Example(
            _("All answers"),
            _("Five answers."),
            {},
            Unit.COUNT,
            5,
            FIVE,
            Direction.NONE,
            question_types=("csat",),
        ),
        (Unit.COUNT, Unit.SHARE),
        (Param("option", Takes.NUMBER, _("Only this option"), _("Nothing here: all of them.")),),
        asks=True,
        words=_("Answers to %(questions)s"),
    ),
    Rule(
        "best_less_worst",
        Group.ANSWERS,
        "mood-happy",
        _("Best less worst"),
        _("Share of the best options less the share of the worst ones, times 100, as in emotional loyalty."),
        Example(
            _("Feelings of clients"),
            _("Two answers are 5, one is 1 or 2: 100 · (2 − 1) / 5."),
            {"loyal": 1, "critic": 2},
            Unit.POINTS,
            20,
            FIVE,
            question_types=("csat",),
        ),
        (Unit.POINTS,),
        (
            Param("loyal", Takes.WHOLE, _("How many best options"), default=1, low=1),
            Param(
                "critic", Takes.WHOLE, _("How many worst options"), _("By the scale when not said."), low=1
            ),
            Param(
                "over_served", Takes.FLAG, _("Over all clients served, the silent as neutral"), default=False
            ),
        ),
        asks=True,
        words=_("Best less worst options of %(questions)s"),
    ),
    Rule(
        "model",
        Group.ANSWERS,
        "hierarchy-2",
        _("Index of several questions"),
        _(
            "CSI, SERVQUAL, RSQS or a model of your own: questions in dimensions, each with a weight; the score of a "
            "question is 0–100."
        ),
        Example(
            _("CSI of two questions"),
            _("Scores 65 and 25 with weights 3 and 1: (3 · 65 + 25) / 4."),
            {
                "model": [
                    {"code": "all", "items": [{"code": "csat", "weight": 3}, {"code": "speed", "weight": 1}]}
                ]
            },
            Unit.POINTS,
            55,
            (*FIVE, *answers((2, 2, 1, 3, 2), "speed")),
            question_types=("csat",),
        ),
        (Unit.POINTS, Unit.SCORE),
        (
            Param(
                "model", Takes.MODEL, _("Dimensions and questions"), _("Nothing here: all questions alike.")
            ),
            Param("weights", Takes.WEIGHTS, _("Weights of the dimensions"), _("Points; 1 when not said.")),
            Param(
                "by_dimension", Takes.FLAG, _("Mean of the dimensions, not of the questions"), default=False
            ),
            Param("gap", Takes.FLAG, _("Gap: perception less expectation"), default=False),
            Param("inverted", Takes.FLAG, _("Turn round: 100 less the index"), default=False),
            Param(
                "present",
                Takes.NUMBER,
                _("Share of the weight that must have answers"),
                _("With less there is no value."),
                0.5,
                low=0,
                high=1,
            ),
            Param(
                "least",
                Takes.WHOLE,
                _("At least so many answers"),
                _("A question with fewer is not shown, so that nobody is recognised."),
                1,
                low=1,
            ),
        ),
        asks=True,
        words=_("Index of %(questions)s"),
    ),
    Rule(
        "served_index",
        Group.ANSWERS,
        "user-heart",
        _("Per client served"),
        _("Highest ratings, all others, or all ratings divided by the number of clients served."),
        Example(
            _("Support"),
            _("Two highest ratings for ten clients served."),
            {"index": "support"},
            Unit.SHARE,
            0.2,
            (*FIVE, Event("served", at=0, place=1, point=1, value=10, attrs={"source": "manual"})),
            question_types=("csat",),
            served=True,
        ),
        (Unit.SHARE,),
        (
            choice(
                "index",
                _("Which ratings"),
                "support",
                ("support", _("the highest: support")),
                ("criticality", _("all others: criticality")),
                ("response", _("all: response")),
                required=True,
            ),
        ),
        asks=True,
        words=_("Ratings (%(index)s) of %(questions)s per client served"),
    ),
)
