"""Results in words and numbers, as the current language writes them."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Direction, Flag, Reason, Result, Unit
from otklik.web import formats

REASONS: Mapping[str, Promise] = {
    Reason.NO_EVENTS: gettext_lazy("nothing happened in these days"),
    Reason.NO_RATINGS: gettext_lazy("no ratings in these days"),
    Reason.NO_SERVED: gettext_lazy("the number of clients served is not known"),
    Reason.SERVED_IS_ZERO: gettext_lazy("no clients were served"),
    Reason.SERVED_PER_DAY_ONLY: gettext_lazy("clients served are counted by day, not by hour"),
    Reason.SERVED_NOT_SPLIT: gettext_lazy("clients served are not counted apart here"),
    Reason.ZERO_DENOMINATOR: gettext_lazy("there is nothing to divide by"),
    Reason.MORE_RESPONDERS_THAN_INVITED: gettext_lazy("more answers than clients asked"),
    Reason.NO_QUESTION: gettext_lazy("no question of this type is in use"),
    Reason.NO_BREAK_POINTS: gettext_lazy("the scale has no bounds for this indicator"),
    Reason.BAD_WEIGHTS: gettext_lazy("the weights do not add up to 1"),
    Reason.TOO_FEW_ITEMS: gettext_lazy("fewer than half of the questions were answered"),
    Reason.GROUP_TOO_SMALL: gettext_lazy("too few answers to keep them anonymous"),
    Reason.NO_ROWS: gettext_lazy("no such pairs, chains or groups of events"),
    Reason.TOO_FEW_ROWS: gettext_lazy("one value has no spread"),
    Reason.PART_MISSING: gettext_lazy("a part of the formula has no value"),
    Reason.NOT_FINITE: gettext_lazy("the formula divides by zero"),
    Reason.NO_LINKS: gettext_lazy("no answer has an emotion near it"),
    Reason.SEVERAL_SCALES: gettext_lazy("the questions have different scales: choose one"),
}
FLAGS: Mapping[str, tuple[Promise, Promise]] = {
    Flag.LOW_BASE: (gettext_lazy("few answers"), gettext_lazy("The number rests on fewer than 30 answers.")),
    Flag.NOT_RELEVANT: (
        gettext_lazy("not relevant"),
        gettext_lazy(
            "Fewer than 60 % of the clients answered, and they chose to answer by themselves. "
            "Trust support and criticality more."
        ),
    ),
    Flag.RESPONSE_UNKNOWN: (
        gettext_lazy("response unknown"),
        gettext_lazy(
            "Without the number of clients served nobody can say whether those who answered stand for all."
        ),
    ),
    Flag.RATINGS_EXCEED_SERVED: (
        gettext_lazy("more ratings than clients"),
        gettext_lazy(
            "There are more ratings than clients served. Check the served count and repeat presses."
        ),
    ),
    Flag.RESPONDERS_EXCEED_INVITED: (
        gettext_lazy("more answers than asked"),
        gettext_lazy("There are more answers than clients asked. Check the number of invitations."),
    ),
    Flag.OVER_HUNDRED_PERCENT: (
        gettext_lazy("over 100 %"),
        gettext_lazy("The part is larger than the whole. Check where both counts come from."),
    ),
    Flag.PARTIAL_COVERAGE: (
        gettext_lazy("some days left out"),
        gettext_lazy("Days without a number of clients served are left out of both parts of the ratio:"),
    ),
    Flag.SEVERAL_QUESTIONS: (
        gettext_lazy("several questions"),
        gettext_lazy("Answers to several questions are counted together."),
    ),
    Flag.ASSUMES_SILENT_LIKE_RESPONDERS: (
        gettext_lazy("assumes the silent agree"),
        gettext_lazy("The silent are taken to think like those who answered. That is rarely true."),
    ),
}
VERDICTS: Mapping[str, Promise] = {
    Verdict.BETTER: gettext_lazy("better"),
    Verdict.WORSE: gettext_lazy("worse"),
    Verdict.DIFFERENT: gettext_lazy("changed"),
    Verdict.NOISE: gettext_lazy("within noise"),
    Verdict.UNKNOWN: gettext_lazy("too little to tell"),
}
COLOURS = {"green": "good", "yellow": "acceptable", "red": "bad", "grey": "none"}
PLAIN_DIGITS = {Unit.SHARE: 1, Unit.POINTS: 1, Unit.SCORE: 2, Unit.COUNT: 0, Unit.MONEY: 0, Unit.RATIO: 2}


def shown(value: float, unit: Unit) -> float:
    """The number that people read: a share is shown as per cent."""
    return value * 100 if unit is Unit.SHARE else value


def digits(result: Result) -> int:
    """As many digits after the point as the interval makes sense of."""
    plain = PLAIN_DIGITS.get(result.unit, 1)
    if result.interval is None or result.unit is Unit.COUNT:
        return plain
    half = shown((result.interval[1] - result.interval[0]) / 2, result.unit)
    return 0 if half >= 2 else 1 if half >= 0.05 else 2


def suffix(unit: Unit) -> str:
    """What stands after a number on an axis."""
    return {Unit.SHARE: "%", Unit.MONEY: settings.CURRENCY}.get(unit, "")


def value_text(value: float | None, unit: Unit, places: int | None = None, *, signed: bool = False) -> str:
    """«12,3 %», «3 мин 20 с», «48»; "" for no value."""
    if value is None:
        return ""
    places = PLAIN_DIGITS.get(unit, 1) if places is None else places
    if unit is Unit.SECONDS:
        return formats.with_unit(value, "s", signed=signed)
    mark = {Unit.SHARE: "%", Unit.MONEY: "money"}.get(unit, "")
    return formats.with_unit(shown(value, unit), mark, places, signed=signed)


def delta_text(delta: float, unit: Unit, places: int) -> str:
    """A change of a share is in percentage points."""
    if unit is Unit.SHARE:
        mark = _("p.p.")
        return f"{formats.number(delta * 100, places, signed=True)}{formats.SPACE}{mark}"
    return value_text(delta, unit, places, signed=True)


def half_width_text(result: Result) -> str:
    """«± 6», half of the 95 % interval in the unit shown; "" without one."""
    if result.interval is None or result.unit is Unit.COUNT:
        return ""
    half = shown((result.interval[1] - result.interval[0]) / 2, result.unit)
    return f"±{formats.SPACE}{formats.number(half, digits(result))}"


def base_text(result: Result) -> str:
    return f"n{formats.SPACE}={formats.SPACE}{formats.number(result.n)}"


def goal_text(target: float, unit: Unit, direction: Direction) -> str:
    """«цель ≥ 30 %»."""
    mark = "≤" if direction is Direction.LOWER else "≥"
    places = 0 if abs(shown(target, unit) - round(shown(target, unit))) < 1e-9 else 1
    return f"{mark}{formats.SPACE}{value_text(target, unit, places)}"


def coverage_text(result: Result) -> str:
    """«известно за 5 из 7 дней»; "" when every day is known."""
    held = result.coverage
    if held is None or held.known >= held.units:
        return ""
    return _("clients served are known for %(known)s of %(all)s days of the places") % {
        "known": formats.number(held.known),
        "all": formats.number(held.units),
    }


def missing_text(result: Result) -> str:
    """Why there is no number, in words."""
    if result.reason is None:
        return ""
    if result.reason is Reason.NO_SERVED and result.coverage is not None and result.coverage.units:
        return _("no number of clients served for %(days)s") % {
            "days": formats.days(result.coverage.units - result.coverage.known)
        }
    return str(REASONS.get(result.reason, result.reason))
