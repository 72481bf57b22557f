"""Chains, pairs and neighbours of events that are sorted by partition and time: `core.derived` for millions of events at once.

Every function takes columns of the same length, sorted by partition, time and acceptance, and answers with row numbers. All partitions
go forward together: a step of the loop takes one first event of each, so a step costs the same whatever their number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.int64]
type Flags = NDArray[np.bool_]
FEW = 64  # partitions: below it one after another is quicker than all together


@dataclass(frozen=True, slots=True)
class Sorted:
    """`end` is for each row the number of the row after its partition; `us` is in microseconds."""

    us: Numbers
    end: Numbers
    starts: Numbers

    @classmethod
    def of(cls, part: NDArray[np.uint64], us: Numbers) -> "Sorted":
        rows = len(part)
        if rows == 0:
            empty = np.empty(0, np.int64)
            return cls(us, empty, empty)
        edges = np.flatnonzero(part[1:] != part[:-1]) + 1
        starts = np.concatenate(([0], edges)).astype(np.int64)
        ends = np.concatenate((edges, [rows])).astype(np.int64)
        return cls(us, np.repeat(ends, ends - starts), starts)


def gaps(rows: Sorted, most: float | None) -> tuple[Numbers, Numbers]:
    """(earlier, later) of consecutive rows of a partition at most `most` seconds apart."""
    later = np.flatnonzero(np.arange(1, len(rows.us) + 1) < rows.end) + 1
    earlier = later - 1
    return _near(rows, earlier, later, most)


def pairs(rows: Sorted, first: Flags, second: Flags, most: float | None) -> tuple[Numbers, Numbers]:
    """(first, second): each first row with the next unused second row of its partition, at most `most` seconds later."""
    following = _following(second)
    limit = _microseconds(most)
    starting = np.flatnonzero(first)
    if not len(starting):
        return starting, starting
    owner = rows.end[starting]
    edges = np.flatnonzero(owner[1:] != owner[:-1]) + 1
    at = np.concatenate(([0], edges)).astype(np.int64)
    stop = np.concatenate((edges, [len(starting)])).astype(np.int64)
    if len(at) < FEW:
        found = [_pairs_one(rows, starting[a:b], following, limit) for a, b in zip(at, stop, strict=True)]
        return np.concatenate([one for one, _two in found]), np.concatenate([two for _one, two in found])
    left: list[Numbers] = []
    right: list[Numbers] = []
    free = np.zeros(len(at), np.int64)
    while len(at):
        row = starting[at]
        partner = following[np.maximum(row + 1, free)]
        ok = partner < rows.end[row]
        ok[ok] = rows.us[partner[ok]] - rows.us[row[ok]] <= limit
        left.append(row[ok])
        right.append(partner[ok])
        free = np.where(ok, partner + 1, free)
        at += 1
        more = at < stop
        if not more.all():
            at, stop, free = at[more], stop[more], free[more]
    return np.concatenate(left), np.concatenate(right)


def _pairs_one(rows: Sorted, starting: Numbers, following: Numbers, limit: int) -> tuple[Numbers, Numbers]:
    left, right, free = [], [], 0
    for row in starting.tolist():
        partner = int(following[max(row + 1, free)])
        if partner < rows.end[row] and rows.us[partner] - rows.us[row] <= limit:
            left.append(row)
            right.append(partner)
            free = partner + 1
    return np.array(left, np.int64), np.array(right, np.int64)


def chains(rows: Sorted, steps: list[Flags], without: Flags | None, window: float) -> tuple[Numbers, Numbers]:
    """(first, last) of chains; from the earliest first row each next step is taken as soon as it comes."""
    nexts = [_following(step) for step in steps]
    barred = None if without is None else _following(without)
    limit = _microseconds(window)
    left: list[Numbers] = []
    right: list[Numbers] = []
    at, end = rows.starts, rows.end[rows.starts] if len(rows.starts) else rows.starts
    while len(at):
        begin = nexts[0][at]
        more = begin < end
        begin, end = begin[more], end[more]
        if not len(begin):
            break
        last, ok = _walk(rows, begin, end, nexts[1:], barred, limit)
        left.append(begin[ok])
        right.append(last[ok])
        at = np.where(ok, last, begin) + 1
        more = at < end
        at, end = at[more], end[more]
    if not left:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(left), np.concatenate(right)


def _walk(  # noqa: PLR0917  # columns of one loop
    rows: Sorted, begin: Numbers, end: Numbers, nexts: list[Numbers], barred: Numbers | None, limit: int
) -> tuple[Numbers, Flags]:
    """Last rows of the chains that begin at `begin`, and which of them are whole."""
    now, ok = begin, np.ones(len(begin), bool)
    for following in nexts:
        step = following[np.minimum(now + 1, len(rows.us))]
        ok = ok & (step < end)
        step = np.where(ok, step, begin)
        ok = ok & (rows.us[step] - rows.us[begin] <= limit)
        if barred is not None:
            ok = ok & (barred[np.minimum(now + 1, len(rows.us))] >= step)
        now = np.where(ok, step, begin)
    return now, ok


def nearest(rows: Sorted, taken: Flags, other: Flags, seconds: float) -> tuple[Numbers, Numbers]:
    """(row, its nearest other row or −1); of two equally near the earlier one. A row that is both is its own neighbour."""
    limit = _microseconds(seconds)
    mine = np.flatnonzero(taken)
    after = _following(other)[mine]
    before = _preceding(other)[mine]
    begin = np.repeat(rows.starts, np.diff(np.append(rows.starts, len(rows.us))))[mine]
    far = np.int64(2**62)
    here = rows.us[mine]
    ahead = np.where(after < rows.end[mine], np.abs(rows.us[np.minimum(after, len(rows.us) - 1)] - here), far)
    back = np.where(before >= begin, np.abs(here - rows.us[np.maximum(before, 0)]), far)
    found = np.where(back <= ahead, before, after)
    return mine, np.where(np.minimum(back, ahead) <= limit, found, -1)


def _following(flags: Flags) -> Numbers:
    """For each row the next flagged row, itself included; one more for what lies behind the last."""
    rows = len(flags)
    numbers = np.where(flags, np.arange(rows, dtype=np.int64), rows)
    return np.append(np.minimum.accumulate(numbers[::-1])[::-1], rows)


def _preceding(flags: Flags) -> Numbers:
    numbers = np.where(flags, np.arange(len(flags), dtype=np.int64), -1)
    return np.maximum.accumulate(numbers) if len(flags) else numbers


def _near(rows: Sorted, earlier: Numbers, later: Numbers, most: float | None) -> tuple[Numbers, Numbers]:
    near = rows.us[later] - rows.us[earlier] <= _microseconds(most)
    return earlier[near], later[near]


def _microseconds(seconds: float | None) -> int:
    return 2**62 if seconds is None else round(min(seconds, 2**40) * 1_000_000)
