"""Random events and filters."""

from hypothesis import strategies as st

from otklik.metrics.core.events import Event
from otklik.metrics.core.filters import And, Compare, Not, Or

SUBJECTS = ("nps", "csat", "smile")
ATTRS = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from(["till", "sensor", "manual", "ofd", "api"]),
        "weight": st.sampled_from([0, 1, 2.5, "3", "heavy"]),
        "customer": st.sampled_from(["a", "b", "c"]),
        "operation": st.sampled_from(["sale", "refund"]),
        "units": st.integers(0, 5),
        "gift": st.booleans(),
        "note": st.sampled_from(["", "7", "x'y", 'quote"', "да"]),
    },
)
VALUES = st.one_of(st.none(), st.integers(-1, 12).map(float), st.sampled_from([0.5, 4.25]))
FIRST_DAY = 20000
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["rating", "answer", "served", "receipt", "visit", "invitation"]),
    at=st.integers(0, 5 * 86_400_000_000 - 1).map(lambda shift: FIRST_DAY * 86_400_000_000 + shift),
    place=st.integers(1, 4),
    point=st.one_of(st.none(), st.integers(1, 3)),
    employee=st.one_of(st.none(), st.integers(1, 2)),
    shift=st.one_of(st.none(), st.integers(1, 2)),
    subject=st.one_of(st.none(), st.sampled_from(SUBJECTS)),
    value=VALUES,
    session=st.one_of(st.none(), st.sampled_from(["s1", "s2"])),
    via=st.sampled_from(["api:k", "panel:1"]),
    attrs=ATTRS,
)
# Few places and days, so that sources of one unit meet.
CROWDED = st.builds(
    Event,
    kind=st.sampled_from(["served", "served", "rating", "receipt", "visit"]),
    at=st.integers(0, 47).map(lambda hour: (FIRST_DAY * 24 + hour) * 3_600_000_000),
    place=st.integers(1, 2),
    point=st.sampled_from([None, 1, 2]),
    subject=st.sampled_from(SUBJECTS),
    value=st.integers(1, 5).map(float),
    attrs=st.fixed_dictionaries(
        {
            "source": st.sampled_from(["till", "sensor", "manual"]),
            "operation": st.sampled_from(["sale", "refund"]),
        }
    ),
)
COMPARISONS = st.one_of(
    st.builds(
        Compare, st.just("kind"), st.sampled_from(["=", "!="]), st.sampled_from(["rating", "visit", "x'y"])
    ),
    st.builds(Compare, st.just("subject"), st.just("in"), st.lists(st.sampled_from(SUBJECTS)).map(tuple)),
    st.builds(
        Compare,
        st.sampled_from(["value", "attr.units", "attr.note", "attr.weight"]),
        st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
        st.integers(0, 10),
    ),
    st.builds(
        Compare, st.sampled_from(["point", "employee"]), st.sampled_from(["=", "!="]), st.integers(1, 3)
    ),
    st.builds(
        Compare,
        st.sampled_from(["point", "value", "attr.note", "session"]),
        st.just("is_null"),
        st.booleans(),
    ),
    st.builds(
        Compare,
        st.sampled_from(["attr.note", "attr.gift", "attr.units"]),
        st.sampled_from(["=", "!="]),
        st.sampled_from(["7", "x'y", True, False, 'quote"', "3"]),
    ),
)
FILTERS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)
