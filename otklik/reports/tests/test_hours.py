"""Shades of the hours of the week, and what the legend says of them."""

import pytest

from otklik.metrics.core.results import Result, Unit
from otklik.reports.hours import Week, grid, scale_of


def week(values: dict[int, tuple[float, int]]) -> Week:
    cells = {hour: Result(value, Unit.SHARE, n=n) for hour, (value, n) in values.items()}
    return Week(cells, {}, {}, Result(0.11, Unit.SHARE, n=999))


def test_a_shade_follows_the_value():
    scale = scale_of([0.0, 0.25, 0.5, 0.75, 1.0])
    assert scale is not None
    assert [scale.shade(value) for value in (0.0, 0.25, 0.5, 0.75, 1.0)] == [1, 2, 3, 4, 5]


def test_one_striking_hour_is_beyond_the_scale_and_the_legend_says_so():
    values = [0.08, 0.09, 0.10, 0.11, 0.12, 0.77]
    scale = scale_of(values)
    assert scale is not None
    assert (scale.low, scale.high, scale.highest) == (0.08, 0.12, 0.77)
    drawn = grid(week({10 + number: (value, 300) for number, value in enumerate(values)}))
    assert "12" in drawn.high
    assert "77" in drawn.high
    assert [cell.shade for cell in drawn.rows[0][1]] == [1, 2, 3, 4, 5, 5]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_cells_say_the_unit_and_hours_without_events_say_nothing_happened(language):
    from django.utils import translation

    with translation.override(language):
        drawn = grid(week({10: (0.12, 300), 12: (0.095, 300)}))
    texts = [cell.text.replace("\u00a0", " ") for cell in drawn.rows[0][1]]
    assert texts == (["12 %", "", "9,5 %"] if language == "ru" else ["12%", "", "9.5%"])
    assert drawn.rows[0][1][1].base == "0"
    assert drawn.whole.text.startswith("11")


def test_where_every_base_is_small_no_shade_is_promised():
    drawn = grid(week({10: (0.12, 5), 12: (0.5, 9)}))
    assert (drawn.low, drawn.high) == ("", "")
    assert {cell.shade for cell in drawn.rows[0][1]} == {0}
