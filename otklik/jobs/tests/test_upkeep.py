"""Jobs that nobody asked for."""

import pytest

from otklik.jobs import actions, kinds
from otklik.jobs.models import Job
from otklik.jobs.upkeep import ask_for_what_is_due


@pytest.fixture
def declared(kind, monkeypatch):
    """Only what a test declares: `declared(code, due)`."""
    monkeypatch.setattr(kinds, "_declared", {})

    def declare(code, due):
        kinds.declare(code, "Work of the test", due=due)(lambda _job, _progress: None)

    return declare


def codes():
    return list(Job.objects.order_by("kind").values_list("kind", "user"))


def test_what_is_due_is_asked_for_once(cast, declared):
    for code, due in (("always", lambda: True), ("never", lambda: False), ("unasked", None)):
        declared(code, due)
    assert [ask_for_what_is_due() for _ in range(2)] == [1, 0]
    assert codes() == [("always", None)]


def test_it_waits_while_a_person_waits(cast, declared):
    declared("always", lambda: True)
    actions.enqueue("always", {}, acting_user=cast.owner)
    assert ask_for_what_is_due() == 0


def test_a_kind_that_cannot_tell_does_not_hinder_the_others(cast, declared, caplog):
    declared("broken", lambda: 1 // 0)
    declared("healthy", lambda: True)
    assert ask_for_what_is_due() == 1
    assert codes() == [("healthy", None)]
    assert "broken" in caplog.text
