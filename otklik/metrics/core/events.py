"""The event as the pure core sees it: enough to say what any measure means without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

type Scalar = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `at` is in microseconds since 1970 UTC, `day` in days since 1970-01-01 (business day of the place).

    `shift` is the number of the employee's shift that it happened in.
    """

    kind: str
    at: int = 0
    day: int = 0
    place: int = 0
    point: int | None = None
    employee: int | None = None
    shift: int | None = None
    subject: str | None = None
    value: float | None = None
    session: str | None = None
    via: str = ""
    attrs: Mapping[str, object] = field(default_factory=dict)
