"""The comparison of places, points or employees as a file: a sheet per indicator."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.metrics.definitions import LimitTable
from otklik.reports.comparison.asked import GROUPS, asked_by, asked_codes
from otklik.reports.comparison.data import Comparison, chosen, comparisons
from otklik.reports.comparison.statistics import Z998, funnel
from otklik.reports.exports import Ask, export
from otklik.reports.results import TYPES, colour_word, definition_facts, remarks, value_column
from otklik.reports.table import Chart, Column, Report, Row, Table, Type, table_of


@export("comparison")
def comparison(ask: Ask) -> Report:
    scope = ask.scope
    by = asked_by(ask.query, scope)
    found = comparisons(scope, by, chosen(asked_codes(ask.query)))
    limits = LimitTable()
    facts = [(_("Lines"), str(GROUPS[by]))]
    for one in found:
        facts += definition_facts(
            one.indicator, limits.of(one.indicator, scope.place.ancestor_ids() if scope.place else [])
        )
    notes = [
        _(
            "p is corrected for the number of comparisons by Holm’s method; below 0.05 a difference is called more than chance."
        ),
        _("Groups with fewer than 30 answers or clients are shown, but not called better or worse."),
        _(
            "Ranks that chance leaves open: a group whose interval overlaps others could stand higher or lower."
        ),
    ]
    tables = [_table(one, by) for one in found]
    return ask.report(_("Comparison"), *tables, facts=tuple(facts), notes=tuple(notes))


def _table(one: Comparison, by: str) -> Table:
    kind, digits = TYPES[one.indicator.definition.unit]
    inside = by in {"point", "employee"}
    against = _("the rest") if one.against_rest else _("all together")
    columns = [
        Column("rank", _("Rank"), Type.INTEGER),
        Column("code", _("Code")),
        Column("name", str(GROUPS[by]), width=34),
        *([Column("inside", _("Place"), width=26)] if inside else []),
        value_column(one.indicator),
        Column("low", _("95 % interval, from"), kind, digits),
        Column("high", _("95 % interval, to"), kind, digits),
        Column("n", _("Base, n"), Type.NUMBER, 0),
        Column("difference", _("Difference from %(other)s") % {"other": against}, kind, digits),
        Column("p", _("p, corrected"), Type.NUMBER, 4),
        Column("verdict", _("Verdict"), width=22),
        Column("best", _("Rank at best"), Type.INTEGER),
        Column("worst", _("Rank at worst"), Type.INTEGER),
        Column("chance_low", _("By chance, from (99.8 %)"), kind, digits),
        Column("chance_high", _("By chance, to (99.8 %)"), kind, digits),
        Column("colour", pgettext("of an indicator", "Colour")),
        Column("remarks", _("Remarks"), width=40),
    ]
    rows: list[Row] = []
    for group in one.groups:
        result = group.result
        low, high = result.interval or (None, None)
        best, worst = group.ranks or (None, None)
        chance: tuple[float | None, float | None] = (None, None)
        if one.whole.value is not None and one.deviation and result.n:
            chance = funnel(one.whole.value, one.deviation, result.n, Z998)
        rows.append(
            [
                group.rank,
                group.item.code,
                group.item.name,
                *([group.item.place.name] if inside else []),
                result.value,
                low,
                high,
                result.n,
                group.difference.delta,
                group.p,
                one.word(group),
                best,
                worst,
                *chance,
                colour_word(group.colour),
                remarks(result),
            ]
        )
    low, high = one.whole.interval or (None, None)
    totals: list[object] = [
        None,
        None,
        _("All together"),
        *([None] if inside else []),
        one.whole.value,
        low,
        high,
        one.whole.n,
    ]
    totals += [None] * (len(columns) - len(totals))
    chart = Chart("bar", "name", ("value",), title=str(one.indicator.name))
    return table_of(
        one.indicator.code,
        str(one.indicator.name),
        columns,
        rows,
        totals=totals,
        charts=(chart,) if 1 < len(rows) <= 60 else (),
        notes=()
        if one.against_rest
        else (
            _("%(name)s is no mean of its parts, so each line is compared with all together.")
            % {"name": one.indicator.name},
        ),
    )
