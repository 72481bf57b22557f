"""Rows made of several events: pairs, chains, groups of a key, answers with an emotion near them.

A derived row looks like an event — it has the place, point, employee, time and attributes of one of its events — with a value and a
weight of its own, so that measures, splits and filters work on it as on any event. The functions here say what each kind means, one
event at a time; `derived_sql.py` and `kernels.py` compute the same from the record.

Order is by time. Of events of one moment those that begin a row come before those that end it, whatever came in first; then the order
is that of acceptance. Events without a value in one of the key's fields are left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from itertools import pairwise

from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import (
    And,
    Compare,
    Filter,
    Not,
    Or,
    attribute_name,
    canonical,
    either,
    matches,
    raw_value,
    text,
)
from otklik.metrics.core.grouped import Having, Inner, merged
from otklik.metrics.core.said import gettext_noop

KEY_FIELDS = ("place", "point", "employee", "session", "subject", "via")
SECOND = 1_000_000
type Key = tuple[str, ...]


class Within(StrEnum):
    """What rows never cross: a shift (of one employee, and within one business day), a business day, or nothing.

    A business day is one of a place: each has its clock and its beginning of the day, so rows that stay within a day stay within a place.
    `PERIOD` is for groups: a key is one group per slice and period that is asked for, so they do not add up.
    """

    SHIFT = "shift"
    DAY = "day"
    NONE = "none"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Row:
    """`event` gives everything but value and weight."""

    event: Event
    value: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Each first event with the next unused second event of its key, at most `max_gap` seconds later.

    Without `second` the gaps between consecutive events of `first`. The row is the later event, its value the seconds between.
    """

    first: Filter
    second: Filter | None
    key: Key
    within: Within = Within.DAY
    max_gap: float | None = None

    @property
    def takes(self) -> Filter:
        return self.first if self.second is None else either(self.first, self.second)

    def rows(self, events: Iterable[Event]) -> list[Row]:
        return [row for mine in _partitions(self, events) for row in self._of(mine)]

    @property
    def order(self) -> tuple[Filter, ...]:
        """Which of events of one moment come first."""
        return () if self.second is None else (self.first, self.second)

    def _of(self, events: Sequence[Event]) -> Iterable[Row]:
        if self.second is None:
            gaps = ((later, _seconds(earlier, later)) for earlier, later in pairwise(events))
            yield from (Row(later, gap) for later, gap in gaps if self._near(gap))
            return
        free = 0
        for place, event in enumerate(events):
            if not matches(self.first, event):
                continue
            start = max(place + 1, free)
            found = next((n for n in range(start, len(events)) if matches(self.second, events[n])), None)
            if found is not None and self._near(gap := _seconds(event, events[found])):
                free = found + 1
                yield Row(events[found], gap)

    def _near(self, gap: float) -> bool:
        return self.max_gap is None or gap <= self.max_gap


@dataclass(frozen=True, slots=True)
class Chains:
    """Events of one key that meet `steps` in this order, the last at most `window` seconds after the first.

    From the earliest first event each next step is taken as soon as it comes; chains do not overlap, so each event is used once.
    With `without` no such event may lie between the steps. The row is the last event, its value the seconds from first to last.
    """

    steps: tuple[Filter, ...]
    key: Key
    window: float
    within: Within = Within.DAY
    without: Filter | None = None

    def __post_init__(self) -> None:
        if len(self.steps) < 2:
            raise ValueError(gettext_noop("a chain has at least two steps"))

    @property
    def takes(self) -> Filter:
        return either(*dict.fromkeys((*self.steps, *((self.without,) if self.without else ()))))

    def rows(self, events: Iterable[Event]) -> list[Row]:
        return [row for mine in _partitions(self, events) for row in self._of(mine)]

    @property
    def order(self) -> tuple[Filter, ...]:
        """Which of events of one moment come first; what may not lie between comes last, so it breaks what has begun."""
        return self.steps

    def _of(self, events: Sequence[Event]) -> Iterable[Row]:
        at = 0
        while at < len(events):
            last = self._from(events, at) if matches(self.steps[0], events[at]) else None
            if last is None:
                at += 1
            else:
                yield Row(events[last], _seconds(events[at], events[last]))
                at = last + 1

    def _from(self, events: Sequence[Event], start: int) -> int | None:
        """The place of the last event of the chain that begins at `start`."""
        step = 1
        for place in range(start + 1, len(events)):
            if _seconds(events[start], events[place]) > self.window:
                return None
            if matches(self.steps[step], events[place]):
                step += 1
                if step == len(self.steps):
                    return place
            elif self.without is not None and matches(self.without, events[place]):
                return None
        return None


