"""Everything that changes markers and kept timelines."""

import datetime as dt
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from otklik.company import audit, writing
from otklik.company.models import Place, User, Verb
from otklik.dashboards.timeline.models import SavedView, TimelineMarker

KEPT = (
    "series",
    "place",
    "point",
    "employee",
    "subject",
    "period",
    "from",
    "to",
    "compare",
    "against",
    "grain",
    "mode",
    "zoom",
)
MOST_VIEWS = 100
CHANGEABLE = {"text_ru", "text_en", "kind", "first_day", "last_day", "place"}


@transaction.atomic
def add_marker(
    *,
    acting_user: User | None,
    first_day: dt.date,
    last_day: dt.date | None = None,
    text_ru: str = "",
    text_en: str = "",
    kind: str = "campaign",
    place: Place | None = None,
) -> TimelineMarker:
    """Mark a day or several; whoever may type figures of the place may."""
    writing.demand(acting_user, Verb.ENTER, place)
    marker = TimelineMarker(
        text_ru=text_ru.strip(),
        text_en=text_en.strip(),
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        place=place,
        created_by=acting_user,
    )
    return _create(marker, acting_user, "marker.create", place)


@transaction.atomic
def change_marker(marker: TimelineMarker, *, acting_user: User | None, **changes: object) -> TimelineMarker:
    """Change text, kind, days or place; the right is needed at the old place and at the new one."""
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"unknown fields {unknown}")
    writing.demand(acting_user, Verb.ENTER, marker.place)
    place = changes.get("place", marker.place)
    assert place is None or isinstance(place, Place)
    writing.demand(acting_user, Verb.ENTER, place)
    fresh = TimelineMarker.objects.select_for_update().get(pk=marker.pk)
    _change(fresh, changes, acting_user, "marker.change", place)
    return fresh


@transaction.atomic
def remove_marker(marker: TimelineMarker, *, acting_user: User | None) -> None:
    writing.demand(acting_user, Verb.ENTER, marker.place)
    audit.record(
        "marker.delete", marker, acting_user=acting_user, old=audit.snapshot(marker), place=marker.place
    )
    marker.delete()


def may_share(user: User) -> bool:
    """Whether the user may keep timelines for everybody."""
    return user.may_everywhere(Verb.MANAGE)


@transaction.atomic
def keep_view(*, acting_user: User | None, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep a timeline under a name; the same name again replaces it."""
    if shared and acting_user is not None and not may_share(acting_user):
        raise PermissionDenied
    owner = None if shared else acting_user
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the view a name.")})
    kept = urlencode([(key, value) for key, value in parse_qsl(query) if key in KEPT])
    held = SavedView.objects.filter(owner=owner, name=name).first()
    if held is not None:
        _change(held, {"query": kept}, acting_user, "view.change")
        return held
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        raise ValidationError({"name": _("There are %d views already. Remove one first.") % MOST_VIEWS})
    return _create(SavedView(owner=owner, name=name, query=kept), acting_user, "view.create")


@transaction.atomic
def remove_view(view: SavedView, *, acting_user: User) -> None:
    mine = view.owner_id == acting_user.pk
    if not mine and not (view.owner_id is None and may_share(acting_user)):
        raise PermissionDenied
    audit.record("view.delete", view, acting_user=acting_user, old=audit.snapshot(view, "name", "query"))
    view.delete()


# Not `writing.create` and its like: those tell everybody that the catalogue has changed, and no number depends on these.
def _create[M: models.Model](
    instance: M, acting_user: User | None, action: str, place: Place | None = None
) -> M:
    instance.full_clean()
    instance.save(force_insert=True)
    audit.record(action, instance, acting_user=acting_user, new=audit.snapshot(instance), place=place)
    return instance


def _change(
    instance: models.Model,
    changes: Mapping[str, object],
    acting_user: User | None,
    action: str,
    place: Place | None = None,
) -> None:
    names = [name for name, value in changes.items() if getattr(instance, name) != value]
    if not names:
        return
    old = audit.snapshot(instance, *names)
    for name in names:
        setattr(instance, name, changes[name])
    instance.full_clean()
    instance.save()
    new = audit.snapshot(instance, *names)
    audit.record(action, instance, acting_user=acting_user, old=old, new=new, place=place)
