"""What a definition would cost before it runs: how many events it reads, and about how long that takes here.

Events are counted from the files' own statistics; how fast this machine reads, opens attributes and sorts is measured once
per process on a small table. A figure of the cost is a guess, and shown as such.
"""

import datetime as dt
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.utils.translation import gettext as _

from otklik.events.reader import Reader
from otklik.metrics.core.filters import attribute_name
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.reach import all_kinds, fields_of
from otklik.metrics.declared import Indicator
from otklik.metrics.issue import Issue, Severity
from otklik.metrics.queries import Slicing, behind
from otklik.web import formats

EPOCH = dt.date(1970, 1, 1)
DEAR_SECONDS = 5.0  # from here on the editor asks first
LEAST_SECONDS = 0.1
PROBE_ROWS = 100_000
FIXED_SECONDS = 0.02
SAMPLE_ROWS, KEEP_SECONDS = 200_000, 300.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds per event of this machine: to read and count it, to open its attributes, to sort it once."""

    read: float
    open: float
    sort: float


@dataclass(frozen=True, slots=True)
class Cost:
    """`events` that are read, `seconds` that it takes, `later` when the day tables have the new measures."""

    events: int
    seconds: float
    later: float
    day_tables: bool
    sorts: bool

    @property
    def dear(self) -> bool:
        return self.seconds >= DEAR_SECONDS

    def sentence(self) -> str:
        """«Прочитает примерно 12 млн событий, около 3 с»."""
        if self.day_tables:
            return _("Reads ready day sums, under 0.1 s.")
        values = {"events": about(self.events), "seconds": _seconds(self.seconds)}
        quick = self.seconds < LEAST_SECONDS
        text = (
            _("Reads about %(events)s events, under 0.1 s")
            if quick
            else _("Reads about %(events)s events, around %(seconds)s")
        ) % values
        if self.later < self.seconds / 3 and not quick:
            text += "; " + _("after day sums are made, %(later)s") % {"later": _about(self.later)}
        return text + "."

    def issue(self) -> Issue | None:
        """A warning before something that is too expensive."""
        if not self.dear:
            return None
        text = _("This is expensive. %(cost)s Choose a shorter period or fewer events, or go on.")
        return Issue("cost", text % {"cost": self.sentence()}, Severity.WARNING)

    def data(self) -> dict[str, Any]:
        return {
            "events": self.events,
            "seconds": round(self.seconds, 3),
            "seconds_later": round(self.later, 3),
            "day_tables": self.day_tables,
            "sorts": self.sorts,
            "expensive": self.dear,
            "text": self.sentence(),
        }


def estimate(one: Indicator, slicing: Slicing, *, passes: int = 1) -> Cost:
    """The cost of an indicator over a slicing, read `passes` times; of a formula over indicators, of all it is made of."""
    from otklik.events.record import get_store

    try:
        formulas = behind(one, slicing)
    except (LookupError, ValueError):
        return Cost(0, 0, 0, day_tables=False, sorts=False)
    first, last = ((day - EPOCH).days for day in (slicing.first_day, slicing.last_day))
    with get_store().reader(first, last) as reader:
        total = sum(_within(segment, first, last) for segment in reader.segments if not segment.damaged)
        total += min(reader.last_seq - reader.sealed_through, 1_000_000) if reader.has_tail else 0
        measures = [measure for formula in formulas for measure in formula.measures().values()]
        taken = total * _share(reader, all_kinds([one.takes for one in measures]))
        keys = {measure.key for measure in measures}
        keys |= {source.measure.key for formula in formulas for source in formula.sources}
        tabled = bool(keys) and all(keys <= one.day_columns for one in reader.segments)
    cost = priced(measures, total, taken, tabled=tabled)
    return replace(cost, seconds=cost.seconds * passes, later=cost.later * passes)


def priced(measures: Sequence[Measure], total: float, taken: float, *, tabled: bool) -> Cost:
    """Seconds for `taken` of `total` events."""
    speed = measured()
    sorts = any(not measure.plain for measure in measures)
    storable = bool(measures) and all(measure.storable for measure in measures)
    attributes = {
        name
        for measure in measures
        for name in (*fields_of(measure.takes), measure.field or "", f"attr.{measure.weight}")
        if attribute_name(name) and name != "attr.None"
    }
    seconds = FIXED_SECONDS + total * speed.read + taken * (speed.read + len(attributes) * speed.open)
    if not storable:
        seconds += taken * speed.sort * max(math.log2(taken + 2) / math.log2(PROBE_ROWS), 0.5)
    later = FIXED_SECONDS + total * speed.read / 50 if storable else seconds
    tabled = tabled and storable
    return Cost(round(taken), later if tabled else seconds, later, day_tables=tabled, sorts=sorts)


def _within(segment: Any, first: int, last: int) -> float:
    """Rows of a segment within the days, as if they were spread evenly."""
    whole = segment.last_day - segment.first_day + 1
    days = min(segment.last_day, last) - max(segment.first_day, first) + 1
    return float(segment.rows * min(max(days / whole, 0), 1))


_lock = Lock()
_shares: dict[Path, tuple[float, dict[str, float]]] = {}


def _share(reader: Reader, kinds: frozenset[str] | None) -> float:
    """Which part of all events the kinds are, by a sample of the newest ones."""
    if kinds is None:
        return 1.0
    shares = _kind_shares(reader)
    return min(sum(shares.get(kind, 0.0) for kind in kinds), 1.0) if shares else 1.0


def _kind_shares(reader: Reader) -> Mapping[str, float]:
    from otklik.events.record import get_store

    root = get_store().root
    with _lock:
        held = _shares.get(root)
        if held is not None and time.monotonic() - held[0] < KEEP_SECONDS:
            return held[1]
    newest = [one for one in reader.segments if not one.damaged][-1:]
    relation = reader.raw(newest) if newest else reader.tail()
    rows = reader.execute(
        f"SELECT kind, count(*) FROM (SELECT kind FROM {relation} LIMIT {SAMPLE_ROWS}) GROUP BY kind"
    )
    whole = sum(count for _kind, count in rows)
    found = {kind: count / whole for kind, count in rows} if whole else {}
    with _lock:
        _shares[root] = (time.monotonic(), found)
    return found


@cache
def measured() -> Speed:
    """How fast this machine is: three statements over a small table in memory, once per process."""
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        connection.execute(
            "CREATE TABLE probe AS SELECT range AS seq, range % 7 AS kind, range * 7919 % 1000003 AS moment, "
            '\'{"a":\' || range || \',"b":"x"}\' AS attrs FROM range('
            f"{PROBE_ROWS})"
        )
        return Speed(
            *(
                _timed(connection, sql) / PROBE_ROWS
                for sql in (
                    "SELECT count(*) FILTER (WHERE kind = 3), sum(seq) FROM probe",
                    "SELECT count(*) FILTER (WHERE json_extract_string(attrs, '$.\"a\"') = '5') FROM probe",
                    "SELECT sum(gap) FROM (SELECT moment - lag(moment) OVER (PARTITION BY kind ORDER BY moment) AS gap FROM probe)",
                )
            )
        )
    finally:
        connection.close()


def _timed(connection: Any, sql: str) -> float:
    """The better of two runs; the first one also binds and warms."""
    best = math.inf
    for _run in range(2):
        started = time.perf_counter()
        connection.execute(sql).fetchall()
        best = min(best, time.perf_counter() - started)
    return best


def about(count: float) -> str:
    """«12 млн», «340 тыс.», «1 200»."""
    for least, text in ((1e9, _("%(n)s billion")), (1e6, _("%(n)s million")), (1e4, _("%(n)s thousand"))):
        if count >= least:
            scaled = count / (1000 if least == 1e4 else least)
            return text % {"n": formats.trimmed(scaled, 1 if scaled < 10 else 0)}
    rounded = round(count, -int(math.log10(count)) + 1) if count >= 100 else count
    return formats.number(rounded)


def _about(value: float) -> str:
    return (
        _("under 0.1 s") if value < LEAST_SECONDS else _("around %(seconds)s") % {"seconds": _seconds(value)}
    )


def _seconds(value: float) -> str:
    if value < 10:
        return _("%(n)s s") % {"n": formats.trimmed(value, 1)}
    return formats.duration(value)
