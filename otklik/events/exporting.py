"""Events out of the record into a file, streaming: memory does not grow with the number of events."""

import datetime as dt
from pathlib import Path

from otklik.company.models import Employee, Place, Point
from otklik.events.record import get_store

OPTIONS = {
    "csv": "(FORMAT csv, HEADER true)",
    "parquet": "(FORMAT parquet, COMPRESSION zstd)",
    "ndjson": "(FORMAT json)",
}
EPOCH = dt.date(1970, 1, 1)


def export_events(path: Path, form: str, first: dt.date | None, last: dt.date | None) -> int:
    """Write the events of business days `first`…`last` (both included) in order of time; returns how many.

    Codes stand in place of ids; `at` is UTC, `local` the clock of the place. A file that is there is replaced at the end.
    """
    days = [None if day is None else (day - EPOCH).days for day in (first, last)]
    unfinished = path.with_name(path.name + ".part")
    with get_store().reader(*days) as reader:
        for table, model in (("place", Place), ("point", Point), ("employee", Employee)):
            rows = list(model.objects.values_list("pk", "code"))
            reader.cursor.execute(f"CREATE OR REPLACE TEMP TABLE code_of_{table} (id INTEGER, code VARCHAR)")
            if rows:
                reader.cursor.executemany(f"INSERT INTO code_of_{table} VALUES (?, ?)", rows)  # noqa: S608  # our own names
        sql = _sql(reader.events())
        reader.copy(sql, unfinished, OPTIONS[form])
        count = int(reader.cursor.execute(f"SELECT count(*) FROM {reader.events()}").fetchall()[0][0])  # noqa: S608
    unfinished.replace(path)
    return count


def _sql(events: str) -> str:
    return f"""
        SELECT e.seq, e.id, strftime(e."at", '%Y-%m-%dT%H:%M:%S.%fZ') AS "at",
          strftime(e."at" + to_minutes(e.utc_offset), '%Y-%m-%dT%H:%M:%S.%f') AS local, e.day,
          place.code AS place, point.code AS point, employee.code AS employee, e.kind, e.subject, e.value, e.session,
          e.attrs, e.via, strftime(e.received, '%Y-%m-%dT%H:%M:%S.%fZ') AS received
        FROM {events} AS e
        LEFT JOIN code_of_place AS place ON place.id = e.place
        LEFT JOIN code_of_point AS point ON point.id = e.point
        LEFT JOIN code_of_employee AS employee ON employee.id = e.employee
        ORDER BY e."at", e.seq"""  # noqa: S608  # our own names
