"""Reads of served counts: which source holds on each day of each place, and where nothing is known."""

import datetime as dt
from collections.abc import Collection

from otklik.company.models import Company
from otklik.metrics.core.coverage import Told, told
from otklik.metrics.core.served import SOURCES, Figure, ordered_sources
from otklik.metrics.record import asked_anew, open_record
from otklik.metrics.sql import condition, one_of

type Spot = tuple[int, dt.date]
TOUCHED = ("rating", "answer", "receipt", "visit")  # a day with these was a day with clients


def order() -> tuple[str, ...]:
    """Codes of the sources in use, the best first."""
    return tuple(source.code for source in ordered_sources(tuple(Company.current().served_priority or ())))


def served_told(places: Collection[int], first: dt.date, last: dt.date) -> tuple[dict[Spot, Told], set[Spot]]:
    """What is said about each place and day where anybody says anything; the days on which clients came all the same."""
    if not places:
        return {}, set()
    return asked_anew(lambda: _told(places, first, last))


def _told(places: Collection[int], first: dt.date, last: dt.date) -> tuple[dict[Spot, Told], set[Spot]]:
    where = one_of("place", sorted(places))
    cases = " ".join(f"WHEN {condition(one.filter)} THEN '{one.code}'" for one in SOURCES.values())
    with open_record(first, last) as record:
        raw = record.relations(set()).raw
        _columns, rows = record.fetch(
            "SELECT place, day, point, source, fsum(CASE WHEN source IN ('receipts', 'visits') THEN 1 ELSE value END) "
            f"FROM (SELECT place, day, point, value, CASE {cases} END AS source FROM ({raw}) WHERE {where}) "
            "WHERE source IS NOT NULL GROUP BY ALL"
        )
        kinds = ", ".join(f"'{kind}'" for kind in TOUCHED)
        _columns, busy = record.fetch(
            f"SELECT DISTINCT place, day FROM ({raw}) WHERE {where} AND kind IN ({kinds})"
        )
    figures: dict[Spot, list[Figure]] = {}
    for place, day, point, source, value in rows:
        if value is not None:
            figures.setdefault((place, day), []).append(Figure(point, source, value))
    priority = order()
    return {spot: told(mine, priority) for spot, mine in figures.items()}, {
        (place, day) for place, day in busy
    }
