"""The product's queries beside SQL that an expert would write by hand over the same files."""

import datetime as dt
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from bench.data import END, EPOCH
from otklik.events.store import EventStore, Reader

if TYPE_CHECKING:
    from otklik.metrics.table import Table

# Twenty indicators of the built-in catalogue: served-based, questions, process, sales.
CODES = (
    "support", "criticality", "response_rate", "served", "nps", "csat", "csat_mean", "dissatisfied", "ces2", "ces2_mean",
    "ces2_net", "answers", "contacts", "contact_time", "consultations", "complaints", "receipts", "revenue",
    "average_receipt", "refunds",
)  # fmt: skip
PERIODS = {"2 days": 2, "a month": 30}
REPEATS = 5

# The measures of the twenty indicators per place, in one pass; days without a served count leave the served ratios.
BY_HAND = """
WITH unit AS (
  SELECT place, day,
    sum(value) FILTER (WHERE kind = 'served' AND attrs->>'source' = 'till') AS served,
    count(*) FILTER (WHERE service) AS ratings,
    count(*) FILTER (WHERE service AND value = 5) AS highest,
    count(*) FILTER (WHERE recommend AND value BETWEEN 0 AND 10) AS nps_n,
    count(*) FILTER (WHERE recommend AND value BETWEEN 9 AND 10) AS promoters,
    count(*) FILTER (WHERE recommend AND value BETWEEN 0 AND 6) AS detractors,
    count(*) FILTER (WHERE csat AND value BETWEEN 1 AND 5) AS csat_n,
    count(*) FILTER (WHERE csat AND value BETWEEN 4 AND 5) AS csat_top,
    count(*) FILTER (WHERE csat AND value BETWEEN 1 AND 2) AS csat_bottom,
    sum(value) FILTER (WHERE csat AND value BETWEEN 1 AND 5) AS csat_sum,
    sum(value * value) FILTER (WHERE csat AND value BETWEEN 1 AND 5) AS csat_squares,
    count(*) FILTER (WHERE effort AND value BETWEEN 1 AND 7) AS ces_n,
    count(*) FILTER (WHERE effort AND value BETWEEN 5 AND 7) AS ces_easy,
    count(*) FILTER (WHERE effort AND value BETWEEN 6 AND 7) AS ces_very_easy,
    count(*) FILTER (WHERE effort AND value BETWEEN 1 AND 3) AS ces_hard,
    sum(value) FILTER (WHERE effort AND value BETWEEN 1 AND 7) AS ces_sum,
    sum(value * value) FILTER (WHERE effort AND value BETWEEN 1 AND 7) AS ces_squares,
    count(*) FILTER (WHERE kind IN ('rating', 'answer')) AS answers,
    count(*) FILTER (WHERE kind = 'visit') AS contacts,
    count((attrs->>'duration')::DOUBLE) FILTER (WHERE kind = 'visit') AS contact_n,
    sum((attrs->>'duration')::DOUBLE) FILTER (WHERE kind = 'visit') AS contact_time,
    sum((attrs->>'duration')::DOUBLE ** 2) FILTER (WHERE kind = 'visit') AS contact_squares,
    count(*) FILTER (WHERE kind = 'consultation') AS consultations,
    count(*) FILTER (WHERE kind = 'message' AND attrs->>'tone' = 'negative') AS complaints,
    count(*) FILTER (WHERE sale) AS receipts,
    sum(value) FILTER (WHERE sale) AS sales,
    sum(value * value) FILTER (WHERE sale) AS sales_squares,
    count(*) FILTER (WHERE refund) AS refunds,
    sum(abs(value)) FILTER (WHERE refund) AS refunded
  FROM (
    SELECT place, day, kind, value, attrs,
      subject = 'service' AND kind IN ('rating', 'answer') AS service,
      subject IN ('recommend', 'recommend-invited') AND kind IN ('rating', 'answer') AS recommend,
      subject = 'satisfaction' AND kind IN ('rating', 'answer') AS csat,
      subject = 'effort' AND kind IN ('rating', 'answer') AS effort,
      kind = 'receipt' AND attrs->>'operation' = 'sale' AS sale,
      kind = 'receipt' AND attrs->>'operation' = 'refund' AS refund
    FROM {events})
  GROUP BY place, day)
SELECT place, sum(served), sum(ratings) FILTER (WHERE served IS NOT NULL), sum(highest) FILTER (WHERE served IS NOT NULL),
  sum(nps_n), sum(promoters), sum(detractors), sum(csat_n), sum(csat_top), sum(csat_bottom), sum(csat_sum), sum(csat_squares),
  sum(ces_n), sum(ces_easy), sum(ces_very_easy), sum(ces_hard), sum(ces_sum), sum(ces_squares), sum(answers), sum(contacts),
  sum(contact_n), sum(contact_time), sum(contact_squares), sum(consultations), sum(complaints), sum(receipts), sum(sales),
  sum(sales_squares), sum(refunds), sum(refunded)
FROM unit GROUP BY place ORDER BY place"""
CHECKED = {"served": 1, "answers": 18, "contacts": 19, "receipts": 25, "refunds": 28}  # code → column above


