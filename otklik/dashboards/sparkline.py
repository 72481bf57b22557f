"""A line the size of a word, as SVG attributes: a gap where there is no value."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 200, 44, 4


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`lines` and `area` are SVG path data in a box of 200 × 44; `last` is the newest point, `goal` a height."""

    lines: str
    area: str
    last: tuple[float, float] | None
    goal: float | None
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(values: Sequence[float | None], goal: float | None = None) -> Sparkline | None:
    """None when fewer than two values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    if goal is not None and low - (high - low) <= goal <= high + (high - low):
        low, high = min(low, goal), max(high, goal)
    spread = high - low or 1
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)

    def y_of(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - low) / spread * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(MARGIN + index * step, 1), y_of(value)))
    runs = [run for run in runs if run]
    lines = "".join(_path(run) for run in runs)
    area = "".join(
        f"{_path(run)}L{run[-1][0]} {HEIGHT}L{run[0][0]} {HEIGHT}Z" for run in runs if len(run) > 1
    )
    goal_y = y_of(goal) if goal is not None and low <= goal <= high else None
    return Sparkline(lines, area, runs[-1][-1], goal_y)


def _path(run: list[tuple[float, float]]) -> str:
    first, *rest = run
    if not rest:  # a lone value is a dot: a line of no length with round ends
        return f"M{first[0]} {first[1]}h0.01"
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest)
