"""The threads that see to jobs inside the server: they take tasks of django-tasks-db by a conditional UPDATE.

Each task is done in a process of its own (`apart.py`), so that pages stay quick and a job that dies takes nothing with it.
Any number of processes may do so on one queue. What a killed process left behind is found by its silent heartbeat, at a start
of the server at once.
"""

import datetime as dt
import logging
import os
import platform
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.tasks import TaskResultStatus
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from otklik.jobs.cleaning import clean
from otklik.jobs.models import Job, State
from otklik.jobs.progress import STOPPING, Progress, Stopped, last_beat
from otklik.jobs.tasks import run_job

SLOTS = 2
POLL = 1.0
RECOVER_EVERY = 15.0
CLEAN_EVERY = 600.0
SILENT = 60.0  # seconds without a heartbeat after which a job counts as left behind
MOST_ATTEMPTS = 3
BACKEND = "default"
log = logging.getLogger(__name__)
_wake = threading.Event()


def wake() -> None:
    """Look for work at once."""
    _wake.set()


def node() -> str:
    return f"serve:{platform.node()[:32]}:"


def own_name() -> str:
    """The name of this server in the queue."""
    return f"{node()}{os.getpid()}"


def claim(worker: str) -> DBTaskResult[..., Any] | None:
    """The next task, now ours; None when nothing waits."""
    for row in DBTaskResult.objects.ready().filter(backend_name=BACKEND)[:8]:
        mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=[*row.worker_ids, worker]
        )
        if mine:
            row.refresh_from_db()
            return row
    return None


def run(row: DBTaskResult[..., Any]) -> None:
    """Do a claimed task and write down how it ended; a stopped one waits again."""
    try:
        arguments = row.args_kwargs
        row.task.call(*arguments["args"], **arguments["kwargs"])
        row.set_successful(None)
    except Stopped:
        _give_back(row)
    except Exception as error:
        log.exception("Task %s", row.task_path)
        row.set_failed(error)


def _give_back(row: DBTaskResult[..., Any]) -> bool:
    held = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    return bool(held.update(status=TaskResultStatus.READY, started_at=None))


def recover(*, starting: bool = False) -> int:
    """Put tasks of dead workers back into the queue, and jobs that wait without a task.

    `starting`: whatever this machine's server ran is dead.
    """
    count = _without_task()
    for row in DBTaskResult.objects.running().filter(backend_name=BACKEND):
        if not starting and row.worker_ids and row.worker_ids[-1] == own_name():
            continue  # a thread of ours waits for its process
        dead = starting and bool(row.worker_ids) and row.worker_ids[-1].startswith(node())
        job = _job_of(row)
        if not dead and (job is None or _lives(row, job)):
            continue
        count += _put_back(row, job)
    return count


def _without_task() -> int:
    waiting = Job.objects.filter(
        state=State.WAITING, created_at__lt=timezone.now() - dt.timedelta(seconds=SILENT)
    )
    lost = {str(pk) for pk in waiting.values_list("pk", flat=True)}
    if lost:
        unfinished = DBTaskResult.objects.filter(
            backend_name=BACKEND, status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
        )
        lost -= {
            text for kwargs in unfinished.values_list("args_kwargs", flat=True) for text in kwargs["args"]
        }
    for pk in lost:
        run_job.enqueue(pk)
    return len(lost)


def _interrupted(row: DBTaskResult[..., Any]) -> None:
    """The process of a task died: let it wait again, or give it up."""
    job = _job_of(row)
    if job is not None and job.state == State.WAITING and not STOPPING.is_set():
        job.attempts += 1  # it did not come as far as to count itself
        Job.objects.filter(pk=job.pk, state=State.WAITING).update(state=State.RUNNING, attempts=job.attempts)
    _put_back(row, job)


def _put_back(row: DBTaskResult[..., Any], job: Job | None) -> bool:
    """Let an interrupted task wait again, or give it up when it was interrupted too often; whether it waits."""
    if job is not None and not _requeue(job):
        row.set_failed(RuntimeError("interrupted too often"))
        return False
    return _give_back(row)


