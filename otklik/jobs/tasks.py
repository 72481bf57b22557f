"""The one task of Django's task framework here: do a job. Any worker of the framework may run it."""

import datetime as dt
import logging

from django.db import models
from django.tasks import task
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.jobs.kinds import JobError, Kind, Outcome, kind
from otklik.jobs.models import Job, State
from otklik.jobs.progress import Cancelled, Progress, Stopped

log = logging.getLogger(__name__)


@task
def run_job(job_id: str) -> None:
    """Do the job if it still waits; whoever comes second does nothing."""
    begun = Job.objects.filter(pk=job_id, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now(), attempts=models.F("attempts") + 1
    )
    if not begun:
        return
    job = Job.objects.select_related("user").get(pk=job_id)
    with translation.override(job.language):
        _work(job)


def _work(job: Job) -> None:
    progress = Progress(job)
    try:
        with progress.beating():
            if job.cancel_asked:
                raise Cancelled  # noqa: TRY301  # the same end as in the middle
            if job.user is not None and not job.user.is_active:
                raise JobError(_("Whoever asked for it may no longer sign in."))  # noqa: TRY301
            work = kind(job.kind)
            outcome = work.run(job, progress) or Outcome()
        _finish(job, progress, work, outcome)
    except Cancelled:
        _end(job, state=State.CANCELLED)
    except Stopped:
        Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts).update(
            state=State.WAITING, attempts=job.attempts - 1
        )
        raise
    except KeyError:
        log.exception("Job %s of kind %s", job.pk, job.kind)
        _end(job, state=State.FAILED, error=_unexpected())
    except JobError as refusal:
        _end(job, state=State.FAILED, error=str(refusal)[:1000])
    except Exception:
        log.exception("Job %s of kind %s", job.pk, job.kind)
        _end(job, state=State.FAILED, error=_unexpected())
    finally:
        progress.clear()


def _unexpected() -> str:
    return _(
        "Something unexpected went wrong; the server's log has the details. Try again, or ask whoever runs Otklik."
    )


def _finish(job: Job, progress: Progress, work: Kind, outcome: Outcome) -> None:
    size = 0
    if outcome.file_name:
        size = progress.path.stat().st_size
        progress.path.replace(job.file)
    total = progress.total if progress.total is not None else progress.done
    mine = _end(
        job,
        state=State.DONE,
        done=total,
        total=total,
        message=outcome.message[:500],
        result=outcome.data,
        file_name=outcome.file_name[:255],
        file_type=outcome.file_type if outcome.file_name else "",
        file_size=size,
        expires_at=timezone.now() + dt.timedelta(days=work.keep_days),
    )
    if not mine:
        job.file.unlink(missing_ok=True)


def _end(job: Job, **values: object) -> bool:
    """Write the end unless another worker has taken the job over meanwhile."""
    values.setdefault("expires_at", timezone.now() + dt.timedelta(days=30))
    running = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    return bool(running.update(finished_at=timezone.now(), **values))
