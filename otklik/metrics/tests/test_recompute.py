"""Recomputed equals first computed: a definition made after the events says the same before and after, and as one made before."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.events.record import close_store, get_store
from otklik.metrics import exchange
from otklik.metrics.dimensions import Grain
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.queries import Slicing, values
from otklik.metrics.rules import RULES
from otklik.metrics.tests.company import DAY, event, send

SALE = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
BIG = {"and": [["kind", "=", "receipt"], ["value", ">=", 500]]}
OWN = {
    "a": ("count", "count", {"filter": BIG}),
    "b": ("mean", "money", {"field": "value", "filter": SALE}),
    "c": ("ratio_of_sums", "ratio", {"over_field": "value", "over": BIG, "under_field": "attr.items", "under": SALE}),
    "d": ("share", "share", {"filter": SALE, "condition": ["attr.items", ">", 3]}),
    "e": ("quantile", "money", {"field": "value", "filter": SALE, "q": 0.9}),
    "f": ("between", "seconds", {"first": BIG, "take": "mean"}),
    "g": ("extreme", "money", {"field": "value", "filter": SALE, "largest": True}),
}  # fmt: skip
receipts = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(8, 20), st.integers(1, 1000), st.sampled_from(["sale", "refund"]),
        st.integers(0, 6), st.sampled_from(["spb-1", "psk-1", "msk-1"]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


def define() -> None:
    drafts = [
        exchange.Reading(
            {"code": code, "name": code, "rule": rule, "unit": unit, "params": params, "ahead": True}
        ).draft()
        for code, (rule, unit, params) in OWN.items()
        if rule in RULES
    ]
    exchange.bring_in(exchange.dump(drafts).encode(), acting_user=None)


def seen():
    slicing = Slicing(DAY, DAY + dt.timedelta(days=6), grain=Grain.DAY, by=("place",))
    rows = values(list(OWN), slicing)
    return [(row.keys, {code: row.results[code] for code in OWN if code in row.results}) for row in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6, deadline=None)
@given(made=receipts)
def test_recomputed_equals_first_computed(company, made, tmp_path_factory, settings):
    settings.DATA_DIR = tmp_path_factory.mktemp("record")
    close_store()
    IndicatorDefinition.objects.all().delete()
    events = [
        event(
            "receipt", amount, day=day, hour=hour, point=point, attrs={"operation": operation, "items": items}
        )
        for day, hour, amount, operation, items, point in made
    ]
    send(*events)
    get_store().seal(force=True)
    define()
    first = seen()
    with get_store().reader() as reader:
        wanted = frozenset(get_store().day_columns)
        assert not all(wanted <= segment.day_columns for segment in reader.segments)
    assert get_store().rebuild_days() >= 1
    assert get_store().rebuild_days() == 0
    assert seen() == first
