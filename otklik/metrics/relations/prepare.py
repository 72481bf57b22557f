"""Columns ready to be compared: read, rid of weak steps, of seasonality and of trend, as was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from otklik.metrics.relations import shaping
from otklik.metrics.relations.arrays import Floats
from otklik.metrics.relations.matrix import Frame, Matrix, read
from otklik.metrics.relations.reasons import Why
from otklik.metrics.relations.series import Named
from otklik.metrics.relations.shaping import Season
from otklik.metrics.relations.units import season


@dataclass(frozen=True, slots=True)
class Shape:
    """`least`: units with fewer events leave a series. `difference` and `season` make sense over time alone."""

    least: float = 0
    difference: bool = False
    season: Season = Season.NONE


@dataclass(frozen=True, slots=True)
class Prepared:
    """`values` after shaping; `reasons` say why a column has none."""

    named: Sequence[Named]
    matrix: Matrix
    values: Floats
    reasons: Sequence[Why | None]

    def column(self, number: int) -> Floats:
        found: Floats = self.values[:, number]
        return found


def prepared(named: Sequence[Named], frame: Frame, shape: Shape) -> Prepared:
    """Read and shape. Order: weak units out, seasonality out, differences."""
    return shaped(named, read(named, frame), shape)


def shaped(named: Sequence[Named], matrix: Matrix, shape: Shape) -> Prepared:
    values = matrix.values
    reasons: list[Why | None] = [None] * len(named)
    if shape.least > 0:
        values = shaping.only_solid(values, matrix.n, shape.least)
    unit = matrix.unit
    if unit.in_time and shape.season is Season.MEANS:
        values = shaping.less_means(values, [season(unit.grain, key[0]) for key in matrix.keys])
    if unit.in_time and shape.season is Season.STL and unit.season_length:
        values, reasons = shaping.less_stl(values, unit.season_length)
    if unit.in_time and shape.difference:
        values = shaping.differences(values)
    for number in range(len(named)):
        if reasons[number] is None and not np.isfinite(values[:, number]).any():
            reasons[number] = Why.NO_VALUES
    return Prepared(named, matrix, values, reasons)
