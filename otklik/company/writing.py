"""What every action shares: asking for the right, checking, saving, leaving a trace."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models

from otklik.company import audit
from otklik.company.models import Company, Place, User, Verb
from otklik.company.signals import announce


def demand(acting_user: User | None, verb: Verb, place: Place | None) -> None:
    """Raise PermissionDenied unless the user holds `verb` on `place` (None: on the whole company).

    No acting user means the installation itself: its command line, its own tasks.
    """
    if acting_user is None:
        return
    if place is None:
        allowed = acting_user.may_everywhere(verb)
    else:
        allowed = Place.objects.visible_to(acting_user, verb).filter(pk=place.pk).exists()
    if not allowed:
        raise PermissionDenied


def lock_company() -> None:
    """Let changes of the tree happen one after another where the database allows several writers."""
    list(Company.objects.select_for_update().filter(pk=1).values_list("pk"))


def create[M: models.Model](
    instance: M, *, acting_user: User | None, action: str, place: Place | None = None
) -> M:
    """Check and save a new object; record it with all its values."""
    instance.full_clean()
    instance.save(force_insert=True)
    return created(instance, acting_user=acting_user, action=action, place=place)


def created[M: models.Model](
    instance: M, *, acting_user: User | None, action: str, place: Place | None = None
) -> M:
    """Record an object that has just been saved."""
    record = {name: value for name, value in audit.snapshot(instance).items() if value not in (None, "", [])}
    audit.record(action, instance, acting_user=acting_user, new=record, place=place)
    announce(type(instance))
    return instance


def change[M: models.Model](
    instance: M,
    changes: Mapping[str, Any],
    *,
    acting_user: User | None,
    action: str,
    place: Place | None = None,
) -> bool:
    """Check and save the changed fields of a freshly read object; record old and new. False: nothing changed."""
    names = [name for name, value in changes.items() if getattr(instance, name) != value]
    if not names:
        return False
    old = audit.snapshot(instance, *names)
    for name in names:
        setattr(instance, name, changes[name])
    instance.full_clean()
    instance.save(update_fields=names)
    audit.record(
        action, instance, acting_user=acting_user, old=old, new=audit.snapshot(instance, *names), place=place
    )
    announce(type(instance))
    return True


def remove(
    instance: models.Model, *, acting_user: User | None, action: str, place: Place | None = None
) -> None:
    """Delete an object; record what it was."""
    audit.record(action, instance, acting_user=acting_user, old=audit.snapshot(instance), place=place)
    announce(type(instance))
    instance.delete()
