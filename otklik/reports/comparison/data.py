"""The comparison of groups: each with the rest, corrected for their number."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point
from otklik.dashboards import words
from otklik.dashboards.readings import children_map, rows_of, slicing_of
from otklik.dashboards.scope import Scope
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.compare import NO_DIFFERENCE_KNOWN, SIGNIFICANT_P, Difference, Verdict, compare
from otklik.metrics.core.results import LOW_BASE, Direction, Result
from otklik.metrics.core.thresholds import Colour, colour
from otklik.metrics.definitions import LimitTable, indicators
from otklik.reports.comparison.statistics import Z998, funnel, holm, is_mean, open_ranks, rest

DIMENSIONS = {"place": "child", "location": "place", "point": "point", "employee": "employee"}
MODELS: dict[str, Any] = {"place": Place, "location": Place, "point": Point, "employee": Employee}
USUAL = ("support", "criticality", "nps")
MOST_INDICATORS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """One group of one indicator. `p` is corrected; `ranks` are those that chance leaves open, 1 is the best."""

    item: Any
    result: Result
    colour: Colour
    difference: Difference
    p: float | None
    verdict: Verdict
    rank: int | None
    ranks: tuple[int, int] | None
    outside: bool  # beyond the outer bounds of the funnel


@dataclass(frozen=True, slots=True)
class Comparison:
    """`against_rest` False: this indicator is no mean, so each group is compared with the whole, itself included."""

    indicator: Indicator
    whole: Result
    groups: list[Group]
    against_rest: bool
    deviation: float | None
    compared: int = field(default=0)

    def word(self, group: "Group") -> str:
        """The verdict on a group in words."""
        if len(self.groups) == 1:
            return _("there is nothing to compare it with")
        return str(words.VERDICTS[group.verdict])


def chosen(codes: Sequence[str]) -> list[Indicator]:
    """Indicators by code; the usual ones when none is known."""
    known = indicators()
    wanted = [known[code] for code in dict.fromkeys(codes) if code in known]
    return (wanted or [known[code] for code in USUAL if code in known])[:MOST_INDICATORS]


def comparisons(scope: Scope, by: str, asked: Sequence[Indicator]) -> list[Comparison]:
    """Two statements whatever the number of groups and indicators."""
    codes = [one.code for one in asked]
    known = indicators()
    whole = rows_of(codes, slicing_of(scope, scope.span, scope.subject), known)[0].results
    more: dict[str, Any] = {"by": (DIMENSIONS[by],)}
    if by == "place":
        more["children"] = children_map(scope)
        if not more["children"]:
            return []
    rows = rows_of(codes, slicing_of(scope, scope.span, scope.subject, **more), known)
    items = _items(scope, by, [row.keys[DIMENSIONS[by]] for row in rows])
    limits = LimitTable()
    found = []
    for one in asked:
        held = [
            (items[key], row.results[one.code])
            for row in rows
            if (key := row.keys[DIMENSIONS[by]]) in items and one.code in row.results
        ]
        found.append(_compared(one, whole[one.code], held, limits, by))
    return found


def _items(scope: Scope, by: str, ids: Sequence[Any]) -> dict[int, Any]:
    allowed = MODELS[by].objects.visible_to(scope.user)
    if by in {"point", "employee"}:
        allowed = allowed.select_related("place")
    return dict(allowed.in_bulk([pk for pk in ids if pk is not None]))


def _compared(
    one: Indicator, whole: Result, held: list[tuple[Any, Result]], limits: LimitTable, by: str
) -> Comparison:
    direction = one.definition.direction
    against_rest = is_mean(whole, [result for _item, result in held])
    deviation = None
    if whole.standard_error is not None and whole.n:
        deviation = whole.standard_error * math.sqrt(whole.n)
    differences = {}
    for item, result in held:
        other = rest(whole, result) if against_rest else whole
        differences[item.pk] = compare(result, other, direction) if other else NO_DIFFERENCE_KNOWN
    p_values = {
        item.pk: p
        for item, result in held
        if (p := differences[item.pk].p_value) is not None and result.n >= LOW_BASE
    }
    corrected = holm(p_values) if len(held) > 1 else {}
    groups = []
    for item, result in held:
        difference = differences[item.pk]
        p = corrected.get(item.pk)
        place = item if by in {"place", "location"} else item.place
        bounds = limits.of(one, place.ancestor_ids())
        groups.append(
            Group(
                item,
                result,
                colour(result.value, bounds, direction),
                difference,
                p,
                _verdict(difference, p, direction),
                None,
                None,
                _outside(whole, deviation, result),
            )
        )
    return Comparison(one, whole, _ranked(groups, direction), against_rest, deviation, len(corrected))


def _verdict(difference: Difference, p: float | None, direction: Direction) -> Verdict:
    """As compare(), by the corrected p."""
    if p is None or difference.delta is None:
        return Verdict.UNKNOWN
    if p >= SIGNIFICANT_P:
        return Verdict.NOISE
    if direction is Direction.NONE:
        return Verdict.DIFFERENT
    return Verdict.BETTER if (difference.delta > 0) is (direction is Direction.HIGHER) else Verdict.WORSE


def _outside(whole: Result, deviation: float | None, result: Result) -> bool:
    if whole.value is None or result.value is None or not deviation or not result.n:
        return False
    low, high = funnel(whole.value, deviation, result.n, Z998)
    return not low <= result.value <= high


def _ranked(groups: list[Group], direction: Direction) -> list[Group]:
    """The best first; what has no value comes last, without a rank."""
    sign = 1 if direction is Direction.LOWER else -1
    valued = [one for one in groups if one.result.value is not None]
    valued.sort(key=lambda one: (sign * (one.result.value or 0.0), one.item.name))
    spans = [
        None if one.result.interval is None else tuple(sorted(-sign * bound for bound in one.result.interval))
        for one in valued
    ]
    ranks = open_ranks(spans)  # type: ignore[arg-type]  # pairs
    done = [replace(one, rank=number + 1, ranks=ranks[number]) for number, one in enumerate(valued)]
    return [
        *done,
        *sorted((one for one in groups if one.result.value is None), key=lambda one: one.item.name),
    ]
