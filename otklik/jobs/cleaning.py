"""Results do not lie about for ever: what is out of date goes, and files that belong to nobody."""

import datetime as dt
import time

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otklik.jobs.models import UNFINISHED, Job, folder

ORPHAN_SECONDS = 3600.0  # a file may be older than the row's last look by the length of a rename
TASKS_KEPT = dt.timedelta(days=7)


def clean() -> int:
    """Forget jobs whose time is over, their files, orphan files and old rows of the queue. How many jobs went."""
    old = Job.objects.filter(expires_at__lt=timezone.now()).exclude(state__in=UNFINISHED)
    expired = list(old)
    if expired:
        old.delete()
    for job in expired:
        job.file.unlink(missing_ok=True)
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
    known = {str(pk) for pk in Job.objects.values_list("pk", flat=True)}
    for path in folder().iterdir():
        owner = path.name.split(".")[0]
        if owner not in known and time.time() - path.stat().st_mtime > ORPHAN_SECONDS:
            path.unlink(missing_ok=True)
    return len(expired)