@dataclass(frozen=True, slots=True)
class Groups:
    """All events of a key as one row: the first of them, with what `inner` makes of them as the value.

    Groups that do not meet `having`, or of which `inner` makes nothing, are left out. The row's weight is what `inner` weighs.
    """

    taken: Filter
    key: Key
    inner: Inner
    within: Within = Within.DAY
    having: tuple[Having, ...] = ()

    @property
    def takes(self) -> Filter:
        return self.taken

    def rows(self, events: Iterable[Event]) -> list[Row]:
        found = []
        for mine in _partitions(self, events):
            if not all(one.met(mine) for one in self.having):
                continue
            made = merged(self.inner, mine)
            if made is not None:
                found.append(
                    Row(replace(mine[0], subject=made.subject or mine[0].subject), made.value, made.weight)
                )
        return found


@dataclass(frozen=True, slots=True)
class Near:
    """Each event of `taken` with the nearest event of `other` of the same key at most `seconds` away, before or after.

    Of two equally near the earlier one counts. The row is the event of `taken` with its own value; `kind` becomes the other's
    attribute `attribute`, or "none" where nothing is near.
    """

    taken: Filter
    other: Filter
    key: Key
    seconds: float
    attribute: str
    within: Within = field(default=Within.NONE, init=False)

    @property
    def takes(self) -> Filter:
        return either(self.taken, self.other)

    def rows(self, events: Iterable[Event]) -> list[Row]:
        found = []
        for mine in _partitions(self, events):
            others = [event for event in mine if matches(self.other, event)]
            for event in mine:
                value = event.value
                if value is None or not matches(self.taken, event):
                    continue
                near = min(others, key=lambda other, at=event.at: abs(other.at - at), default=None)  # type: ignore[misc]
                if near is not None and abs(near.at - event.at) <= self.seconds * SECOND:
                    found.append(
                        Row(replace(event, kind=text(near.attrs.get(self.attribute)) or "none"), value)
                    )
                else:
                    found.append(Row(replace(event, kind="none"), value))
        return found


type Derived = Pairs | Chains | Groups | Near


def check_key(key: Key) -> Key:
    """The key, or ValueError naming the field that cannot be one."""
    if not key:
        raise ValueError(gettext_noop("a key names at least one field"))
    for name in key:
        if name not in KEY_FIELDS and name not in {"day", "hour"} and attribute_name(name) is None:
            known = ", ".join(KEY_FIELDS)
            raise ValueError(
                gettext_noop(
                    "“%(name)s” cannot be a key; known are %(known)s and attr.<name>", name=name, known=known
                )
            )
    return key


def identity(part: object) -> str:
    """One text per meaning of a rule, the same in every process."""
    if isinstance(part, And | Or | Not | Compare):
        return canonical(part)
    if isinstance(part, tuple):
        return f"({','.join(map(identity, part))})"
    if is_dataclass(part) and not isinstance(part, type):
        inner = ",".join(identity(getattr(part, one.name)) for one in fields(part))
        return f"{type(part).__name__}[{inner}]"
    return repr(float(part)) if isinstance(part, int) and not isinstance(part, bool) else str(part)


def as_event(row: Row) -> Event:
    """A derived row as an event, for measures that are taken one event at a time."""
    return replace(row.event, value=row.value, attrs={**row.event.attrs, "weight": row.weight})


def _seconds(earlier: Event, later: Event) -> float:
    return (later.at - earlier.at) / SECOND


def _partitions(rule: Derived, events: Iterable[Event]) -> Iterable[list[Event]]:
    key_of = _key_of(rule.key, rule.within)
    found: dict[tuple[object, ...], list[Event]] = {}
    order = rule.order if isinstance(rule, Pairs | Chains) else ()

    def rank(event: Event) -> int:
        return next((number for number, one in enumerate(order) if matches(one, event)), len(order))

    taken = (one for one in events if matches(rule.takes, one))
    for event in sorted(taken, key=lambda one: (one.at, rank(one))):
        key = key_of(event)
        if key is not None:
            found.setdefault(key, []).append(event)
    return found.values()


def _key_of(key: Key, within: Within) -> Callable[[Event], tuple[object, ...] | None]:
    def of(event: Event) -> tuple[object, ...] | None:
        parts = tuple(_key_value(name, event) for name in key)
        if any(part is None for part in parts):
            return None
        if within is Within.SHIFT:
            return (*parts, event.place, event.day, event.employee, event.shift)
        return (*parts, event.place, event.day) if within is Within.DAY else parts

    return of


def _key_value(name: str, event: Event) -> object:
    if name == "day":
        return event.day
    if name == "hour":
        return (
            event.at // (3600 * SECOND) % 24
        )  # of a place whose clock shows UTC; the record knows each event's offset
    if name == "point":
        return None if event.point is None else (event.place, event.point)
    found = raw_value(name, event)
    return text(found) if attribute_name(name) else found
