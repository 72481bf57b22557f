"""Results of indicators as columns and cells: the same in every table, whatever page it comes from."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.dashboards import words
from otklik.dashboards.readings import Reading
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Result, Unit
from otklik.metrics.core.thresholds import Colour, Limits
from otklik.metrics.labels import FLAGS, MARKS, UNITS
from otklik.metrics.wording import sentence
from otklik.reports.table import Column, Type, Typed

TYPES: dict[Unit, tuple[Type, int]] = {
    Unit.SHARE: (Type.SHARE, 1),
    Unit.POINTS: (Type.NUMBER, 1),
    Unit.SCORE: (Type.NUMBER, 2),
    Unit.COUNT: (Type.NUMBER, 0),
    Unit.MONEY: (Type.MONEY, 2),
    Unit.SECONDS: (Type.SECONDS, 1),
    Unit.RATIO: (Type.NUMBER, 2),
}


def typed(value: float | None, unit: Unit) -> Typed:
    return Typed(value, *TYPES[unit])


def value_column(one: Indicator, key: str = "value", label: str = "", width: int = 0) -> Column:
    """A column of one indicator's numbers, with the unit in its heading."""
    kind, digits = TYPES[one.definition.unit]
    return Column(key, label or named(one), kind, digits, width)


def named(one: Indicator) -> str:
    """«Время контакта, с»."""
    marks = {Unit.SECONDS: _("s"), Unit.POINTS: _("points")}
    mark = marks.get(one.definition.unit)
    return f"{one.name}, {mark}" if mark else str(one.name)


def result_columns(one: Indicator) -> list[Column]:
    """Columns of `result_cells`."""
    kind, digits = TYPES[one.definition.unit]
    found = [
        value_column(one),
        Column("low", _("95 % interval, from"), kind, digits),
        Column("high", _("95 % interval, to"), kind, digits),
        Column("n", _("Base, n"), Type.NUMBER, 0),
        Column("numerator", _("Numerator"), Type.NUMBER, 2),
        Column("denominator", _("Denominator"), Type.NUMBER, 2),
    ]
    return found + remark_columns()


def remark_columns() -> list[Column]:
    return [
        Column("colour", pgettext("of an indicator", "Colour")),
        Column("remarks", _("Remarks"), width=40),
    ]


def result_cells(result: Result | None, colour: Colour | None = None) -> list[Any]:
    """Cells of one result in the order of `result_columns`."""
    if result is None:
        return [None, None, None, None, None, None, None, _("no data")]
    low, high = result.interval or (None, None)
    return [
        result.value,
        low,
        high,
        result.n,
        result.numerator,
        result.denominator,
        colour_word(colour),
        remarks(result),
    ]


def colour_word(colour: Colour | None) -> str | None:
    words_of = {Colour.GREEN: _("good"), Colour.YELLOW: _("acceptable"), Colour.RED: _("bad")}
    return words_of.get(colour) if colour is not None else None


def remarks(result: Result) -> str | None:
    """Why there is no value, how far the served counts are known, what to mind."""
    said = [words.missing_text(result)] if result.reason else []
    said += [words.coverage_text(result)]
    said += [str(FLAGS[flag]) for flag in result.flags]
    return " ".join(_sentence(text) for text in said if text) or None


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def definition_facts(one: Indicator, limits: Limits | None) -> list[tuple[str, str]]:
    """What the first sheet says of an indicator."""
    definition = one.definition
    found = [
        (_("Indicator"), f"{one.name} ({one.code})"),
        (_("Formula"), str(one.formula)),
        *([(_("In words"), sentence(definition))] if not one.built_in else []),
        (_("Unit"), str(UNITS[definition.unit])),
        (_("Definition"), f"{MARKS[one.mark]}, {_('version %s') % definition.version}"),
    ]
    if limits is not None:
        good, acceptable = (
            words.goal_text(bound, definition.unit, definition.direction)
            for bound in (limits.good, limits.acceptable)
        )
        found.append(
            (
                _("Thresholds"),
                _("good %(good)s, acceptable %(acceptable)s") % {"good": good, "acceptable": acceptable},
            )
        )
    return found


def reading_cells(reading: Reading) -> list[Any]:
    """Cells of one indicator among others of different units, in the order of `reading_columns`."""
    result, unit = reading.result, reading.result.unit
    low, high = result.interval or (None, None)
    other = reading.other.value if reading.other else None
    difference = reading.difference
    return [
        str(reading.indicator.name),
        reading.indicator.code,
        typed(result.value, unit),
        typed(low, unit),
        typed(high, unit),
        str(UNITS[unit]),
        result.n,
        typed(other, unit),
        None
        if difference is None
        else words.VERDICTS[difference.verdict] and str(words.VERDICTS[difference.verdict]),
        typed(reading.limits.good if reading.limits else None, unit),
        typed(reading.limits.acceptable if reading.limits else None, unit),
        colour_word(reading.colour),
        remarks(result),
    ]


def reading_columns(other_name: str) -> list[Column]:
    before = _("Before: %(days)s") % {"days": other_name} if other_name else _("Before")
    return [
        Column("indicator", _("Indicator"), width=34),
        Column("code", _("Code")),
        Column("value", _("Value"), Type.VALUE, width=12),
        Column("low", _("95 % interval, from"), Type.VALUE, width=12),
        Column("high", _("95 % interval, to"), Type.VALUE, width=12),
        Column("unit", _("Unit")),
        Column("n", _("Base, n"), Type.NUMBER, 0),
        Column("before", before, Type.VALUE, width=14),
        Column("change", pgettext("of a value", "Change"), width=16),
        Column("good", _("Good"), Type.VALUE, width=10),
        Column("acceptable", _("Acceptable"), Type.VALUE, width=10),
        *remark_columns(),
    ]
