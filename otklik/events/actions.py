"""The only writer of an installation's own event kinds. Events themselves are written by `record.accept`."""

from typing import Any

from django.db import transaction

from otklik.company import audit
from otklik.company.models import User, Verb
from otklik.company.writing import demand
from otklik.events.models import EventKind

FIELDS = (
    "code",
    "name_ru",
    "name_en",
    "meaning_ru",
    "meaning_en",
    "subject",
    "value",
    "attributes",
    "active",
)


def create_kind(*, acting_user: User | None, actor: str = "", **values: Any) -> EventKind:
    """Add a kind; raises ValidationError with a sentence per field."""
    demand(acting_user, Verb.MANAGE, None)
    kind = EventKind(**{name: value for name, value in values.items() if name in FIELDS})
    with transaction.atomic():
        kind.full_clean()
        kind.save(force_insert=True)
        audit.record(
            "kind.create", kind, acting_user=acting_user, new=audit.snapshot(kind, *FIELDS), actor=actor
        )
    return kind


def change_kind(kind: EventKind, *, acting_user: User | None, actor: str = "", **values: Any) -> EventKind:
    """Change a kind. Its code stays: stored events carry it."""
    demand(acting_user, Verb.MANAGE, None)
    with transaction.atomic():
        kind = EventKind.objects.select_for_update().get(pk=kind.pk)
        before = audit.snapshot(kind, *FIELDS)
        changed = [
            name for name, value in values.items() if name in FIELDS[1:] and getattr(kind, name) != value
        ]
        if not changed:
            return kind
        for name in changed:
            setattr(kind, name, values[name])
        kind.full_clean()
        kind.save(update_fields=changed)
        after = audit.snapshot(kind, *FIELDS)
        audit.record(
            "kind.change",
            kind,
            acting_user=acting_user,
            old={name: before[name] for name in changed},
            new={name: after[name] for name in changed},
            actor=actor,
        )
    return kind
