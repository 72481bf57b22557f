"""The prepared event: what the edge hands to the store."""

from typing import NamedTuple


class EventRow(NamedTuple):
    """One validated event, ready to be stored. Times are µs since 1970 UTC; `day` is days since 1970-01-01."""

    id: str
    at: int
    utc_offset: int
    day: int
    place: int
    point: int | None
    employee: int | None
    kind: str
    subject: str | None
    value: float | None
    session: str | None
    attrs: str | None
    via: str
    received: int
