"""The analyses: what is asked for → read → computed → as JSON. REST and pages both call these."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import models
from django.utils.translation import gettext as _

from otklik.metrics.asking import AskError
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.results import Unit as ValueUnit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.interactions import TooMuchError
from otklik.metrics.queries import Slicing, values
from otklik.metrics.relations import answers, drivers, labels, lagging, pairs, quadrants, respondents
from otklik.metrics.relations import elements as of_standard
from otklik.metrics.relations.matrix import Frame
from otklik.metrics.relations.prepare import Prepared, Shape, prepared
from otklik.metrics.relations.reasons import Warn
from otklik.metrics.relations.series import QUESTION_SCORE, Named, Series
from otklik.metrics.scope import Tree
from otklik.surveys.models import Question

MAX_SHOWN = 5000  # units of a scatter


@dataclass(frozen=True, slots=True)
class Study:
    """Where and how: the frame, the shaping, and the tree that names places."""

    frame: Frame
    shape: Shape
    tree: Tree

    def head(self) -> dict[str, Any]:
        """What every answer repeats of the question."""
        unit = self.frame.unit
        return {
            "from": self.frame.first.isoformat(),
            "to": self.frame.last.isoformat(),
            "by": unit.name,
            "by_text": str(labels.UNITS.get(unit.name, unit.name)),
            "least_events": self.shape.least,
            "difference": self.shape.difference,
            "season": self.shape.season.value,
        }

    def read(self, named: Sequence[Named]) -> Prepared:
        """Raises AskError when there are too many units."""
        try:
            return prepared(named, self.frame, self.shape)
        except TooMuchError as error:
            message = _(
                "That is %(found)s units; %(most)s fit into one answer. Choose a shorter period, a place or fewer series."
            )
            raise AskError("by", message % {"found": error.found, "most": error.most}) from error


def changing(study: Study, named: Sequence[Named]) -> list[Named]:
    """Those that have numbers which change: others correlate with nothing, and would be counted as tried."""
    series = answers.series(study.read(named)) if named else []
    keys = {one["key"] for one in series if one["n"] >= 3 and one["sd"]}
    return [one for one in named if one.key in keys]


def correlations(
    study: Study, named: Sequence[Named], against: Sequence[Named], *, ranks: bool = True
) -> dict[str, Any]:
    """All pairs of `named`; with `against` each of `named` with each of those instead."""
    everything = list(dict.fromkeys([*named, *against]))
    held = study.read(everything)
    place = {one: number for number, one in enumerate(everything)}
    wanted = None
    if against:
        wanted = [(place[x], place[y]) for x in named for y in against if x != y]
    found = pairs.correlations(held.values, wanted, ranks=ranks)
    return {
        **study.head(),
        "units": len(held.matrix.keys),
        "series": answers.series(held),
        "tried": len(found),
        "pairs": [answers.pair(one, held) for one in found],
        "warnings": answers.pair_remarks(found, study.frame.unit, held),
    }


def lag_search(study: Study, x: Named, y: Named | None, lags: Sequence[int]) -> dict[str, Any]:
    """Correlation of x[t] and y[t + k] for every lag; of x with itself when there is no y."""
    held = study.read([x] if y is None else [x, y])
    if y is None:
        found = lagging.lagged(held.column(0), held.column(0), [k for k in lags if k > 0])
    else:
        found = lagging.lagged(held.column(0), held.column(1), lags)
    said = [Warn.TIME_DEPENDS]
    if any(0 < one.n < answers.ENOUGH for one in found.lags):
        said.append(Warn.FEW_UNITS)
    return {
        **study.head(),
        "steps": len(held.matrix.keys),
        "series": answers.series(held),
        "x": x.key,
        "y": y.key if y else None,
        **answers.lags(found),
        "warnings": answers.remarks(said),
    }


def scatter(study: Study, x: Named, y: Named) -> dict[str, Any]:
    """The units that know both, with their names; the line of least squares."""
    held = study.read([x, y])
    known = np.isfinite(held.values).all(axis=1)
    if int(known.sum()) > MAX_SHOWN:
        message = _(
            "That is %(found)s units; %(most)s fit into one answer. Choose a shorter period, a place or fewer series."
        )
        raise AskError("by", message % {"found": int(known.sum()), "most": MAX_SHOWN})
    (one,) = pairs.correlations(held.values)
    names = answers.UnitNames(study.frame.unit, held.matrix.keys, study.tree)
    rows = np.flatnonzero(known).tolist()
    return {
        **study.head(),
        "series": answers.series(held),
        "pair": answers.pair(one, held),
        "line": _line(held.values[known]) if one.pearson.r is not None else None,
        "units": [
            {
                **names.of(held.matrix.keys[row]),
                "x": float(held.values[row, 0]),
                "y": float(held.values[row, 1]),
                "n_x": float(held.matrix.n[row, 0]),
                "n_y": float(held.matrix.n[row, 1]),
            }
            for row in rows
        ],
        "warnings": answers.pair_remarks([one], study.frame.unit, held),
    }


def _line(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    from scipy import stats

    found = stats.linregress(values[:, 0], values[:, 1])
    return {"slope": float(found.slope), "intercept": float(found.intercept)}


def driver_model(
    study: Study, target: Named, named: Sequence[Named], errors: drivers.Errors
) -> dict[str, Any]:
    """What explains the target."""
    held = study.read([target, *named])
    found = drivers.drivers(held.column(0), held.values[:, 1:], errors, in_time=study.frame.unit.in_time)
    return {
        **study.head(),
        "target": answers.name(target),
        "errors": errors.value,
        "shares": "lmg" if len(named) <= drivers.MAX_SHARED else None,
        "series": answers.series(held),
        **answers.model(found, named),
        "warnings": answers.remarks(found.warnings),
    }


def element_table(
    study: Study,
    target: Named,
    one: Indicator | None,
    where: Filter,
    *,
    ways: Sequence[str],
    threshold: float,
) -> dict[str, Any]:
    """The target with and without each element of the standard."""
    share = one is not None and one.definition.unit is ValueUnit.SHARE
    try:
        found = of_standard.standard(target, study.frame, where, ways, threshold=threshold, share=share)
    except TooMuchError as error:
        message = _(
            "That is %(found)s units; %(most)s fit into one answer. Choose a shorter period, a place or fewer series."
        )
        raise AskError("from", message % {"found": error.found, "most": error.most}) from error
    said = [Warn.CONFOUNDED]
    if found.way not in (None, "session"):
        said.append(Warn.NOT_SAME_CONTACT)
    if not found.pooled:
        said.append(Warn.UNPOOLED)
    return {
        "from": study.frame.first.isoformat(),
        "to": study.frame.last.isoformat(),
        "target": answers.name(target),
        "joined_by": found.way,
        "joined_by_text": str(labels.UNITS[found.way]) if found.way else None,
        "tried": [{"way": way.way, "checked": way.checked, "joined": way.joined} for way in found.tried],
        "left_out": found.left_out,
        "met_from": threshold,
        "elements": [answers.contrast(code, each) for code, each in found.found],
        "warnings": answers.remarks(said),
    }


def reliability(study: Study, named: Sequence[Named]) -> dict[str, Any]:
    """Cronbach's alpha of the series over the units; questions whose best option is the lowest are turned round."""
    held = study.read(named)
    turned = _turned(named)
    found = respondents.reliability(held.values * np.where([one.key in turned for one in named], -1.0, 1.0))
    said = [Warn.FEW_UNITS] if 0 < found.n < answers.ENOUGH else []
    if any(item.rest is not None and item.rest < 0 for item in found.per_item):
        said.append(Warn.NEGATIVE_ITEM)
    said_of = answers.reliability(found, named)
    for item in said_of["items"]:
        item["turned"] = item["key"] in turned
    return {**study.head(), **said_of, "warnings": answers.remarks(said)}


