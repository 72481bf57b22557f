"""What the chart island draws: plain data and translated texts."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.dashboards import limit_words, periods, words
from otklik.dashboards.readings import Step, series
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.results import Result, Unit
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.dimensions import Grain
from otklik.metrics.limits.steps import runs


def data(one: Indicator, scope: Scope) -> dict[str, Any]:
    """`points`: [label, value, low, high, n, previous value]; numbers as shown (a share in per cent); null is a gap.

    `limits`: [number of the first point, good, acceptable] wherever the thresholds change.
    """
    definition = one.definition
    span, grain = scope.span, scope.grain
    points = series(definition.code, scope, span, grain)
    if grain is Grain.HOUR and not any(result and result.value is not None for _step, result in points):
        span, grain = periods.trend_span(span), Grain.DAY
        points = series(definition.code, scope, span, grain)
    earlier: list[tuple[Step, Result | None]] = []
    if scope.other is not None and span == scope.span and grain is not Grain.HOUR:
        earlier = series(definition.code, scope, scope.other, grain)
    before = [_number(result) for _step, result in earlier]
    return {
        "name": str(one.name),
        "unit": words.suffix(definition.unit),
        "seconds": definition.unit is Unit.SECONDS,
        "digits": words.PLAIN_DIGITS.get(definition.unit, 1),
        "direction": str(definition.direction),
        "bars": definition.unit in {Unit.COUNT, Unit.MONEY},
        "language": translation.get_language(),
        "grain": str(grain),
        "limits": limit_runs(
            limit_words.of_steps(one, scope, [step for step, _result in points], grain), definition.unit
        ),
        "points": [
            [step.isoformat(), *_numbers(result), before[index] if index < len(before) else None]
            for index, (step, result) in enumerate(points)
        ],
        "unfinished": span.last >= scope.today and grain is not Grain.HOUR,
        "texts": _texts(scope),
    }


def limit_runs(limits: Sequence[Limits | None], unit: Unit) -> list[list[float | None]]:
    """[number of the first step, good, acceptable] wherever the limits change; numbers as shown."""
    return [
        [number, None, None]
        if held is None
        else [number, words.shown(held.good, unit), words.shown(held.acceptable, unit)]
        for number, held in runs(limits)
    ]


def _number(result: Result | None) -> float | None:
    return None if result is None or result.value is None else words.shown(result.value, result.unit)


def _numbers(result: Result | None) -> list[float | None]:
    """[value, low, high, n]."""
    if result is None or result.value is None:
        return [None, None, None, result.n if result else 0]
    low, high = result.interval or (None, None)
    return [
        words.shown(result.value, result.unit),
        None if low is None else words.shown(low, result.unit),
        None if high is None else words.shown(high, result.unit),
        result.n,
    ]


def _texts(scope: Scope) -> dict[str, str]:
    return {
        "good": _("good"),
        "acceptable": _("acceptable"),
        "bad": _("bad"),
        "now": scope.days_name,
        "before": scope.other_name,
        "interval": _("interval"),
        "none": _("no data"),
        "when": _("When"),
        "value": _("Value"),
        "low": _("Lower bound"),
        "high": _("Upper bound"),
        "hour": _("h"),
        "minute": _("min"),
        "second": _("s"),
        "week": _("week of"),
        "unfinished": _("not over yet"),
    }
