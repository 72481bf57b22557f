"""The base of a formula over ratings: how many answered, and how much they weigh."""

from dataclasses import dataclass

import numpy as np

from otklik.metrics.core import measures
from otklik.metrics.core.columns import Block, Numbers
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.measures import Measure


@dataclass(frozen=True, slots=True)
class Base:
    """`n` answers weighing `weight` in all; `effective` is Kish's (Σw)²/Σw², equal to n without weights."""

    n: Numbers
    weight: Numbers
    effective: Numbers


def base_measures(valid: Filter, weight: str | None, field: str | None = None) -> dict[str, Measure]:
    """With `field` of the events that have it as a number."""
    found = {"n": measures.count(valid, field=field)}
    if weight is not None:
        found |= {
            "weight": measures.count(valid, weight=weight, field=field),
            "weight_sq": measures.weight_squares(valid, weight, field),
        }
    return found


def base_of(data: Block, weight: str | None) -> Base:
    n = data.number("n")
    if weight is None:
        return Base(n, n, n)
    total, squares = data.number("weight"), data.number("weight_sq")
    return Base(n, total, np.where(squares > 0, total * total / squares, 0.0))
