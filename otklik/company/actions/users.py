"""Users, groups and the roles given to them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypedDict, Unpack

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from otklik.company import audit
from otklik.company.models import Grant, Place, Role, User, Verb
from otklik.company.signals import announce
from otklik.company.writing import change, create, demand, lock_company, remove


class UserDetails(TypedDict, total=False):
    first_name: str
    last_name: str
    email: str
    language: str
    timezone: str


class UserFields(UserDetails, total=False):
    username: str


@transaction.atomic
def create_user(
    *,
    acting_user: User | None,
    username: str,
    password: str | None = None,
    role: str | None = None,
    place: Place | None = None,
    **fields: Unpack[UserDetails],
) -> User:
    """Add a user, with a role if one is given. Without a password the user sets it by an invitation link.

    The first user of an installation becomes administrator of everything. An administrator of a subtree must give a
    role in it, or the new user would be out of their sight.
    """
    lock_company()
    first = not User.objects.exists()
    if not first and (acting_user is None or role is None):
        demand(acting_user, Verb.ADMIN, None)
    user = User(username=User.normalize_username(username), **fields)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    public = audit.snapshot(user, "username", "first_name", "last_name", "email", "language")
    audit.record("user.create", user, acting_user=acting_user, new=public, place=place)
    announce(User)
    if first:
        give_role(acting_user=None, user=user, role=Role.ADMINISTRATOR)
    elif role is not None:
        give_role(acting_user=acting_user, user=user, role=role, place=place, new_user=True)
    return user


@transaction.atomic
def update_user(user: User, *, acting_user: User | None, **fields: Unpack[UserFields]) -> User:
    """Change what is known of a user; everybody may change their own."""
    if acting_user != user:
        demand_user(acting_user, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    change(user, fields, acting_user=acting_user, action="user.update")
    return user


@transaction.atomic
def set_user_active(user: User, *, acting_user: User | None, active: bool) -> User:
    demand_user(acting_user, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    action = "user.activate" if active else "user.deactivate"
    with _keeping_an_administrator():
        change(user, {"is_active": active}, acting_user=acting_user, action=action)
    return user


@transaction.atomic
def set_password(user: User, *, acting_user: User | None, password: str) -> None:
    if acting_user != user:
        demand_user(acting_user, user)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("user.password", user, acting_user=acting_user)


@transaction.atomic
def give_role(
    *,
    acting_user: User | None,
    role: str,
    user: User | None = None,
    group: Group | None = None,
    place: Place | None = None,
    new_user: bool = False,
) -> Grant:
    """Give a role on a subtree (no place: the whole company) to a user or a group."""
    demand(acting_user, Verb.ADMIN, place)
    if user is not None and not new_user:
        demand_user(acting_user, user)
    if group is not None:
        demand(acting_user, Verb.ADMIN, None)
    grant = Grant(user=user, group=group, role=role, place=place)
    return create(grant, acting_user=acting_user, action="role.give", place=place)


@transaction.atomic
def take_role(grant: Grant, *, acting_user: User | None) -> None:
    demand(acting_user, Verb.ADMIN, grant.place)
    if grant.group is not None:
        demand(acting_user, Verb.ADMIN, None)
    with _keeping_an_administrator():
        remove(grant, acting_user=acting_user, action="role.take", place=grant.place)


@transaction.atomic
def create_group(*, acting_user: User | None, name: str) -> Group:
    """Groups belong to the whole company, so only its administrators make them."""
    demand(acting_user, Verb.ADMIN, None)
    return create(Group(name=name), acting_user=acting_user, action="group.create")


@transaction.atomic
def update_group(
    group: Group, *, acting_user: User | None, name: str, members: Iterable[User] | None = None
) -> Group:
    demand(acting_user, Verb.ADMIN, None)
    group = Group.objects.select_for_update().get(pk=group.pk)
    change(group, {"name": name}, acting_user=acting_user, action="group.update")
    if members is not None:
        old = _members(group)
        with _keeping_an_administrator():
            group.user_set.set(members)
        new = _members(group)
        if old != new:
            audit.record("group.members", group, acting_user=acting_user, old=old, new=new)
            announce(Group)
    return group


def _members(group: Group) -> audit.Changes:
    return {"members": sorted(group.user_set.values_list("username", flat=True))}


@transaction.atomic
def delete_group(group: Group, *, acting_user: User | None) -> None:
    demand(acting_user, Verb.ADMIN, None)
    with _keeping_an_administrator():
        remove(group, acting_user=acting_user, action="group.delete")


def demand_user(acting_user: User | None, user: User) -> None:
    """Raise PermissionDenied unless `user` is one whom the acting user may change."""
    if acting_user is not None and not User.objects.manageable_by(acting_user).filter(pk=user.pk).exists():
        raise PermissionDenied


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise ValidationError({"password": problem.messages}) from problem


@contextmanager
def _keeping_an_administrator() -> Iterator[None]:
    """Refuse to leave the company without anybody who could give rights again."""
    lock_company()
    had_one = _has_administrator()
    yield
    if had_one and not _has_administrator():
        raise ValidationError(
            _("Somebody must stay administrator of the whole company. Give this role to another user first.")
        )


def _has_administrator() -> bool:
    everywhere = Grant.objects.filter(role=Role.ADMINISTRATOR, place=None)
    return (
        everywhere.filter(user__is_active=True).exists()
        or everywhere.filter(group__user__is_active=True).exists()
        or User.objects.filter(is_superuser=True, is_active=True).exists()
    )
