"""Results that are made when they are read: a table of many places and indicators mostly shows a part of what it holds.

A group keeps the values of its measures; a formula turns them into a result at the first look, and it is kept then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from otklik.metrics.core.composed import Composed
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.results import Flag, Part, Reason, Result
from otklik.metrics.core.served import ServedIndex, relevance
from otklik.metrics.evaluate import Group, Reading


@dataclass(frozen=True, slots=True)
class Ask:
    """One indicator bound to its questions, with what is shown beside it."""

    code: str
    formula: Formula
    response: ServedIndex | None
    distribution: Distribution | None
    subject: str | None = None

    @property
    def formulas(self) -> list[Formula]:
        return [one for one in (self.formula, self.response, self.distribution) if one is not None]


type Numbered = dict[str, tuple[Ask, tuple[int, ...]]]


class Opened:
    """One group before its formulas, each of which is computed once at most."""

    __slots__ = ("_absent", "_group", "_made", "_readings")

    def __init__(self, group: Group, readings: Sequence[Reading], absent: Reason) -> None:
        self._group = group
        self._readings = readings
        self._absent = absent
        self._made: dict[int, Result] = {}

    def anything(self, numbers: Iterable[int]) -> bool:
        """Whether the group has anything that one of these readings counts."""
        return any(self._readings[number].anything(self._group) for number in numbers)

    def result(self, number: int) -> Result:
        found = self._made.get(number)
        if found is None:
            reading = self._readings[number]
            found = self._made[number] = reading.formula.result(reading.slice(self._group, self._absent))
        return found


class Results(Mapping[str, Result]):
    """Results of one row by code of indicator."""

    __slots__ = ("_composed", "_made", "_opened", "_put")

    def __init__(self) -> None:
        self._opened: list[tuple[Opened, Numbered]] = []
        self._made: dict[str, Result] = {}
        self._put: tuple[str, ...] = ()
        self._composed: Mapping[str, Composed] = {}

    def add(self, opened: Opened, asks: Numbered) -> None:
        """Let `asks` be read from `opened`."""
        self._opened.append((opened, asks))

    def put(self, code: str, result: Result) -> None:
        """Hold a result that is made already."""
        self._made[code] = result
        self._put = (*self._put, code)

    def compose(self, composed: Mapping[str, Composed]) -> None:
        """Let these be made of the others."""
        self._composed = composed

    def __getitem__(self, code: str) -> Result:
        found = self._made.get(code)
        if found is not None:
            return found
        if code in self._composed:
            formula = self._composed[code]
            made = formula.of({part: self[part] for part in formula.codes if part in self})
            self._made[code] = made
            return made
        for opened, asks in self._opened:
            if code in asks:
                ask, numbers = asks[code]
                made = self._made[code] = _result(ask, [opened.result(number) for number in numbers])
                return made
        raise KeyError(code)

    def __contains__(self, code: object) -> bool:
        return (
            code in self._put or code in self._composed or any(code in asks for _opened, asks in self._opened)
        )

    def __iter__(self) -> Iterator[str]:
        yield from (code for _opened, asks in self._opened for code in asks)
        yield from self._put
        yield from self._composed

    def __len__(self) -> int:
        return sum(1 for _code in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def _result(ask: Ask, found: Sequence[Result]) -> Result:
    """The indicator's own result with what stands beside it."""
    result, *beside = found
    if not beside:
        return result
    parts: dict[str, Part] = dict(result.parts)
    flag: Flag | None = None
    if ask.response is not None:
        response = beside.pop(0)
        flag = relevance(response)
        served = response.denominator
        parts["beside"] = {
            "response_rate": response.value,
            "support": _share(response.parts.get("highest"), served),
            "criticality": _share(response.parts.get("other"), served),
        }
    if result.reason is not Reason.GROUP_TOO_SMALL:  # a distribution of few answers tells who gave them
        for one in beside:
            parts = {**one.parts, **parts}
    return result.with_parts(parts, *((flag,) if flag else ()))


def _share(part: object, served: float | None) -> float | None:
    return part / served if served and isinstance(part, int | float) else None
