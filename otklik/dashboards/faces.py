"""A widget as it is drawn: every text ready, nothing left to decide in the template."""

from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from otklik.dashboards import words
from otklik.dashboards.readings import Reading
from otklik.dashboards.scope import Scope
from otklik.dashboards.sparkline import Sparkline, sparkline
from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Flag, Reason
from otklik.web import formats


@dataclass(frozen=True, slots=True)
class Change:
    text: str
    word: str
    verdict: str
    quiet: bool  # within noise: grey


@dataclass(frozen=True, slots=True)
class Face:
    """One indicator of one scope in words."""

    code: str
    name: str
    url: str
    colour: str  # good, acceptable, bad, none
    value: str
    half_width: str
    base: str
    goal: str
    change: Change | None
    marks: list[tuple[str, str]]
    missing: str
    missing_url: str
    ours: bool
    line: Sparkline | None
    kinds: str
    rows: list["Row"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a breakdown."""

    name: str
    url: str
    face: Face


SERVED_REASONS = {Reason.NO_SERVED, Reason.SERVED_IS_ZERO}
QUIET_FLAGS = {Flag.SEVERAL_QUESTIONS}


def face(reading: Reading, scope: Scope, target: float | None = None) -> Face:
    """The face of a reading; `target` stands over the “good” limit."""
    result, definition = reading.result, reading.indicator.definition
    places = reading.indicator.digits if reading.indicator.digits is not None else words.digits(result)
    goal = target if target is not None else (reading.limits.good if reading.limits else None)
    return Face(
        code=definition.code,
        name=str(reading.indicator.name),
        url=scope.address(reverse("dashboards:indicator", args=[definition.code])),
        colour=words.COLOURS[reading.colour],
        value=words.value_text(result.value, result.unit, places),
        half_width=words.half_width_text(result),
        base=words.base_text(result),
        goal="" if goal is None else words.goal_text(goal, result.unit, definition.direction),
        change=_change(reading, places),
        marks=_marks(reading),
        missing=words.missing_text(result),
        missing_url=_where_to_act(reading),
        ours=reading.indicator.mark == "ours",
        line=sparkline([one.value if one else None for _step, one in reading.series], goal),
        kinds=" ".join(reading.kinds),
    )


def _marks(reading: Reading) -> list[tuple[str, str]]:
    """(short word, explanation) of the flags that a reader should know."""
    found = []
    for flag in reading.result.flags:
        if flag in QUIET_FLAGS or flag not in words.FLAGS:
            continue
        short, meaning = (str(text) for text in words.FLAGS[flag])
        if flag is Flag.PARTIAL_COVERAGE and (coverage := words.coverage_text(reading.result)):
            meaning = f"{meaning} {coverage}."
        found.append((short, meaning))
    return found


def _change(reading: Reading, places: int) -> Change | None:
    difference = reading.difference
    if difference is None or difference.delta is None:
        return None
    if (
        difference.standard_error is None
    ):  # counts and sums have no sampling error: say how much, not whether it matters
        held = reading.other.value if reading.other else None
        if not held:
            return None
        text = formats.with_unit(100 * difference.delta / abs(held), "%", signed=True)
        return Change(text, "", str(difference.verdict), quiet=True)
    quiet = difference.verdict in {Verdict.NOISE, Verdict.UNKNOWN}
    return Change(
        words.delta_text(difference.delta, reading.result.unit, places),
        str(words.VERDICTS[difference.verdict]),
        str(difference.verdict),
        quiet,
    )


def _where_to_act(reading: Reading) -> str:
    """The page where the missing number can be typed in; "" when there is nothing to type."""
    if reading.result.reason not in SERVED_REASONS:
        return ""
    for name in ("devices:served", "devices:served_form", "devices:daily"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
