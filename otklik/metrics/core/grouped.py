"""What is made of the events of one key: an interaction, a check, a client's visit, a day of a counter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import EVERYTHING, Filter, attribute_name, matches, number, raw_value, text
from otklik.metrics.core.said import gettext_noop

STEP = " > "
SECOND = 1_000_000


class Take(StrEnum):
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    SPAN = "span"  # seconds from the first event to the last
    DISTINCT = "distinct"
    SEQUENCE = "sequence"  # the values of a text field in order; the group's value is their number


NUMERIC = frozenset({Take.SUM, Take.MEAN, Take.WEIGHTED_MEAN, Take.MIN, Take.MAX, Take.FIRST, Take.LAST})
TEXTUAL = frozenset({Take.DISTINCT, Take.SEQUENCE})
TEXT_FIELDS = ("kind", "subject", "session", "via")


@dataclass(frozen=True, slots=True)
class Inner:
    """`take` of `field` over the group's events that meet `filter`.

    `weight` is the attribute of a weighted mean; an event without it weighs 1. `critical` is a condition: one event that meets it
    and falls short of 1 makes a weighted mean 0 (a failed critical element of the standard).
    """

    take: Take
    field: str | None = None
    filter: Filter = EVERYTHING
    weight: str | None = None
    critical: Filter | None = None

    def __post_init__(self) -> None:
        if self.take in NUMERIC and (
            self.field is None or (self.field != "value" and not attribute_name(self.field))
        ):
            raise ValueError(
                gettext_noop("“%(take)s” needs a field with numbers: value or attr.<name>", take=self.take)
            )
        if self.take in TEXTUAL and (
            self.field is None or (self.field not in TEXT_FIELDS and not attribute_name(self.field))
        ):
            raise ValueError(
                gettext_noop(
                    "“%(take)s” needs a field: %(known)s or attr.<name>",
                    take=self.take,
                    known=", ".join(TEXT_FIELDS),
                )
            )
        if self.weight is not None and attribute_name(f"attr.{self.weight}") is None:
            raise ValueError(gettext_noop("“%(weight)s” is no name of an attribute", weight=self.weight))


@dataclass(frozen=True, slots=True)
class Having:
    """The number of the group's events that meet `filter` lies in `at_least`…`at_most`."""

    filter: Filter = EVERYTHING
    at_least: float | None = None
    at_most: float | None = None

    def met(self, events: Sequence[Event]) -> bool:
        count = sum(1 for event in events if matches(self.filter, event))
        return (self.at_least is None or count >= self.at_least) and (
            self.at_most is None or count <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Merged:
    value: float
    weight: float
    subject: str | None = None


def merged(inner: Inner, events: Sequence[Event]) -> Merged | None:
    """What `inner` makes of events in order; None when there is nothing to take."""
    mine = [event for event in events if matches(inner.filter, event)]
    match inner.take:
        case Take.COUNT:
            return Merged(float(len(mine)), 1.0)
        case Take.SPAN:
            if not mine:
                return None
            return Merged((mine[-1].at - mine[0].at) / SECOND, float(len(mine) - 1))
        case Take.DISTINCT | Take.SEQUENCE:
            assert inner.field is not None
            found = [said for event in mine if (said := text(raw_value(inner.field, event))) is not None]
            if inner.take is Take.DISTINCT:
                return Merged(float(len(set(found))), 1.0)
            return Merged(float(len(found)), 1.0, STEP.join(found)) if found else None
        case _:
            return _number(inner, mine)


def _number(inner: Inner, events: Sequence[Event]) -> Merged | None:  # noqa: PLR0911  # one case each
    assert inner.field is not None
    known = [
        (value, event) for event in events if (value := number(raw_value(inner.field, event))) is not None
    ]
    values = [value for value, _event in known]
    if not values:
        return None
    match inner.take:
        case Take.SUM:
            return Merged(math.fsum(values), 1.0)
        case Take.MEAN:
            return Merged(math.fsum(values) / len(values), float(len(values)))
        case Take.MIN:
            return Merged(min(values), 1.0)
        case Take.MAX:
            return Merged(max(values), 1.0)
        case Take.FIRST:
            return Merged(values[0], 1.0)
        case Take.LAST:
            return Merged(values[-1], 1.0)
        case _:
            return _weighted(inner, known)


def _weighted(inner: Inner, known: Sequence[tuple[float, Event]]) -> Merged | None:
    def weight(event: Event) -> float:
        found = None if inner.weight is None else number(event.attrs.get(inner.weight))
        return 1.0 if found is None else found

    total = math.fsum(weight(event) for _value, event in known)
    if total <= 0:
        return None
    failed = inner.critical is not None and any(
        value < 1 and matches(inner.critical, event) for value, event in known
    )
    met = 0.0 if failed else math.fsum(value * weight(event) for value, event in known)
    return Merged(met / total, total)
