"""Standard compliance, smiles of staff, tone of clients. All three are our definitions.

Compliance of elements: 100·Σ w·x / Σ w over the checked elements that applied, x in 0…1, w the attribute `weight` or 1.
Smile-Index: 100 · time with a smile / time with a usable face. C-Value: 100·(positive − negative)/all tones.
"""

from dataclasses import dataclass
from typing import ClassVar

from otklik.metrics.core import measures
from otklik.metrics.core.feelings import net_error
from otklik.metrics.core.filters import Compare, Filter, both
from otklik.metrics.core.formula import Slice, Source
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Part, Reason, Result, Unit, low_base, missing
from otklik.metrics.core.statistics import wald

WEIGHT, USABLE, DURATION, TONE = "weight", "attr.usable", "attr.duration", "attr.tone"


@dataclass(frozen=True, slots=True)
class Compliance:
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

    def result(self, data: Slice) -> Result:
        n, weight, met = (data.number(name) for name in ("n", "weight", "met"))
        parts: dict[str, Part] = {name: data.number(name) for name in ("not_applicable", "critical_failed")}
        if n == 0:
            return missing(Unit.POINTS, Reason.NO_EVENTS, parts=parts)
        if weight <= 0:
            return missing(Unit.POINTS, Reason.BAD_WEIGHTS, n=n, parts=parts)
        return Result(100 * met / weight, Unit.POINTS, 100 * met, weight, n, flags=low_base(n), parts=parts)


@dataclass(frozen=True, slots=True)
class SmileIndex:
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

    def result(self, data: Slice) -> Result:
        n, usable, smiling = (data.number(name) for name in ("n", "usable", "smiling"))
        contact = data.number("contact")
        parts: dict[str, Part] = {
            "smiling_seconds": smiling,
            "usable_seconds": usable,
            "contact_seconds": contact,
            "coverage": data.number("usable_of_contact") / contact if contact > 0 else None,
        }
        if n == 0 or usable <= 0:
            return missing(Unit.POINTS, Reason.NO_EVENTS, n=n, parts=parts)
        return Result(
            100 * smiling / usable, Unit.POINTS, 100 * smiling, usable, n, flags=low_base(n), parts=parts
        )


@dataclass(frozen=True, slots=True)
class ToneIndex:
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

    def result(self, data: Slice) -> Result:
        positive, neutral, negative = (data.number(name) for name in ("positive", "neutral", "negative"))
        seen, contacts = positive + neutral + negative, data.number("contacts")
        parts: dict[str, Part] = {
            "positive": positive,
            "neutral": neutral,
            "negative": negative,
            "contacts": contacts,
            "coverage": seen / contacts if contacts else None,
        }
        if seen == 0:
            return missing(Unit.POINTS, Reason.NO_EVENTS, parts=parts)
        value, error = 100 * (positive - negative) / seen, net_error(positive, negative, seen, seen)
        return Result(
            value,
            Unit.POINTS,
            100 * (positive - negative),
            seen,
            seen,
            error,
            wald(value, error),
            low_base(seen),
            parts=parts,
        )
