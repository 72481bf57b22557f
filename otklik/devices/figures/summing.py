"""Many equal complaints in one: nobody reads the same sentence of twenty thousand cells."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable

MOST_EQUAL = 100


def summed[T](found: Iterable[tuple[Hashable, T]], with_more: Callable[[T, int], T]) -> list[T]:
    """Of more than a hundred equal complaints the first stays, as `with_more(first, how many others)`.

    `found` are complaints, each behind what makes it equal to others; order is kept.
    """
    found = list(found)
    counts = Counter(kind for kind, _one in found)
    told: set[Hashable] = set()
    left = []
    for kind, one in found:
        if counts[kind] <= MOST_EQUAL:
            left.append(one)
        elif kind not in told:
            told.add(kind)
            left.append(with_more(one, counts[kind] - 1))
    return left
