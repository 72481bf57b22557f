"""Ask for a job, call it off, take it away: the only writers beside the workers."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.company import audit
from otklik.company.models import User
from otklik.jobs import worker
from otklik.jobs.kinds import kind
from otklik.jobs.models import UNFINISHED, Job, State
from otklik.jobs.tasks import run_job

MOST_UNFINISHED = 20  # of one person


def enqueue(
    code: str, params: Mapping[str, Any], *, acting_user: User | None, title: str = "", language: str = ""
) -> Job:
    """Put a job into the queue; it starts when the transaction has committed.

    `params` are JSON values; the job's function checks the rights of `job.user` again when it runs.
    """
    declared = kind(code)
    with transaction.atomic():
        mine = Job.objects.filter(user=acting_user, state__in=UNFINISHED)
        if acting_user is not None and mine.count() >= MOST_UNFINISHED:
            raise ValidationError(
                _("You have %(count)s jobs under way. Wait for one to end or call one off.")
                % {"count": MOST_UNFINISHED}
            )
        job = Job.objects.create(
            user=acting_user,
            kind=code,
            title=(title or str(declared.title))[:300],
            params=dict(params),
            language=language or get_language() or "ru",
        )
        audit.record(
            "job.ask", job, acting_user=acting_user, new={"kind": code, "params": audit.plain(job.params)}
        )
        run_job.enqueue(str(job.pk))
        transaction.on_commit(worker.wake, robust=True)
    return job


def cancel(job: Job, *, acting_user: User | None) -> bool:
    """Call a job off: at once when it still waits, else at its next step. False: it has ended already."""
    _demand_own(job, acting_user)
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=State.WAITING).update(
            state=State.CANCELLED,
            cancel_asked=True,
            finished_at=timezone.now(),
            expires_at=timezone.now() + dt.timedelta(days=1),
        )
        running = Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_asked=True)
        if waiting or running:
            audit.record("job.cancel", job, acting_user=acting_user)
    return bool(waiting or running)


def remove(job: Job, *, acting_user: User | None) -> None:
    """Take a job that has ended out of the list, its file too."""
    _demand_own(job, acting_user)
    if not job.finished:
        raise ValidationError(_("The job is not over. Call it off first."))
    with transaction.atomic():
        audit.record("job.remove", job, acting_user=acting_user)
        transaction.on_commit(partial(job.file.unlink, missing_ok=True))
        job.delete()


def again(job: Job, *, acting_user: User | None) -> Job:
    """Ask for the same once more."""
    _demand_own(job, acting_user)
    return enqueue(job.kind, job.params, acting_user=acting_user, title=job.title)


def _demand_own(job: Job, acting_user: User | None) -> None:
    if acting_user is not None and job.user_id != acting_user.pk:
        raise PermissionDenied
