"""Who is told of changes of colour: the hook of alert channels.

A room registers a listener in its `apps.ready()`:

    on_state_change("telegram", send)   # send(change: StateChange) -> None

Delivery is **at least once**: with each change a `Notice` row per listener is written in the same transaction; the row is
deleted after the listener has returned. A process that is killed in between calls the listener again, so a listener marks
repeats by `change.pk`. A listener that raises is asked again after 2, 4, 8 … seconds, an hour at most, and its later
changes wait behind, so that their order holds; after `MOST_ATTEMPTS` the notice is set aside with its error in the log.
Listeners run in a thread of their own and may be slow. `change.worse` says whether anybody should hear of it.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable

from django.utils import timezone

from otklik.metrics.states.models import Notice, StateChange

type Listener = Callable[[StateChange], None]
MOST_ATTEMPTS = 20
LONGEST_PAUSE = 3600
AT_ONCE = 200
log = logging.getLogger(__name__)
_listeners: dict[str, Listener] = {}


def on_state_change(name: str, listener: Listener) -> None:
    """Have `listener` called with every change of colour from now on. `name` stays the same over restarts."""
    _listeners[name] = listener


def forget(name: str) -> None:
    """Take a listener away; notices that wait for it stay until it is back."""
    _listeners.pop(name, None)


def notices_of(changes: Iterable[StateChange], now: dt.datetime) -> list[Notice]:
    """Rows to be written with the changes."""
    return [Notice(change=change, listener=name, next_at=now) for change in changes for name in _listeners]


def deliver(now: dt.datetime | None = None) -> int:
    """Tell listeners what waits for them; how many notices were taken."""
    if not _listeners:
        return 0
    now = now or timezone.now()
    taken = 0
    for name, listener in list(_listeners.items()):
        waiting = Notice.objects.filter(listener=name).select_related("change__place").order_by("pk")
        for notice in waiting[:AT_ONCE]:
            if notice.next_at > now:
                break
            if not _tell(listener, notice, now):
                break
            taken += 1
    return taken


def _tell(listener: Listener, notice: Notice, now: dt.datetime) -> bool:
    """Whether the next notice may follow."""
    try:
        listener(notice.change)
    except Exception as error:  # a channel may fail in any way
        notice.attempts += 1
        if notice.attempts >= MOST_ATTEMPTS:
            log.exception("A change of colour could not be told to %s; it is set aside", notice.listener)
            notice.delete()
            return True
        notice.next_at = now + dt.timedelta(seconds=min(2**notice.attempts, LONGEST_PAUSE))
        notice.error = str(error)[:500]
        notice.save(update_fields=["attempts", "next_at", "error"])
        return False
    notice.delete()
    return True
