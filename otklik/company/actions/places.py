"""Places, their points and the company itself."""

import datetime as dt
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from otklik.company import audit
from otklik.company.hours import Week
from otklik.company.models import AuditEntry, Company, Place, Point, User, Verb
from otklik.company.signals import announce
from otklik.company.writing import change, create, created, demand, lock_company


class PlaceFields(TypedDict, total=False):
    code: str
    name: str
    kind: str
    timezone: str
    latitude: float | None
    longitude: float | None
    day_start: dt.time | None
    opening_hours: Week | None


class PointFields(TypedDict, total=False):
    code: str
    name: str


class CompanyFields(TypedDict, total=False):
    name: str
    timezone: str
    language: str
    served_priority: list[str]


@transaction.atomic
def update_company(*, acting_user: User | None, **fields: Unpack[CompanyFields]) -> Company:
    demand(acting_user, Verb.ADMIN, None)
    company = Company.objects.select_for_update().filter(pk=1).first()
    if company is None:
        company = Company(pk=1, name="Otklik")
        company.save()
    change(company, fields, acting_user=acting_user, action="company.update")
    return company


@transaction.atomic
def create_place(
    *, acting_user: User | None, parent: Place | None = None, **fields: Unpack[PlaceFields]
) -> Place:
    """Add a place inside `parent`; at the top of the tree it needs rights on the whole company."""
    demand(acting_user, Verb.MANAGE, parent)
    lock_company()
    place = Place(parent=parent, **fields)
    place.full_clean()
    place.save()
    place.path = f"{_fresh(parent).path if parent else '/'}{place.pk}/"
    _check_depth(place.path)
    place.save(update_fields=["path"])
    return created(place, acting_user=acting_user, action="place.create", place=place)


@transaction.atomic
def update_place(place: Place, *, acting_user: User | None, **fields: Unpack[PlaceFields]) -> Place:
    demand(acting_user, Verb.MANAGE, place)
    place = _fresh(place)
    change(place, fields, acting_user=acting_user, action="place.update", place=place)
    return place


@transaction.atomic
def move_place(place: Place, *, acting_user: User | None, parent: Place | None) -> Place:
    """Hang the place with all its parts under `parent` (None: at the top).

    Needs the right on the place and on both places above it: moving takes from one and gives to the other.
    """
    lock_company()
    place = _fresh(place)
    for involved in (place, place.parent, parent):
        demand(acting_user, Verb.MANAGE, involved)
    old_path = place.path
    new_path = f"{_fresh(parent).path if parent else '/'}{place.pk}/"
    if not change(place, {"parent": parent}, acting_user=acting_user, action="place.move", place=place):
        return place
    below = Place.objects.filter(path__startswith=old_path)
    _check_depth(
        new_path, *(new_path + path[len(old_path) :] for path in below.values_list("path", flat=True))
    )
    below.update(path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1)))
    place.path = new_path
    return place


@transaction.atomic
def deactivate_place(place: Place, *, acting_user: User | None) -> Place:
    """Take the place, its parts and their points out of use. Their history stays; `activate_place` undoes it."""
    demand(acting_user, Verb.MANAGE, place)
    place = _fresh(place)
    places = Place.objects.under(place).filter(active=True)
    points = Point.objects.filter(place__path__startswith=place.path, active=True)
    new = {
        "active": False,
        "places": sorted(places.values_list("code", flat=True)),
        "points": sorted(points.values_list("code", flat=True)),
    }
    points.update(active=False)
    places.update(active=False)
    place.active = False
    audit.record(
        "place.deactivate", place, acting_user=acting_user, old={"active": True}, new=new, place=place
    )
    announce(Place)
    return place


@transaction.atomic
def activate_place(place: Place, *, acting_user: User | None) -> Place:
    """Take the place into use again, with everything that went out of use together with it last time."""
    demand(acting_user, Verb.MANAGE, place)
    place = _fresh(place)
    if place.parent is not None and not place.parent.active:
        raise ValidationError(
            _("“%(place)s”, which it belongs to, is out of use. Take that into use first."),
            params={"place": place.parent.name},
        )
    entry = AuditEntry.objects.filter(
        action="place.deactivate", object_type="place", object_id=str(place.pk)
    ).first()
    with_it: dict[str, Any] = (entry.new or {}) if entry else {}
    below = Place.objects.under(place)
    below.filter(code__in=[*with_it.get("places", []), place.code]).update(active=True)
    Point.objects.filter(place__in=below, code__in=with_it.get("points", [])).update(active=True)
    place.active = True
    audit.record(
        "place.activate",
        place,
        acting_user=acting_user,
        old={"active": False},
        new={"active": True},
        place=place,
    )
    announce(Place)
    return place


@transaction.atomic
def create_point(*, acting_user: User | None, place: Place, **fields: Unpack[PointFields]) -> Point:
    demand(acting_user, Verb.MANAGE, place)
    return create(Point(place=place, **fields), acting_user=acting_user, action="point.create", place=place)


@transaction.atomic
def update_point(
    point: Point, *, acting_user: User | None, place: Place | None = None, **fields: Unpack[PointFields]
) -> Point:
    """Change the point; `place` moves it to another location of which the user is in charge too."""
    point = Point.objects.select_for_update().select_related("place").get(pk=point.pk)
    demand(acting_user, Verb.MANAGE, point.place)
    changes: dict[str, Any] = dict(fields)
    if place is not None and place != point.place:
        demand(acting_user, Verb.MANAGE, place)
        changes["place"] = place
    change(point, changes, acting_user=acting_user, action="point.update", place=place or point.place)
    return point


@transaction.atomic
def set_point_active(point: Point, *, acting_user: User | None, active: bool) -> Point:
    point = Point.objects.select_for_update().select_related("place").get(pk=point.pk)
    demand(acting_user, Verb.MANAGE, point.place)
    if active and not point.place.active:
        raise ValidationError(
            _("“%(place)s” is out of use. Take it into use first."), params={"place": point.place.name}
        )
    action = "point.activate" if active else "point.deactivate"
    change(point, {"active": active}, acting_user=acting_user, action=action, place=point.place)
    return point


def _fresh(place: Place) -> Place:
    return Place.objects.select_for_update(of=("self",)).select_related("parent").get(pk=place.pk)


def _check_depth(*paths: str) -> None:
    limit = Place._meta.get_field("path").max_length or 0
    if any(len(path) > limit for path in paths):
        raise ValidationError(
            {"parent": _("The tree would become too deep. Choose a place nearer to the top.")}
        )
