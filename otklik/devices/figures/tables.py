"""A whole table, pasted or from a file, as changes of cells: places × days in either direction, or place; day; values.

Everything that is wrong is found at once, each at its row and column; nothing is stored by reading.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from otklik.company.importing.tables import BadFile, Problem, decode
from otklik.company.models import Place
from otklik.devices.figures.dates import WHY as WHY_DAY
from otklik.devices.figures.dates import BadDayError, day_first, parse_day
from otklik.devices.figures.sheets import BadCellError, Sheet
from otklik.devices.figures.xlsx import is_xlsx, read_xlsx
from otklik.web.formats import day as day_text

type Grid = list[list[str]]
TOTALS = {"итого", "всего", "total", "sum", "сумма"}
PLACE_WORDS = {"place", "место", "локация", "location", "магазин", "точка", "код", "code", "адрес"}
DAY_WORDS = {"day", "date", "день", "дата"}
VALUE_WORDS = {"value", "значение", "число", "количество", "показатель"}
MOST_CELLS = 50_000


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell that has something; `row` and `column` from 1, as people count."""

    sheet: Sheet
    place: Place
    day: dt.date
    value: float
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong at a cell; row 0: the table as a whole."""

    row: int
    column: int
    message: str

    @property
    def where(self) -> str:
        """As spreadsheets name a cell: B7."""
        return f"{letters(self.column)}{self.row}" if self.row else ""


@dataclass(slots=True)
class Read:
    filled: list[Filled] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def grid_of(content: bytes) -> Grid:
    """Cells of a CSV, TSV or .xlsx file. Raises BadFile."""
    return read_xlsx(content) if is_xlsx(content) else grid_of_text(decode(content))


def grid_of_text(text: str) -> Grid:
    """Cells of a pasted block or of a CSV text: tab, semicolon or comma."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadFile(
            [Problem(0, "", _("There is nothing in it. Copy the table together with places and days."))]
        )
    marks = [mark for mark in "\t;" if mark in lines[0]] or [","]
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=marks[0])]
    except csv.Error as error:
        raise BadFile([Problem(0, "", _("This is not a table: %s.") % error)]) from error