def _turned(named: Sequence[Named]) -> set[str]:
    """Keys of plain scores of a question that runs from best to worst."""
    asked = {
        one.what.subject[0]: one.key
        for one in named
        if isinstance(one.what, Series) and one.what.code == QUESTION_SCORE and len(one.what.subject) == 1
    }
    rows = Question.objects.filter(code__in=asked, top=models.F("scale_min"))
    return {asked[code] for code in rows.values_list("code", flat=True)}


def items(study: Study, named: Sequence[Named]) -> dict[str, Any]:
    """Statistics of each series over the units."""
    held = study.read(named)
    return {
        **study.head(),
        "units": len(held.matrix.keys),
        "items": answers.series(held),
        "warnings": answers.remarks([]),
    }


@dataclass(frozen=True, slots=True)
class Axis:
    """One index of the quadrants: `line` as asked for, `limits` of the indicator."""

    named: Named
    indicator: Indicator
    limits: Limits | None
    line: float | None = None


def quadrant_table(study: Study, rational: Axis, emotional: Axis) -> dict[str, Any]:
    """Double TOLK: where each unit stands between reason and feeling."""
    axes = (rational, emotional)
    found: dict[Any, list[Any]] = {}
    for number, axis in enumerate(axes):
        assert isinstance(axis.named.what, Series)
        for row in values([axis.named.what.code], _slicing(axis.named.what, study.frame)):
            key = study.frame.unit.key(row.keys)
            if key is not None and axis.named.what.code in row.results:
                found.setdefault(key, [None, None])[number] = row.results[axis.named.what.code]
    keys = sorted(found)
    lines = [
        quadrants.line_of(
            axis.line, axis.limits.good if axis.limits else None, [_value(found[key][number]) for key in keys]
        )
        for number, axis in enumerate(axes)
    ]
    names = answers.UnitNames(study.frame.unit, keys, study.tree)
    rows = [{**names.of(key), **_standing(found[key], axes, (lines[0][0], lines[1][0]))} for key in keys]
    counts = {one.value: sum(row["quadrant"] == one for row in rows) for one in quadrants.Quadrant}
    return {
        **{key: value for key, value in study.head().items() if key in {"from", "to", "by", "by_text"}},
        "axes": [
            {
                **answers.name(axis.named),
                "direction": axis.indicator.definition.direction.value,
                "line": line,
                "line_from": source.value,
                "line_text": str(labels.LINES[source]),
            }
            for axis, (line, source) in zip(axes, lines, strict=True)
        ],
        "units": rows,
        "counts": counts,
        "quadrants": {one.value: str(text) for one, text in labels.QUADRANTS.items()},
        "warnings": answers.remarks([Warn.FEW_UNITS] if any(row["low_base"] for row in rows) else []),
    }


