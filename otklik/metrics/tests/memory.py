"""A record in memory: a DuckDB table of events, day tables made of some of its days."""

import contextlib
import json
from collections.abc import Iterable

import duckdb

from otklik.metrics.core.events import Event
from otklik.metrics.core.measures import Measure
from otklik.metrics.planner import Plan, Relations, statement
from otklik.metrics.sql import aggregate
from otklik.metrics.summed import relation

TABLE = """CREATE TABLE events (seq BIGINT, "at" TIMESTAMP, utc_offset SMALLINT, day DATE, place INTEGER, point INTEGER,
employee INTEGER, shift BIGINT, kind VARCHAR, subject VARCHAR, value DOUBLE, session VARCHAR, attrs VARCHAR, via VARCHAR)"""


class MemoryRecord:
    """`tabled` days are answered from a day table with `columns`; the others from events."""

    def __init__(
        self, events: Iterable[Event], *, columns: Iterable[Measure] = (), tabled: Iterable[int] = ()
    ) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 1})
        self.connection.execute(TABLE)
        rows = [row_of(number, event) for number, event in enumerate(events)]
        if rows:
            marks = ", ".join(f"({', '.join('?' * 14)})" for _row in rows)
            self.connection.execute(
                f"INSERT INTO events VALUES {marks}", [value for row in rows for value in row]
            )
        self.columns = {measure.key: aggregate(measure) for measure in columns}
        days = ", ".join(str(day) for day in tabled) or "-1"
        self.tabled = f"day - DATE '1970-01-01' IN ({days})"
        made = "".join(f", {expression} AS {key}" for key, expression in self.columns.items())
        self.connection.execute(
            f"CREATE TABLE days AS SELECT day, place, point{made} FROM events WHERE {self.tabled} GROUP BY ALL"
        )

    def relations(self, day_columns: set[str]) -> Relations:
        if not day_columns or not day_columns <= set(self.columns):
            return Relations("FROM events")
        return Relations("FROM events", "FROM days", f"SELECT * FROM events WHERE NOT ({self.tabled})")

    def arrays(self, sql: str):
        found = self.connection.execute(sql)
        dates = [name for name, kind, *_rest in found.description if kind == "DATE"]
        arrays = found.fetchnumpy()
        return {**arrays, **{name: arrays[name].astype("datetime64[D]") for name in dates}}

    def keep(self, columns):
        self.kept += 1
        self.connection.register(f"kept_{self.kept}", dict(columns))
        return f"kept_{self.kept}"

    def wide(self, before, after):
        return self

    def stamps(self):
        """Every day, none of them settled, so that sums of derived rows are made and not kept."""
        days = self.connection.execute("SELECT DISTINCT day - DATE '1970-01-01' FROM events").fetchall()
        return {day: None for (day,) in days}

    def intact(self, day):
        return True

    def on_duty(self, raw):
        return raw  # the table has the column

    def duty_stamp(self, day):
        return ""

    def events_of_a_day(self):
        return 0

    sums = None
    days = None
    kept = 0

    def answer(self, plan: Plan):
        rows = {rule: relation(rule, plan, self) for rule in plan.derived}
        wanted = plan.day_columns if plan.day_table_fits else set()
        return self.arrays(statement(plan, self.relations(wanted), rows))


def row_of(number: int, event: Event):
    from datetime import UTC, date, datetime, timedelta

    at = datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(microseconds=event.at)
    day = date(1970, 1, 1) + timedelta(days=event.day)
    attrs = json.dumps(event.attrs, ensure_ascii=False) if event.attrs else None
    said = (event.kind, event.subject, event.value, event.session, attrs, event.via)
    return (number, at, 0, day, event.place, event.point, event.employee, event.shift, *said)


@contextlib.contextmanager
def closing(record: MemoryRecord):
    try:
        yield record
    finally:
        record.connection.close()
