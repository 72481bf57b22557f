"""CSV that Excel opens rightly, and Parquet with real types."""

import csv
import datetime as dt
import itertools
import math
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from otklik.reports.names import safe_name
from otklik.reports.table import Column, Report, Table, Type, Typed
from otklik.reports.writers import Tell
from otklik.reports.writers.safe import for_csv
from otklik.web import formats

BATCH = 5_000
BOM = "\ufeff"
SQL_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.CODE: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.DATE: "DATE",
    Type.MOMENT: "TIMESTAMP",
    Type.FLAG: "BOOLEAN",
}


def write_csv(table: Table, path: Path, tell: Tell) -> None:
    """UTF-8 with a mark by which Excel knows it. Russian: «;» and a decimal comma, as Excel's Russian settings want."""
    russian = formats.is_russian()
    makers = [_csv_cell(column, russian=russian) for column in table.columns]
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        file.write(BOM)
        writer = csv.writer(file, delimiter=";" if russian else ",", lineterminator="\r\n")
        writer.writerow([for_csv(column.label) for column in table.columns])
        for count, batch in _batches(table):
            writer.writerows(
                ["" if value is None else make(value) for value, make in zip(row, makers, strict=True)]
                for row in batch
            )
            tell(count)
        if table.totals is not None:
            writer.writerow(
                [
                    "" if value is None else for_csv(value) if isinstance(value, str) else make(value)
                    for value, make in zip(table.totals, makers, strict=True)
                ]
            )


def write_parquet(table: Table, path: Path, tell: Tell) -> None:
    """Through DuckDB from a temporary file, so that memory does not grow with the rows. Totals are left out."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        plain = Path(folder) / "rows.csv"
        with plain.open("w", encoding="utf-8", newline="", errors="replace") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_NOTNULL, lineterminator="\n")
            for count, batch in _batches(table):
                writer.writerows([_plain(value) for value in row] for row in batch)
                tell(count)
        names = _unique([column.key for column in table.columns])
        struct = ", ".join(
            f"{_quoted(name)}: {_quoted(SQL_TYPES.get(column.type, 'DOUBLE'))}"
            for name, column in zip(names, table.columns, strict=True)
        )
        with duckdb.connect(
            ":memory:", config={"threads": 2, "memory_limit": "300MB", "temp_directory": folder}
        ) as base:
            base.execute(
                f"COPY (SELECT * FROM read_csv({_quoted(str(plain))}, header=false, auto_detect=false, delim=',', "  # noqa: S608  # our own names, quoted
                f"quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, max_line_size=4000000, "
                f"columns={{{struct}}})) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)"
            )


WRITERS: dict[str, Callable[[Table, Path, Tell], None]] = {"csv": write_csv, "parquet": write_parquet}


def write_zip(report: Report, form: str, path: Path, tell: Tell) -> None:
    """A file per table."""
    done = 0
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        names: set[str] = set()
        for table in report.tables:
            part = Path(folder) / "part"
            counted = 0

            def told(rows: int, before: int = done) -> None:
                nonlocal counted
                counted = rows
                tell(before + rows)

            WRITERS[form](table, part, told)
            done += counted
            stem = safe_name(table.title)
            name = next(
                f"{stem}{n}.{form}"
                for n in ("", *map(" {}".format, range(2, 100)))
                if f"{stem}{n}" not in names
            )
            names.add(name.removesuffix(f".{form}"))
            archive.write(part, name)


def _batches(table: Table) -> Iterator[tuple[int, list[Any]]]:
    rows, count = iter(table.rows()), 0
    while batch := list(itertools.islice(rows, BATCH)):
        count += len(batch)
        yield count, batch


def _csv_cell(column: Column, *, russian: bool) -> Callable[[Any], str]:
    def number(value: float) -> str:
        if not math.isfinite(value):
            return ""
        return repr(value).replace(".", ",") if russian else repr(value)

    makers: dict[Type, Callable[[Any], str]] = {
        Type.TEXT: lambda value: for_csv(str(value)),
        Type.CODE: lambda value: for_csv(str(value)),
        Type.VALUE: lambda cell: "" if cell.value is None else number(cell.value),
        Type.FLAG: lambda value: str(int(value)),
        Type.DATE: lambda value: str(value.isoformat()),
        Type.MOMENT: lambda value: str(value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")),
    }
    return makers.get(column.type, number)


def _plain(value: Any) -> Any:
    match value:
        case None:
            return None
        case Typed():
            return _plain(value.value)
        case dt.datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ")
        case str():
            return value.replace("\x00", "")
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _unique(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        fresh = name
        for number in itertools.count(2):
            if fresh.casefold() not in {one.casefold() for one in found}:
                break
            fresh = f"{name}_{number}"
        found.append(fresh)
    return found
