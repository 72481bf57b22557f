"""The funnel: each group by the size of its base, with the bounds that chance alone keeps. Plain SVG, no script."""

import math
from dataclasses import dataclass

from otklik.dashboards import words
from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Unit
from otklik.metrics.core.statistics import Z95
from otklik.reports.comparison.data import Comparison
from otklik.reports.comparison.statistics import Z998, funnel
from otklik.web import formats

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 28, 12, 34
STEPS = 60
LABELLED = 8
LONGEST_LABEL, LETTER = 28, 6.2  # characters, and the width of one
STRIKING = {Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERENT}


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    verdict: str
    tip: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Funnel:
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    centre: float
    inner: str
    outer: str
    dots: list[Dot]
    across: list[Tick]
    up: list[Tick]


def drawn(one: Comparison) -> Funnel | None:
    """None when there is too little to draw."""
    shown = [group for group in one.groups if group.result.value is not None and group.result.n > 0]
    if len(shown) < 3 or one.whole.value is None or not one.deviation:
        return None
    unit, centre = one.whole.unit, one.whole.value
    most = max(group.result.n for group in shown) * 1.08
    least = max(min(group.result.n for group in shown) * 0.6, 1.0)
    values = [group.result.value or 0.0 for group in shown]
    values += list(funnel(centre, one.deviation, max(least, most / 40), Z998))
    low, high = min(values), max(values)
    margin = (high - low or 1.0) * 0.06
    low, high = low - margin, high + margin

    def x(n: float) -> float:  # a square root gives small groups room
        return round(LEFT + (WIDTH - LEFT - RIGHT) * math.sqrt(max(n, 0.0) / most), 1)

    def y(value: float) -> float:
        value = min(max(value, low), high)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def line(z: float) -> str:
        sizes = [least + (most - least) * (step / STEPS) ** 2 for step in range(STEPS + 1)]
        paths = []
        for side in (0, 1):
            points = [f"{x(n)} {y(funnel(centre, one.deviation or 0.0, n, z)[side])}" for n in sizes]
            paths.append("M" + "L".join(points))
        return " ".join(paths)

    dots: list[Dot] = []
    taken: list[tuple[float, float, float]] = []
    strongest_first = sorted(shown, key=lambda group: (group.p is None, group.p or 0.0))
    for group in strongest_first:
        at, height = x(group.result.n), y(group.result.value or 0.0)
        value = words.value_text(group.result.value, unit, words.digits(group.result))
        tip = f"{group.item.name}: {value}, {words.base_text(group.result)}"
        label, anchor = "", "end" if at > WIDTH * 0.6 else "start"
        length = LETTER * min(len(group.item.name), LONGEST_LABEL)
        span = (at - length, at) if anchor == "end" else (at, at + length)
        free = all(abs(height - y0) > 13 or span[1] < x0 or span[0] > x1 for x0, x1, y0 in taken)
        if free and group.verdict in STRIKING and len(taken) < LABELLED:
            label = group.item.name[:LONGEST_LABEL]
            taken.append((*span, height))
        dots.append(Dot(at, height, str(group.verdict), tip, label, anchor))
    across = [Tick(x(n), formats.number(n)) for n in _round_numbers(most)]
    up = [Tick(y(value), words.value_text(value, unit, places)) for value, places in _ticks(low, high, unit)]
    return Funnel(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        HEIGHT - BOTTOM,
        y(centre),
        line(Z95),
        line(Z998),
        dots,
        across,
        up,
    )


def _round_numbers(most: float) -> list[float]:
    """Three or four numbers for the axis of n, a quarter apart as the root draws it."""
    found = []
    for share in (0.06, 0.25, 0.56, 1.0):
        raw = most * share
        size = 10 ** math.floor(math.log10(raw)) if raw >= 1 else 1
        found.append(float(math.floor(raw / size) * size))
    return sorted({one for one in found if one > 0})


def _ticks(low: float, high: float, unit: Unit) -> list[tuple[float, int]]:
    """Round values for the upright axis with their digits."""
    step = 10.0 ** math.floor(math.log10((high - low) / 3))
    step = next(step * times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= 5)
    first = math.ceil(low / step)
    shown = words.shown(step, unit)
    places = 0 if shown >= 1 else max(0, -math.floor(math.log10(shown)))
    return [(number * step, places) for number in range(first, math.floor(high / step) + 1)]
