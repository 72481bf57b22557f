"""The page of event kinds: the declared ones are listed, own ones are added and changed."""

import pytest

from otklik.company.tests.cast import make_cast
from otklik.events.models import EventKind
from otklik.events.queries import kinds

DATA = {
    "code": "fire_drill",
    "name_ru": "Учебная тревога",
    "name_en": "Fire drill",
    "subject": "none",
    "value": "optional",
    "attributes": "reason* = choice (planned, surprise)\nminutes = number",
    "active": "on",
}


@pytest.fixture
def cast(db):
    return make_cast()


def test_an_own_kind_is_added_and_changed(cast):
    owner = cast.browser("owner")
    assert "rating" in owner.get("/settings/kinds/").text
    assert owner.post("/settings/kinds/new/", DATA).status_code == 302
    assert [(one.name, one.required) for one in kinds()["fire_drill"].attributes] == [
        ("reason", True),
        ("minutes", False),
    ]
    row = EventKind.objects.get()
    page = owner.get(f"/settings/kinds/{row.pk}/").text
    assert "reason* = choice (planned, surprise)" in page
    changed = DATA | {"name_en": "Alarm", "code": "other"}
    assert owner.post(f"/settings/kinds/{row.pk}/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.name_en) == ("fire_drill", "Alarm")
    log = owner.get("/settings/audit/", {"action": "kind.change"}).text
    assert "<del>Fire drill</del> → <ins>Alarm</ins>" in log


@pytest.mark.parametrize(
    "wrong",
    [{"code": "rating"}, {"attributes": "reason choice"}, {"attributes": "a = smell"}, {"value": "scale"}],
)
def test_what_cannot_be_a_kind_is_told_beside_the_field(cast, wrong):
    answer = cast.browser("owner").post("/settings/kinds/new/", DATA | wrong)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert not EventKind.objects.exists()
