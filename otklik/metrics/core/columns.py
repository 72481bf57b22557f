"""Many results at once: one indicator over all slices of an answer, as columns of numbers.

A `Columnar` formula is written once, over columns; one slice is a column of length one. Where a number is missing it is
NaN here and None in a `Result`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otklik.metrics.core.formula import Slice
from otklik.metrics.core.results import Coverage, Flag, Part, Reason, Result, Unit

type Numbers = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Rows = NDArray[np.intp]
type PartColumn = str | Numbers | tuple[Numbers, ...] | Mapping[str, Numbers]

REASONS: tuple[Reason | None, ...] = (None, *Reason)
REASON_CODES = {reason: code for code, reason in enumerate(REASONS)}
NUMBERS = ("value", "numerator", "denominator", "n", "standard_error", "low", "high", "flags", "reasons")
FLAG_BITS = {flag: 1 << place for place, flag in enumerate(Flag)}


def only(where: Mask, numbers: Numbers) -> Numbers:
    """The numbers `where` it holds; elsewhere missing."""
    return np.where(where, numbers, np.nan)


@dataclass(frozen=True, slots=True)
class CoverageColumn:
    """`results.Coverage` of many slices."""

    known: Numbers
    units: Numbers

    @property
    def partial(self) -> Mask:
        return self.known < self.units


@dataclass(frozen=True, slots=True)
class ServedColumn:
    """`formula.ServedTotal` of many slices; where the total is missing it is for one `reason`."""

    total: Numbers
    known_units: Numbers
    reason: Reason = Reason.NO_SERVED
    units_without: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def told(self) -> Mask:
        return ~np.isnan(self.total)

    def coverage(self, name: str) -> CoverageColumn:
        without = self.units_without.get(name)
        return CoverageColumn(
            self.known_units, self.known_units if without is None else self.known_units + without
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Values of a formula's measures over `size` slices at once; read like a `Slice`."""

    size: int
    values: Mapping[str, Numbers]
    covered: Mapping[str, Numbers]
    served: ServedColumn

    @classmethod
    def of(cls, data: Slice) -> "Block":
        """One slice as a block."""
        served = data.served
        return cls(
            1,
            {name: _single(value) for name, value in data.values.items()},
            {name: _single(value) for name, value in data.covered.items()},
            ServedColumn(
                _single(served.total),
                _single(served.known_units),
                served.reason or Reason.NO_SERVED,
                {name: _single(units) for name, units in served.units_without.items()},
            ),
        )

    def known(self, name: str) -> Numbers:
        """The measure with what is missing left missing."""
        found = self.values.get(name)
        return np.full(self.size, np.nan) if found is None else found

    def number(self, name: str) -> Numbers:
        """The measure with zero where it is missing."""
        return self._filled(self.values.get(name))

    def covered_number(self, name: str) -> Numbers:
        return self._filled(self.covered.get(name))

    def inside(self) -> "Block":
        """The same slices over their covered units alone."""
        return Block(self.size, self.covered, {}, self.served)

    def _filled(self, found: Numbers | None) -> Numbers:
        return np.zeros(self.size) if found is None else np.where(np.isnan(found), 0.0, found)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where there is no value, the reason, and what is said all the same."""

    where: Mask
    reason: Reason
    n: Numbers | None = None
    numerator: Numbers | None = None
    denominator: Numbers | None = None
    flags: Mapping[Flag, Mask] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Column:
    """Results of one formula over many slices. `flags` are bits (FLAG_BITS), `reasons` codes (REASON_CODES, 0: none).

    `parts` are there for every slice, `details` where the slice has a value and they are known. `made` holds the results
    themselves where a formula made them one by one.
    """

    unit: Unit
    value: Numbers
    numerator: Numbers
    denominator: Numbers
    n: Numbers
    standard_error: Numbers
    low: Numbers
    high: Numbers
    flags: NDArray[np.uint16]
    reasons: NDArray[np.uint8]
    coverage: CoverageColumn | None = None
    parts: Mapping[str, PartColumn] = field(default_factory=dict)
    details: Mapping[str, PartColumn] = field(default_factory=dict)
    made: Sequence[Result] | None = None

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def of(cls, results: Sequence[Result]) -> "Column":
        """Results that were made one by one."""
        bounds = [one.interval or (None, None) for one in results]
        return cls(
            results[0].unit if results else Unit.COUNT,
            _numbers(one.value for one in results),
            _numbers(one.numerator for one in results),
            _numbers(one.denominator for one in results),
            _numbers(one.n for one in results),
            _numbers(one.standard_error for one in results),
            _numbers(low for low, _high in bounds),
            _numbers(high for _low, high in bounds),
            np.array([sum(FLAG_BITS[flag] for flag in one.flags) for one in results], np.uint16),
            np.array([REASON_CODES[one.reason] for one in results], np.uint8),
            made=results,
        )

    @classmethod
    def nothing(cls, size: int, unit: Unit, reason: Reason) -> "Column":
        """No slice has a value, all for one reason."""
        empty = np.full(size, np.nan)
        reasons = np.full(size, REASON_CODES[reason], np.uint8)
        flags = np.zeros(size, np.uint16)
        return cls(unit, empty, empty, empty, np.zeros(size), empty, empty, empty, flags, reasons)

    def flagged(self, flags: Mapping[Flag, Mask]) -> "Column":
        """The same results with flags added."""
        return replace(self, flags=self.flags | bits_of(flags, len(self)))

    @classmethod
    def gathered(cls, size: int, pieces: Sequence[tuple["Column", Rows, Rows]]) -> "Column":
        """One column of results number `sources` of each piece at its places `targets`; elsewhere there are no events.

        Parts stay behind: they are read from results.
        """
        unit = pieces[0][0].unit if pieces else Unit.COUNT
        held = {name: getattr(cls.nothing(size, unit, Reason.NO_EVENTS), name).copy() for name in NUMBERS}
        for piece, sources, targets in pieces:
            for name, numbers in held.items():
                numbers[targets] = getattr(piece, name)[sources]
        return cls(unit, **held)

    def result(self, row: int, parts: Mapping[str, Part] | None = None) -> Result:
        """The result of one slice, with its own parts or those given."""
        value, numerator, denominator, n, error, low, high, bits, code = self._rows[row]
        if self.made is not None and parts is None and flags_of(bits) == self.made[row].flags:
            return self.made[row]
        return Result(
            None if code else value,
            self.unit,
            numerator,
            denominator,
            n or 0,
            error,
            None if low is None else (low, high),
            flags_of(bits),
            REASONS[code],
            self.parts_of(row) if parts is None else parts,
            self._coverages[row],
        )

    def parts_of(self, row: int) -> dict[str, Part]:
        """The parts of one slice."""
        if self.made is not None:
            return dict(self.made[row].parts)
        always, known = self._parts
        parts = {name: held[row] for name, held in always.items()}
        if known and not self.reasons.item(row):
            parts |= {name: held[row] for name, held in known.items() if held[row] is not None}
        return parts

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        """Numbers of each slice as `Result` has them; made once, for tables are mostly read as a whole."""
        value = plain(self.value) if self.unit is Unit.COUNT else known(self.value)
        counts = (plain(held) for held in (self.numerator, self.denominator, self.n))
        floats = (known(held) for held in (self.standard_error, self.low, self.high))
        return list(zip(value, *counts, *floats, self.flags.tolist(), self.reasons.tolist(), strict=True))

    @cached_property
    def _parts(self) -> tuple[dict[str, Sequence[Part]], dict[str, Sequence[Part]]]:
        size = len(self)
        return (
            {name: _part(held, size) for name, held in self.parts.items()},
            {name: _part(held, size) for name, held in self.details.items()},
        )

    @cached_property
    def _coverages(self) -> Sequence[Coverage | None]:
        if self.made is not None:
            return [one.coverage for one in self.made]
        if self.coverage is None:
            return [None] * len(self)
        pairs = zip(plain(self.coverage.known), plain(self.coverage.units), strict=True)
        return [None if known is None else Coverage(int(known), int(units or 0)) for known, units in pairs]


class Columnar:
    """A formula that computes by columns; its results of single slices follow."""

    __slots__ = ()

    def compute(self, data: Block) -> Column:
        """The indicator over every slice of a block. Divisions by zero are fine where a gap hides them."""
        raise NotImplementedError

    def column(self, data: Block) -> Column:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.compute(data)

    def result(self, data: Slice) -> Result:
        return self.column(Block.of(data)).result(0)


def column(
    unit: Unit,
    value: Numbers,
    *,
    n: Numbers,
    numerator: Numbers | None = None,
    denominator: Numbers | None = None,
    standard_error: Numbers | None = None,
    interval: tuple[Numbers, Numbers] | None = None,
    flags: Mapping[Flag, Mask] | None = None,
    gaps: Sequence[Gap] = (),
    parts: Mapping[str, PartColumn] | None = None,
    details: Mapping[str, PartColumn] | None = None,
    coverage: CoverageColumn | None = None,
) -> Column:
    """A column of results; where several gaps are, the first one speaks and only what it says stays."""
    size, missing = len(value), np.full(len(value), np.nan)
    low, high = interval or (missing, missing)
    held = [
        missing if one is None else one
        for one in (value, numerator, denominator, n, standard_error, low, high)
    ]
    bits, reasons = bits_of(flags or {}, size), np.zeros(size, np.uint8)
    for gap in gaps:
        hit = gap.where & (reasons == 0)
        if not hit.any():
            continue
        reasons[hit] = REASON_CODES[gap.reason]
        base = np.zeros(size) if gap.n is None else gap.n
        said = [
            missing if one is None else one
            for one in (None, gap.numerator, gap.denominator, base, None, None, None)
        ]
        held = [np.where(hit, there, here) for there, here in zip(said, held, strict=True)]
        bits = np.where(hit, bits_of(gap.flags, size), bits)
    held[4:] = [
        np.where(np.isfinite(one), one, np.nan) for one in held[4:]
    ]  # an error without a base is unknown
    numbers: dict[str, Any] = dict(zip(NUMBERS, [*held, bits, reasons], strict=True))
    return Column(unit, **numbers, coverage=coverage, parts=parts or {}, details=details or {})


def bits_of(flags: Mapping[Flag, Mask], size: int) -> NDArray[np.uint16]:
    """Flags as bits."""
    bits = np.zeros(size, np.uint16)
    for flag, where in flags.items():
        bits |= np.where(where, np.uint16(FLAG_BITS[flag]), np.uint16(0))
    return bits


@cache
def flags_of(bits: int) -> tuple[Flag, ...]:
    """Flags of their bits, in the order of the vocabulary."""
    return tuple(flag for flag, bit in FLAG_BITS.items() if bits & bit)


def _single(value: float | None) -> Numbers:
    return np.array([np.nan if value is None else value], np.float64)


def _numbers(values: Iterable[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def known(held: Numbers) -> list[float | None]:
    """Numbers with None for what is missing."""
    return [None if one != one else one for one in held.tolist()]  # noqa: PLR0124  # NaN


def plain(held: Numbers) -> list[float | None]:
    """The same with whole numbers as int, so that counts read as counts in JSON."""
    return [
        None if one != one else int(one) if one.is_integer() else one  # noqa: PLR0124  # NaN
        for one in held.tolist()
    ]


def _part(held: PartColumn, size: int) -> Sequence[Part]:
    """A part of every slice."""
    if isinstance(held, str):
        return [held] * size
    if isinstance(held, tuple):
        lists = zip(*(known(one) for one in held), strict=True)
        return [None if None in both else [one for one in both if one is not None] for both in lists]
    if isinstance(held, Mapping):
        names = list(held)
        lists = zip(*(plain(one) for one in held.values()), strict=True)
        return [dict(zip(names, numbers, strict=True)) for numbers in lists]
    return plain(held)
