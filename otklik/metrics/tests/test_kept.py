"""Rows of settled days are kept, and made anew as soon as anything about the day changes."""

import datetime as dt

import pytest

from otklik.events.record import get_store
from otklik.metrics import made
from otklik.metrics.actions import save_definition
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.kept import KEPT, KeptRows
from otklik.metrics.queries import Slicing, single
from otklik.metrics.tests.company import DAY, event, send

VISIT, RECEIPT = ["kind", "=", "visit"], ["kind", "=", "receipt"]
WEEK = Slicing(DAY, DAY + dt.timedelta(days=6))


@pytest.fixture
def chains(company, monkeypatch):
    """Ask for the number of chains; `asked` counts how often events were sorted for it."""
    params = {"steps": [VISIT, RECEIPT], "window": 7200}
    definition = Definition("chains", "chains", Unit.COUNT, Direction.NONE, params)
    save_definition(definition, name_ru="chains", acting_user=None)
    KEPT.clear()
    asked = []
    rows = made._rows

    def counted(rule, found):
        asked.append(len(found["us"]))
        return rows(rule, found)

    monkeypatch.setattr(made, "_rows", counted)

    def ask(slicing=WEEK):
        asked.clear()
        return single("chains", slicing).value, len(asked)

    return ask


def pair(day, **more):
    sale = {"operation": "sale"}
    visit = event("visit", day=day, hour=12, point="spb-1", attrs={"duration": 5}, **more)
    return [visit, event("receipt", 10, day=day, hour=13, point="spb-1", attrs=sale)]


def test_a_settled_day_is_sorted_once(chains):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert chains() == (2, 1)
    assert chains() == (2, 0)


def test_a_late_event_changes_its_day_at_once(chains):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    assert chains() == (2, 1)
    send(*pair(1))
    assert chains() == (
        2,
        1,
    )  # two contacts, then two receipts: the second contact lies inside the first chain
    send(
        event("visit", day=1, hour=15, point="spb-1", attrs={"duration": 5}),
        event("receipt", 1, day=1, hour=16, point="spb-1", attrs={"operation": "sale"}),
    )
    assert chains() == (3, 1)
    get_store().seal(force=True)
    assert chains()[0] == 3


def test_a_withdrawn_event_leaves_its_chain(chains):
    visit, receipt = pair(0)
    send(visit, receipt, *pair(1))
    get_store().seal(force=True)
    assert chains() == (2, 1)
    send(event("withdrawal", day=0, point="spb-1", attrs={"target": receipt.id}))
    assert chains()[0] == 1
    get_store().compact()
    assert chains()[0] == 1


def test_a_part_of_the_company_is_not_taken_for_the_whole(chains):
    send(*pair(0), *pair(1))
    get_store().seal(force=True)
    nowhere = Slicing(WEEK.first_day, WEEK.last_day, places=frozenset({-1}))
    assert chains(nowhere)[0] is None
    assert chains()[0] == 2


def test_the_least_used_rows_go_first():
    import numpy as np

    kept = KeptRows(most=8000)
    for number in range(12):
        kept.put(number, {"x": np.zeros(75)})
        kept.get(0)
    assert kept.get(0) is not None
    assert kept.get(1) is None
    assert kept.get(11) is not None
