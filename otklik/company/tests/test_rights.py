"""Users, roles and shifts: who may give what, and what is never allowed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from otklik.company import actions
from otklik.company.models import Grant, Role, User, Verb
from otklik.company.signals import catalogue_changed


def test_the_first_user_is_administrator_of_everything(db):
    first = actions.create_user(acting_user=None, username="first", password="korrekt-otklik-9")
    second = actions.create_user(acting_user=None, username="second", password="korrekt-otklik-9")
    assert first.may_everywhere(Verb.ADMIN)
    assert not second.may(Verb.VIEW)


def test_an_administrator_of_a_subtree_gives_rights_there_alone(cast):
    made = actions.create_user(acting_user=cast.chief, username="new", role=Role.VIEWER, place=cast.city)
    assert made in User.objects.manageable_by(cast.chief)
    for place in (None, cast.south):
        with pytest.raises(PermissionDenied):
            actions.give_role(acting_user=cast.chief, user=made, role=Role.VIEWER, place=place)
    with pytest.raises(PermissionDenied):
        actions.create_user(acting_user=cast.chief, username="free")
    with pytest.raises(PermissionDenied):
        actions.give_role(acting_user=cast.chief, user=cast.stranger, role=Role.VIEWER, place=cast.north)


def test_nobody_takes_over_an_account_with_wider_rights(cast):
    actions.give_role(acting_user=cast.owner, user=cast.owner, role=Role.VIEWER, place=cast.shop)
    for act in (
        lambda: actions.set_password(cast.owner, acting_user=cast.chief, password="korrekt-otklik-10"),
        lambda: actions.update_user(cast.owner, acting_user=cast.chief, email="me@example.org"),
        lambda: actions.set_user_active(cast.owner, acting_user=cast.chief, active=False),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_role_of_a_group_counts_for_its_members(cast):
    group = actions.create_group(acting_user=cast.owner, name="South watch")
    actions.give_role(acting_user=cast.owner, group=group, role=Role.VIEWER, place=cast.south)
    actions.update_group(group, acting_user=cast.owner, name="South watch", members=[cast.clerk])
    assert {place.code for place in cast.southern_shop.__class__.objects.visible_to(cast.clerk)} == {
        "spb-1",
        "south",
        "south-1",
    }
    assert cast.clerk not in User.objects.manageable_by(cast.chief)  # has rights beyond the north now


def test_the_last_administrator_stays(cast):
    grant = Grant.objects.get(user=cast.owner, place=None)
    for act in (
        lambda: actions.take_role(grant, acting_user=cast.owner),
        lambda: actions.set_user_active(cast.owner, acting_user=cast.owner, active=False),
    ):
        with pytest.raises(ValidationError):
            act()
    assert User.objects.get(username="owner").may_everywhere(Verb.ADMIN)


def test_the_same_role_is_given_once(cast):
    with pytest.raises(ValidationError):
        actions.give_role(acting_user=cast.owner, user=cast.clerk, role=Role.MANAGER, place=cast.shop)


def test_a_closed_account_has_no_rights(cast):
    actions.set_user_active(cast.clerk, acting_user=cast.chief, active=False)
    assert not User.objects.get(pk=cast.clerk.pk).may(Verb.VIEW)


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        (-60, 0, False),
        (720, 800, False),
        (-60, 1, True),
        (719, None, True),
        (100, 200, True),
        (-100, None, True),
        (720, None, False),
    ],
)
def test_overlapping_shifts_of_one_employee_are_refused(cast, start, end, clashes):
    """Minutes from the start of Anna's twelve hours."""
    begin = cast.shift.start + dt.timedelta(minutes=start)
    finish = None if end is None else cast.shift.start + dt.timedelta(minutes=end)

    def act():
        return actions.start_shift(
            acting_user=cast.clerk, employee=cast.anna, point=cast.till, start=begin, end=finish
        )

    if clashes:
        with pytest.raises(ValidationError) as refusal:
            act()
        assert "Анна" in refusal.value.message_dict["start"][0]
        assert "02.03.2026 09:00" in refusal.value.message_dict["start"][0]
    else:
        assert act().pk


def test_a_shift_ends_after_it_starts(cast):
    with pytest.raises(ValidationError):
        actions.end_shift(cast.shift, acting_user=cast.clerk, end=cast.shift.start)


def test_a_clerk_plans_only_at_home(cast):
    with pytest.raises(PermissionDenied):
        actions.start_shift(
            acting_user=cast.clerk, employee=cast.anna, point=cast.southern_till, start=timezone.now()
        )


def test_one_signal_after_the_commit_of_an_action(cast, django_capture_on_commit_callbacks):
    heard = []

    def listener(**_signal):
        heard.append(1)

    catalogue_changed.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.deactivate_place(cast.north, acting_user=cast.owner)
        assert heard == [1]
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
            actions.update_place(cast.shop, acting_user=cast.owner, name="")
        assert heard == [1]
    finally:
        catalogue_changed.disconnect(listener)
