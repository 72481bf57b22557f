"""A record of any size: a million to a hundred million events over 1,000 places, 3 points each, 90 days.

Events are made by DuckDB from their numbers and written by the store's own sealing: the same sort order, segments, day tables and
manifest as in life. Only the journal is skipped, and the index of ids holds random hashes of the right size and number.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from otklik.events import manifest
from otklik.events.manifest import NewFile
from otklik.events.sealing import RUN_FULL
from otklik.events.segments import FULL_ROWS, Writer
from otklik.events.store import EventStore

PLACES, POINTS, DAYS = 1_000, 3, 90
END = dt.date(2026, 6, 30)
EPOCH = dt.date(1970, 1, 1)
OFFSET = 180  # minutes ahead of UTC

# Share of each kind in 1,000 events.
KINDS = """CASE WHEN pick < 280 THEN 'visit' WHEN pick < 500 THEN 'receipt' WHEN pick < 720 THEN 'rating'
  WHEN pick < 880 THEN 'answer' WHEN pick < 950 THEN 'served' WHEN pick < 985 THEN 'consultation' ELSE 'message' END"""
SUBJECTS = """CASE kind WHEN 'rating' THEN 'service' WHEN 'message' THEN 'queue'
  WHEN 'answer' THEN CASE WHEN other % 3 = 0 THEN 'recommend' WHEN other % 3 = 1 THEN 'satisfaction' ELSE 'effort' END END"""
VALUES = """CASE WHEN kind = 'rating' THEN [5,5,5,5,5,4,4,3,2,1][other % 10 + 1]
  WHEN kind = 'receipt' THEN CASE WHEN other % 50 = 0 THEN -1 ELSE 1 END * (100 + other % 500000 / 100.0)
  WHEN kind = 'served' THEN 20 + other % 30
  WHEN kind = 'answer' THEN CASE subject WHEN 'recommend' THEN [10,10,10,9,9,8,7,6,4,1][other // 7 % 10 + 1]
    WHEN 'satisfaction' THEN 1 + other // 7 % 5 ELSE 1 + other // 7 % 7 END END::DOUBLE"""
ATTRS = """CASE kind WHEN 'visit' THEN '{"duration":' || (30 + other % 400) || '}'
  WHEN 'receipt' THEN '{"operation":"' || CASE WHEN other % 50 = 0 THEN 'refund' ELSE 'sale' END || '","lines":'
    || (1 + other % 6) || ',"units":' || (1 + other % 9) || '}'
  WHEN 'served' THEN '{"source":"till"}'
  WHEN 'consultation' THEN '{"duration":' || (60 + other % 300) || '}'
  WHEN 'message' THEN '{"text":"Долго ждали","tone":"' || CASE WHEN other % 2 = 0 THEN 'negative' ELSE 'positive' END || '"}' END"""


@dataclass(frozen=True, slots=True)
class Size:
    """What was generated: events, seconds, bytes on disk, number of segments."""

    events: int
    seconds: float
    bytes: int
    segments: int


def days_since_epoch(day: dt.date) -> int:
    return (day - EPOCH).days


def events_sql(first: int, last: int, per_day: int, days: int = DAYS) -> str:
    """SQL of the events number `first`…`last`-1 (from 0), `per_day` on each business day."""
    start = END - dt.timedelta(days=days - 1)
    return f"""(
      SELECT seq, 'bench-' || seq AS id, "at", {OFFSET}::SMALLINT AS utc_offset, day, place, point, employee, kind, subject,
        ({VALUES}) AS value, 's' || (seq // 3) AS session, ({ATTRS}) AS attrs, 'import:bench' AS via, "at" AS received
      FROM (SELECT *, ({SUBJECTS}) AS subject FROM (SELECT *, ({KINDS}) AS kind FROM (
        SELECT number + 1 AS seq, DATE '{start}' + (number // {per_day})::INTEGER AS day,
          day::TIMESTAMP + to_microseconds((21600 + (h >> 40) % 43200)::BIGINT * 1000000) AS "at",
          (1 + h % {PLACES})::INTEGER AS place, ((h % {PLACES}) * {POINTS} + 1 + (h >> 12) % {POINTS})::INTEGER AS point,
          ((h % {PLACES}) * 5 + 1 + (h >> 16) % 5)::INTEGER AS employee,
          (h >> 20) % 1000 AS pick, ((h >> 31) % 1000003)::BIGINT AS other
        FROM (SELECT range AS number, hash(range) AS h FROM range({first}, {last}))
      ))))"""  # numbers alone


def generate(store: EventStore, events: int, progress: Callable[[int, int], None], days: int = DAYS) -> Size:
    """Fill an empty store. `store.day_columns` decides what the day tables hold."""
    started = time.perf_counter()
    per_day = max(1, events // days)
    step = max(1, FULL_ROWS // per_day)
    writer = Writer(store.root, store._control, lambda: store.day_columns)
    for first_day in range(0, days, step):
        last_day = min(days, first_day + step)
        source = events_sql(first_day * per_day, last_day * per_day, per_day, days)
        with store.reader() as reader:
            files = writer.segments(reader, source)
        _record(store, files, last_day * per_day)
        progress(last_day * per_day, days * per_day)
    _write_ids(store, writer, days * per_day)
    size = sum(path.stat().st_size for path in store.root.rglob("*") if path.is_file())
    seconds = time.perf_counter() - started
    with store.reader() as reader:
        return Size(days * per_day, seconds, size, len(reader.segments))


def _record(store: EventStore, files: list[NewFile], through: int) -> None:
    cursor = store._control.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    manifest.record(cursor, files)
    manifest.set_sealed_through(cursor, through)
    cursor.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (through,))
    cursor.execute("INSERT INTO sqlite_sequence SELECT 'event', ? WHERE changes() = 0", (through,))
    cursor.execute("COMMIT")


def _write_ids(store: EventStore, writer: Writer, rows: int) -> None:
    rng = np.random.default_rng(11)
    for start in range(0, rows, RUN_FULL):
        count = min(RUN_FULL, rows - start)
        hashes = rng.integers(0, 2**64, size=(count, 2), dtype=np.uint64)
        days = np.full(count, days_since_epoch(END), dtype=np.int32)
        _record(store, [writer.run(hashes, days)], rows)


def found_company() -> None:
    """The catalogue of the benchmark: 1,000 places in 20 regions, their points, people and questions, in one go."""
    from django.db import transaction

    from otklik.company.models import Company, Employee, Place, Point
    from otklik.demo.questions import QUESTIONS
    from otklik.surveys.models import Question

    regions = PLACES // 50
    with transaction.atomic():
        Company.objects.create(pk=1, name="Bench", timezone="Europe/Moscow", served_priority=["till"])
        top = [
            Place(
                pk=PLACES + 1 + n, code=f"r{n}", name=f"Region {n}", kind="region", path=f"/{PLACES + 1 + n}/"
            )
            for n in range(regions)
        ]
        Place.objects.bulk_create(top)
        Place.objects.bulk_create(
            Place(
                pk=n,
                code=f"p{n}",
                name=f"Place {n}",
                parent=top[n % regions],
                path=f"{top[n % regions].path}{n}/",
            )
            for n in range(1, PLACES + 1)
        )
        Point.objects.bulk_create(
            Point(
                pk=n + 1, place_id=1 + n // POINTS, code=f"p{1 + n // POINTS}-{n % POINTS}", name=f"Till {n}"
            )
            for n in range(PLACES * POINTS)
        )
        Employee.objects.bulk_create(
            Employee(pk=n + 1, place_id=1 + n // 5, code=f"e{n}", name=f"Person {n}")
            for n in range(PLACES * 5)
        )
        Question.objects.bulk_create(
            Question(**{name: value for name, value in one.items() if name != "labels"}) for one in QUESTIONS
        )
