"""Every id that was ever sealed: sorted runs of 128-bit hashes on disk, searched through memory maps.

A run is one file of three arrays one after another: the high halves of the hashes, sorted (uint64); the low halves in the
same order (uint64); the business days (int32). Two different ids share a 128-bit hash with a probability of about 1e-22
among 100 million, so a hit is taken as the same id.
"""

import errno
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from otklik.events.files import publish

type Hashes = NDArray[np.uint64]  # shape (n, 2): high and low half
ENTRY_BYTES = 8 + 8 + 4
SLICE_ENTRIES = 1_000_000  # how much a merge holds in memory
UNKNOWN = -(2**31)


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
    def open(cls, path: Path, rows: int) -> "Run":
        """Map a run of `rows` entries.

        Raises:
            OSError: the file is missing or has another size than a run of `rows` entries.
        """
        if path.stat().st_size != rows * ENTRY_BYTES:
            raise OSError(errno.EIO, "The index of ids is damaged", str(path))
        if rows == 0:
            empty = np.zeros(0, dtype="<u8")
            return cls(path.name, empty, empty, np.zeros(0, dtype="<i4"))
        return cls(
            path.name,
            np.memmap(path, dtype="<u8", mode="r", shape=(rows,)),
            np.memmap(path, dtype="<u8", mode="r", shape=(rows,), offset=8 * rows),
            np.memmap(path, dtype="<i4", mode="r", shape=(rows,), offset=16 * rows),
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
    """Write one run out of several, a slice of the hash space at a time; return its length."""
    total = sum(len(run) for run in runs)
    slices = max(1, total // SLICE_ENTRIES)
    bounds = np.array([number * 2**64 // slices for number in range(1, slices)], dtype="<u8")
    cuts = [np.concatenate(([0], np.searchsorted(run.high, bounds), [len(run)])) for run in runs]

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            done = 0
            for number in range(slices):
                part = [
                    (run, slice(cut[number], cut[number + 1])) for run, cut in zip(runs, cuts, strict=True)
                ]
                high = np.concatenate([run.high[where] for run, where in part])
                order = np.argsort(high, kind="stable")
                low = np.concatenate([run.low[where] for run, where in part])[order]
                days = np.concatenate([run.day[where] for run, where in part])[order]
                for array, start in (
                    (high[order], 8 * done),
                    (low, 8 * (total + done)),
                    (days, 16 * total + 4 * done),
                ):
                    file.seek(start)
                    file.write(array.tobytes())
                done += len(high)

    publish(path, write)
    return total


def find(runs: Sequence[Run], hashes: Hashes) -> NDArray[np.int64]:
    """Business day (days since 1970) of each hash that is known, UNKNOWN where it is not."""
    found = np.full(len(hashes), UNKNOWN, dtype=np.int64)
    high, low = np.ascontiguousarray(hashes[:, 0]), hashes[:, 1]
    for run in runs:
        if not len(run):
            continue
        position = run.high.searchsorted(high)
        same = (
            run.high.take(position, mode="clip") == high
        )  # past the end nothing is equal: the last entry is smaller
        if not same.any():
            continue
        hit = same & (run.low.take(position, mode="clip") == low)
        found[hit] = run.day.take(position[hit])
        for index in np.flatnonzero(
            same & ~hit
        ):  # the same high half, another low one: look at the neighbours
            at = position[index] + 1
            while at < len(run) and run.high[at] == high[index] and run.low[at] != low[index]:
                at += 1
            if at < len(run) and run.high[at] == high[index]:
                found[index] = run.day[at]
    return found