def _lives(row: DBTaskResult[..., Any], job: Job) -> bool:
    begun = row.started_at.timestamp() if row.started_at else 0.0
    return time.time() - max(last_beat(job), begun) < SILENT


def _job_of(row: DBTaskResult[..., Any]) -> Job | None:
    try:
        pk = uuid.UUID(row.args_kwargs["args"][0])
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):
        return None
    return Job.objects.filter(pk=pk).first()


def _requeue(job: Job) -> bool:
    """Let an interrupted job wait again; False when it was interrupted so often that it is given up."""
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    Progress(job).clear()
    if job.attempts < MOST_ATTEMPTS:
        running.update(state=State.WAITING)
        return True
    with translation.override(job.language):
        sentence = _(
            "This was cut off %(count)s times: the server stopped, or memory ran out. Ask for less, or try again."
        )
        running.update(
            state=State.FAILED,
            finished_at=timezone.now(),
            expires_at=timezone.now() + dt.timedelta(days=30),
            error=sentence % {"count": job.attempts},
        )
    return False


def work_off() -> int:
    """Do everything that waits, in this thread: for tests and the command line."""
    count = 0
    while (row := claim(f"here:{os.getpid()}")) is not None:
        run(row)
        count += 1
    return count


class Workers:
    """A dispatcher thread that starts a process per task, at most `slots` at once, with a thread that waits for it.

    `upkeep` is called now and then: it may ask for jobs that are due.
    """

    def __init__(self, upkeep: Callable[[], object] = lambda: None, slots: int = SLOTS) -> None:
        self._upkeep = upkeep
        self._slots = threading.BoundedSemaphore(slots)
        self._free = slots
        self._running: set[threading.Thread] = set()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._thread = threading.Thread(target=self._dispatch, name="jobs", daemon=True)

    def start(self) -> None:
        STOPPING.clear()
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Running jobs end at their next step; they go on after the next start."""
        STOPPING.set()
        wake()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask running jobs to stop and wait for them."""
        self.ask_to_stop()
        deadline = time.monotonic() + seconds
        for thread in (self._thread, *self._running):
            thread.join(max(0.0, deadline - time.monotonic()))
        for process in tuple(self._processes):  # what does not listen is found again at the next start
            process.kill()

    def _dispatch(self) -> None:
        recovered = cleaned = float("-inf")
        kept_up = time.monotonic()
        first = True
        while not STOPPING.is_set():
            try:
                now = time.monotonic()
                if now - recovered >= RECOVER_EVERY:
                    recover(starting=first)
                    recovered, first = now, False
                if now - cleaned >= CLEAN_EVERY:
                    clean()
                    cleaned = now
                if 0 < settings.UPKEEP_SECONDS <= now - kept_up:
                    kept_up = now
                    self._upkeep()
                self._take()
            except Exception:
                # A locked or full disk: what waits stays, the next round tries again.
                log.exception("Jobs cannot be taken; trying again")
            _wake.wait(POLL)
            _wake.clear()
        connection.close()

    def _take(self) -> None:
        self._running = {thread for thread in self._running if thread.is_alive()}
        while self._slots.acquire(blocking=False):
            row = claim(own_name())
            if row is None:
                self._slots.release()
                return
            thread = threading.Thread(target=self._run, args=(row,), name=f"job-{row.pk}", daemon=True)
            self._running.add(thread)
            thread.start()

    def _run(self, row: DBTaskResult[..., Any]) -> None:
        try:
            if self._apart(row) != 0:
                _interrupted(row)
        finally:
            self._slots.release()
            close_old_connections()
            connection.close()
            wake()

    def _apart(self, row: DBTaskResult[..., Any]) -> int:
        """Do a task in a process of its own; its exit code. A stop of the server is passed on."""
        command = [sys.executable, "-m", "otklik.jobs.apart", str(row.pk)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603  # ourselves
            self._processes.add(process)
            try:
                told = False
                while process.poll() is None:
                    if STOPPING.is_set() and not told:
                        process.terminate()
                        told = True
                    time.sleep(0.05)
                return process.returncode
            finally:
                self._processes.discard(process)
