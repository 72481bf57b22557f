"""What a file would change, found out by taking it in and taking that back: the audit log tells it."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Max

from otklik.company.models import AuditEntry


def rehearse[T](take: Callable[[], object], tell: Callable[[Iterable[AuditEntry]], T]) -> T:
    """What `tell` makes of the entries that `take` would add to the audit log; nothing of what it does stays.

    Raises what `take` raises.
    """
    with transaction.atomic():
        before = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        take()
        told = tell(list(AuditEntry.objects.filter(pk__gt=before).order_by("pk")))
        transaction.set_rollback(True)
    return told
