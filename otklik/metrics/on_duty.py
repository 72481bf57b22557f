"""Shifts beside events: in which shift of its employee an event happened.

An employee is never in two shifts at once, so employee and moment tell the shift. Events outside of any shift have none.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from otklik.company.models import Shift

DAY_US = 86_400_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FOR_EVER = 2**62


@dataclass(frozen=True, eq=False)
class Duty:
    """`rows`: employee, begin, end (µs since 1970 UTC; an open shift ends never), number of the shift."""

    rows: NDArray[np.int64]

    @classmethod
    def read(cls, days: tuple[int, int] | None) -> "Duty":
        """Shifts that touch business days first…last, wherever on earth; None: all."""
        found = Shift.objects.order_by("employee", "start")
        if days is not None:
            first, last = (EPOCH + dt.timedelta(days=day) for day in (days[0] - 1, days[1] + 3))
            found = found.filter(Q(end=None) | Q(end__gt=first), start__lt=last)
        rows = [
            (employee, _us(start), FOR_EVER if end is None else _us(end), pk)
            for employee, start, end, pk in found.values_list("employee", "start", "end", "pk").iterator()
        ]
        return cls(np.array(rows, np.int64).reshape(-1, 4))

    def columns(self) -> Mapping[str, NDArray[Any]]:
        names = ("employee", "begins", "ends", "shift")
        return {name: np.ascontiguousarray(self.rows[:, number]) for number, name in enumerate(names)}

    def stamp(self, day: int) -> str:
        """Changes when a shift does that an event of the business day may lie in."""
        begins, ends = self.rows[:, 1], self.rows[:, 2]
        near = (begins < (day + 3) * DAY_US) & (ends > (day - 1) * DAY_US)
        return hashlib.blake2s(np.ascontiguousarray(self.rows[near]).tobytes(), digest_size=12).hexdigest()


def beside(raw: str, table: str | None) -> str:
    """SQL of events with a column `shift`; `table` has a `Duty`'s columns, None where there are no shifts."""
    if table is None:
        return f"SELECT *, NULL::BIGINT AS shift FROM ({raw})"
    return (
        'SELECT e.*, CASE WHEN epoch_us(e."at") < d.ends THEN d.shift END AS shift '
        f'FROM ({raw}) e ASOF LEFT JOIN {table} d ON e.employee = d.employee AND epoch_us(e."at") >= d.begins'
    )


def _us(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(microseconds=1)
