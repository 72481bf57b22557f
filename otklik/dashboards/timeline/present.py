"""A timeline as JSON: for machines in the indicator's own unit, for the page as people read numbers."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from otklik.dashboards import words
from otklik.dashboards.chart import limit_runs
from otklik.dashboards.timeline.columns import Columns
from otklik.dashboards.timeline.data import Line, Timeline
from otklik.metrics.core.columns import REASONS, Numbers, flags_of
from otklik.metrics.core.results import Flag, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.limits.steps import runs

SUMS = {"total", "net_total"}  # families whose figures begin at zero, as counts do
QUIET = {Flag.LOW_BASE, Flag.SEVERAL_QUESTIONS}  # n stands beside every value


def steps(found: Sequence[dt.date | dt.datetime]) -> list[str]:
    return [
        step.isoformat(timespec="minutes") if isinstance(step, dt.datetime) else step.isoformat()
        for step in found
    ]


def for_machines(found: Timeline) -> dict[str, Any]:
    """Aligned columns; null is a gap. A share is 0…1."""
    return {
        "grain": found.axis.grain.value,
        "from": found.axis.days.first.isoformat(),
        "to": found.axis.days.last.isoformat(),
        "steps": steps(found.steps),
        "unfinished": found.unfinished,
        "compared_with": {
            "place": found.against.code if found.against else None,
            "steps": steps(found.others),
        }
        if found.others
        else None,
        "series": [_for_machines(line, found) for line in found.lines],
        "problems": [{"series": series, "message": message} for series, message in found.problems],
    }


def _limits(held: Limits | None) -> dict[str, float] | None:
    return None if held is None else {"good": held.good, "acceptable": held.acceptable}


def _for_machines(line: Line, found: Timeline) -> dict[str, Any]:
    definition, where = line.indicator.definition, line.where
    return {
        "series": str(line.spec),
        "indicator": definition.code,
        "version": definition.version,
        "name": str(line.indicator.name),
        "unit": definition.unit.value,
        "direction": definition.direction.value,
        "place": where.place.code if where.place else None,
        "point": where.point.code if where.point else None,
        "employee": where.employee.code if where.employee else None,
        "subject": where.question.code if where.question else None,
        "limits": _limits(line.limits[-1]) if line.limits else None,
        "limits_from": [
            {"step": steps([found.steps[number]])[0], "limits": _limits(held)}
            for number, held in runs(line.limits)
        ],
        **_columns(line.columns, 1.0),
        "flags": flags(line.columns),
        "other": _columns(line.other, 1.0) if line.other else None,
    }


def for_page(found: Timeline, default_place: str, first: int = 0) -> dict[str, Any]:
    """As the page draws it: shares in per cent, words for everything. Steps before number `first` are left out."""
    last = len(found.steps)
    return {
        "grain": found.axis.grain.value,
        "first": first,
        "steps": steps(found.steps[first:]),
        "ends": [found.axis.last_day(found.axis.index[step]).isoformat() for step in found.steps[first:]]
        if found.axis.grain.value not in {"hour", "day"}
        else None,
        "unfinished": found.unfinished,
        "others": steps(found.others[first:]),
        "settled": found.settled,
        "lines": [_for_page(line, found, default_place, first, last) for line in found.lines],
        "problems": [message for _series, message in found.problems],
    }


def _for_page(line: Line, found: Timeline, default_place: str, first: int, last: int) -> dict[str, Any]:
    definition, unit = line.indicator.definition, line.indicator.definition.unit
    scale = 100.0 if unit is Unit.SHARE else 1.0
    columns = line.columns if first == 0 else line.columns.part(first, last)
    other = line.other if line.other is None or first == 0 else line.other.part(first, last)
    return {
        "key": str(line.spec),
        "code": definition.code,
        "name": str(line.indicator.name),
        "about": about(line, default_place),
        "own": bool(line.spec.place or line.spec.point or line.spec.employee or line.spec.subject),
        "unit": words.suffix(unit),
        "seconds": unit is Unit.SECONDS,
        "digits": words.PLAIN_DIGITS.get(unit, 1),
        "direction": definition.direction.value,
        "bars": unit is Unit.COUNT or definition.family in SUMS,
        "colour": line.colour,
        "limits": limit_runs(line.limits[first:], unit),
        "kinds": " ".join(line.kinds),
        "params": _link(line),
        "otherName": found.against.name if found.against else "",
        **_columns(columns, scale),
        **_flags(columns),
        "other": None if other is None else {"values": (other.value * scale).tolist(), "n": _whole(other.n)},
    }


def _flags(found: Columns) -> dict[str, Any]:
    """What a reader should know of single steps: numbers of a few sets of short words."""
    sets: list[list[str]] = []
    marked: dict[str, int] = {}
    for bits in np.unique(found.flags).tolist():
        told = [flag for flag in flags_of(bits) if flag in words.FLAGS and flag not in QUIET]
        if told:
            marked |= {str(number): len(sets) for number in np.flatnonzero(found.flags == bits).tolist()}
            sets.append([str(words.FLAGS[flag][0]) for flag in told])
    return {"flag_sets": sets, "flags": marked}


def flags(found: Columns) -> dict[str, list[str]]:
    """Codes of flags by number of the step."""
    return {
        str(number): [flag.value for flag in flags_of(int(found.flags[number]))]
        for number in np.flatnonzero(found.flags).tolist()
    }


def about(line: Line, default_place: str) -> str:
    """What tells this line from another of the same indicator: question, employee, point, place."""
    where, said = line.where, []
    if line.spec.subject and where.question:
        said.append(where.question.text)
    if line.spec.employee and where.employee:
        said.append(where.employee.name)
    if line.spec.point and where.point:
        said.append(where.point.full_name)
    elif where.place and where.place.code != default_place:
        said.append(where.place.name)
    elif where.place is None and default_place:
        said.append(_("Whole company"))
    return " · ".join(said)


def _link(line: Line) -> dict[str, str]:
    """The address parameters of the indicator's page."""
    where = line.where
    said = {
        "place": where.place.code if where.place else "",
        "point": where.point.code if where.point else "",
        "employee": where.employee.code if where.employee else "",
        "subject": where.question.code if where.question else "",
    }
    return {name: value for name, value in said.items() if value}


def _columns(found: Columns, scale: float) -> dict[str, Any]:
    """A NaN becomes null when it is written."""
    codes = [code for code in np.unique(found.reasons).tolist() if code]
    held = [reason for code in codes if (reason := REASONS[code]) is not None]
    places: list[int | None] = [None] * (len(REASONS) + 1)
    for place, code in enumerate(codes):
        places[code] = place
    return {
        "values": (found.value * scale).tolist(),
        "low": (found.low * scale).tolist(),
        "high": (found.high * scale).tolist(),
        "n": _whole(found.n),
        "reasons": [reason.value for reason in held],
        "reason_texts": [str(words.REASONS.get(reason, reason.value)) for reason in held],
        "reason": [places[code] for code in found.reasons.tolist()] if codes else None,
    }


def _whole(found: Numbers) -> list[float]:
    counts = found.astype(np.int64)
    numbers: list[float] = counts.tolist() if np.array_equal(counts, found) else found.tolist()
    return numbers