def _slicing(one: Series, frame: Frame) -> Slicing:
    import json

    params = json.loads(one.params) if one.params else {}
    places = frame.places if one.places is None else one.places
    return Slicing(
        frame.first, frame.last, places, one.point, one.employee, frame.unit.grain, frame.unit.by, {},
        one.where, one.subject, one.weighted, params,
    )  # fmt: skip


def _value(result: Any) -> float | None:
    return None if result is None else result.value


def _standing(
    found: Sequence[Any], axes: tuple[Axis, Axis], lines: tuple[float | None, float | None]
) -> dict[str, Any]:
    x, y = found
    where = quadrants.standing(
        _value(x),
        _value(y),
        lines,
        (axes[0].indicator.definition.direction, axes[1].indicator.definition.direction),
        (x.interval if x else None, y.interval if y else None),
    )
    bases = [result.n if result else 0 for result in found]
    return {
        "x": _value(x),
        "y": _value(y),
        "n_x": bases[0],
        "n_y": bases[1],
        "ci95_x": list(x.interval) if x and x.interval else None,
        "ci95_y": list(y.interval) if y and y.interval else None,
        "low_base": min(bases) < answers.ENOUGH,
        "sure": where.sure,
        "quadrant": where.quadrant.value if where.quadrant else None,
        "quadrant_text": str(labels.QUADRANTS[where.quadrant]) if where.quadrant else None,
    }
