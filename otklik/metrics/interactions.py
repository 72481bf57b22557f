"""Interactions (`session`): how many of them a question would split into, asked before it is split.

One visit of a client is one interaction, so that a year of a large company has hundreds of millions of them.
"""

from collections.abc import Collection
from dataclasses import replace

from otklik.metrics.core.filters import Compare, both
from otklik.metrics.definitions import indicators
from otklik.metrics.dimensions import Grain
from otklik.metrics.explain import taken_by
from otklik.metrics.queries import Slicing, behind
from otklik.metrics.record import Record
from otklik.metrics.sql import condition, one_of

DIMENSION = "session"


class TooMuchError(ValueError):
    """More units than one answer may hold: how many, and how many may be."""

    def __init__(self, found: int, most: int) -> None:
        super().__init__(f"{found} > {most}")
        self.found, self.most = found, most


def limited(codes: Collection[str], slicing: Slicing, record: Record, most: int) -> Slicing:
    """The slicing over interactions that these indicators have something to say of. Raises TooMuchError."""
    known = indicators()
    plain = replace(slicing, grain=Grain.TOTAL, by=())
    formulas = [one for code in codes if code in known for one in behind(known[code], plain)]
    where = both(plain.where, Compare(DIMENSION, "is_null", value=False), taken_by(formulas))
    said = [condition(where)]
    if plain.places is not None:
        said.append(one_of("place", sorted(plain.places)))
    said += [
        f"{name} = {int(getattr(plain, name))}"
        for name in ("point", "employee")
        if getattr(plain, name) is not None
    ]
    raw = record.relations(set()).raw
    _names, rows = record.fetch(f"SELECT count(DISTINCT session) FROM ({raw}) WHERE {' AND '.join(said)}")
    if rows[0][0] > most:
        raise TooMuchError(rows[0][0], most)
    return replace(slicing, where=where)
