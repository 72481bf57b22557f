"""The background thread that seals, compacts and forgets."""

import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from otklik.events.store import EventStore

PAUSE = 5.0
COMPACT_EVERY = 600.0
VERIFY_EVERY = 7 * 86400.0
log = logging.getLogger(__name__)


class Keeper:
    def __init__(self, store: "EventStore") -> None:
        self._store = store
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        compacted = verified = time.monotonic()
        while not self._stop.wait(PAUSE):
            try:
                sealed = self._store.seal()
                if sealed or time.monotonic() - compacted > COMPACT_EVERY:
                    self._store.compact()
                    self._forget()
                    compacted = time.monotonic()
                if time.monotonic() > verified:
                    verified = time.monotonic() + (0 if self._store.verify_one() else VERIFY_EVERY)
            except Exception:
                # A full disk or the like: what is stored stays where it is, the next round tries again.
                log.exception("The event record could not be tidied; it goes on as it is and tries again")

    def _forget(self) -> None:
        days = self._store.options.retention_days
        if days > 0:
            self._store.drop_before(int(time.time() // 86400) - days)
