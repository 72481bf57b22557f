"""Missing readings of a counter that should report every so often; pure: instants and days in, runs of missing steps out.

A step of a day or less is counted in real time along the place's clock: a day has as many hours as it had, and the hour that comes
twice when the clocks go back is two steps. Steps of an hour or less begin anew when the clock is moved; longer ones keep to the
clock's face, so that the step with the change in it is an hour longer or shorter. Steps of a day and more are business days and
calendar weeks, months, quarters and years.
"""

import datetime as dt
import math
import zoneinfo
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from otklik.metrics.core.steps import DAY, Calendar, step_after, step_start

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
SHIFT = 900  # zones are ahead of UTC by whole quarters of an hour

type Week = Sequence[Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Clock:
    """How time runs at a place. `hours` are its opening hours; None: always."""

    zone: zoneinfo.ZoneInfo
    day_start: dt.time = dt.time(0)
    hours: tuple[tuple[str, str] | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Steps[T: (int, dt.date)]:
    """Steps in order: where each begins, and where it ends (not included)."""

    starts: list[T]
    ends: list[T]

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, keep: Callable[[T, T], bool]) -> "Steps[T]":
        pairs = [(start, end) for start, end in zip(self.starts, self.ends, strict=True) if keep(start, end)]
        return Steps([start for start, _end in pairs], [end for _start, end in pairs])


@dataclass(frozen=True, slots=True)
class Run[T: (int, dt.date)]:
    """Steps without a reading that follow one another: where the first and the last of them begin, and how many."""

    first: T
    last: T
    n: int


def calendar_steps(first: dt.date, last: dt.date, unit: Calendar) -> Steps[dt.date]:
    """Whole steps that touch the days first…last."""
    starts = [step_start(first, unit)]
    while (following := step_after(starts[-1], unit)) <= last:
        starts.append(following)
    return Steps(starts, [*starts[1:], step_after(starts[-1], unit)])


def clock_steps(first: dt.date, last: dt.date, every: int, clock: Clock) -> Steps[int]:
    """Steps of `every` seconds (a part of a day) over the business days first…last, as seconds of UTC since 1970."""
    opens = instant(first, clock.day_start, clock.zone)
    closes = instant(last + DAY, clock.day_start, clock.zone)
    reach = last if clock.day_start == dt.time(0) else last + DAY
    starts: list[int] = []
    day = first
    while day <= reach:
        starts.extend(_day_steps(day, every, clock.zone))
        day += DAY
    ends = [*starts[1:], instant(reach + DAY, dt.time(0), clock.zone)]
    return Steps(starts, ends).where(lambda start, end: end > opens and start < closes)


def instant(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> int:
    """Seconds of UTC since 1970 when the clock shows this; the first time it does, or the jump over it."""
    return int(dt.datetime.combine(day, time, zone).timestamp())


def local(moment: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, zone)


def missing(steps: Steps[int], readings: Iterable[int]) -> list[Run[int]]:
    """Runs of clock steps without a reading; readings are seconds of UTC in any order."""
    seen = [False] * len(steps)
    for moment in readings:
        number = bisect_right(steps.starts, moment) - 1
        if number >= 0 and moment < steps.ends[number]:
            seen[number] = True
    return list(_runs(steps, seen))


def missing_days(steps: Steps[dt.date], readings: Iterable[dt.date], unit: Calendar) -> list[Run[dt.date]]:
    """Runs of calendar steps without a reading; readings are business days in any order."""
    held = {step_start(day, unit) for day in readings}
    return list(_runs(steps, [start in held for start in steps.starts]))


def is_open(clock: Clock, start: int, end: int) -> bool:
    """Whether the place is open at any moment of the step."""
    if clock.hours is None:
        return True
    day = local(start, clock.zone).date()
    for one in (day - DAY, day, day + DAY):
        hours = clock.hours[one.weekday()]
        if hours is None:
            continue
        opens, closes = (_minutes(text) for text in hours)
        if closes <= opens:
            closes += 24 * 60
        midnight = instant(one, dt.time(0), clock.zone)
        if start < midnight + closes * 60 and end > midnight + opens * 60:
            return True
    return False


def is_open_day(clock: Clock, day: dt.date) -> bool:
    return clock.hours is None or clock.hours[day.weekday()] is not None


def resolution(every: int) -> int:
    """Readings may be rounded down to this many seconds of UTC without leaving their step."""
    return math.gcd(every, SHIFT)


def _day_steps(day: dt.date, every: int, zone: zoneinfo.ZoneInfo) -> Iterator[int]:
    opens, closes = instant(day, dt.time(0), zone), instant(day + DAY, dt.time(0), zone)
    plain = _offset(opens, zone)
    if closes - opens == DAY_SECONDS and _offset(closes - 1, zone) == plain and (opens + plain) % every == 0:
        yield from range(opens, closes, every)
        return
    before: tuple[int, int] | None = None
    for moment in range(opens, closes, resolution(every)):
        offset = _offset(moment, zone)
        step = ((moment + offset) // every, offset if every <= HOUR_SECONDS else 0)
        if step != before:
            yield moment
        before = step


def _offset(moment: int, zone: zoneinfo.ZoneInfo) -> int:
    ahead = local(moment, zone).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def _minutes(clock_face: str) -> int:
    hours, minutes = clock_face.split(":")
    return int(hours) * 60 + int(minutes)


def _runs[T: (int, dt.date)](steps: Steps[T], seen: Sequence[bool]) -> Iterator[Run[T]]:
    first = 0
    for number, there in enumerate([*seen, True]):
        if not there:
            continue
        if number > first:
            yield Run(steps.starts[first], steps.starts[number - 1], number - first)
        first = number + 1
