"""Looking at the record: colours of indicators at locations over one period, in one statement."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from otklik.metrics.core.results import Result
from otklik.metrics.core.thresholds import Colour, Limits, PeriodKind, colour
from otklik.metrics.queries import Slicing, values
from otklik.metrics.states.watched import Watched


@dataclass(frozen=True, slots=True)
class Look:
    """What one indicator shows at one location for the period that begins on `first`."""

    code: str
    place: int
    kind: PeriodKind
    first: dt.date
    colour: Colour
    value: float | None
    n: float
    limits: Limits | None


def look(
    watched: Watched,
    codes: Sequence[str],
    places: Collection[int],
    kind: PeriodKind,
    span: tuple[dt.date, dt.date],
) -> Iterator[Look]:
    """Colours over the business days of `span`; a place without events is grey."""
    chosen = [place for place in places if place in watched.locations]
    if not codes or not chosen:
        return
    first, last = span
    rows = values(codes, Slicing(first, last, places=frozenset(chosen), by=("place",)))
    found = {row.keys["place"]: row.results for row in rows}
    for place in chosen:
        results = found.get(place)
        for code in codes:
            yield seen(watched, (code, place, kind), span, results.get(code) if results else None)


def seen(
    watched: Watched,
    key: tuple[str, int, PeriodKind],
    span: tuple[dt.date, dt.date],
    result: Result | None,
) -> Look:
    """The colour of a result by the limits that hold there and then."""
    code, place, kind = key
    one = watched.indicators[code]
    when = watched.limits.when(*span, kind)
    limits = watched.limits.of(one, watched.locations[place].ancestors, when)
    value = result.value if result is not None else None
    return Look(
        code,
        place,
        kind,
        span[0],
        colour(value, limits, one.definition.direction),
        value,
        result.n if result is not None else 0,
        limits,
    )
