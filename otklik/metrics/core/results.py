"""What an indicator says about one slice: a value or the reason there is none, and how far it can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from otklik.metrics.core.said import gettext_noop


class Unit(StrEnum):
    SHARE = "share"  # 0…1, shown as per cent
    POINTS = "points"  # −100…100 or 0…100
    SCORE = "score"  # on the question's own scale
    COUNT = "count"
    MONEY = "money"
    SECONDS = "seconds"
    RATIO = "ratio"  # something per something


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Flag(StrEnum):
    LOW_BASE = "low_base"
    NOT_RELEVANT = "not_relevant"
    RESPONSE_UNKNOWN = "response_unknown"
    RATINGS_EXCEED_SERVED = "ratings_exceed_served"
    RESPONDERS_EXCEED_INVITED = "responders_exceed_invited"
    OVER_HUNDRED_PERCENT = "over_hundred_percent"
    PARTIAL_COVERAGE = "partial_coverage"
    SEVERAL_QUESTIONS = "several_questions"
    ASSUMES_SILENT_LIKE_RESPONDERS = "assumes_silent_like_responders"


class Reason(StrEnum):
    NO_EVENTS = "no_events"
    NO_RATINGS = "no_ratings"
    NO_SERVED = "no_served"
    SERVED_IS_ZERO = "served_is_zero"
    SERVED_PER_DAY_ONLY = "served_per_day_only"
    SERVED_NOT_SPLIT = "served_not_split"
    ZERO_DENOMINATOR = "zero_denominator"
    MORE_RESPONDERS_THAN_INVITED = "more_responders_than_invited"
    NO_QUESTION = "no_question"
    NO_BREAK_POINTS = "no_break_points"
    BAD_WEIGHTS = "bad_weights"
    TOO_FEW_ITEMS = "too_few_items"
    GROUP_TOO_SMALL = "group_too_small"
    NO_ROWS = "no_rows"
    TOO_FEW_ROWS = "too_few_rows"
    PART_MISSING = "part_missing"
    NOT_FINITE = "not_finite"
    NO_LINKS = "no_links"
    SEVERAL_SCALES = "several_scales"


type Interval = tuple[float, float]
type Part = float | str | list[float] | dict[str, float | None] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many of the units (business days of one place) a served count is known."""

    known: int
    units: int


@dataclass(frozen=True, slots=True)
class Result:
    """`value` in `unit`, or None and a `reason`. `n` is the base: answers, receipts, served clients, events."""

    value: float | None
    unit: Unit
    numerator: float | None = None
    denominator: float | None = None
    n: float = 0
    standard_error: float | None = None
    interval: Interval | None = None
    flags: tuple[Flag, ...] = ()
    reason: Reason | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    coverage: Coverage | None = None

    def __post_init__(self) -> None:
        if (self.value is None) is (self.reason is None):
            raise ValueError(gettext_noop("a result has either a value or a reason"))

    def flagged(self, *flags: Flag) -> "Result":
        """The same result with `flags` added, each once, in the order of the vocabulary."""
        wanted = {*self.flags, *flags}
        return self if len(wanted) == len(self.flags) else self.with_parts(self.parts, *flags)

    def with_parts(self, parts: Mapping[str, Part], *flags: Flag) -> "Result":
        """The same result with other parts and with `flags` added."""
        wanted = {*self.flags, *flags}
        return Result(  # dataclasses.replace is three times slower, and tables have many thousands of results
            self.value,
            self.unit,
            self.numerator,
            self.denominator,
            self.n,
            self.standard_error,
            self.interval,
            tuple(sorted(wanted, key=ORDER.__getitem__)),
            self.reason,
            parts,
            self.coverage,
        )


ORDER = {flag: number for number, flag in enumerate(Flag)}
LOW_BASE = 30
LOW_BASE_MENTIONS = 5


def low_base(n: float, least: float = LOW_BASE) -> tuple[Flag, ...]:
    return (Flag.LOW_BASE,) if n < least else ()


def missing(unit: Unit, reason: Reason, *, n: float = 0, **more: object) -> Result:
    """A result without a value; `more` are other fields of Result."""
    return Result(None, unit, n=n, reason=reason, **more)  # type: ignore[arg-type]  # checked by Result's own types
