"""Work that nobody has to ask for: kinds of jobs that say themselves when they are due."""

import logging

from otklik.jobs.actions import enqueue
from otklik.jobs.kinds import kinds
from otklik.jobs.models import UNFINISHED, Job

log = logging.getLogger(__name__)


def ask_for_what_is_due() -> int:
    """Put due jobs into the queue, only while nothing else waits or runs. How many."""
    if Job.objects.filter(state__in=UNFINISHED).exists():
        return 0
    count = 0
    for one in kinds():
        if one.due is None:
            continue
        try:
            if one.due():
                enqueue(one.code, {}, acting_user=None)
                count += 1
        except Exception:
            log.exception("Whether %s is due cannot be told", one.code)
    return count
