"""One column of numbers: an indicator, of what place, point, employee or question, under what conditions; or an index of several."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.metrics.core.filters import EVERYTHING, Filter

QUESTION_SCORE = "mean_score"  # of one question: its answers as they were given


@dataclass(frozen=True, slots=True)
class Series:
    """`places` None means what the frame says. `params` are those of the definition as JSON, so that series compare equal."""

    code: str
    places: frozenset[int] | None = None
    point: int | None = None
    employee: int | None = None
    subject: tuple[str, ...] = ()
    where: Filter = EVERYTHING
    weighted: str | None = None
    params: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """Σ weight · item over units that know every item; `standardised`: of z-scores."""

    items: tuple[tuple[Series, float], ...]
    standardised: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A column as it was asked for: `key` names it in the answer, `label` for people."""

    key: str
    what: Series | Index
    label: str = ""
    place: str = ""
    unit: str = ""


def leaves(named: Sequence[Named]) -> list[Series]:
    """All series that must be read, each once."""
    found: dict[Series, None] = {}
    for one in named:
        if isinstance(one.what, Series):
            found[one.what] = None
        else:
            found |= dict.fromkeys(series for series, _weight in one.what.items)
    return list(found)
