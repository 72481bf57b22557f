"""The event record as this room needs it: relations over a span of days and a way to run a statement."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from otklik.metrics.planner import Relations


class Record(Protocol):
    """Where measures are computed. One statement sees one state of the record."""

    def relations(self, first_day: dt.date, last_day: dt.date, day_columns: set[str]) -> Relations:
        """The record over business days first…last; day tables where they have all of `day_columns`."""

    def fetch(self, sql: str) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
        """Names of the columns and the rows."""


@contextmanager
def open_record() -> Iterator[Record]:
    """This process's record."""
    raise NotImplementedError
    yield
