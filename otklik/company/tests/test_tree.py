"""The tree of places stays a tree: paths are right after any moves, nothing lies inside itself."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from otklik.company import actions
from otklik.company.models import AuditEntry, Place, Point

MOVES = st.lists(st.tuples(st.integers(0, 7), st.one_of(st.none(), st.integers(0, 7))), max_size=25)


class RandomMoves(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(parents=st.lists(st.integers(-1, 6), min_size=7, max_size=7), moves=MOVES)
    def test_paths_always_follow_the_parents(self, parents, moves):
        places: list[Place] = []
        for number in range(8):
            above = parents[number - 1] if number else -1
            parent = places[above] if 0 <= above < len(places) else None
            places.append(actions.create_place(acting_user=None, code=f"p{number}", name="x", parent=parent))
        above = {place.pk: place.parent_id for place in places}
        for who, where in moves:
            place, parent = places[who], None if where is None else places[where]
            chain, at = [], parent.pk if parent else None
            while at is not None:
                chain.append(at)
                at = above[at]
            if place.pk in chain:
                with pytest.raises(ValidationError):
                    actions.move_place(place, acting_user=None, parent=parent)
            else:
                actions.move_place(place, acting_user=None, parent=parent)
                above[place.pk] = parent.pk if parent else None
        for place in Place.objects.all():
            assert place.parent_id == above[place.pk]
            mother = place.parent.path if place.parent else "/"
            assert place.path == f"{mother}{place.pk}/"


def test_a_move_is_refused_with_a_sentence(cast):
    with pytest.raises(ValidationError) as refusal:
        actions.move_place(cast.north, acting_user=cast.owner, parent=cast.shop)
    assert "parent" in refusal.value.message_dict


def test_moving_needs_the_right_on_both_sides(cast):
    with pytest.raises(PermissionDenied):
        actions.move_place(cast.shop, acting_user=cast.regional, parent=cast.south)
    with pytest.raises(PermissionDenied):
        actions.move_place(cast.southern_shop, acting_user=cast.regional, parent=cast.north)
    with pytest.raises(PermissionDenied):
        actions.move_place(cast.north, acting_user=cast.regional, parent=cast.city)
    moved = actions.move_place(cast.shop, acting_user=cast.regional, parent=cast.north)
    assert moved.path == f"{cast.north.path}{moved.pk}/"


def test_rights_follow_a_moved_place(cast):
    actions.move_place(cast.shop, acting_user=cast.owner, parent=cast.south)
    assert cast.shop in Place.objects.visible_to(cast.stranger)
    assert cast.till in Point.objects.visible_to(cast.stranger)
    assert cast.shop not in Place.objects.visible_to(cast.regional)


def test_out_of_use_takes_the_parts_along_and_comes_back_as_it_was(cast):
    closed = actions.create_point(acting_user=None, place=cast.shop, code="old", name="Old till")
    actions.set_point_active(closed, acting_user=None, active=False)
    actions.deactivate_place(cast.north, acting_user=cast.owner)
    assert not Place.objects.under(cast.north).filter(active=True).exists()
    assert not Point.objects.get(code="till-1").active
    with pytest.raises(ValidationError):
        actions.activate_place(cast.shop, acting_user=cast.owner)
    actions.activate_place(cast.north, acting_user=cast.owner)
    assert not Place.objects.under(cast.north).filter(active=False).exists()
    assert Point.objects.get(code="till-1").active
    assert not Point.objects.get(code="old").active


def test_changes_leave_old_and_new_and_nothing_when_nothing_changed(cast):
    actions.update_place(cast.shop, acting_user=cast.regional, name="Невский, 2", kind="location")
    entry = AuditEntry.objects.filter(action="place.update").get()
    assert (entry.old, entry.new) == ({"name": "Невский, 1"}, {"name": "Невский, 2"})
    assert (entry.user, entry.place) == (cast.regional, cast.shop)
    actions.update_place(cast.shop, acting_user=cast.regional, name="Невский, 2")
    assert AuditEntry.objects.filter(action="place.update").count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "north"}, "code"),
        ({"code": "два слова"}, "code"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"latitude": 59.0, "longitude": None}, "longitude"),
        ({"opening_hours": [["9", "21:00"]] + [None] * 6}, "opening_hours"),
    ],
)
def test_bad_values_are_named(cast, fields, field):
    with pytest.raises(ValidationError) as refusal:
        actions.update_place(cast.shop, acting_user=cast.owner, **fields)
    assert list(refusal.value.message_dict) == [field]
