"""The funnel: each group by the size of its base, with the bounds that chance alone keeps. Plain SVG, no script."""

import math
from dataclasses import dataclass, replace

from otklik.dashboards import words
from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Unit
from otklik.metrics.core.statistics import Z95
from otklik.reports.comparison.data import Comparison, Group
from otklik.reports.comparison.statistics import Z998, funnel
from otklik.web import formats

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 36, 12, 28
STEPS = 60
LABELLED = 8
LONGEST_LABEL, LETTER = 28, 6.2  # characters, and the width of one
LINE, BESIDE = 13.0, 8.0  # height of a name, and how far it stands from its dot
MARK_ROOM = 44  # between two marks of the axis of n
STRIKING = {Verdict.BETTER, Verdict.WORSE, Verdict.DIFFERENT}


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    verdict: str
    tip: str
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


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
    most = max(group.result.n for group in shown) * 1.15
    least = max(min(group.result.n for group in shown) / 1.5, 1.0)
    values = [group.result.value or 0.0 for group in shown]
    values += list(funnel(centre, one.deviation, max(least, most / 40), Z998))
    low, high = min(values), max(values)
    margin = (high - low or 1.0) * 0.06
    low, high = low - margin, high + margin

    def x(n: float) -> float:  # equal ratios of n are equally far apart
        return round(
            LEFT + (WIDTH - LEFT - RIGHT) * math.log(max(n, least) / least) / math.log(most / least), 1
        )

    def y(value: float) -> float:
        value = min(max(value, low), high)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def line(z: float) -> str:
        sizes = [least * (most / least) ** (step / STEPS) for step in range(STEPS + 1)]
        paths = []
        for side in (0, 1):
            points = [f"{x(n)} {y(funnel(centre, one.deviation or 0.0, n, z)[side])}" for n in sizes]
            paths.append("M" + "L".join(points))
        return " ".join(paths)

    dots = _labelled([(group, x(group.result.n), y(group.result.value or 0.0)) for group in shown], unit)
    marks = [(x(n), n) for n in _round_numbers(least, most)]
    across: list[Tick] = []
    for at, n in marks:
        if at < WIDTH - RIGHT - MARK_ROOM / 2 and (not across or at - across[-1].at > MARK_ROOM):
            across.append(Tick(at, formats.number(n)))
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


def _labelled(placed: list[tuple[Group, float, float]], unit: Unit) -> list[Dot]:
    """Dots with the names of the most striking ones, each where it hides no dot and no other name."""
    taken = [Box(at - 6, at + 6, height - 6, height + 6) for _group, at, height in placed]
    strongest_first = sorted(placed, key=lambda one: (one[0].p is None, one[0].p or 0.0))
    dots: list[Dot] = []
    left = LABELLED
    for group, at, height in strongest_first:
        value = words.value_text(group.result.value, unit, words.digits(group.result))
        tip = f"{group.item.name}: {value}, {words.base_text(group.result)}"
        plain = Dot(at, height, str(group.verdict), tip)
        found = _named(plain, group.item.name, taken) if group.verdict in STRIKING and left else None
        if found is not None:
            left -= 1
            taken.append(found[1])
        dots.append(found[0] if found else plain)
    return dots


def _named(dot: Dot, name: str, taken: list[Box]) -> tuple[Dot, Box] | None:
    """The dot with its name on the right, the left, above or below, and the room that the name takes."""
    label = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    length = LETTER * len(label)
    for anchor, dx, dy in (
        ("start", BESIDE, 0.0),
        ("end", -BESIDE, 0.0),
        ("middle", 0.0, -LINE),
        ("middle", 0.0, LINE),
    ):
        x, y = dot.x + dx, dot.y + dy
        start = {"start": x, "end": x - length, "middle": x - length / 2}[anchor]
        box = Box(start, start + length, y - LINE / 2, y + LINE / 2)
        if box.left < LEFT or box.right > WIDTH or box.top < 0 or box.bottom > HEIGHT - BOTTOM:
            continue
        if not any(box.meets(other) for other in taken):
            return replace(dot, label=label, label_x=round(x, 1), label_y=round(y, 1), anchor=anchor), box
    return None


def _round_numbers(least: float, most: float) -> list[float]:
    """Marks of the axis of n: 100, 300, 1 000, 3 000; finer ones where these are fewer than three."""
    found: list[float] = []
    for steps in ((1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
        found = [
            10.0**power * step for power in powers for step in steps if least <= 10.0**power * step <= most
        ]
        found = [one for one in found if one == round(one)]
        if len(found) >= 3:
            break
    return found


def _ticks(low: float, high: float, unit: Unit) -> list[tuple[float, int]]:
    """Round values for the upright axis with their digits."""
    step = 10.0 ** math.floor(math.log10((high - low) / 3))
    step = next(step * times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= 5)
    first = math.ceil(low / step)
    shown = words.shown(step, unit)
    places = 0 if shown >= 1 else max(0, -math.floor(math.log10(shown)))
    return [(number * step, places) for number in range(first, math.floor(high / step) + 1)]
