"""A timeline as a table with typed columns, for the page, for Excel and for CSV."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.utils.translation import gettext as _

from otklik.dashboards import words
from otklik.dashboards.timeline.columns import Columns
from otklik.dashboards.timeline.data import Line, Timeline
from otklik.dashboards.timeline.present import about
from otklik.metrics.core.results import Unit

type Cell = float | dt.date | dt.datetime | str | None


class Type(StrEnum):
    STEP = "step"  # a day, or a local hour
    SHARE = "share"  # 0…1, to be shown as per cent
    NUMBER = "number"
    MONEY = "money"
    SECONDS = "seconds"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """`line` numbers the line of the timeline; None is the axis itself. `part`: value, low, high, n, other, note."""

    title: str
    type: Type
    digits: int
    line: int | None
    part: str


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[Column]
    rows: list[list[Cell]]


TYPES = {Unit.SHARE: Type.SHARE, Unit.MONEY: Type.MONEY, Unit.SECONDS: Type.SECONDS, Unit.COUNT: Type.COUNT}


def title(line: Line, default_place: str) -> str:
    more = about(line, default_place)
    return f"{line.indicator.name} · {more}" if more else str(line.indicator.name)


def table(found: Timeline, *, default_place: str = "", intervals: bool = True) -> Table:
    """Rows are steps. Each line has its value, bounds of the interval, n, and what it is compared with where it is."""
    columns = [Column(_("When"), Type.STEP, 0, None, "step")]
    readers: list[Callable[[int], Cell]] = [lambda number: found.steps[number]]
    for number, line in enumerate(found.lines):
        name, unit = title(line, default_place), line.indicator.definition.unit
        kind, digits = TYPES.get(unit, Type.NUMBER), words.PLAIN_DIGITS.get(unit, 1)
        parts = [("value", name, kind)]
        if intervals and not np.all(np.isnan(line.columns.low)):
            parts += [
                ("low", f"{name}: {_('Lower bound')}", kind),
                ("high", f"{name}: {_('Upper bound')}", kind),
            ]
        parts.append(("n", f"{name}: n", Type.COUNT))
        for part, text, type_ in parts:
            columns.append(Column(text, type_, digits, number, part))
            readers.append(_reader(line.columns, part))
        if line.other is not None:
            other = found.against.name if found.against else _("before")
            columns.append(Column(f"{name}: {other}", kind, digits, number, "other"))
            readers.append(_reader(line.other, "value"))
    if found.unfinished is not None:
        columns.append(Column(_("Note"), Type.TEXT, 0, None, "note"))
        readers.append(lambda number: _("not over yet") if number == found.unfinished else None)
    rows = [[read(number) for read in readers] for number in range(len(found.steps))]
    return Table(columns, rows)


def _reader(columns: Columns, part: str) -> Callable[[int], Cell]:
    numbers = {"value": columns.value, "low": columns.low, "high": columns.high, "n": columns.n}[part]
    held: list[float] = numbers.tolist()

    def read(number: int) -> Cell:
        one = held[number]
        return None if math.isnan(one) else one

    return read
