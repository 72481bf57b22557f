"""Gathers the rows of many requests into one hand-over to the store's writer: one wake-up per commit, not per request."""

import asyncio
import concurrent.futures

from otklik.events.record import get_store
from otklik.events.row import EventRow
from otklik.events.store import Appended

type Waiter = tuple[asyncio.Future[int], int]


class Inbox:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rows: list[EventRow] = []
        self._waiters: list[Waiter] = []

    def put(self, rows: list[EventRow]) -> asyncio.Future[int]:
        """Resolves after the commit with how many of `rows` were new; raises what the store raised."""
        waiter = self._loop.create_future()
        if not self._waiters:
            self._loop.call_soon(self._hand_over)
        self._rows += rows
        self._waiters.append((waiter, len(rows)))
        return waiter

    def _hand_over(self) -> None:
        rows, waiters = self._rows, self._waiters
        self._rows, self._waiters = [], []
        try:
            stored = get_store().submit(rows)
        except Exception as error:  # noqa: BLE001  # each waiting request gets it
            for waiter, _ in waiters:
                waiter.set_exception(error)
            return
        stored.add_done_callback(lambda done: self._loop.call_soon_threadsafe(_settle, waiters, done))


def _settle(waiters: list[Waiter], done: concurrent.futures.Future[Appended]) -> None:
    error = done.exception()
    old = done.result().duplicates if error is None else ()
    start = met = 0
    for waiter, count in waiters:
        before = met
        start += count
        while met < len(old) and old[met] < start:
            met += 1
        if waiter.cancelled():
            continue
        if error is not None:
            waiter.set_exception(error)
        else:
            waiter.set_result(count - (met - before))
