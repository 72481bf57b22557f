"""Standard compliance, smiles of staff, tone of clients. All three are our definitions.

Compliance of elements: 100·Σ w·x / Σ w over the checked elements that applied, x in 0…1, w the attribute `weight` or 1.
Smile-Index: 100 · time with a smile / time with a usable face. C-Value: 100·(positive − negative)/all tones.
"""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Column, Columnar, Gap, column, only
from otklik.metrics.core.filters import Compare, Filter, both
from otklik.metrics.core.formula import Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import LOW_BASE, Flag, Reason, Unit
from otklik.metrics.core.statistics import net_error, wald

WEIGHT, USABLE, DURATION, TONE = "weight", "attr.usable", "attr.duration", "attr.tone"


@dataclass(frozen=True, slots=True)
class Compliance(Columnar):
    """How far the elements of the standard were met, on 0…100, over all checks of a slice.

    An element without a value did not apply and leaves both sums; a value outside 0…1 is none. Failed critical elements
    are counted beside: that one of them makes its whole check 0 needs the check as a group and is not in this value. No
    error: the elements of one check are not independent.
    """

    taken: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        applied = both(self.taken, Compare("value", ">=", 0), Compare("value", "<=", 1))
        failed = both(applied, Compare("attr.critical", "=", value=True), Compare("value", "<", 1))
        return {
            "n": measures.count(applied),
            "weight": measures.count(applied, weight=WEIGHT),
            "met": measures.total("value", applied, weight=WEIGHT),
            "not_applicable": measures.count(both(self.taken, Compare("value", "is_null", value=True))),
            "critical_failed": measures.count(failed),
        }

    def compute(self, data: Block) -> Column:
        n, weight, met = (data.number(name) for name in ("n", "weight", "met"))
        return column(
            Unit.POINTS,
            100 * met / weight,
            n=n,
            numerator=100 * met,
            denominator=weight,
            flags={Flag.LOW_BASE: n < LOW_BASE},
            parts={name: data.number(name) for name in ("not_applicable", "critical_failed")},
            gaps=[Gap(n == 0, Reason.NO_EVENTS), Gap(weight <= 0, Reason.BAD_WEIGHTS, n=n)],
        )


@dataclass(frozen=True, slots=True)
class SmileIndex(Columnar):
    """Share of the usable time in which staff smiled; contacts without usable time say nothing.

    The part `coverage` is usable time / contact time of the contacts whose length is known.
    """

    taken: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        usable = both(
            self.taken, Compare(USABLE, ">", 0), Compare("value", ">=", 0), Compare("value", "<=", 1)
        )
        timed = both(self.taken, Compare(DURATION, ">", 0))
        return {
            "n": measures.count(usable),
            "usable": measures.total(USABLE, usable),
            "smiling": measures.total("value", usable, weight=USABLE.removeprefix("attr.")),
            "contact": measures.total(DURATION, timed),
            "usable_of_contact": measures.total(USABLE, both(timed, Compare(USABLE, ">", 0))),
        }

    def compute(self, data: Block) -> Column:
        n, usable, smiling = (data.number(name) for name in ("n", "usable", "smiling"))
        contact = data.number("contact")
        return column(
            Unit.POINTS,
            100 * smiling / usable,
            n=n,
            numerator=100 * smiling,
            denominator=usable,
            flags={Flag.LOW_BASE: n < LOW_BASE},
            parts={
                "smiling_seconds": smiling,
                "usable_seconds": usable,
                "contact_seconds": contact,
                "coverage": only(contact > 0, data.number("usable_of_contact") / contact),
            },
            gaps=[Gap((n == 0) | (usable <= 0), Reason.NO_EVENTS, n=n)],
        )


@dataclass(frozen=True, slots=True)
class ToneIndex(Columnar):
    """C-Value over contacts with a known emotion. The part `coverage` is those contacts / all contacts."""

    taken: Filter
    contacts: Filter

    sources: ClassVar[tuple[Source, ...]] = ()

    def measures(self) -> dict[str, Measure]:
        found = {
            name: measures.count(both(self.taken, Compare(TONE, "=", name)))
            for name in ("positive", "neutral", "negative")
        }
        return {**found, "contacts": measures.count(self.contacts)}

    def compute(self, data: Block) -> Column:
        positive, neutral, negative = (data.number(name) for name in ("positive", "neutral", "negative"))
        seen, contacts = positive + neutral + negative, data.number("contacts")
        numerator = 100 * (positive - negative)
        value, error = numerator / seen, net_error(positive, negative, seen, seen)
        return column(
            Unit.POINTS,
            value,
            n=seen,
            numerator=numerator,
            denominator=seen,
            standard_error=error,
            interval=wald(value, error),
            flags={Flag.LOW_BASE: seen < LOW_BASE},
            parts={
                "positive": positive,
                "neutral": neutral,
                "negative": negative,
                "contacts": contacts,
                "coverage": only(contacts > 0, seen / contacts),
            },
            gaps=[Gap(seen == 0, Reason.NO_EVENTS)],
        )
