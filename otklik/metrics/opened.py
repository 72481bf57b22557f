"""Results that are made when they are read: a table of many places and indicators mostly shows a part of what it holds.

The groups of a statement keep the values of their measures. A formula turns them into a column of numbers for all groups
at the first look; a result with its parts is made for the one group that somebody reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from otklik.metrics.core.columns import REASONS, Column, Columnar, Mask, known, only
from otklik.metrics.core.composed import Composed
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.results import Part, Reason, Result
from otklik.metrics.core.served import ServedIndex, relevance
from otklik.metrics.evaluate import Groups, Reading


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


type Numbered = Mapping[str, tuple[Ask, tuple[int, ...]]]


class Opened:
    """The groups of one statement and the readings of them; each reading is made into a column once at most."""

    def __init__(self, groups: Groups, readings: Sequence[Reading], absent: Reason) -> None:
        self.groups = groups
        self._readings = readings
        self._absent = absent
        self._columns: dict[int, Column] = {}
        self._indicators: dict[tuple[int, ...], Column] = {}
        self._besides: dict[int, Sequence[Part]] = {}

    def anything(self, numbers: Iterable[int]) -> Mask:
        """Where a group has anything that one of these readings counts."""
        found = np.zeros(len(self.groups), bool)
        for number in numbers:
            found |= self._readings[number].anything(self.groups)
        return found

    def column(self, number: int) -> Column:
        """All results of a reading."""
        found = self._columns.get(number)
        if found is None:
            reading = self._readings[number]
            found = self._columns[number] = reading.column(self.groups, self._absent)
        return found

    def result(self, number: int, row: int) -> Result:
        """One result of a reading. A formula that has no columns computes this one alone."""
        reading = self._readings[number]
        if isinstance(reading.formula, Columnar) or number in self._columns:
            return self.column(number).result(row)
        return reading.result(self.groups, row, self._absent)

    def indicator(self, ask: Ask, numbers: tuple[int, ...]) -> Column:
        """All results of an indicator, flagged by the relevance rule; without what stands beside."""
        own = self.column(numbers[0])
        if ask.response is None:
            return own
        found = self._indicators.get(numbers)
        if found is None:
            found = self._indicators[numbers] = own.flagged(relevance(self.column(numbers[1])))
        return found

    def cell(self, ask: Ask, numbers: tuple[int, ...], row: int) -> Result:
        """One result of an indicator with what stands beside it."""
        if len(numbers) == 1:
            return self.result(numbers[0], row)
        column = self.indicator(ask, numbers)
        parts = column.parts_of(row)
        if ask.distribution is not None and REASONS[column.reasons.item(row)] is not Reason.GROUP_TOO_SMALL:
            parts = {
                **self.column(numbers[-1]).parts_of(row),
                **parts,
            }  # that of few answers tells who gave them
        if ask.response is not None:
            parts["beside"] = self._beside(numbers[1])[row]
        return column.result(row, parts)

    def _beside(self, number: int) -> Sequence[Part]:
        """What is shown beside the indicators of a spontaneous poll, from its response rate."""
        found = self._besides.get(number)
        if found is None:
            response = self.column(number)
            served = only(response.denominator > 0, response.denominator)
            shares = {"support": "highest", "criticality": "other"}
            columns = {"response_rate": response.value}
            for name, part in shares.items():
                held = response.parts.get(part)
                columns[name] = held / served if isinstance(held, np.ndarray) else served * np.nan
            lists = zip(*(known(held) for held in columns.values()), strict=True)
            found = self._besides[number] = [dict(zip(columns, values, strict=True)) for values in lists]
        return found


class Results(Mapping[str, Result]):
    """Results of one row by code of indicator."""

    __slots__ = ("_composed", "_made", "_sources")

    def __init__(self, composed: Mapping[str, Composed] | None = None) -> None:
        """`composed`: indicators that are made of the others."""
        self._composed = composed or {}
        self._sources: list[tuple[Opened, int, Numbered]] = []
        self._made: dict[str, Result] = {}

    def add(self, opened: Opened, row: int, asks: Numbered) -> None:
        """Let `asks` be read from a group of `opened`."""
        self._sources.append((opened, row, asks))

    def __getitem__(self, code: str) -> Result:
        found = self._made.get(code)
        if found is not None:
            return found
        if code in self._composed:
            formula = self._composed[code]
            made = self._made[code] = formula.of({part: self[part] for part in formula.codes if part in self})
            return made
        for opened, row, asks in self._sources:
            if code in asks:
                made = self._made[code] = opened.cell(*asks[code], row)
                return made
        raise KeyError(code)

    def __contains__(self, code: object) -> bool:
        return code in self._composed or any(code in asks for _opened, _row, asks in self._sources)

    def __iter__(self) -> Iterator[str]:
        yield from (code for _opened, _row, asks in self._sources for code in asks)
        yield from self._composed

    def __len__(self) -> int:
        return len(self._composed) + sum(len(asks) for _opened, _row, asks in self._sources)

    def __repr__(self) -> str:
        return repr(dict(self))
