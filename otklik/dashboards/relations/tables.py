"""From the answers of analyses to rows and cells of pages."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.dashboards.relations import words
from otklik.dashboards.relations.state import State
from otklik.dashboards.words import suffix
from otklik.metrics.core.results import Unit
from otklik.metrics.core.steps import calendar_of, step_end
from otklik.web import formats


def heat(found: dict[str, Any], state: State, by: str, kind: str) -> list[dict[str, Any]]:
    """Rows of the table of correlations; `kind` is pearson or spearman. A cell leads to its pair."""
    series = found["series"]
    held = {frozenset((pair["x"], pair["y"])): pair for pair in found["pairs"]}
    pair_page = reverse("dashboards:relations_pair")
    rows = []
    for x in series:
        cells = []
        for y in series:
            pair = held.get(frozenset((x["key"], y["key"]))) if x is not y else None
            cells.append(
                _same()
                if pair is None
                else cell(
                    pair, x, y, state.link(pair_page, x=x["key"], y=y["key"], by=by, at=None, q=None), kind
                )
            )
        rows.append(
            {"name": x["name"], "n": formats.number(x["n"]), "reason": x["reason_text"], "cells": cells}
        )
    return rows


def cell(
    pair: dict[str, Any], x: dict[str, Any], y: dict[str, Any], url: str, kind: str = "pearson"
) -> dict[str, Any]:
    """One pair: number, tone, and everything else in the tip."""
    one = pair if kind == "pearson" else pair["spearman"]
    significant = one["p_holm"] is not None and one["p_holm"] < words.SIGNIFICANT
    names = f"{x['name']} — {y['name']}"
    if one["r"] is None:
        return {
            "text": "–",
            "tone": words.tone(None, significant=False),
            "url": url,
            "tip": f"{names}: {one['reason_text']} {words.n_text(pair['n'])}",
        }
    other = pair["spearman"]["r"] if kind == "pearson" else pair["r"]
    corrected = _("corrected %(p)s") % {"p": words.p_text(one["p_holm"])}
    beside = (_("Spearman %(r)s") if kind == "pearson" else _("Pearson %(r)s")) % {
        "r": words.r_text(other) or "–"
    }
    said = [
        words.n_text(pair["n"]),
        words.p_text(one["p"]),
        corrected,
        words.interval_text(one["ci95"]),
        beside,
    ]
    word = "" if significant else _("may be chance")
    return {
        "text": words.r_text(one["r"]),
        "tone": words.tone(one["r"], significant=significant),
        "url": url,
        "tip": f"{names}: {'; '.join(part for part in [*said, word] if part)}",
        "few": not pair["enough"],
    }


def _same() -> dict[str, Any]:
    return {"text": "", "tone": "tone-same", "url": "", "tip": ""}


def strongest(found: dict[str, Any], most: int = 5) -> list[dict[str, Any]]:
    """The surest relations, strongest first."""
    names = {one["key"]: one["name"] for one in found["series"]}
    sure = [
        pair
        for pair in found["pairs"]
        if pair["p_holm"] is not None and pair["p_holm"] < words.SIGNIFICANT and pair["enough"]
    ]
    sure.sort(key=lambda pair: -abs(pair["r"]))
    return [
        {
            "x": names[pair["x"]],
            "y": names[pair["y"]],
            "r": words.r_text(pair["r"]),
            "word": words.strength_text(pair["r"]),
            "up": pair["r"] > 0,
            "pair": pair,
        }
        for pair in sure[:most]
    ]


def unit_links(state: State, by: str) -> Callable[[dict[str, Any]], str]:
    """Where a point of a scatter leads: to the day, the place, the point, the employee."""
    home = reverse("dashboards:overview")
    scope = state.scope

    def link(unit: dict[str, Any]) -> str:
        changes: dict[str, Any] = {key: unit[key] for key in ("place", "point", "employee") if unit.get(key)}
        if "point" in changes or "employee" in changes:
            changes["place"] = None
        if unit.get("period"):
            first = dt.datetime.fromisoformat(unit["period"]).date()
            last = step_end(first, calendar_of(by))
            changes |= {"period": "custom", "from_": first.isoformat(), "to": last.isoformat()}
        return scope.address(home, **changes) if changes else ""

    return link


def scatter_data(found: dict[str, Any], state: State, by: str) -> dict[str, Any]:
    """What the scatter draws: points [x, y, name, link, n], names of axes, the line."""
    link = unit_links(state, by)
    x, y = found["series"]
    factors = [100 if one["unit"] == "share" else 1 for one in (x, y)]
    points = [
        [
            unit["x"] * factors[0],
            unit["y"] * factors[1],
            words.unit_name(unit, by),
            link(unit),
            min(unit["n_x"], unit["n_y"]),
        ]
        for unit in found["units"]
    ]
    line = None
    if found["line"] is not None and points:
        ends = [min(point[0] for point in points), max(point[0] for point in points)]
        line = [
            [end, (found["line"]["intercept"] + found["line"]["slope"] * end / factors[0]) * factors[1]]
            for end in ends
        ]
    return {"points": points, "line": line, "x": axis(x), "y": axis(y)}


def axis(one: dict[str, Any]) -> dict[str, str]:
    unit = one["unit"]
    return {"name": one["name"], "unit": _("s") if unit == "seconds" else suffix(Unit(unit)) if unit else ""}


def lag_data(found: dict[str, Any], by: str) -> dict[str, Any]:
    """What the lag chart draws."""
    rows = [
        [
            one["lag"],
            one["r"],
            one["n"],
            one["p_holm"] is not None and one["p_holm"] < words.SIGNIFICANT,
            one["ccf"],
        ]
        for one in found["lags"]
    ]
    return {"rows": rows, "best": found["best_lag"], "by": str(found["by_text"]), "unit": by}


def driver_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "beta_text": formats.number(one["beta"], 2, signed=True),
            "interval_text": words.interval_text(one["ci95"]),
            "p_text": words.p_text(one["p_holm"]),
            "share_text": formats.percent(one["share"]) if one["share"] is not None else "",
            "vif_text": formats.number(one["vif"], 1),
            "r_text": words.r_text(one["r"]),
        }
        for one in found["drivers"]
    ]


def forest_data(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": one["name"],
            "value": one["beta"],
            "low": one["ci95"][0],
            "high": one["ci95"][1],
            "sure": one["significant"],
            "text": one["beta_text"],
        }
        for one in rows
    ]


def element_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Elements with both sides; what is not sure says so."""
    unit = found["target"]["unit"]
    rows = []
    for one in found["elements"]:
        sure = one["p_holm"] is not None and one["p_holm"] < words.SIGNIFICANT
        rows.append(
            {
                **one,
                "sure": sure,
                "with_text": words.value_text(one["with"]["value"], unit),
                "without_text": words.value_text(one["without"]["value"], unit),
                "with_n": formats.number(one["with"]["n"]),
                "without_n": formats.number(one["without"]["n"]),
                "difference_text": words.difference_text(one["difference"], unit),
                "interval_text": " … ".join(words.difference_text(end, unit) for end in one["ci95"] or ()),
                "p_text": words.p_text(one["p_holm"]),
                "word": one["reason_text"] or ("" if sure else _("may be chance")),
            }
        )
    return rows


