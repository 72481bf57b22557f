"""The events themselves: a page of them, newest first, by conditions."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from otklik.company.models import Employee, Place, Point
from otklik.events.personal import Everything, Reading
from otklik.events.reader import COLUMNS, SELECTED
from otklik.metrics import anonymous
from otklik.metrics.core.filters import EVERYTHING, Compare, Filter
from otklik.metrics.queries import Slicing
from otklik.metrics.record import asked_anew, open_record
from otklik.metrics.sql import condition, one_of

LOOKED_AT_FIRST = (1, 7)


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor` continues with older events; None at the end."""

    events: list[dict[str, Any]]
    cursor: int | None


def events(
    slicing: Slicing,
    *,
    among: Filter = EVERYTHING,
    before: int | None = None,
    limit: int = 100,
    readable: Reading | None = None,
) -> Page:
    """Events of a slicing that also meet `among`, in falling order of acceptance, older than the cursor `before`.

    What `readable` keeps back of the attributes is named in `hidden`.
    """
    said = [anonymous.shown_sql(), *(condition(node) for node in (slicing.condition, among))]
    if slicing.subject:
        said.append(condition(Compare("subject", "in", slicing.subject)))
    if slicing.places is not None:
        said.append(one_of("place", sorted(slicing.places)))
    if before is not None:
        said.append(f"seq < {int(before)}")
    rows = asked_anew(lambda: _rows(slicing, " AND ".join(said), limit + 1))
    shown = rows[:limit]
    return Page(_named(shown, readable or Everything()), shown[-1][0] if len(rows) > limit else None)


def newest(slicing: Slicing, among: Filter, limit: int) -> list[dict[str, Any]]:
    """Events of the newest business days that have `limit` of them: the last day is looked at first, then the week, then all days."""
    for days in LOOKED_AT_FIRST:
        first = max(slicing.first_day, slicing.last_day - dt.timedelta(days=days - 1))
        found = events(replace(slicing, first_day=first), among=among, limit=limit).events
        if len(found) == limit or first == slicing.first_day:
            return found
    return events(slicing, among=among, limit=limit).events


def _rows(slicing: Slicing, said: str, limit: int) -> Sequence[tuple[Any, ...]]:
    """The newest rows; the heavy columns are read after the rows are found."""
    with open_record(slicing.first_day, slicing.last_day) as record:
        raw = record.relations(set()).raw
        newest = f"SELECT seq FROM ({raw}) WHERE {said} ORDER BY seq DESC LIMIT {int(limit)}"
        return record.fetch(f"SELECT {SELECTED} FROM ({raw}) WHERE seq IN ({newest}) ORDER BY seq DESC")[1]


def _named(rows: Sequence[tuple[Any, ...]], readable: Reading) -> list[dict[str, Any]]:
    """Rows as JSON-ready objects, with codes for ids and local times."""
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    for row in found:
        held = json.loads(row["attrs"]) if row["attrs"] else {}
        row["attrs"], hidden = readable.attributes(held, row["place"])
        if hidden:
            row["hidden"] = hidden
    for name, model in (("place", Place), ("point", Point), ("employee", Employee)):
        ids = {row[name] for row in found if row[name] is not None}
        codes = dict(model.objects.filter(pk__in=ids).values_list("pk", "code"))
        for row in found:
            row[name] = codes.get(row[name], row[name])
    for row in found:
        zone = dt.timezone(dt.timedelta(minutes=row.pop("utc_offset")))
        row["at"] = row["at"].replace(tzinfo=dt.UTC).astimezone(zone).isoformat()
        row["received"] = row["received"].replace(tzinfo=dt.UTC).isoformat()
        row["day"] = row["day"].isoformat()
    return found
