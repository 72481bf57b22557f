"""When a colour counts as changed: no colour hides the last one, few answers and short flickers change nothing."""

import datetime as dt
from dataclasses import dataclass, replace

from otklik.metrics.core.steps import calendar_of, step_end, step_start
from otklik.metrics.core.thresholds import Colour, PeriodKind

GREY = Colour.GREY


@dataclass(frozen=True, slots=True)
class Patience:
    """A colour needs `least_n` answers, and must last `minutes`, before it counts. Zero: at once."""

    least_n: float = 0
    minutes: float = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one indicator, place and kind of period.

    `colour` is shown (grey: nothing to colour), `last` is the last colour that was not grey (grey: there was none yet),
    `since` when `colour` began, `coloured` the first day of the period in which a colour was seen last. `waiting` is a
    colour that has been seen from `waiting_since` on and does not count yet.
    """

    first: dt.date  # first day of the period
    since: dt.datetime
    colour: Colour = GREY
    last: Colour = GREY
    coloured: dt.date | None = None
    waiting: Colour | None = None
    waiting_since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the record says now."""

    first: dt.date
    colour: Colour
    n: float
    at: dt.datetime


def step(held: Held, seen: Seen, patience: Patience) -> tuple[Held, bool]:
    """What is known after a look, and whether it is a change worth a row.

    A period that begins without anything to colour keeps the colour of the one before; within a period a colour
    that is lost (all its events withdrawn) becomes grey, and `last` remembers it.
    """
    calm = replace(held, first=seen.first, waiting=None, waiting_since=None)
    if seen.colour is GREY:
        if held.colour is GREY or held.coloured != seen.first:
            return calm, False
        return replace(calm, since=seen.at, colour=GREY), True
    if seen.n < patience.least_n:
        return calm, False
    calm = replace(calm, coloured=seen.first)
    if seen.colour is held.colour:
        return calm, False
    if patience.minutes and held.colour is not GREY:
        since = held.waiting_since if held.waiting is seen.colour and held.waiting_since else seen.at
        if seen.at - since < dt.timedelta(minutes=patience.minutes):
            return replace(calm, waiting=seen.colour, waiting_since=since), False
    return replace(calm, since=seen.at, colour=seen.colour, last=seen.colour), True


def first_day(kind: PeriodKind, day: dt.date) -> dt.date:
    """The first day of the calendar period that holds `day`."""
    return step_start(day, calendar_of(kind))


def last_day(kind: PeriodKind, first: dt.date) -> dt.date:
    """The last day of the calendar period that begins on `first`."""
    return step_end(first, calendar_of(kind))
