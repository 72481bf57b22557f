"""Files as programs read them: types, formats, filters, charts; nothing in a text becomes a formula."""

# ruff: noqa: DTZ001  # Excel knows no zones

import csv
import datetime as dt
import io
import zipfile

import duckdb
import openpyxl
import pytest
from django.utils import translation

from otklik.reports.names import file_name
from otklik.reports.table import Chart, Column, Report, Table, Type, Typed, table_of
from otklik.reports.writers import write, xlsx
from otklik.reports.writers.safe import for_csv, looks_like_formula

COLUMNS = (
    Column("day", "Day", Type.DATE),
    Column("at", "When", Type.MOMENT),
    Column("name", "Name"),
    Column("count", "Count", Type.INTEGER),
    Column("mean", "Mean", Type.NUMBER, 2),
    Column("share", "Share", Type.SHARE),
    Column("sold", "Sold", Type.FLAG),
    Column("id", "Id", Type.CODE),
    Column("mixed", "Mixed", Type.VALUE),
)
ROWS = [
    [dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 14, 30, 15), "Касса 1", 1234567, 2.5, 0.125, True, "a-1", Typed(0.5, Type.SHARE, 1)],
    [dt.date(2024, 2, 29), dt.datetime(2024, 2, 29), "", 0, -0.001, 1.0, False, "b", Typed(48.25, Type.NUMBER, 1)],
    [None, None, None, None, None, None, None, None, Typed(None, Type.SHARE, 1)],
]  # fmt: skip
NASTY = [
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "+79161234567",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "<b>&amp;</b>",
    "_x0041_",
    "\x01\x0b",
    "<r><t>x</t></r>",
    "line\nbreak ",
    "«кавычки» \"двойные\" 'одинарные'; точка,запятая",
    "😀" * 10,
]


def report(*tables: Table, **more) -> Report:
    return Report("Report", "Whole company", "1–7 Mar", tables, **more)


@pytest.fixture
def written(tmp_path):
    def make(one: Report, form: str = "xlsx", language: str = "en"):
        path = tmp_path / "report"
        with translation.override(language):
            ending, _kind = write(one, form, path)
        return path, ending

    return make


