"""What every formula is: the measures it needs and the result it makes of their values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from otklik.metrics.core import measures
from otklik.metrics.core.filters import Filter
from otklik.metrics.core.measures import Measure
from otklik.metrics.core.results import Coverage, Reason, Result

type Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of served count. `stamped`: its events carry the moment, so that it can be split by hour.

    `counted`: each of its events is one client (a receipt, a contact); otherwise the event's value is the number.
    """

    code: str
    filter: Filter
    stamped: bool
    counted: bool = False

    @property
    def measure(self) -> Measure:
        return measures.count(self.filter) if self.counted else measures.total("value", self.filter)


@dataclass(frozen=True, slots=True)
class ServedTotal:
    """Clients served in a slice. `total` is None where no unit knows its count, with the `reason`.

    `units_without` says, per name of a measure, how many units had it above zero and no served count.
    """

    total: float | None
    known_units: int = 0
    reason: Reason | None = None
    units_without: Mapping[str, int] = field(default_factory=dict)

    def coverage(self, name: str) -> Coverage:
        return Coverage(self.known_units, self.known_units + self.units_without.get(name, 0))


UNKNOWN_SERVED = ServedTotal(None, reason=Reason.NO_SERVED)


@dataclass(frozen=True, slots=True)
class Slice:
    """Values of a formula's measures over one slice, by the formula's own names.

    `values` are over all events; `covered` only over units (place × business day) whose served count is known, as rule 3
    of kpi.md §1 demands: a day without a served count leaves both parts of a ratio.
    """

    values: Values
    covered: Values = field(default_factory=dict)
    served: ServedTotal = UNKNOWN_SERVED

    def number(self, name: str) -> float:
        return self.values.get(name) or 0.0

    def covered_number(self, name: str) -> float:
        return self.covered.get(name) or 0.0


@runtime_checkable
class Formula(Protocol):
    """A formula bound to its questions, filters and parameters. Frozen, hashable, without a clock."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Served-count sources by falling priority; not empty when `covered` and `served` of the slice are used."""

    def measures(self) -> Mapping[str, Measure]:
        """Measures by the names that `result` reads."""

    def result(self, data: Slice) -> Result:
        """The indicator of a slice."""
