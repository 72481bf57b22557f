"""The first sheet of an .xlsx file as rows of texts: dates as 2025-12-31, numbers so that they are read in one way only."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from otklik.company.importing.tables import BadFile, Problem
from otklik.devices.figures.numbers import plain_text

MOST_BYTES = 200 * 1024 * 1024  # unpacked
MOST_ROWS, MOST_COLUMNS = 20_000, 1_000
NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
DAY_ZERO = dt.date(1899, 12, 30)
CELL = re.compile(r"([A-Z]+)\d+")


def is_xlsx(content: bytes) -> bool:
    return content[:4] == b"PK\x03\x04"


def read_xlsx(content: bytes) -> list[list[str]]:
    """Rows of the first sheet. Raises BadFile with a sentence when it is no such file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise BadFile([Problem(0, "", _("The file is too large when unpacked. Split it."))])
            return list(_rows(archive))
    except (zipfile.BadZipFile, KeyError, ET.ParseError, ValueError, IndexError) as error:
        message = _("This is not an Excel file that can be read. Save it as .xlsx or CSV and try again.")
        raise BadFile([Problem(0, "", message)]) from error


def _rows(archive: zipfile.ZipFile) -> Iterator[list[str]]:
    texts, styles, since_1904 = _texts(archive), _styles(archive), _since_1904(archive)
    with archive.open(_first_sheet(archive)) as file:
        written = 0
        for _event, element in _elements(file, "row"):
            number = int(element.get("r", written + 1))
            if number > MOST_ROWS:
                message = _("More than %(count)s rows. Split the file.") % {"count": MOST_ROWS}
                raise BadFile([Problem(0, "", message)])
            for _skipped in range(
                number - written - 1
            ):  # empty rows are left out of files; problems name what people see
                yield []
            written = number
            row: list[str] = []
            for cell in element.iterfind("m:c", NAMES):
                column = _column(cell.get("r", "")) if cell.get("r") else len(row)
                if column >= MOST_COLUMNS:
                    break
                row += [""] * (column - len(row))
                row.append(_text(cell, texts, styles, since_1904=since_1904))
            yield row
            element.clear()


def _elements(file: object, tag: str) -> Iterator[tuple[str, ET.Element]]:
    for event, element in ET.iterparse(file):  # type: ignore[call-overload]  # noqa: S314  # expat refuses bombs
        if element.tag == TAG + tag:
            yield event, element


def _text(cell: ET.Element, texts: list[str], styles: list[str], *, since_1904: bool) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(TAG + "t"))
    value = cell.findtext("m:v", "", NAMES)
    match kind:
        case "s":
            return texts[int(value)]
        case "d":
            return value[:10]
        case "n" if value:
            style = styles[int(cell.get("s", "0"))] if styles else ""
            return _number(float(value), style, since_1904=since_1904)
    return value


def _number(value: float, style: str, *, since_1904: bool) -> str:
    if style == "date":
        return (DAY_ZERO + dt.timedelta(days=int(value) + (1462 if since_1904 else 0))).isoformat()
    return f"{plain_text(round(value * 100, 10))}%" if style == "percent" else plain_text(value)


def _texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    with archive.open("xl/sharedStrings.xml") as file:
        return [
            "".join(part.text or "" for part in item.iter(TAG + "t"))
            for _event, item in _elements(file, "si")
        ]


def _styles(archive: zipfile.ZipFile) -> list[str]:
    """For each style of cells: date, percent or nothing."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314  # expat refuses bombs
    own = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "")
        for one in root.iterfind("m:numFmts/m:numFmt", NAMES)
    }
    return [_kind(int(one.get("numFmtId", "0")), own) for one in root.iterfind("m:cellXfs/m:xf", NAMES)]


def _kind(number: int, own: dict[int, str]) -> str:
    if number in own:
        code = QUOTED.sub("", own[number]).lower()
        if "%" in code:
            return "percent"
        return "date" if "y" in code or "d" in code or "г" in code else ""
    return "date" if number in DATE_FORMATS else "percent" if number in {9, 10} else ""


def _since_1904(archive: zipfile.ZipFile) -> bool:
    root = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # expat refuses bombs
    found = root.find("m:workbookPr", NAMES)
    return found is not None and found.get("date1904") in {"1", "true"}


def _first_sheet(archive: zipfile.ZipFile) -> str:
    root = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # expat refuses bombs
    first = root.find("m:sheets/m:sheet", NAMES)
    if first is None:
        raise KeyError("sheet")
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # expat refuses bombs
    target = next(one.get("Target", "") for one in relations if one.get("Id") == first.get(RELATION))
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column(reference: str) -> int:
    found = CELL.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
