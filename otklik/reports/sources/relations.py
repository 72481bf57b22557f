"""The pages of relations as files: all pairs, one pair with its lags, drivers, elements of the standard."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from otklik.dashboards.relations import views
from otklik.dashboards.relations.state import State
from otklik.metrics.asking import AskError
from otklik.metrics.core.definitions import DefinitionError
from otklik.metrics.core.results import Unit
from otklik.metrics.relations.series import Named
from otklik.reports.exports import Ask, export
from otklik.reports.results import TYPES
from otklik.reports.table import Chart, Column, Report, Row, Table, Type, table_of

type Fill = Callable[[State, dict[str, Any]], None]


def _found(ask: Ask, fill: Fill) -> dict[str, Any]:
    """What the page found; Http404 where the page would say that it cannot be."""
    context: dict[str, Any] = {}
    try:
        fill(State(None, ask.scope, ask.query), context)  # type: ignore[arg-type]  # there is no request in a job
    except (AskError, DefinitionError) as error:
        raise Http404(str(error)) from error
    if "found" not in context:
        raise Http404
    return context


def _notes(context: dict[str, Any]) -> tuple[str, ...]:
    """The page's warnings; that a relation is no cause comes first, always."""
    return tuple(one["text"] for one in context.get("warnings", ()))


def _estimate(kind: str) -> list[Column]:
    return [
        Column(f"{kind}_r", _("%(kind)s, r") % {"kind": kind.title()}, Type.NUMBER, 3),
        Column(f"{kind}_p", _("%(kind)s, p") % {"kind": kind.title()}, Type.NUMBER, 4),
        Column(f"{kind}_p_holm", _("%(kind)s, p corrected") % {"kind": kind.title()}, Type.NUMBER, 4),
    ]


def _bounds(interval: Sequence[float] | None) -> tuple[float | None, float | None]:
    return (interval[0], interval[1]) if interval else (None, None)


@export("relations")
def relations(ask: Ask) -> Report:
    """The table of correlations: a square and a list of pairs."""
    context = _found(ask, views._table)  # noqa: SLF001  # the page's own reading of its address
    found = context["found"]
    names = {one["key"]: one["name"] for one in found["series"]}
    rows: list[Row] = []
    square: dict[tuple[str, str], float | None] = {}
    for pair in found["pairs"]:
        low, high = _bounds(pair.get("ci95"))
        ranks = pair["spearman"]
        square[pair["x"], pair["y"]] = square[pair["y"], pair["x"]] = pair["r"]
        rows.append(
            [
                names[pair["x"]],
                names[pair["y"]],
                pair["n"],
                pair["r"],
                pair.get("p"),
                pair.get("p_holm"),
                low,
                high,
                ranks["r"],
                ranks.get("p"),
                ranks.get("p_holm"),
                pair.get("reason_text"),
            ]
        )
    columns = [
        Column("x", _("Indicator"), width=34),
        Column("y", _("And"), width=34),
        Column("n", _("Common units"), Type.INTEGER),
        *_estimate("pearson"),
        Column("low", _("95 % interval, from"), Type.NUMBER, 3),
        Column("high", _("95 % interval, to"), Type.NUMBER, 3),
        *_estimate("spearman"),
        Column("remarks", _("Remarks"), width=40),
    ]
    keys = list(names)
    heads = [
        Column("name", _("Indicator"), width=34),
        *(Column(f"r{n}", names[k], Type.NUMBER, 2, 14) for n, k in enumerate(keys)),
    ]
    body = [
        [names[one], *(1.0 if one == other else square.get((one, other)) for other in keys)] for one in keys
    ]
    return ask.report(
        _("Relations"),
        table_of(
            "correlations", _("Correlations"), heads, body, heat=tuple(column.key for column in heads[1:])
        ),
        table_of("pairs", _("Pairs"), columns, rows),
        facts=((_("Step"), found["by_text"]),),
        notes=_notes(context),
    )


@export("relation")
def relation(ask: Ask) -> Report:
    """One pair: its units and the search for a lag."""
    context = _found(ask, views._pair)  # noqa: SLF001
    found, x, y = context["found"], context["x"].label, context["y"].label
    days = found["by"] == "day"
    rows = [
        [
            dt.date.fromisoformat(_unit(one)) if days else _unit(one),
            one["x"],
            one["y"],
            one["n_x"],
            one["n_y"],
        ]
        for one in found["units"]
    ]
    columns = [
        Column("unit", found["by_text"], Type.DATE if days else Type.TEXT, width=0 if days else 26),
        *(Column(name, context[name].label, *_type_of(context[name])) for name in ("x", "y")),
        Column("n_x", _("Base, n: %(name)s") % {"name": x}, Type.NUMBER, 0),
        Column("n_y", _("Base, n: %(name)s") % {"name": y}, Type.NUMBER, 0),
    ]
    tables = [table_of("units", _("Units"), columns, rows, charts=(Chart("line", "unit", ("x", "y")),))]
    if "lags" in context:
        tables.append(_lags(context["lags"]))
    pair = found["pair"]
    low, high = _bounds(pair.get("ci95"))
    facts = [(_("Step"), found["by_text"]), ("n", str(pair["n"]))]
    facts += [("r", f"{pair['r']:.3f}")] if pair["r"] is not None else []
    facts += [(_("95 % interval"), f"{low:.3f} … {high:.3f}")] if low is not None and high is not None else []
    return ask.report(f"{x} — {y}", *tables, facts=tuple(facts), notes=_notes(context))


