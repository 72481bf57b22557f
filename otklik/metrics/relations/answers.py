"""Statistics as JSON, for REST and for pages: numbers, reasons in words, remarks that always stand beside them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from otklik.company.models import Employee, Point
from otklik.metrics.relations import labels
from otklik.metrics.relations.contrasts import Contrast, Side
from otklik.metrics.relations.drivers import Driver, Model
from otklik.metrics.relations.lagging import Lag, Lagged
from otklik.metrics.relations.pairs import Estimate, Pair
from otklik.metrics.relations.prepare import Prepared
from otklik.metrics.relations.reasons import Warn, Why
from otklik.metrics.relations.respondents import ItemReliability, ItemStatistics, Reliability, item_statistics
from otklik.metrics.relations.series import Named
from otklik.metrics.relations.units import Key, Unit
from otklik.metrics.scope import Tree

ENOUGH = 30
MANY_PAIRS = 10


def reason(why: Why | None) -> dict[str, Any]:
    return {"reason": why.value if why else None, "reason_text": str(labels.REASONS[why]) if why else None}


def remarks(found: Iterable[Warn]) -> list[dict[str, str]]:
    """Remarks in words, each once; that correlation is not cause comes first, always."""
    every = dict.fromkeys([Warn.NOT_CAUSE, *found])
    return [{"code": one.value, "text": str(labels.WARNINGS[one])} for one in every]


def series(held: Prepared) -> list[dict[str, Any]]:
    """Each column with its statistics over the units."""
    return [
        {
            **name(one),
            "events": float(held.matrix.n[:, number].sum()),
            **statistics(item_statistics(held.column(number)), held.reasons[number]),
        }
        for number, one in enumerate(held.named)
    ]


def name(one: Named) -> dict[str, Any]:
    return {"key": one.key, "name": one.label, "unit": one.unit or None}


def statistics(found: ItemStatistics, why: Why | None = None) -> dict[str, Any]:
    return {
        "n": found.n,
        "missing": found.missing,
        "mean": found.mean,
        "sd": found.sd,
        "median": found.median,
        "q1": found.q1,
        "q3": found.q3,
        "min": found.minimum,
        "max": found.maximum,
        "skewness": found.skewness,
        "kurtosis": found.kurtosis,
        **reason(why or found.reason),
    }


def estimate(one: Estimate) -> dict[str, Any]:
    return {
        "r": one.r,
        "p": one.p,
        "p_holm": one.p_holm,
        "p_bh": one.p_bh,
        "ci95": list(one.interval) if one.interval else None,
        **reason(one.reason),
    }


def pair(one: Pair, held: Prepared) -> dict[str, Any]:
    """Pearson under its plain names, Spearman beside it."""
    return {
        "x": held.named[one.x].key,
        "y": held.named[one.y].key,
        "n": one.n,
        **estimate(one.pearson),
        "enough": one.n >= ENOUGH,
        "spearman": estimate(one.spearman),
    }


def pair_remarks(found: Sequence[Pair], unit: Unit, held: Prepared) -> list[dict[str, str]]:
    said = []
    if any(0 < one.n < ENOUGH for one in found):
        said.append(Warn.FEW_UNITS)
    if len(found) >= MANY_PAIRS:
        said.append(Warn.MANY_PAIRS)
    if unit.in_time and any(_sticky(held.column(number)) for number in range(len(held.named))):
        said.append(Warn.TIME_DEPENDS)
    return remarks(said)


def _sticky(values: np.ndarray[Any, np.dtype[np.float64]]) -> bool:
    """Whether neighbouring steps resemble each other clearly."""
    from otklik.metrics.relations.lagging import autocorrelations

    (one,) = autocorrelations(values, 1).lags
    return one.estimate.r is not None and one.estimate.r > 0.3 and (one.estimate.p or 1) < 0.05


def lag(one: Lag) -> dict[str, Any]:
    return {"lag": one.lag, "n": one.n, **estimate(one.estimate), "ccf": one.ccf}


def lags(found: Lagged) -> dict[str, Any]:
    return {
        "best_lag": found.best.lag if found.best else None,
        "best_lag_ccf": found.best_ccf,
        "best": lag(found.best) if found.best else None,
        "lags": [lag(one) for one in found.lags],
    }


def driver(one: Driver, model: Model, named: Named) -> dict[str, Any]:
    return {
        **name(named),
        "beta": one.beta,
        "ci95": list(one.interval),
        "slope": one.slope,
        "p": one.p,
        "p_holm": one.p_holm,
        "significant": one.significant,
        "vif": one.vif,
        "share_of_r2": one.share,
        "share": one.share / model.r2 if one.share is not None and model.r2 else None,
        "r": one.r,
    }


def model(found: Model, named: Sequence[Named]) -> dict[str, Any]:
    """`named` are the predictors."""
    return {
        "n": found.n,
        "left_out": found.left_out,
        "needed": found.needed,
        "r2": found.r2,
        "adjusted_r2": found.adjusted_r2,
        "p": found.p,
        "durbin_watson": found.durbin_watson,
        "drivers": [driver(one, found, named[one.column]) for one in found.drivers],
        "culprits": [named[one].key for one in found.culprits],
        **reason(found.reason),
    }


def reliability(found: Reliability, named: Sequence[Named]) -> dict[str, Any]:
    items: list[ItemReliability | None] = [*found.per_item] or [None] * len(named)
    return {
        "n": found.n,
        "left_out": found.left_out,
        "items": [
            {
                **name(one),
                "rest_r": item.rest if item else None,
                "alpha_without": item.without if item else None,
            }
            for one, item in zip(named, items, strict=True)
        ],
        "alpha": found.raw,
        "alpha_standardised": found.standardised,
        "ci95": list(found.interval) if found.interval else None,
        "mean_r": found.mean_r,
        **reason(found.reason),
    }


def contrast(element: str, found: Contrast) -> dict[str, Any]:
    return {
        "element": element,
        "with": _side(found.having),
        "without": _side(found.lacking),
        "difference": found.difference,
        "ci95": list(found.interval) if found.interval else None,
        "p": found.p,
        "p_holm": found.p_holm,
        "p_bh": found.p_bh,
        "method": found.method.value if found.method else None,
        "method_text": str(labels.METHODS[found.method]) if found.method else None,
        **reason(found.reason),
    }


def _side(side: Side) -> dict[str, Any]:
    return {"n": side.n, "base": side.base, "value": side.value}


class UnitNames:
    """Codes and names of units, points and employees with their place; what is not visible has none."""

    def __init__(self, unit: Unit, keys: Sequence[Key], tree: Tree) -> None:
        self._unit, self._tree = unit, tree
        self._names: dict[str, Mapping[int, tuple[str, str, int]]] = {}
        for part, model_of in (("point", Point), ("employee", Employee)):
            if part in unit.parts:
                ids = {key[unit.parts.index(part)] for key in keys}
                rows = model_of.objects.filter(pk__in=ids).values_list("pk", "code", "name", "place_id")
                self._names[part] = {pk: (code, title, place) for pk, code, title, place in rows}

    def of(self, key: Key) -> dict[str, Any]:
        """{part: code, part_name: name}; steps of time as ISO texts."""
        found: dict[str, Any] = {}
        for part, value in zip(self._unit.parts, key, strict=True):
            if part == "place":
                found |= self._place(value)
            elif part in self._names:
                code, title, place = self._names[part].get(value, (None, None, None))
                found |= {part: code, f"{part}_name": title, **self._place(place)}
            else:
                found[part] = value.isoformat() if isinstance(value, dt.date) else value
        return found

    def _place(self, place: int | None) -> dict[str, Any]:
        node = self._tree.nodes.get(place) if place is not None else None
        return {"place": node.code if node else None, "place_name": node.name if node else None}
