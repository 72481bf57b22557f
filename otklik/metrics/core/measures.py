"""Measures: what adds up over events. An indicator is a formula over measures.

Additive measures (count, sum, sum of squares, first, last) of any split of the events combine into the measure of the
whole. Holistic ones (quantile, distinct, repeaters, latest) need all events at once. A measure may be taken of derived rows
(pairs, chains, groups of events: `derived.py`) in place of events.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from otklik.metrics.core.derived import Derived, Within, as_event, identity
from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import (
    EVERYTHING,
    Filter,
    attribute_name,
    canonical,
    matches,
    number,
    raw_value,
    text,
)
from otklik.metrics.core.said import gettext_noop


class Agg(StrEnum):
    COUNT = "count"
    SUM = "sum"
    SUMSQ = "sumsq"
    FIRST = "first"
    LAST = "last"
    QUANTILE = "quantile"
    DISTINCT = "distinct"
    REPEATERS = "repeaters"
    LATEST = "latest"


ADDITIVE = frozenset({Agg.COUNT, Agg.SUM, Agg.SUMSQ, Agg.FIRST, Agg.LAST})
FIRST_LAST_FIELDS = ("at", "value")
SUMMED_COLUMNS = frozenset({"value"})
KEY_COLUMNS = frozenset({"session", "employee", "point", "place", "subject", "via", "kind", "day"})


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate of `field` over the events that `filter` takes.

    `weight` names an attribute: count becomes the sum of weights, sum the sum of weight × value, sumsq the sum of
    weight × value²; an event without that attribute weighs 1. `squared` weights give Σw² for the effective base.
    Count with a field counts the events in which that field is a number. With `source` the events are its derived rows, whose
    weight is the attribute "weight".
    """

    agg: Agg
    field: str | None = None
    filter: Filter = EVERYTHING
    weight: str | None = None
    squared: bool = False
    q: float | None = None
    min_count: int | None = None
    source: Derived | None = None

    def __post_init__(self) -> None:
        if self.agg is not Agg.COUNT and self.field is None:
            raise ValueError(gettext_noop("%(agg)s needs a field", agg=self.agg))
        if self.field is not None and not self._field_fits():
            raise ValueError(
                gettext_noop("%(agg)s cannot be taken of “%(field)s”", agg=self.agg, field=self.field)
            )
        if self.agg is Agg.QUANTILE and not (self.q is not None and 0 <= self.q <= 1):
            raise ValueError(gettext_noop("a quantile lies between 0 and 1"))
        if self.agg is Agg.REPEATERS and not (self.min_count is not None and self.min_count >= 1):
            raise ValueError(gettext_noop("repeaters needs a minimal count of 1 or more"))
        if self.weight is not None and attribute_name(f"attr.{self.weight}") is None:
            raise ValueError(gettext_noop("“%(weight)s” is no name of an attribute", weight=self.weight))

    def _field_fits(self) -> bool:
        assert self.field is not None
        if attribute_name(self.field):
            return True
        match self.agg:
            case Agg.FIRST | Agg.LAST:
                return self.field in FIRST_LAST_FIELDS
            case Agg.DISTINCT | Agg.REPEATERS:
                return self.field in KEY_COLUMNS
            case Agg.COUNT | Agg.SUM | Agg.SUMSQ | Agg.QUANTILE | Agg.LATEST:
                return self.field in SUMMED_COLUMNS
        assert_never(self.agg)

    @property
    def additive(self) -> bool:
        return self.agg in ADDITIVE and (self.source is None or self.source.within is not Within.PERIOD)

    @property
    def plain(self) -> bool:
        """Whether it is taken of events as they are stored."""
        return self.source is None

    @property
    def storable(self) -> bool:
        """Whether day tables may hold it."""
        return self.additive and self.plain

    @property
    def takes(self) -> Filter:
        """Stored events that it looks at."""
        return self.filter if self.source is None else self.source.takes

    @property
    def key(self) -> str:
        """Stable name of the definition: the same meaning has the same key in every process and version."""
        numbers = "" if self.q is None else repr(float(self.q))
        least = "" if self.min_count is None else str(self.min_count)
        said = (self.agg, self.field or "", self.weight or "", "2" if self.squared else "", numbers, least)
        derived = () if self.source is None else (identity(self.source),)
        whole = "\x1f".join((*said, canonical(self.filter), *derived))
        return "m_" + hashlib.blake2s(whole.encode(), digest_size=10).hexdigest()

    def of(self, events: Iterable[Event]) -> float | None:
        """The measure by its definition, one event at a time. None when there is nothing to take a value of."""
        if self.source is not None:
            events = map(as_event, self.source.rows(events))
        taken = [event for event in events if matches(self.filter, event)]
        match self.agg:
            case Agg.COUNT | Agg.SUM | Agg.SUMSQ:
                return self._total(taken)
            case Agg.FIRST | Agg.LAST:
                found = self._numbers(taken)
                return (min if self.agg is Agg.FIRST else max)(found, default=None)
            case Agg.QUANTILE:
                assert self.q is not None
                return quantile(self._numbers(taken), self.q)
            case Agg.LATEST:
                known = [
                    (event.at, value) for event in taken if (value := number(self._value(event))) is not None
                ]
                # of equally late ones the last accepted
                return max(enumerate(known), key=lambda item: (item[1][0], item[0]))[1][1] if known else None
            case Agg.DISTINCT:
                return float(len(self._keys(taken)))
            case Agg.REPEATERS:
                assert self.min_count is not None
                return float(sum(1 for times in self._keys(taken).values() if times >= self.min_count))
        assert_never(self.agg)

    def combine(self, left: float | None, right: float | None) -> float | None:
        """The measure of two disjoint sets of events from the measures of each; additive ones only."""
        if not self.additive:
            raise TypeError(f"{self.agg} does not add up; compute it from the events")
        if left is None or right is None:
            return right if left is None else left
        match self.agg:
            case Agg.FIRST:
                return min(left, right)
            case Agg.LAST:
                return max(left, right)
            case _:
                return left + right

    def _total(self, taken: list[Event]) -> float | None:
        parts = []
        for event in taken:
            weight = self._weight(event)
            found = 1.0 if self.field is None else number(raw_value(self.field, event))
            if found is None:
                continue
            if self.agg is Agg.COUNT:
                parts.append(weight)
            else:
                parts.append(weight * (found if self.agg is Agg.SUM else found * found))
        if not parts and self.agg is not Agg.COUNT:
            return None
        return math.fsum(parts)

    def _weight(self, event: Event) -> float:
        if self.weight is None:
            return 1.0
        found = number(event.attrs.get(self.weight))
        weight = 1.0 if found is None else found
        return weight * weight if self.squared else weight

    def _numbers(self, taken: list[Event]) -> list[float]:
        assert self.field is not None
        found = (
            float(event.at) if self.field == "at" else number(raw_value(self.field, event)) for event in taken
        )
        return [value for value in found if value is not None]

    def _value(self, event: Event) -> object:
        assert self.field is not None
        return raw_value(self.field, event)

    def _keys(self, taken: list[Event]) -> Counter[str]:
        assert self.field is not None
        found = (text(raw_value(self.field, event)) for event in taken)
        return Counter(key for key in found if key is not None)


def quantile(values: list[float], q: float) -> float | None:
    """Linear interpolation between order statistics (Hyndman and Fan's type 7, as quantile_cont)."""
    if not values:
        return None
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def count(
    taken: Filter = EVERYTHING,
    *,
    field: str | None = None,
    weight: str | None = None,
    source: Derived | None = None,
) -> Measure:
    return Measure(Agg.COUNT, field, taken, weight, source=source)


def total(
    field: str, taken: Filter = EVERYTHING, *, weight: str | None = None, source: Derived | None = None
) -> Measure:
    return Measure(Agg.SUM, field, taken, weight, source=source)


def squares(
    field: str, taken: Filter = EVERYTHING, *, weight: str | None = None, source: Derived | None = None
) -> Measure:
    return Measure(Agg.SUMSQ, field, taken, weight, source=source)


def weight_squares(taken: Filter, weight: str, field: str | None = None) -> Measure:
    """Σw², for Kish's effective base (Σw)²/Σw²."""
    return Measure(Agg.COUNT, field, taken, weight, squared=True)
