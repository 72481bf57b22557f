"""An answer as a table: keys of its rows, a column of results per indicator, and the same by rows.

Read columns where many cells are needed (maps, exports, boards of many places), rows where a few are, with their parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from otklik.metrics.core.columns import Column, Mask
from otklik.metrics.core.composed import Composed
from otklik.metrics.core.results import Result
from otklik.metrics.evaluate import Key
from otklik.metrics.opened import Numbered, Opened, Results


@dataclass(frozen=True, slots=True)
class Row:
    """One group: `keys` by name of dimension (and `period`), results by code of indicator, made when they are read."""

    keys: Mapping[str, Any]
    results: Mapping[str, Result]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a table from one statement: row number i of it is the group number i of `opened`, under `keys[i]`.

    `there` says by code in which groups the indicator has anything; a code that is missing has in all of `shown`.
    """

    opened: Opened
    keys: Sequence[Key]
    asks: Numbered
    shown: Mask
    there: Mapping[str, Mask]

    def mask(self, code: str) -> Mask:
        return self.there.get(code, self.shown)


class Table:
    """Rows in the order of their keys."""

    def __init__(
        self, names: Sequence[str], pieces: Sequence[Piece], composed: Mapping[str, Composed] | None = None
    ) -> None:
        """`composed`: indicators that are made of the others of the same row."""
        self.names = tuple(names)
        self._composed = composed or {}
        self._pieces = pieces
        found = dict.fromkeys(
            piece.keys[row] for piece in pieces for row in np.flatnonzero(piece.shown).tolist()
        )
        self.keys = sorted(found, key=lambda key: [(value is None, value) for value in key])
        self._places = {key: place for place, key in enumerate(self.keys)}
        self._columns: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, name: str) -> list[Any]:
        """One dimension's value of every row."""
        number = self.names.index(name)
        return [key[number] for key in self.keys]

    def column(self, code: str) -> Column:
        """An indicator's results in every row, as numbers; flagged, but without the parts."""
        if code in self._composed and code not in self._columns:
            self._columns[code] = Column.of([row.results[code] for row in self.rows()])
        if code not in self._columns:
            gathered = []
            for piece in self._pieces:
                if code in piece.asks:
                    sources = np.flatnonzero(piece.mask(code))
                    targets = [self._places[piece.keys[row]] for row in sources.tolist()]
                    gathered.append(
                        (piece.opened.indicator(*piece.asks[code]), sources, np.array(targets, np.intp))
                    )
            self._columns[code] = Column.gathered(len(self), gathered)
        return self._columns[code]

    def rows(self) -> list[Row]:
        """The same by rows."""
        results = [Results(self._composed) for _key in self.keys]
        for piece in self._pieces:
            for row in np.flatnonzero(piece.shown).tolist():
                asks = piece.asks
                if piece.there:
                    asks = {code: one for code, one in asks.items() if piece.mask(code)[row]}
                results[self._places[piece.keys[row]]].add(piece.opened, row, asks)
        return [
            Row(dict(zip(self.names, key, strict=True)), mine)
            for key, mine in zip(self.keys, results, strict=True)
        ]