def effect_data(rows: Sequence[dict[str, Any]], unit: str | None) -> list[dict[str, Any]]:
    factor = 100 if unit == "share" else 1
    return [
        {
            "name": one["element"],
            "value": one["difference"] * factor,
            "low": one["ci95"][0] * factor,
            "high": one["ci95"][1] * factor,
            "sure": one["sure"],
            "text": one["difference_text"],
        }
        for one in rows
        if one["ci95"]
    ]


def quadrant_rows(found: dict[str, Any], state: State) -> tuple[list[dict[str, Any]], int]:
    """Units with both values, the sure ones of the worst quadrant first; how many have one of the two alone."""
    link = unit_links(state, found["by"])
    order = {"neither": 0, "rational": 1, "emotional": 2, "both": 3}
    units = [_axis["unit"] for _axis in found["axes"]]
    rows = [
        {
            **one,
            "name": words.unit_name(one, found["by"]),
            "url": link(one),
            "x_text": words.value_text(one["x"], units[0]),
            "y_text": words.value_text(one["y"], units[1]),
            "n_text": f"{formats.number(one['n_x'])} / {formats.number(one['n_y'])}",
        }
        for one in found["units"]
        if one["quadrant"]
    ]
    rows.sort(key=lambda one: (order[one["quadrant"]], one["low_base"], -(one["n_x"] + one["n_y"])))
    single = sum((one["x"] is None) != (one["y"] is None) for one in found["units"])
    return rows, single


def quadrant_data(found: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    factors = [100 if one["unit"] == "share" else 1 for one in found["axes"]]
    points = [
        [
            one["x"] * factors[0],
            one["y"] * factors[1],
            one["name"],
            one["url"],
            min(one["n_x"], one["n_y"]),
            one["quadrant"],
            one["low_base"],
        ]
        for one in rows
        if one["quadrant"]
    ]
    lines = [
        None if one["line"] is None else one["line"] * factor
        for one, factor in zip(found["axes"], factors, strict=True)
    ]
    lower = [one["direction"] == "lower" for one in found["axes"]]
    return {
        "points": points,
        "lines": lines,
        "lower": lower,
        "x": axis(found["axes"][0]),
        "y": axis(found["axes"][1]),
        "names": found["quadrants"],
    }
