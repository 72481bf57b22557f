"""Write the audit log: called by every action, inside its transaction."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from otklik.company.models import AuditEntry, Place, User

_through: ContextVar[str] = ContextVar("through", default="")
type Changes = dict[str, Any]


@contextmanager
def through(actor: str) -> Iterator[None]:
    """Name the way by which changes come: "cli", "api:<prefix>", "import:<file>"."""
    token = _through.set(actor)
    try:
        yield
    finally:
        _through.reset(token)


def record(
    action: str,
    instance: models.Model,
    *,
    acting_user: User | None,
    old: Changes | None = None,
    new: Changes | None = None,
    place: Place | None = None,
    actor: str = "",
) -> AuditEntry:
    """Add one row. `old`/`new` hold only what changed, as JSON values; secrets never go here."""
    row = _row(action, instance, acting_user=acting_user, old=old, new=new, place=place, actor=actor)
    row.save(force_insert=True)
    return row


def record_many(action: str, changes: Iterable[Changes], *, acting_user: User | None) -> None:
    """Add a row for each change (`instance`, `place`, `old`, `new`), in few statements."""
    rows = [_row(action, acting_user=acting_user, **change) for change in changes]
    AuditEntry.objects.bulk_create(rows, batch_size=500)


def _row(
    action: str,
    instance: models.Model,
    *,
    acting_user: User | None,
    old: Changes | None = None,
    new: Changes | None = None,
    place: Place | None = None,
    actor: str = "",
) -> AuditEntry:
    return AuditEntry(
        user=acting_user,
        actor=actor or _through.get() or ("page" if acting_user else "cli"),
        action=action,
        object_type=type(instance).__name__.lower(),
        object_id=str(instance.pk),
        object_name=str(instance)[:200],
        place=place if place is None or place.pk else None,
        old=old,
        new=new,
    )


def snapshot(instance: models.Model, *fields: str) -> Changes:
    """Field values as JSON-ready values; of a related object its code or name."""
    names = fields or [
        field.name for field in instance._meta.concrete_fields if field.editable and not field.primary_key
    ]
    return {name: plain(getattr(instance, name)) for name in names}


def plain(value: Any) -> Any:  # noqa: PLR0911  # one line per type
    """A value as JSON can keep it and a person can read it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="seconds")
        case dt.time():
            return f"{value:%H:%M}"
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case models.Model():
            return getattr(value, "code", None) or str(value)
        case models.Manager():
            return sorted(str(related) for related in value.all())
        case _ if isinstance(value, Iterable):
            return [plain(inner) for inner in value]
        case _:
            return str(value)
