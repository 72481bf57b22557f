"""A report as a file: `write(report, "xlsx" | "csv" | "parquet", path)`."""

from collections.abc import Callable
from pathlib import Path

from otklik.reports.table import Report

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
ZIP = "application/zip"
type Tell = Callable[[int], None]  # rows written so far


def write(report: Report, form: str, path: Path, tell: Tell = lambda _rows: None) -> tuple[str, str]:
    """Write the report; (ending of the file's name, its content type). Several tables of CSV or Parquet make a ZIP."""
    from otklik.reports.writers import flat, xlsx

    if form == "xlsx":
        xlsx.write(report, path, tell)
        return "xlsx", FORMATS["xlsx"]
    if len(report.tables) == 1:
        flat.WRITERS[form](report.tables[0], path, tell)
        return form, FORMATS[form]
    flat.write_zip(report, form, path, tell)
    return "zip", ZIP
