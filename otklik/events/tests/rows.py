"""Rows for tests of the record."""

import random

from otklik.events.row import EventRow

FIRST_DAY = 20_440
DAY_COLUMNS = {"n": "count(*)", "total": "sum(value)", "best": "count(*) FILTER (WHERE value >= 4)"}


def make_row(name: str, rng: random.Random) -> EventRow:
    day = FIRST_DAY + rng.randint(0, 70)
    return EventRow(
        id=name,
        at=day * 86_400_000_000 + rng.randint(0, 86_399_999_999),
        utc_offset=180,
        day=day,
        place=rng.randint(1, 5),
        point=rng.choice([None, 1, 2]),
        employee=rng.choice([None, 7]),
        kind=rng.choice(["rating", "receipt"]),
        subject=rng.choice([None, "it's"]),
        value=rng.choice([None, 1.0, 2.0, 3.0, 4.0, 5.0]),
        session=None,
        attrs=None,
        via="test",
        received=1_760_000_000_000_000,
    )
