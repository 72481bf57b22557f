"""How far a job is: a small file that the job writes and pages read, and a heartbeat for those who watch over jobs."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from otklik.jobs.models import Job, State, folder

BETWEEN_WRITES = 0.5  # seconds
HEARTBEAT = 5.0
STOPPING = threading.Event()  # the server is going down: jobs give up and are run again after the start


class Cancelled(Exception):  # noqa: N818  # no error: what the person wanted
    pass


class Stopped(Exception):  # noqa: N818  # no error: the server ends
    pass


@dataclass(frozen=True, slots=True)
class Live:
    """`total` None: nobody knows how much there is to do."""

    done: int
    total: int | None
    message: str

    @property
    def share(self) -> float | None:
        return min(self.done / self.total, 1.0) if self.total else None


def _live_file(job: Job) -> Path:
    return folder() / f"{job.pk}.live"


def live(job: Job) -> Live:
    """How far the job is now."""
    if job.state == State.RUNNING:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            held = json.loads(_live_file(job).read_text())
            return Live(held["done"], held["total"], held["message"])
    return Live(job.done, job.total, job.message)


def last_beat(job: Job) -> float:
    """When the job was last known to live (seconds since 1970); 0 for never."""
    try:
        return _live_file(job).stat().st_mtime
    except OSError:
        return 0.0


class Progress:
    """What a running job is given: `progress(done, total, message)`; raises when the job is to end.

    `path` is where the file of the result is written. Call it often: it costs a look at the clock.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._written = self._asked = 0.0
        self.done, self.total, self.message = 0, None, ""  # type: int, int | None, str
        self.path = folder() / f"{job.pk}.{job.attempts}.part"

    def __call__(self, done: int, total: int | None = None, message: str = "") -> None:
        self.done = done
        self.total = total if total is not None else self.total
        changed = bool(message) and message != self.message
        self.message = message or self.message
        now = time.monotonic()
        if changed or now - self._written >= BETWEEN_WRITES:
            self.write()
            self._written = now
        if now - self._asked >= BETWEEN_WRITES:
            self._asked = now
            self.check()

    def check(self) -> None:
        """Raise Cancelled or Stopped when the job is to end."""
        if STOPPING.is_set():
            raise Stopped
        if Job.objects.filter(pk=self._job.pk, cancel_asked=True).exists():
            raise Cancelled

    def write(self) -> None:
        target = _live_file(self._job)
        fresh = target.with_suffix(".fresh")
        fresh.write_text(json.dumps({"done": self.done, "total": self.total, "message": self.message}))
        os.replace(fresh, target)  # noqa: PTH105  # a reader sees the old or the new one

    def clear(self) -> None:
        """Remove what only a running job needs."""
        for path in (_live_file(self._job), self.path):
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Keep the heartbeat while the job works, however long it is silent."""
        self.write()
        over = threading.Event()

        def beat() -> None:
            while not over.wait(HEARTBEAT):
                with contextlib.suppress(OSError):
                    os.utime(_live_file(self._job))

        threading.Thread(target=beat, name=f"beat-{self._job.pk}", daemon=True).start()
        try:
            yield
        finally:
            over.set()
