"""What an indicator is as a declaration: its definition with what people read of it. The entries stand in `catalogue*.py`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.core.thresholds import Limits

if TYPE_CHECKING:
    type Text = str | Promise
else:
    Text = object

HIGHER, LOWER, NONE = Direction.HIGHER, Direction.LOWER, Direction.NONE
SCALES = ("rating", "nps", "csat", "ces1", "ces2", "net_easy", "emotion")


class Mark(StrEnum):
    """Whose definition it is."""

    SEED = "seed"  # the source documents say so
    FIELD = "field"  # the field's standard
    OURS = "ours"  # no public definition: ours, and shown as such


@dataclass(frozen=True, slots=True)
class Indicator:
    """A definition with what people read of it. `limits` are the default thresholds."""

    definition: Definition
    name: Text
    formula: Text
    mark: Mark
    group: str
    limits: Limits | None = None
    built_in: bool = True
    digits: int | None = None  # after the point; None: by the interval

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def anchor(self) -> str:
        return f"indicators.md#{self.code}"


def of_kind(kind: str, *more: object) -> object:
    """Condition data: events of a kind that meet `more`."""
    return {"and": [["kind", "=", kind], *more]}


def declare(  # noqa: PLR0917  # a row of the table each
    code: str,
    family: str,
    unit: Unit,
    direction: Direction,
    name: Text,
    formula: Text,
    limits: Limits | None = None,
    *,
    mark: Mark = Mark.OURS,
    group: str = "process",
    types: tuple[str, ...] = (),
    relevance: bool = False,
    **params: object,
) -> Indicator:
    """An indicator as a row of a table; `params` are those of its family."""
    definition = Definition(code, family, unit, direction, params, types, relevance)
    return Indicator(definition, name, formula, mark, group, limits)
