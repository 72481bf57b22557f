"""How often one panel may speak: a bucket of requests per token, in the memory of this process."""

import threading
import time
from collections.abc import Callable

CAPACITY = 40.0
PER_SECOND = 2.0
MAX_BUCKETS = 20_000


class Limiter:
    def __init__(
        self,
        capacity: float = CAPACITY,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # key -> (left, when)

    def wait_for(self, key: str) -> float:
        """Take one; 0 when allowed, else seconds until the next is."""
        now = self._clock()
        with self._lock:
            if len(self._buckets) > MAX_BUCKETS:
                self._forget(now)
            left, when = self._buckets.get(key, (self._capacity, now))
            left = min(self._capacity, left + (now - when) * self._per_second)
            if left < 1:
                self._buckets[key] = (left, now)
                return (1 - left) / self._per_second
            self._buckets[key] = (left - 1, now)
            return 0.0

    def _forget(self, now: float) -> None:
        full = self._capacity / self._per_second
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket[1] < full}
