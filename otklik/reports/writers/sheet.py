"""A worksheet that takes rows as lines of XML: Python's cell-by-cell calls would cost a minute and a half per million rows.

xlsxwriter makes everything else of the file. In its constant-memory mode it keeps finished rows in a temporary file; here
finished rows are put there in bulk.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from otklik.reports.table import Column, Type, Typed
from otklik.reports.writers.safe import looks_like_formula

LONGEST_TEXT = 32_767  # of one cell, in UTF-16 units
MOST_SHARED = 60_000  # different texts of one column that are kept once; beyond, they stand in their cells
SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
DAY_ZERO = dt.date(1899, 12, 30).toordinal()
MOMENT_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # Excel knows no zones
CUT = "…"

type Cell = Callable[[Any, str], str]  # (value, reference) -> XML


class BulkSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no stubs
    """`put(first_row, lines, count)` after the header was written with xlsxwriter's own calls."""

    def put(self, first: int, lines: Sequence[str]) -> None:
        """Add finished rows; `first` is the number of the first of them from 0."""
        self._write_single_row(first)
        self.fh.write("".join(lines))
        last = first + len(lines) - 1
        self.previous_row = last
        self.dim_rowmax: int = last  # rows only grow downwards


class Cells:
    """Makes the XML of a row. `style_of` gives the index of a column's format; `quoted` is the format of risky texts."""

    def __init__(
        self, columns: Sequence[Column], style_of: Callable[[Column], int], quoted: int, shared: Any
    ) -> None:
        self._style_of = style_of
        self._shared = shared  # xlsxwriter's table of shared texts
        self._quoted = quoted
        self._makers = [
            (xl_col_to_name(number), self._maker(column, style_of(column)))
            for number, column in enumerate(columns)
        ]

    def line(self, row: int, values: Sequence[Any]) -> str:
        """`row` counts from 1, as Excel does."""
        cells = [
            make(value, f"{letter}{row}")
            for value, (letter, make) in zip(values, self._makers, strict=True)
            if value is not None
        ]
        return f'<row r="{row}">{"".join(cells)}</row>'

    def _maker(self, column: Column, style: int) -> Cell:
        makers: dict[Type, Callable[[], Cell]] = {
            Type.CODE: lambda: self._inline(style),
            Type.TEXT: lambda: self._text(style),
            Type.VALUE: self._typed,
            Type.FLAG: lambda: _flag(style),
            Type.DATE: lambda: _date(style),
            Type.MOMENT: lambda: _moment(style),
        }
        return makers.get(column.type, lambda: _number(style))()

    def _inline(self, style: int) -> Cell:
        quoted = self._quoted

        def make(value: str, ref: str) -> str:
            text = cut(value)
            used = quoted if looks_like_formula(text) else style
            space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
            return f'<c r="{ref}" s="{used}" t="inlineStr"><is><t{space}>{escaped(text)}</t></is></c>'

        return make

    def _typed(self) -> Cell:
        makers: dict[tuple[Type, int], Cell] = {}

        def make(cell: Typed, ref: str) -> str:
            if cell.value is None:
                return ""
            held = makers.get(cell[1:])
            if held is None:
                column = Column("", "", cell.type, cell.digits)
                held = makers[cell[1:]] = self._maker(column, self._style_of(column))
            return held(cell.value, ref)

        return make

    def _text(self, style: int) -> Cell:
        """Texts that come again are kept once in the file: it is smaller and opens sooner."""
        shared, quoted, inline = self._shared, self._quoted, self._inline(style)
        known: dict[str, str] = {}

        def make(value: str, ref: str) -> str:
            tail = known.get(value)
            if tail is None:
                # xlsxwriter takes a shared text in <r>…</r> for markup of its own
                if len(known) >= MOST_SHARED or value.startswith("<r>"):
                    return inline(value, ref)
                text = cut(value)
                used = quoted if looks_like_formula(text) else style
                number = shared._get_shared_string_index(text)  # noqa: SLF001  # as xlsxwriter's own sheets
                tail = known[value] = f'" s="{used}" t="s"><v>{number}</v></c>'
            else:
                shared.count += 1
            return f'<c r="{ref}{tail}'

        return make


def _flag(style: int) -> Cell:
    return lambda value, ref: f'<c r="{ref}" s="{style}" t="b"><v>{int(value)}</v></c>'


def _date(style: int) -> Cell:
    return lambda value, ref: f'<c r="{ref}" s="{style}"><v>{value.toordinal() - DAY_ZERO}</v></c>'


def _moment(style: int) -> Cell:
    return lambda value, ref: f'<c r="{ref}" s="{style}"><v>{serial(value):.9f}</v></c>'


def _number(style: int) -> Cell:
    def make(value: float, ref: str) -> str:
        return f'<c r="{ref}" s="{style}"><v>{value!r}</v></c>' if math.isfinite(value) else ""

    return make


def serial(moment: dt.datetime) -> float:
    """A moment as Excel counts it: days since 1899-12-30."""
    return (moment.replace(tzinfo=None) - MOMENT_ZERO) / dt.timedelta(days=1)


def cut(text: str) -> str:
    """A text that fits into a cell; what is longer ends with “…”."""
    if len(text) * 2 <= LONGEST_TEXT or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: (LONGEST_TEXT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + CUT


def escaped(text: str) -> str:
    """A text as XML; characters that XML cannot hold as Excel writes them."""
    if SPECIAL.search(text):
        text = SPECIAL.sub(lambda found: f"_x{ord(found[0][0]):04X}_{found[0][1:]}", text)
    return escape(text)
