"""The report as tables: typed ones for files, sorted lines of text for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point
from otklik.dashboards import words
from otklik.dashboards.scope import Scope
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Grain
from otklik.reports.results import remarks, value_column
from otklik.reports.service.data import GROUPS, MAIN, Block, Line
from otklik.reports.table import Column, Row, Table, Type, table_of
from otklik.web import formats

NUMBER_KEYS = ("n", "mean", "main", "support", "criticality", "response", "served")


@dataclass(frozen=True, slots=True)
class Name:
    code: str
    name: str
    inside: str = ""


def names(scope: Scope, by: str, blocks: Sequence[Block]) -> dict[int | None, Name]:
    """Names of the groups that the user may see; others are left out."""
    ids = {line.key for block in blocks for line in block.lines if line.key is not None}
    if by in {"place", "location"}:
        places = Place.objects.visible_to(scope.user).in_bulk(ids)
        return {pk: Name(one.code, one.name) for pk, one in places.items()}
    models: Mapping[str, Any] = {"point": Point, "employee": Employee}
    if by in models:
        held = models[by].objects.visible_to(scope.user).select_related("place").in_bulk(ids)
        return {pk: Name(one.code, one.name, one.place.name) for pk, one in held.items()}
    return {None: Name("", scope.name)}


def sorted_lines(block: Block, known: Mapping[int | None, Name], sort: str) -> list[tuple[Name, Line]]:
    """Lines with names, by a column; a minus before its key turns the order, what has no value comes last."""
    rows = [(known[line.key], line) for line in block.lines if line.key in known]
    rows.sort(key=lambda row: (row[0].inside, row[0].name, str(row[1].period or "")))
    key, down = sort.lstrip("-"), sort.startswith("-")
    if key.startswith("o") or key in NUMBER_KEYS:
        rows.sort(key=lambda row: _sorted_by(row[1], key, down=down))
    elif key == "name" and down:
        rows.reverse()
    return rows


def _sorted_by(line: Line, key: str, *, down: bool) -> tuple[bool, float]:
    value = number_of(line, key)
    return (value is None, 0.0 if value is None else -value if down else value)


def number_of(line: Line, key: str) -> float | None:
    if key == "main":
        return line.main.value
    if key.startswith("o"):  # the share of an option
        option = key[1:].lstrip("-")
        share = line.counts.get(float(option)) if option.replace(".", "", 1).isdecimal() else None
        return None if share is None else share / line.n
    value: float | None = getattr(line, key)
    return value


def relevance_word(line: Line, block: Block) -> str:
    if not block.spontaneous:
        return _("invited: the rule does not apply")
    if line.relevant is None:
        return _("response unknown")
    return _("relevant") if line.relevant else _("not relevant")


def table(block: Block, by: str, grain: Grain, known: Mapping[int | None, Name]) -> Table:
    """One question as a typed table with its total."""
    question, main = block.question, indicators()[MAIN[block.question.type]]
    labels = dict(question.options())
    options = sorted(block.total.counts if block.total else (), reverse=True)
    several = main.code != "support"
    columns = [Column("code", _("Code")), Column("name", str(GROUPS[by]), width=34)]
    columns += [Column("inside", _("Place"), width=26)] if by in {"point", "employee"} else []
    columns += [Column("period", _("From the day"), Type.DATE)] if grain is not Grain.TOTAL else []
    columns += [Column("n", _("Ratings"), Type.NUMBER, 0)]
    for option in options:
        label = _option(option, labels)
        columns.append(Column(f"count_{option:g}", label, Type.NUMBER, 0))
        columns.append(Column(f"share_{option:g}", _("%(answer)s, share") % {"answer": label}, Type.SHARE))
    columns += [Column("mean", _("Mean"), Type.NUMBER, 2)]
    columns += [value_column(main)] if several else []
    columns += [
        Column("support", _("Support index"), Type.SHARE),
        Column("criticality", _("Criticality index"), Type.SHARE),
        Column("response", _("Response"), Type.SHARE),
        Column("relevance", _("Relevance"), width=18),
        Column("served", _("Clients served"), Type.NUMBER, 0),
        Column("rated", _("Ratings of days with a served count"), Type.NUMBER, 0),
        Column("known", _("Days with a served count"), Type.INTEGER),
        Column("units", _("Days of places in all"), Type.INTEGER),
        Column("remarks", _("Remarks"), width=40),
    ]

    def cells(name: Name, line: Line) -> Row:
        row: list[Any] = [name.code, name.name]
        row += [name.inside] if by in {"point", "employee"} else []
        row += [line.period] if grain is not Grain.TOTAL else []
        row.append(line.n)
        for option in options:
            count = line.counts.get(option, 0.0)
            row += [count, count / line.n]
        row += [line.mean, *([line.main.value] if several else [])]
        known_days = (line.coverage.known, line.coverage.units) if line.coverage else (None, None)
        row += [line.support, line.criticality, line.response, relevance_word(line, block)]
        return [*row, line.served, line.rated_with_served, *known_days, remarks(line.main)]

    rows = [cells(name, line) for name, line in sorted_lines(block, known, "name")]
    totals = cells(Name("", _("Total")), block.total) if block.total else None
    return table_of(question.code, question.text, columns, rows, totals=totals)


def _option(option: float, labels: Mapping[int, str]) -> str:
    label = labels.get(int(option), "") if option == int(option) else ""
    return f"{option:g} {label}".strip()


@dataclass(frozen=True, slots=True)
class Shown:
    """One question on the page."""

    code: str
    text: str
    heads: list[tuple[str, str, str]]  # (key, label, sort that a press gives)
    rows: list[tuple[str, list[str]]]  # (name, cells)
    total: list[str]
    notes: list[str]
    more: int  # lines that are only in the file


MOST_LINES = 200


def shown(block: Block, known: Mapping[int | None, Name], sort: str) -> Shown:
    question, main = block.question, indicators()[MAIN[block.question.type]]
    labels = dict(question.options())
    options = sorted(block.total.counts if block.total else (), reverse=True)
    keys = [("n", _("Ratings")), *((f"o{option:g}", _option(option, labels)) for option in options)]
    keys.append(("mean", _("Mean")))
    keys += [("main", str(main.name))] if main.code != "support" else []
    keys += [
        ("support", _("Support")),
        ("criticality", _("Criticality")),
        ("response", _("Response")),
        ("served", _("Served")),
    ]
    if block.question.type != "rating":
        keys = [one for one in keys if one[0] != "served"]
    heads = [(key, label, f"-{key}" if sort != f"-{key}" else key) for key, label in keys]
    rows = sorted_lines(block, known, sort)
    texts = [
        (_named(name, line), [_cell(line, key) for key, _label in keys] + [relevance_word(line, block)])
        for name, line in rows[:MOST_LINES]
    ]
    total = block.total
    closing = [*(_cell(total, key) for key, _label in keys), relevance_word(total, block)] if total else []
    notes = [said for said in [words.coverage_text(total.main) if total else ""] if said]
    return Shown(question.code, question.text, heads, texts, closing, notes, max(0, len(rows) - MOST_LINES))


def _named(name: Name, line: Line) -> str:
    parts = [name.name, name.inside, formats.day(line.period) if line.period else ""]
    return ", ".join(part for part in parts if part)


def _cell(line: Line, key: str) -> str:
    if key.startswith("o"):
        count = line.counts.get(float(key[1:]), 0.0)
        return format_html(
            '{} <small class="report-share">{}</small>',
            formats.number(count),
            formats.percent(count / line.n),
        )
    value = number_of(line, key)
    if key == "main":
        return words.value_text(line.main.value, line.main.unit, words.digits(line.main)) or "—"
    if value is None:
        return "—"
    if key in {"support", "criticality", "response"}:
        return formats.percent(value, 1)
    return formats.number(value, 2 if key == "mean" else 0)
