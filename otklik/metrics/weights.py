"""Weights of a model's questions derived from answers: how far each goes with the key question over the same respondents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from otklik.metrics.queries import Slicing
from otklik.metrics.relations import labels
from otklik.metrics.relations.matrix import Frame, read
from otklik.metrics.relations.pairs import Estimate, correlation
from otklik.metrics.relations.reasons import Warn
from otklik.metrics.relations.series import Named, Series
from otklik.metrics.relations.units import UNITS

LEAST_WEIGHT = 0.01  # of a question that does not go with the key one: a weight is above zero
FEW = 30
SCORE = "factor_index"  # one question's score on 0–100, the best option high


@dataclass(frozen=True, slots=True)
class Derived:
    """One question: its correlation with the key question over `n` respondents, and the weight that follows."""

    code: str
    n: int
    found: Estimate

    @property
    def weight(self) -> float | None:
        r = self.found.r
        return None if r is None else max(round(r, 4), LEAST_WEIGHT)


def derive(codes: Sequence[str], key: str, slicing: Slicing) -> list[Derived]:
    """Pearson's correlation of each question with the key one over sessions that answered both."""
    wanted = [*codes, key]
    named = [Named(code, Series(SCORE, subject=(code,))) for code in wanted]
    frame = Frame(slicing.first_day, slicing.last_day, UNITS["session"], slicing.places)
    matrix = read(named, frame)
    last = matrix.column(len(codes))
    return [Derived(code, *correlation(matrix.column(number), last)) for number, code in enumerate(codes)]


def answer(found: Sequence[Derived]) -> dict[str, Any]:
    """As JSON, with the standing remark that correlation is not cause."""
    warnings = [Warn.NOT_CAUSE]
    if any(one.n < FEW for one in found):
        warnings.append(Warn.FEW_UNITS)
    return {
        "weights": [
            {
                "code": one.code,
                "n": one.n,
                "r": one.found.r,
                "p": one.found.p,
                "weight": one.weight,
                "reason_text": str(labels.REASONS[one.found.reason]) if one.found.reason else None,
            }
            for one in found
        ],
        "warnings": [str(labels.WARNINGS[one]) for one in warnings],
    }