@dataclass(frozen=True, slots=True)
class Timing:
    """Median and worst of several warm runs, and the median of the CPU time of all cores; milliseconds.

    What others do on the machine lengthens the runs, but hardly the CPU time.
    """

    median: float
    worst: float
    cpu: float = 0.0

    @classmethod
    def of(cls, work: Callable[[], Any], repeats: int = REPEATS) -> "Timing":
        work()
        spent, busy = [], []
        for _ in range(repeats):
            started, used = time.perf_counter(), time.process_time()
            work()
            spent.append((time.perf_counter() - started) * 1000)
            busy.append((time.process_time() - used) * 1000)
        return cls(statistics.median(spent), max(spent), statistics.median(busy))


@dataclass(frozen=True, slots=True)
class Answered:
    """Twenty indicators for 1,000 places over one period: value, base, flags and colour of every cell.

    `day_table_results` also makes each of the 20,000 results with its parts.
    """

    period: str
    by_hand: Timing
    raw: Timing
    raw_sql: Timing
    day_table: Timing
    day_table_sql: Timing
    day_table_results: Timing

    @property
    def sql_ratio(self) -> float:
        """The product's SQL alone against SQL by hand: the formulas' share grows with the answer, not with the events."""
        return self.raw_sql.median / self.by_hand.median

    @property
    def ratio(self) -> float:
        """The product from raw events against SQL by hand."""
        return self.raw.median / self.by_hand.median


def span(days: int) -> tuple[dt.date, dt.date]:
    return END - dt.timedelta(days=days - 1), END


def by_hand(reader: Reader) -> list[tuple[Any, ...]]:
    return reader.execute(BY_HAND.format(events=reader.events()))


class _Question:
    """The product asked for the twenty indicators over one period, from raw events alone or with day tables."""

    def __init__(self, store: EventStore, period: str, *, raw: bool) -> None:
        from otklik.metrics.definitions import indicators
        from otklik.metrics.queries import Slicing

        first, last = span(PERIODS[period])
        self._store, self._raw = store, raw
        self._slicing, self._known = Slicing(first, last, by=("place",)), indicators()
        self.in_sql: list[float] = []

    def answer(self) -> "Table":
        from otklik.metrics.planner import Relations
        from otklik.metrics.queries import table
        from otklik.metrics.record import StoreRecord

        question = self

        class Clocked(StoreRecord):
            def relations(self, day_columns: set[str]) -> Relations:
                return super().relations(set() if question._raw else day_columns)

            def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
                started = time.perf_counter()
                found = super().arrays(sql)
                question.in_sql.append((time.perf_counter() - started) * 1000)
                return found

        first, last = (self._slicing.first_day - EPOCH).days, (self._slicing.last_day - EPOCH).days
        with self._store.reader(first, last) as reader:
            return table(CODES, self._slicing, record=Clocked(reader))

    def cells(self) -> None:
        """Value, base, flags and colour of all cells, by columns."""
        from otklik.metrics.core.thresholds import colours

        answer = self.answer()
        for code in CODES:
            column, one = answer.column(code), self._known[code]
            colours(column.value, one.limits, one.definition.direction)

    def results(self) -> None:
        """All results one by one, with their parts."""
        for row in self.answer().rows():
            for code in CODES:
                _ = row.results[code].value

    def timed(self) -> tuple[Timing, Timing]:
        """Of all cells, and of the database's share."""
        self.in_sql.clear()
        whole = Timing.of(self.cells)
        return whole, Timing(statistics.median(self.in_sql[1:]), max(self.in_sql[1:]))


def measure(store: EventStore, period: str) -> Answered:
    """Time one period. Raises AssertionError where the product and the SQL disagree."""
    raw, tabled = _Question(store, period, raw=True), _Question(store, period, raw=False)

    def hand() -> list[tuple[Any, ...]]:
        first, last = span(PERIODS[period])
        with store.reader((first - EPOCH).days, (last - EPOCH).days) as reader:
            return by_hand(reader)

    _agree(hand(), raw.answer())
    _agree(hand(), tabled.answer())
    return Answered(period, Timing.of(hand), *raw.timed(), *tabled.timed(), Timing.of(tabled.results))


def _agree(hand: list[tuple[Any, ...]], answer: "Table") -> None:
    """The comparison is only fair while both say the same."""
    ours = {row.keys["place"]: row.results for row in answer.rows()}
    assert len(ours) == len(hand), f"{len(ours)} places against {len(hand)}"
    for line in hand:
        for code, column in CHECKED.items():
            value = ours[line[0]][code].value or 0
            assert abs(value - (line[column] or 0)) < 1e-6, (
                f"{code} of place {line[0]}: {value} against {line[column]}"
            )


def drill_down(store: EventStore) -> Timing:
    """One point's last day: all its events, as the page of events shows them."""
    day = (END - EPOCH).days

    def read() -> list[tuple[Any, ...]]:
        with store.reader(day, day) as reader:
            return reader.execute(
                f'SELECT * FROM {reader.events()} WHERE place = 500 AND point = 1499 ORDER BY "at"'
            )

    assert read(), "the point has no events"
    return Timing.of(read)