def workbook(path):
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def test_cells_have_types_and_formats(written):
    path, ending = written(report(table_of("t", "Table", COLUMNS, ROWS)))
    assert ending == "xlsx"
    sheet = workbook(path)["Table"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == tuple(column.label for column in COLUMNS)
    assert rows[1] == (
        dt.datetime(2026, 3, 1),
        dt.datetime(2026, 3, 1, 14, 30, 15),
        "Касса 1",
        1234567,
        2.5,
        0.125,
        True,
        "a-1",
        0.5,
    )
    assert rows[2][4:] == (-0.001, 1, False, "b", 48.25)
    assert rows[2][1] == dt.datetime(2024, 2, 29)
    assert len(rows) < 4 or set(rows[3]) == {None}
    formats = [sheet.cell(2, number).number_format for number in range(1, 10)]
    assert formats[:2] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
    assert formats[3:6] == ["#,##0", "#,##0.00", "0.0%"]
    assert (formats[8], sheet.cell(3, 9).number_format) == ("0.0%", "#,##0.0")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:I4")
    assert sheet.column_dimensions["B"].width > 15


def test_russian_days_are_written_as_russians_do(written):
    path, _ending = written(report(table_of("t", "Table", COLUMNS, ROWS)), language="ru")
    sheet = workbook(path)["Table"]
    assert sheet["A2"].number_format == "dd.mm.yyyy"


def test_charts_are_native_and_heat_is_a_scale(written):
    rows = [[dt.date(2026, 3, day), day / 10, day / 20] for day in range(1, 8)]
    columns = [Column("day", "Day", Type.DATE), Column("a", "A", Type.SHARE), Column("b", "B", Type.SHARE)]
    table = table_of(
        "t", "Table", columns, rows, charts=(Chart("line", "day", ("a",), ("b", "b")),), heat=("a",)
    )
    sheet = workbook(written(report(table))[0])["Table"]
    [chart] = sheet._charts
    assert next(series.val.numRef.f for series in chart.series) == "Table!$B$2:$B$8"
    [scale] = sheet.conditional_formatting
    assert str(scale.sqref) == "B2:B8"


def test_totals_stand_below_the_filter(written):
    table = table_of(
        "t",
        "Table",
        [Column("a", "A"), Column("n", "N", Type.INTEGER)],
        [["x", 1], ["y", 2]],
        totals=["Total", 3],
    )
    sheet = workbook(written(report(table))[0])["Table"]
    assert list(sheet.iter_rows(values_only=True))[-1] == ("Total", 3)
    assert sheet.auto_filter.ref == "A1:B3"


@pytest.mark.parametrize("kind", [Type.TEXT, Type.CODE])
def test_no_text_becomes_a_formula_in_excel(written, kind):
    table = table_of("t", "=cmd", [Column("a", "=1+1", kind)], [[text] for text in NASTY])
    path, _ending = written(report(table, facts=(("=1+1", "=1+1"),)))
    book = workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    cells = [cell for (cell,) in book.worksheets[1].iter_rows(min_row=2)]
    told = {text for text in NASTY if not set("\x01\r") & set(text) and "_x" not in text}
    assert told <= {cell.value for cell in cells}
    assert len(cells) == len(NASTY)
    assert all(cell.quotePrefix for cell in cells if looks_like_formula(cell.value))
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
        assert not any("hyperlink" in name.casefold() for name in archive.namelist())


def test_no_text_becomes_a_formula_in_csv(written):
    table = table_of(
        "t", "T", [Column("a", "=a"), Column("n", "N", Type.NUMBER)], [[text, -1.5] for text in NASTY]
    )
    path, _ending = written(report(table), "csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert all(row[0].lstrip()[:1] not in {"=", "+", "@", "-"} for row in rows)
    assert rows[0][0] == "'=a"
    assert {row[1] for row in rows[1:]} == {"-1.5"}


@pytest.mark.parametrize(
    ("text", "safe"),
    [("-12,5", "-12,5"), ("+7", "'+7"), ("-", "'-"), ("5 - 3", "5 - 3"), ("=1", "'=1"), ("", "")],
)
def test_plain_numbers_and_texts_stay_as_they_are(text, safe):
    assert for_csv(text) == safe


def test_csv_opens_in_the_readers_excel(written):
    table = table_of("t", "T", COLUMNS, ROWS)
    russian = written(report(table), "csv", "ru")[0].read_bytes()
    assert russian.startswith(b"\xef\xbb\xbf")
    assert russian.decode("utf-8-sig").splitlines()[1] == (
        "2026-03-01;2026-03-01 14:30:15;Касса 1;1234567;2,5;0,125;1;a-1;0,5"
    )
    english = written(report(table), "csv", "en")[0].read_text("utf-8-sig")
    assert english.splitlines()[1] == "2026-03-01,2026-03-01 14:30:15,Касса 1,1234567,2.5,0.125,1,a-1,0.5"


def test_parquet_has_real_types_and_keeps_nothing_apart_from_an_empty_text(written):
    path, _ending = written(report(table_of("t", "T", COLUMNS, ROWS)), "parquet")
    found = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    assert [str(kind) for kind in found.types] == [
        "DATE",
        "TIMESTAMP",
        "VARCHAR",
        "BIGINT",
        "DOUBLE",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR",
        "DOUBLE",
    ]
    rows = found.fetchall()
    assert rows[0] == (*ROWS[0][:8], 0.5)
    assert rows[1][2] == ""
    assert set(rows[2]) == {None}


def test_parquet_takes_any_text(written):
    path, _ending = written(
        report(table_of("t", "T", [Column("a", "A")], [[text] for text in NASTY])), "parquet"
    )
    assert [row[0] for row in duckdb.sql(f"SELECT a FROM read_parquet('{path}')").fetchall()] == NASTY


def test_several_tables_of_csv_make_a_zip(written):
    columns = [Column("a", "A", Type.INTEGER)]
    path, ending = written(
        report(table_of("x", "Same / name", columns, [[1]]), table_of("y", "Same / name", columns, [[2]])),
        "csv",
    )
    assert ending == "zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["Same name.csv", "Same name 2.csv"]
        assert archive.read("Same name 2.csv").decode("utf-8-sig").split() == ["A", "2"]


@pytest.mark.parametrize(
    ("rows", "parts"), [(0, [0]), (9, [9]), (10, [10]), (11, [10, 1]), (30, [10, 10, 10])]
)
def test_what_does_not_fit_on_a_sheet_goes_on_the_next_and_is_said(written, monkeypatch, rows, parts):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 10)
    table = Table("t", "Table", (Column("n", "N", Type.INTEGER),), lambda: ([n] for n in range(rows)), rows)
    book = workbook(written(report(table))[0])
    names = ["Table", *(f"Table ({number})" for number in range(2, len(parts) + 1))]
    assert book.sheetnames == ["About", *names]
    found = [[row[0] for row in book[name].iter_rows(min_row=2, values_only=True)] for name in names]
    assert [len(one) for one in found] == parts or rows == 0
    assert [number for one in found for number in one if number is not None] == list(range(rows))
    told = [row[1] for row in book["About"].iter_rows(values_only=True) if row[0] and "Sheet" in str(row[0])]
    assert len(told) == len(parts)
    assert all(("part" in text) is (len(parts) > 1) for text in told)


def test_long_texts_are_cut_with_a_mark(written):
    path, _ending = written(
        report(table_of("t", "Table", [Column("a", "A")], [["я" * 40_000], ["😀" * 20_000]]))
    )
    first, second = (row[0] for row in workbook(path)["Table"].iter_rows(min_row=2, values_only=True))
    assert len(first) == 32_767
    assert first.endswith("…")
    assert len(second.encode("utf-16-le")) // 2 <= 32_767


def test_progress_counts_every_row(written, tmp_path):
    told = []
    table = Table("t", "T", (Column("n", "N", Type.INTEGER),), lambda: ([n] for n in range(5_001)), 5_001)
    write(report(table, table), "xlsx", tmp_path / "x", told.append)
    assert told[-1] == 10_002
    assert told == sorted(told)


def test_names_of_files_say_what_is_inside():
    one = report(first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 7))
    assert file_name(one, "xlsx") == "Report, Whole company, 2026-03-01 - 2026-03-07.xlsx"
    odd = Report("NPS: «да/нет»?\n", "a\\b", "", (), first=dt.date(2026, 3, 1), last=dt.date(2026, 3, 1))
    assert file_name(odd, "csv") == "NPS «да нет», a b, 2026-03-01.csv"
