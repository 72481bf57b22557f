"""What people read of units, flags, reasons and verdicts; the core knows only their codes."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.metrics.catalogue import Mark, Text
from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Flag, Reason, Unit
from otklik.metrics.core.said import Said

FLAGS: dict[Flag, Text] = {
    Flag.LOW_BASE: _("Few answers: the value is a hint, not a fact."),
    Flag.NOT_RELEVANT: _(
        "Not relevant: in a spontaneous poll fewer than 60 % of the clients answered. See support and criticality."
    ),
    Flag.RESPONSE_UNKNOWN: _(
        "Nobody knows how many clients were served, so it cannot be said whether the value is relevant."
    ),
    Flag.RATINGS_EXCEED_SERVED: _("There are more ratings than clients served. Check the served counts."),
    Flag.RESPONDERS_EXCEED_INVITED: _("More clients answered than were asked. Check the served counts."),
    Flag.OVER_HUNDRED_PERCENT: _("More than 100 %: check both counts."),
    Flag.PARTIAL_COVERAGE: _("The served count is not known for all days; the other days are left out."),
    Flag.SEVERAL_QUESTIONS: _(
        "Ratings of several questions are added up. Choose one question for an exact share of clients."
    ),
    Flag.ASSUMES_SILENT_LIKE_RESPONDERS: _(
        "Assumes that the silent clients think as those who answered; they seldom do."
    ),
}
REASONS: dict[Reason, Text] = {
    Reason.NO_EVENTS: _("There are no events."),
    Reason.NO_RATINGS: _("There are no ratings."),
    Reason.NO_SERVED: _("The number of clients served is not known."),
    Reason.SERVED_IS_ZERO: _("Nobody was served."),
    Reason.SERVED_PER_DAY_ONLY: _("The served count is known per day only, not per hour."),
    Reason.SERVED_NOT_SPLIT: _("The served count is not known for this part alone."),
    Reason.ZERO_DENOMINATOR: _("There is nothing to divide by."),
    Reason.MORE_RESPONDERS_THAN_INVITED: _("More clients answered than were asked."),
    Reason.NO_QUESTION: _("There is no question of this type."),
    Reason.NO_BREAK_POINTS: _("The scale has no standard break points. Set detractor_max and passive_max."),
    Reason.BAD_WEIGHTS: _("The weights of the answers sum to zero or less."),
    Reason.TOO_FEW_ITEMS: _("Answers cover less than half of the weight of the model's questions."),
    Reason.GROUP_TOO_SMALL: _("Too few answers to show without telling who gave them."),
    Reason.NO_ROWS: _("There are no such pairs, chains or groups of events."),
    Reason.TOO_FEW_ROWS: _("One value has no spread; two are needed at least."),
    Reason.PART_MISSING: _("One of the indicators in the formula has no value."),
    Reason.NOT_FINITE: _("The formula divides by zero."),
    Reason.NO_LINKS: _("No answer has an emotion near it."),
    Reason.SEVERAL_SCALES: _(
        "The questions have different scales, which have no common mean. Choose one question."
    ),
}
UNITS: dict[Unit, Text] = {
    Unit.SHARE: _("share"),
    Unit.POINTS: _("points"),
    Unit.SCORE: _("on the scale"),
    Unit.COUNT: _("count"),
    Unit.MONEY: _("money"),
    Unit.SECONDS: _("seconds"),
    Unit.RATIO: _("per one"),
}
VERDICTS: dict[Verdict, Text] = {
    Verdict.BETTER: _("better, and not by chance"),
    Verdict.WORSE: _("worse, and not by chance"),
    Verdict.DIFFERENT: _("different, and not by chance"),
    Verdict.NOISE: _("may be chance"),
    Verdict.UNKNOWN: _("too little is known to tell"),
}
MARKS: dict[Mark, Text] = {
    Mark.SEED: _("definition of the method"),
    Mark.FIELD: _("standard of the field"),
    Mark.OURS: _("our definition"),
}


def translated(problem: str) -> str:
    """What the core says, in the user's language."""
    if not isinstance(problem, Said):
        return problem
    text = gettext(problem.template)
    return text % problem.context if problem.context else text
