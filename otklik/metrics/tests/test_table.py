"""The same answer by columns and by rows."""

import numpy as np
import pytest

from otklik.company.models import Place
from otklik.metrics.core.columns import REASONS, flags_of
from otklik.metrics.core.results import Flag, Reason
from otklik.metrics.queries import Slicing, table, values
from otklik.metrics.tests.company import DAY, event, ratings, send, served

CODES = ("support", "nps", "csat", "csi", "receipts", "average_receipt", "served")


@pytest.fixture
def some_days(company):
    send(
        *ratings([5, 5, 4, 1], point="spb-1"),
        *ratings([2], point="psk-1", day=1),
        *ratings([10, 9, 3], "nps", point="spb-2"),
        *ratings([5, 4, 1], "csat", point="msk-1"),
        served(20, place="spb"),
        event("receipt", 120.5, point="psk-1", attrs={"operation": "sale"}),
    )


@pytest.mark.parametrize("by", [(), ("place",), ("point",), ("subject",), ("place", "subject"), ("hour",)])
def test_columns_and_rows_say_the_same(some_days, by):
    slicing = Slicing(DAY, DAY.replace(day=8), by=by)
    found = table(CODES, slicing)
    rows = values(CODES, slicing)
    assert [tuple(row.keys.values()) for row in rows] == found.keys
    assert len(rows) == len(found)
    for code in CODES:
        column = found.column(code)
        for number, row in enumerate(rows):
            one = row.results.get(code)
            if one is None:
                assert REASONS[column.reasons[number]] is Reason.NO_EVENTS
                continue
            assert (one.value is None and np.isnan(column.value[number])) or one.value == column.value[number]
            assert one.n == column.n[number]
            assert set(one.flags) == set(flags_of(column.flags.item(number)))
            assert one.reason is REASONS[column.reasons[number]]


def test_a_column_carries_the_relevance_rule(some_days):
    found = table(["nps"], Slicing(DAY, DAY, by=("place",)))
    column, row = found.column("nps"), found.key("place").index(Place.objects.get(code="spb").pk)
    assert flags_of(column.flags.item(row)) == (Flag.LOW_BASE, Flag.NOT_RELEVANT)
    assert column.value[row] == pytest.approx(100 / 3)
