"""Reading a CSV file as people save it: comma, semicolon or tab, UTF-8 or Windows-1251, columns in any order."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

MAX_BYTES = 20 * 1024 * 1024
MAX_ERRORS = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place of a file. Line 0: the file as a whole."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = gettext("line %(line)s") % {"line": self.line} if self.line else gettext("file")
        return f"{where}, {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class BadFile(Exception):  # noqa: N818  # reads as what it is
    """The file cannot be taken in; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: values by column name, stripped; a column that the file lacks is absent."""

    line: int
    values: dict[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def has(self, name: str) -> bool:
        return name in self.values


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: list[Row]
    problems: list[Problem]


def decode(content: bytes) -> str:
    """UTF-8 (with or without a mark), else UTF-16 with a mark, else Windows-1251 as Russian Excel saves it."""
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        message = gettext("The file is larger than %(limit)s MB. Split it.") % {"limit": limit}
        raise BadFile([Problem(0, "", message)])
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    message = gettext("This is not a text table. Save it as “CSV UTF-8” and try again.")
    raise BadFile([Problem(0, "", message)])


def read_table(content: bytes, *, aliases: Mapping[str, str], required: tuple[str, ...]) -> Table:
    """Parse `content`; header names are matched through `aliases` (lower case name → column).

    Raises BadFile where nothing can be made of the file at all; lines with too many cells become problems.
    """
    text = decode(content)
    header = next((line for line in text.splitlines() if line.strip()), "")
    try:
        cells = _numbered(text, _delimiter(header))
    except csv.Error as problem:
        raise BadFile([Problem(0, "", gettext("This is not a CSV table: %s.") % problem)]) from problem
    if not cells:
        raise BadFile([Problem(0, "", gettext("The file is empty."))])
    line, names = cells[0]
    columns = tuple(aliases.get(name.strip().lower(), name.strip().lower()) for name in names)
    _check_header(line, columns, known=set(aliases.values()), required=required)
    rows, problems = [], []
    for number, values in cells[1:]:
        if len(values) > len(columns) and any(value.strip() for value in values[len(columns) :]):
            message = gettext(
                "There are %(cells)s cells here but %(columns)s columns. Is a comma missing quotes?"
            )
            problems.append(Problem(number, "", message % {"cells": len(values), "columns": len(columns)}))
            continue
        padded = [value.strip() for value in values] + [""] * (len(columns) - len(values))
        rows.append(Row(number, {name: value for name, value in zip(columns, padded, strict=False) if name}))
    return Table(columns, rows, problems)


def _numbered(text: str, delimiter: str) -> "list[tuple[int, list[str]]]":
    """Non-empty rows with the number of the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, begins = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            found.append((begins, cells))
        begins = reader.line_num + 1
    return found


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _check_header(line: int, columns: tuple[str, ...], *, known: set[str], required: tuple[str, ...]) -> None:
    problems = []
    for name in dict.fromkeys(columns):
        if name and columns.count(name) > 1:
            problems.append(Problem(line, name, gettext("This column occurs twice.")))
        if name and name not in known:
            message = gettext("Unknown column. Known ones: %s.") % ", ".join(sorted(known))
            problems.append(Problem(line, name, message))
    problems += [
        Problem(line, name, gettext("This column is missing.")) for name in required if name not in columns
    ]
    if problems:
        raise BadFile(problems)