def _type_of(one: Named) -> tuple[Type, int]:
    return TYPES[Unit(one.unit)] if one.unit else (Type.NUMBER, 3)


def _unit(one: dict[str, Any]) -> str:
    """«Касса 1, Невский, 1, 2026-03-02»: the parts of a unit with names in place of codes."""
    parts = [key for key in one if key not in {"x", "y", "n_x", "n_y"} and not key.endswith("_name")]
    return ", ".join(str(one.get(f"{part}_name") or one[part]) for part in parts if one[part] is not None)


def _lags(found: dict[str, Any]) -> Table:
    rows = [[one["lag"], one["n"], one["r"], one.get("p"), one.get("p_holm")] for one in found["lags"]]
    columns = [
        Column("lag", _("Lag, steps"), Type.INTEGER),
        Column("n", _("Common units"), Type.INTEGER),
        Column("r", "r", Type.NUMBER, 3),
        Column("p", "p", Type.NUMBER, 4),
        Column("p_holm", _("p, corrected"), Type.NUMBER, 4),
    ]
    return table_of("lags", _("Lags"), columns, rows, charts=(Chart("column", "lag", ("r",)),))


@export("drivers")
def drivers(ask: Ask) -> Report:
    """Which series explain a target."""
    context = _found(ask, views._drivers)  # noqa: SLF001
    found = context["found"]
    keys = ("n", "r2", "adjusted_r2")
    facts = [(_("Target"), context["aim"].label)]
    facts += [(key, f"{found[key]:.4g}") for key in keys if found.get(key) is not None]
    rows = [
        [
            one["name"],
            one["beta"],
            *one["ci95"],
            one["slope"],
            one["p"],
            one["p_holm"],
            one["share"],
            one["vif"],
            one["r"],
            _("yes") if one["significant"] else _("no: may be chance"),
        ]
        for one in found["drivers"]
    ]
    columns = [
        Column("name", _("Indicator"), width=34),
        Column("beta", _("Strength, β"), Type.NUMBER, 3),
        Column("low", _("95 % interval, from"), Type.NUMBER, 3),
        Column("high", _("95 % interval, to"), Type.NUMBER, 3),
        Column("slope", _("Per unit"), Type.NUMBER, 4),
        Column("p", "p", Type.NUMBER, 4),
        Column("p_holm", _("p, corrected"), Type.NUMBER, 4),
        Column("share", _("Share of what is explained"), Type.SHARE),
        Column("vif", "VIF", Type.NUMBER, 2),
        Column("r", "r", Type.NUMBER, 3),
        Column("significant", _("Significant"), width=20),
    ]
    return ask.report(
        _("Drivers: %(target)s") % {"target": context["aim"].label},
        table_of("drivers", _("Drivers"), columns, rows),
        facts=tuple(facts),
        notes=_notes(context),
    )


@export("standard")
def standard(ask: Ask) -> Report:
    """The target with and without each element of the standard."""
    context = _found(ask, views._standard)  # noqa: SLF001
    found = context["found"]
    rows: list[Row] = []
    for one in found["elements"]:
        having, lacking = one["with"], one["without"]
        sides = [having["value"], having["n"], lacking["value"], lacking["n"]]
        measured = [one["difference"], *_bounds(one["ci95"]), one["p"], one["p_holm"]]
        rows.append([one["element"], *sides, *measured, one["method_text"] or one.get("reason_text")])
    share = found["target"]["unit"] == "share"
    kind = Type.SHARE if share else Type.NUMBER
    columns = [
        Column("element", _("Element of the standard"), width=30),
        Column("with", _("With it"), kind, 2),
        Column("with_n", _("With it, n"), Type.NUMBER, 0),
        Column("without", _("Without it"), kind, 2),
        Column("without_n", _("Without it, n"), Type.NUMBER, 0),
        Column("difference", _("Difference"), kind, 2),
        Column("low", _("95 % interval, from"), kind, 2),
        Column("high", _("95 % interval, to"), kind, 2),
        Column("p", "p", Type.NUMBER, 4),
        Column("p_holm", _("p, corrected"), Type.NUMBER, 4),
        Column("method", _("Method"), width=40),
    ]
    return ask.report(
        _("Elements of the standard: %(target)s") % {"target": context["aim"].label},
        table_of("elements", _("Elements of the standard"), columns, rows),
        facts=((_("Target"), context["aim"].label), (_("Joined"), found["joined_by_text"] or "—")),
        notes=_notes(context),
    )
