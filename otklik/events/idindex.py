"""Every id that was ever sealed: sorted runs of 128-bit hashes on disk, searched through memory maps.

A run is one file of three arrays one after another: the high halves of the hashes, sorted (uint64); the low halves in the
same order (uint64); the business days (int32). Two different ids share a 128-bit hash with a probability of about 1e-22
among 100 million, so a hit is taken as the same id.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from otklik.events.files import publish

type Hashes = NDArray[np.uint64]  # shape (n, 2): high and low half
ENTRY_BYTES = 8 + 8 + 4


def hash_ids(ids: Iterable[str]) -> Hashes:
    """Hash ids; shape (n, 2)."""
    packed = b"".join(hashlib.blake2b(text.encode(), digest_size=16).digest() for text in ids)
    return np.frombuffer(packed, dtype="<u8").reshape(-1, 2)


@dataclass(frozen=True)
class Run:
    name: str
    high: Hashes
    low: Hashes
    day: NDArray[np.int32]

    @classmethod
    def open(cls, path: Path) -> "Run":
        n = path.stat().st_size // ENTRY_BYTES
        if n == 0:
            empty = np.zeros(0, dtype="<u8")
            return cls(path.name, empty, empty, np.zeros(0, dtype="<i4"))
        return cls(
            path.name,
            np.memmap(path, dtype="<u8", mode="r", shape=(n,)),
            np.memmap(path, dtype="<u8", mode="r", shape=(n,), offset=8 * n),
            np.memmap(path, dtype="<i4", mode="r", shape=(n,), offset=16 * n),
        )

    def __len__(self) -> int:
        return len(self.high)


def write_run(path: Path, hashes: Hashes, days: NDArray[np.int32]) -> None:
    order = np.argsort(hashes[:, 0], kind="stable")

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(np.ascontiguousarray(hashes[order, 0]).tobytes())
            file.write(np.ascontiguousarray(hashes[order, 1]).tobytes())
            file.write(np.ascontiguousarray(days[order], dtype="<i4").tobytes())

    publish(path, write)


def merge_runs(path: Path, runs: Sequence[Run]) -> int:
    """Write one run out of several; return its length."""
    hashes = np.column_stack([np.concatenate([r.high for r in runs]), np.concatenate([r.low for r in runs])])
    write_run(path, hashes, np.concatenate([run.day for run in runs]))
    return len(hashes)


def find(runs: Sequence[Run], hashes: Hashes) -> NDArray[np.int64]:
    """Business day (days since 1970) of each hash that is known, -1 where it is not."""
    found = np.full(len(hashes), -1, dtype=np.int64)
    high, low = hashes[:, 0], hashes[:, 1]
    for run in runs:
        if not len(run):
            continue
        position = np.searchsorted(run.high, high)
        while True:
            inside = position < len(run)
            same = np.zeros(len(hashes), dtype=bool)
            same[inside] = run.high[position[inside]] == high[inside]
            if not same.any():
                break
            hit = same.copy()
            hit[same] = run.low[position[same]] == low[same]
            found[hit] = run.day[position[hit]]
            position = np.where(same & ~hit, position + 1, len(run))  # the same high half, another low one
    return found
