"""Excel: a sheet about the report, then a sheet per table with typed cells, filters and charts; any number of rows."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.reports.table import Chart, Column, Report, Row, Table, Type
from otklik.reports.writers import Tell
from otklik.reports.writers.sheet import BulkSheet, Cells
from otklik.web import formats

MOST_ROWS = 1_048_575  # of one sheet, beside the header
SAMPLE = 200  # rows by which widths are chosen
BATCH = 2_000
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
ALIGNED = {"valign": "top"}
BAND_COLOUR, LINE_COLOURS = "#9AA5B8", ("#2F55D4", "#C2410C", "#0F766E", "#7C3AED")


@dataclass(slots=True)
class Styles:
    book: Any

    def make(self, **properties: Any) -> Any:
        return self.book.add_format({**ALIGNED, **properties})

    def index(self, column: Column) -> int:
        """The number of the format of a column's cells, as xlsxwriter's own rows name it."""
        return int(self.make(**number_format(column))._get_xf_index())  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Sheet:
    """One written sheet of a table."""

    name: str
    title: str
    rows: int
    part: int


def write(report: Report, path: Path, tell: Tell) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    subject = f"{report.scope}, {report.period}"
    book.set_properties({"title": report.title, "subject": subject, "author": "Otklik"})
    about = book.add_worksheet(_sheet_name(_("About"), set()))
    writer = Writer(book, tell, {about.get_name().casefold()})
    sheets = [sheet for table in report.tables for sheet in writer.table(table)]
    _about(about, writer.styles, report, sheets)
    if report.tables:
        book.worksheets()[1].activate()
    book.close()


class Writer:
    """Puts tables into a workbook, a sheet or more each."""

    def __init__(self, book: Any, tell: Tell, taken: set[str]) -> None:
        self.styles = Styles(book)
        self._book, self._tell, self._taken = book, tell, taken
        self._done = 0

    def table(self, table: Table) -> Iterator[Sheet]:
        rows = iter(table.rows())
        first = list(itertools.islice(rows, SAMPLE))
        widths = [_width(column, number, first) for number, column in enumerate(table.columns)]
        rows = itertools.chain(first, rows)
        part, following = 0, next(rows, None)
        while part == 0 or following is not None:
            part += 1
            sheet = self._book.add_worksheet(
                _sheet_name(table.title, self._taken, part), worksheet_class=BulkSheet
            )
            self._taken.add(sheet.get_name().casefold())
            self._head(sheet, table, widths)
            begun = () if following is None else (following,)
            count = self._fill(sheet, table, itertools.islice(itertools.chain(begun, rows), MOST_ROWS))
            following = next(rows, None)
            last = following is None
            _finish(self._book, sheet, table, count, charts=last and part == 1)
            if last and table.totals is not None and count < MOST_ROWS:
                _totals(sheet, self.styles, table, table.totals, count)
            yield Sheet(sheet.get_name(), table.title, count, part)

    def _head(self, sheet: Any, table: Table, widths: list[float]) -> None:
        header = self.styles.make(bold=True, text_wrap=True, bottom=1, bg_color="#E8ECF5")
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, widths[number])
            sheet.write_string(0, number, column.label, header)
        sheet.freeze_panes(1, 1 if len(table.columns) > 3 else 0)

    def _fill(self, sheet: Any, table: Table, rows: Iterator[Row]) -> int:
        """The rows of one sheet; how many."""
        quoted = int(self.styles.make(quote_prefix=True)._get_xf_index())  # noqa: SLF001  # as xlsxwriter's own rows
        cells = Cells(table.columns, self.styles.index, quoted, self._book.str_table)
        count = 0
        while batch := list(itertools.islice(rows, BATCH)):
            sheet.put(count + 1, [cells.line(count + 2 + number, row) for number, row in enumerate(batch)])
            count += len(batch)
            self._done += len(batch)
            self._tell(self._done)
        return count


def _totals(sheet: Any, styles: Styles, table: Table, totals: Row, count: int) -> None:
    for number, (column, value) in enumerate(zip(table.columns, totals, strict=True)):
        style = styles.make(bold=True, top=1, **number_format(column))
        if isinstance(value, str):
            sheet.write_string(count + 1, number, value, style)
        elif value is None:
            sheet.write_blank(count + 1, number, None, style)
        else:
            sheet.write_number(count + 1, number, value, style)


def _finish(book: Any, sheet: Any, table: Table, count: int, *, charts: bool) -> None:
    width = len(table.columns)
    sheet.autofilter(0, 0, max(count, 1), width - 1)
    for key in table.heat if count else ():
        number = table.place(key)
        _shade(sheet, number, number, count)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&F&R&P / &N")
    if charts and count:
        for number, chart in enumerate(table.charts):
            sheet.insert_chart(1 + 20 * number, width + 1, _chart(book, sheet, table, chart, count))


def _shade(sheet: Any, first: int, last: int, count: int) -> None:
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#6E8BE0"}
    sheet.conditional_format(1, first, count, last, scale)


def _chart(book: Any, sheet: Any, table: Table, chart: Chart, count: int) -> Any:
    drawn = book.add_chart({"type": chart.kind})
    name, x = sheet.get_name(), table.place(chart.x)
    band = [(key, BAND_COLOUR, 1.0) for key in chart.band or ()]
    main = [(key, LINE_COLOURS[number % 4], 2.25) for number, key in enumerate(chart.series)]
    for key, colour, width in [*main, *band]:
        number = table.place(key)
        series: dict[str, Any] = {
            "name": [name, 0, number],
            "categories": [name, 1, x, count, x],
            "values": [name, 1, number, count, number],
        }
        if chart.kind == "line":
            dash = {"dash_type": "dash"} if (key, colour, width) in band else {}
            series["line"] = {"color": colour, "width": width, **dash}
        else:
            series["fill"] = {"color": colour}
        drawn.add_series(series)
    axis = table.columns[table.place(chart.series[0])]
    drawn.set_title({"name": chart.title or table.title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_y_axis(
        {"num_format": number_format(axis).get("num_format", "General"), "major_gridlines": {"visible": True}}
    )
    if table.columns[x].type in {Type.DATE, Type.MOMENT}:
        drawn.set_x_axis({"date_axis": table.columns[x].type is Type.DATE, **number_format(table.columns[x])})
    if chart.kind == "bar":
        drawn.set_y_axis({"reverse": True})
    drawn.set_legend({"position": "bottom"})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": 760, "height": 380})
    return drawn


def _about(sheet: Any, styles: Styles, report: Report, sheets: list[Sheet]) -> None:
    """The first sheet: what this is, of whom and when, how to read it."""
    title, strong = styles.make(bold=True, font_size=15), styles.make(bold=True)
    text = styles.make(text_wrap=True)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, report.title, title)
    lines = [(_("Scope"), report.scope), (_("Period"), report.period), *report.facts]
    lines += [(_("Made"), report.made)] if report.made else []
    row = 2
    for name, value in lines:
        sheet.write_string(row, 0, name, strong)
        sheet.write_string(row, 1, value, text)
        row += 1
    row += 1
    for one in sheets:
        rows = _("%(count)s rows") % {"count": formats.number(one.rows)}
        part = _(", part %(part)s: a sheet of Excel holds 1,048,576 rows") % {"part": one.part}
        several = one.part > 1 or any(other.title == one.title and other.part > 1 for other in sheets)
        sheet.write_string(row, 0, _("Sheet “%(name)s”") % {"name": one.name}, strong)
        sheet.write_string(row, 1, rows + (part if several else ""), text)
        row += 1
    notes = [*report.notes, *(note for table in report.tables for note in table.notes)]
    for note in dict.fromkeys(notes):
        row += 1
        sheet.write_string(row, 0, _("Note"), strong)
        sheet.write_string(row, 1, note, text)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def number_format(column: Column) -> dict[str, Any]:
    """How Excel shows the cells; the separators are those of the reader's Excel."""
    day = "dd.mm.yyyy" if formats.is_russian() else "yyyy-mm-dd"
    digits = f".{'0' * column.digits}" if column.digits else ""
    shown = {
        Type.INTEGER: "#,##0",
        Type.NUMBER: f"#,##0{digits}",
        Type.SECONDS: f"#,##0{digits}",
        Type.MONEY: _amount(),
        Type.SHARE: f"0{digits}%",
        Type.DATE: day,
        Type.MOMENT: f"{day} hh:mm:ss",
    }
    return {"num_format": shown[column.type]} if column.type in shown else {}


def _amount() -> str:
    sign = settings.CURRENCY.replace('"', "")
    return f'#,##0.00 "{sign}"' if sign else "#,##0.00"


def _width(column: Column, number: int, rows: list[Row]) -> float:
    if column.width:
        return column.width
    fixed = {Type.DATE: 11, Type.MOMENT: 19, Type.FLAG: 8}.get(column.type)
    if fixed is None and column.type.is_number:
        fixed = 12
    longest = max((len(str(row[number])) for row in rows if row[number] is not None), default=0)
    header = max((len(word) for word in column.label.split()), default=0) + 3
    return min(max(fixed or longest + 2, header, 6), 60)


def _sheet_name(title: str, taken: set[str], part: int = 1) -> str:
    """At most 31 characters, none that Excel forbids, different from the others."""
    plain = FORBIDDEN.sub(" ", title).strip() or "1"
    for number in itertools.count(part):
        tail = f" ({number})" if number > 1 else ""
        name = plain[: 31 - len(tail)].strip() + tail
        if name.casefold() not in taken:
            return name
    raise AssertionError
