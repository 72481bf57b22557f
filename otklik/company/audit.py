"""Write the audit log: called by every action, inside its transaction."""

from typing import Any

from django.db import models
from django.forms.models import model_to_dict

from otklik.company.models import AuditEntry, Place, User


def record(
    action: str,
    instance: models.Model,
    *,
    acting_user: User | None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    place: Place | None = None,
    actor: str = "",
) -> AuditEntry:
    """Add one row. `old`/`new` hold only what changed, as JSON values; secrets never go here."""
    return AuditEntry.objects.create(
        user=acting_user,
        actor=actor,
        action=action,
        object_type=type(instance).__name__.lower(),
        object_id=str(instance.pk),
        object_name=str(instance)[:200],
        place=place,
        old=old,
        new=new,
    )


def snapshot(instance: models.Model, *fields: str) -> dict[str, Any]:
    """Field values as JSON-ready values."""
    values = model_to_dict(instance, fields=fields or None)
    return {
        name: value if isinstance(value, (int, float, str, bool, list, dict, type(None))) else str(value)
        for name, value in values.items()
    }