def text_of(grid: Grid) -> str:
    """The table as a text that `grid_of_text` reads back."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(grid)
    return out.getvalue()


def read_table(grid: Grid, *, sheet: Sheet, all_sheets: Sequence[Sheet], places: Iterable[Place]) -> Read:
    """Changes and troubles of a table. `sheet` is what its numbers are unless a column names another one."""
    return _Reader(grid, sheet, all_sheets, places).read()


def letters(column: int) -> str:
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class _Reader:
    def __init__(
        self, grid: Grid, sheet: Sheet, all_sheets: Sequence[Sheet], places: Iterable[Place]
    ) -> None:
        self._sheet = sheet
        self._sheets = {name: one for one in all_sheets for name in one.names}
        self._places: dict[str, Place | None] = {}
        for place in places:
            for name in {place.code.casefold(), place.name.casefold()}:
                self._places[name] = None if name in self._places else place  # None: two places are called so
        self._grid = [[cell.strip() for cell in row] for row in grid]
        self._order = day_first(cell for row in self._grid for cell in row)
        self._found = Read()
        self._seen: dict[tuple[str, int, dt.date], Filled] = {}

    def read(self) -> Read:
        start = next((number for number, row in enumerate(self._grid) if any(row)), None)
        if start is None:
            self._trouble(0, 0, _("There is nothing in it. Copy the table together with places and days."))
            return self._found
        if sum(len(row) for row in self._grid) > MOST_CELLS:
            self._trouble(0, 0, _("More than %(count)s cells. Split the table.") % {"count": MOST_CELLS})
            return self._found
        head = self._grid[start]
        if sum(self._is_day(cell) for cell in head[1:]) >= 1 and not self._is_long(head):
            self._wide(start, days_across=True)
        elif sum(self._is_place(cell) for cell in head[1:]) >= 1 and self._days_below(start):
            self._wide(start, days_across=False)
        else:
            self._long(start)
        return self._found

    def _is_long(self, head: list[str]) -> bool:
        """A first line like “spb-1; 2025-12-31; 5”, without a heading."""
        return (
            len(head) >= 3 and self._is_place(head[0]) and self._is_day(head[1]) and not self._is_day(head[2])
        )

    def _is_day(self, text: str) -> bool:
        try:
            parse_day(text, day_before_month=self._order)
        except BadDayError as bad:
            return bad.why != "text"
        return True

    def _is_place(self, text: str) -> bool:
        return text.casefold() in self._places

    def _days_below(self, start: int) -> bool:
        return any(row and self._is_day(row[0]) for row in self._grid[start + 1 : start + 4])

    def _wide(self, start: int, *, days_across: bool) -> None:
        head = self._grid[start]
        across: list[Place | dt.date | None] = [
            self._head(start, column, text, is_day=days_across) for column, text in enumerate(head)
        ]
        for number in range(start + 1, len(self._grid)):
            row = self._grid[number]
            if not any(row) or row[0].casefold() in TOTALS:
                continue
            side = self._day(number, 0, row[0]) if not days_across else self._place(number, 0, row[0])
            if side is None:
                continue
            for column, text in enumerate(row[1:], start=1):
                other = across[column] if column < len(across) else None
                if not text:
                    continue
                if other is None:
                    if column >= len(head) or not head[column]:
                        self._trouble(
                            number, column, _("This column has no heading, so it is not known what it is.")
                        )
                    continue
                place, day = (side, other) if days_across else (other, side)
                assert isinstance(place, Place)
                assert isinstance(day, dt.date)
                self._cell(self._sheet, place, day, (number, column, text))

    def _head(self, row: int, column: int, text: str, *, is_day: bool) -> Place | dt.date | None:
        if column == 0 or not text or text.casefold() in TOTALS:
            return None
        return self._day(row, column, text) if is_day else self._place(row, column, text)

    def _long(self, start: int) -> None:
        head = [cell.casefold() for cell in self._grid[start]]
        columns = self._columns(head)
        if columns is None and self._is_long(self._grid[start]):
            columns, start = (0, 1, {2: self._sheet}), start - 1
        if columns is None:
            self._trouble(
                0,
                0,
                _(
                    "Neither days nor a heading were found. Let the first line hold the days (places below), or write the "
                    "heading: place; day; value."
                ),
            )
            return
        where, when, what = columns
        for number in range(start + 1, len(self._grid)):
            row = self._grid[number]
            if not any(row) or row[0].casefold() in TOTALS:
                continue
            row += [""] * (1 + max(where, when, *what) - len(row))
            place = self._place(number, where, row[where])
            day = self._day(number, when, row[when])
            if place is None or day is None:
                continue
            for column, sheet in what.items():
                if row[column]:
                    self._cell(sheet, place, day, (number, column, row[column]))

    def _columns(self, head: list[str]) -> tuple[int, int, dict[int, Sheet]] | None:
        where = next((at for at, name in enumerate(head) if name in PLACE_WORDS), None)
        when = next((at for at, name in enumerate(head) if name in DAY_WORDS), None)
        if where is None or when is None:
            return None
        what: dict[int, Sheet] = {}
        for at, name in enumerate(head):
            if name in VALUE_WORDS:
                what[at] = self._sheet
            elif name in self._sheets:
                what[at] = self._sheets[name]
        return (where, when, what) if what else None

    def _cell(self, sheet: Sheet, place: Place, day: dt.date, at: tuple[int, int, str]) -> None:
        number, column, text = at
        try:
            value = sheet.parse(text)
        except BadCellError as bad:
            parts = {"place": place.name, "day": day_text(day), "text": text[:60], "why": bad.sentence}
            self._trouble(number, column, _("%(place)s, %(day)s, “%(text)s”: %(why)s") % parts)
            return
        if value is None:
            return
        filled = Filled(sheet, place, day, value, number + 1, column + 1)
        before = self._seen.setdefault((sheet.code, place.pk, day), filled)
        if before is not filled:
            parts = {
                "place": place.name,
                "day": day_text(day),
                "where": f"{letters(before.column)}{before.row}",
            }
            self._trouble(
                number, column, _("%(place)s, %(day)s stands in %(where)s already. Leave one.") % parts
            )
            return
        self._found.filled.append(filled)

    def _place(self, row: int, column: int, text: str) -> Place | None:
        key = text.casefold()
        if not text:
            self._trouble(row, column, _("The place is missing."))
            return None
        found = self._places.get(key)
        if found is None:
            two = key in self._places
            message = (
                _("Several places are called “%s”. Write the code instead.")
                if two
                else _("There is no place “%s” where you may type figures.")
            )
            self._trouble(row, column, message % text[:60])
        return found

    def _day(self, row: int, column: int, text: str) -> dt.date | None:
        try:
            return parse_day(text, day_before_month=self._order)
        except BadDayError as bad:
            self._trouble(
                row, column, f"«{text[:60]}»: {WHY_DAY[bad.why]}" if text else _("The day is missing.")
            )
            return None

    def _trouble(self, row: int, column: int, message: str) -> None:
        self._found.troubles.append(Trouble(row + 1 if row or column else 0, column + 1, message))
