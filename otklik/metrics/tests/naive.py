"""The slow and obvious computation: formulas over Python lists of events, for comparison with everything faster."""

from collections.abc import Iterable, Sequence

from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import matches
from otklik.metrics.core.formula import Formula, ServedTotal, Slice
from otklik.metrics.core.results import Reason, Result
from otklik.metrics.core.served import Figure, served_of_unit


def rated(values: Iterable[float | None], subject: str = "q", **more) -> list[Event]:
    return [Event(kind="rating", subject=subject, value=value, place=1, **more) for value in values]


def served(value: float, source: str | None = "manual", **more) -> Event:
    return Event(
        kind="served", value=value, attrs={"source": source} if source else {}, **{"place": 1, **more}
    )


def plain(formula: Formula, events: Sequence[Event]) -> Result:
    """A formula without a served count over all `events`."""
    return formula.result(Slice({name: measure.of(events) for name, measure in formula.measures().items()}))


def over_served(formula: Formula, events: Sequence[Event], *, points_only: bool = False) -> Result:
    """A served-based formula: unit by unit, place × business day (or point × day)."""
    units: dict[tuple[int | None, ...], list[Event]] = {}
    for event in events:
        key = (event.place, event.day, event.point) if points_only else (event.place, event.day)
        units.setdefault(key, []).append(event)
    known = {}
    for key, mine in units.items():
        found = served_of_unit(
            figures(formula, mine), [source.code for source in formula.sources], points_only=points_only
        )
        if found is not None:
            known[key] = found
    inside = [event for key in known for event in units[key]]
    measures = formula.measures()
    without = {
        name: sum(1 for key, mine in units.items() if key not in known and (measure.of(mine) or 0) > 0)
        for name, measure in measures.items()
    }
    total = ServedTotal(
        sum(known.values()) if known else None, len(known), None if known else Reason.NO_SERVED, without
    )
    return formula.result(
        Slice(
            {name: measure.of(events) for name, measure in measures.items()},
            {name: measure.of(inside) for name, measure in measures.items()},
            total,
        )
    )


def figures(formula: Formula, events: Iterable[Event]) -> list[Figure]:
    return [
        Figure(event.point, source.code, 1.0 if source.counted else event.value)
        for event in events
        for source in formula.sources
        if (source.counted or event.value is not None) and matches(source.filter, event)
    ]
