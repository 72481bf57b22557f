"""The funnel's marks and names."""

from types import SimpleNamespace
from typing import Any

import pytest

from otklik.metrics.core.compare import Verdict
from otklik.metrics.core.results import Result, Unit
from otklik.reports.comparison import plot


def group(name: str, value: float, n: int, verdict: Verdict = Verdict.BETTER, p: float = 0.001) -> Any:
    return SimpleNamespace(
        item=SimpleNamespace(name=name), result=Result(value, Unit.SHARE, n=n), verdict=verdict, p=p
    )


def funnel(*groups: Any) -> plot.Funnel:
    one = SimpleNamespace(groups=groups, whole=Result(0.2, Unit.SHARE, n=9999), deviation=0.4)
    drawn = plot.drawn(one)  # type: ignore[arg-type]
    assert drawn is not None
    return drawn


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (80, 4000, [100, 300, 1000, 3000]),
        (2300, 18000, [5000, 10000]),
        (38, 570, [50, 100, 200, 500]),
        (60, 90, [70]),
    ],
)
def test_marks_are_round_and_a_ratio_apart(least, most, expected):
    found = plot._round_numbers(least, most)
    assert set(expected) <= set(found)
    assert all(least <= one <= most for one in found)


def test_names_hide_no_dot_and_no_other_name():
    groups = [group(f"Place number {number}", 0.2 + 0.002 * number, 3000 + number) for number in range(12)]
    drawn = funnel(*groups, group("Small", 0.1, 120))
    boxes = []
    for dot in drawn.dots:
        if dot.label:
            length = plot.LETTER * len(dot.label)
            start = {"start": 0.0, "end": length, "middle": length / 2}[dot.anchor]
            left = dot.label_x - start
            boxes.append(plot.Box(left, left + length, dot.label_y - 6, dot.label_y + 6))
    assert len(boxes) > 1
    for number, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[number + 1 :])
        assert not any(box.meets(plot.Box(dot.x, dot.x, dot.y, dot.y)) for dot in drawn.dots)


def test_no_mark_stands_under_the_letter_at_the_end_of_the_axis():
    drawn = funnel(group("a", 0.1, 90), group("b", 0.2, 900), group("c", 0.3, 3000))
    assert len(drawn.across) >= 3
    assert drawn.across[-1].at < drawn.width - 28
