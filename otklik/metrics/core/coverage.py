"""Which source says the served count of a place and day, and what the others said."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.metrics.core.served import Figure, served_of_unit


@dataclass(frozen=True, slots=True)
class Told:
    """`value` holds (None: nobody says), from the sources `holds`; `others` said something too, or something else."""

    value: float | None
    holds: tuple[str, ...] = ()
    others: tuple[tuple[str, float], ...] = ()


def told(figures: Sequence[Figure], priority: Sequence[str]) -> Told:
    """The count by the rule of `served_of_unit`, with the sources it comes from.

    Several sources hold where points of service have different ones: each point counts once, by its best source.
    """
    value = served_of_unit(figures, priority)
    ranks = {code: rank for rank, code in enumerate(priority)}
    best: dict[int | None, int] = {}
    said: dict[str, float] = {}
    for figure in figures:
        said[figure.source] = said.get(figure.source, 0.0) + figure.value
        rank = ranks.get(figure.source)
        if rank is not None:
            best[figure.point] = min(rank, best.get(figure.point, rank))
    points = [rank for point, rank in best.items() if point is not None]
    whole = best.get(None)
    held = {whole} if whole is not None and (not points or whole <= max(points)) else set(points)
    holds = tuple(priority[rank] for rank in sorted(held))
    others = tuple((code, said[code]) for code in (*priority, *said) if code in said and code not in holds)
    return Told(value, holds, tuple(dict.fromkeys(others)))
