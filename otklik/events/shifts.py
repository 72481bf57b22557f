"""Who stood at a point at a moment. Recent shifts are at hand; older ones are read when an event asks for them."""

import bisect
import collections
import datetime as dt
import threading

from django.db.models import Min, Q

from otklik.company.models import Shift
from otklik.events.clock import DAY, microseconds, moment

RECENT_DAYS = 40
CHUNK = 32 * DAY
FOR_EVER = 2**62

type Spans = list[tuple[int, int, int, int]]  # (start, end, employee, latest end so far), by start


class NotAtHand(Exception):  # noqa: N818  # not an error: the caller goes to a thread and asks again
    """The answer lies in the database, and the event loop may not wait for it."""


class ShiftBook:
    """Shifts by point. `waits=False` raises NotAtHand instead of reading the database."""

    def __init__(self, since: int, recent: dict[int, Spans], oldest: dict[int, int]) -> None:
        self._since = since
        self._recent = recent
        self._oldest = oldest
        self._chunks: dict[tuple[int, int], Spans] = {}
        self._lock = threading.Lock()

    @classmethod
    def read(cls) -> "ShiftBook":
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=RECENT_DAYS)
        recent = _read(Q(end=None) | Q(end__gt=since))
        oldest = Shift.objects.values("point").annotate(first=Min("start")).values_list("point", "first")
        return cls(microseconds(since), recent, {point: microseconds(first) for point, first in oldest})

    def at(self, point: int, at: int, *, waits: bool) -> int | None:
        """The employee at the point; of overlapping shifts the one that began last."""
        first = self._oldest.get(point)
        if first is None or at < first:
            return None
        if at >= self._since:
            return _covering(self._recent.get(point), at)
        key = (point, at // CHUNK)
        spans = self._chunks.get(key)
        if spans is None:
            if not waits:
                raise NotAtHand
            spans = self._read_chunk(key)
        return _covering(spans, at)

    def _read_chunk(self, key: tuple[int, int]) -> Spans:
        point, chunk = key
        start, end = moment(chunk * CHUNK), moment((chunk + 1) * CHUNK)
        spans = _read(Q(point=point, start__lt=end) & (Q(end=None) | Q(end__gt=start))).get(point, [])
        with self._lock:
            if len(self._chunks) > 20_000:
                self._chunks.clear()
            self._chunks[key] = spans
        return spans


def _read(condition: Q) -> dict[int, Spans]:
    found: dict[int, Spans] = collections.defaultdict(list)
    rows = Shift.objects.filter(condition).order_by("start", "pk")
    for point, start, end, employee in rows.values_list("point_id", "start", "end", "employee_id").iterator():
        spans = found[point]
        until = FOR_EVER if end is None else microseconds(end)
        latest = max(until, spans[-1][3]) if spans else until
        spans.append((microseconds(start), until, employee, latest))
    return dict(found)


def _covering(spans: Spans | None, at: int) -> int | None:
    if spans:
        for position in range(bisect.bisect_right(spans, at, key=_start) - 1, -1, -1):
            _, end, employee, latest = spans[position]
            if at < end:
                return employee
            if latest <= at:
                return None
    return None


def _start(span: tuple[int, int, int, int]) -> int:
    return span[0]
