"""What the intake takes, what it refuses and in which words."""

import datetime as dt
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.company.models import Employee, Point, Shift
from otklik.events.clock import DAY, microseconds, moment
from otklik.events.decode import BadBody, decode
from otklik.events.directory import Directory
from otklik.events.intake import Event, Intake, Origin
from otklik.events.row import EventRow
from otklik.events.tests.company import NOON, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db):
    return make_company()


def event(**changes) -> dict:
    base = {
        "id": "e1",
        "kind": "rating",
        "at": "2026-03-02T15:00:00+03:00",
        "point": "msk-1",
        "subject": "service",
        "value": 5,
    }
    return {name: value for name, value in (base | changes).items() if value is not ...}


def take(*events, origin: Origin | None = None) -> tuple[list[EventRow], list]:
    body = json.dumps(events).encode()
    numbered, rejected = decode(body, lines=False)
    intake = Intake(Directory.refresh(), origin or Origin("test", windowed=False), waits=True)
    return intake.rows(numbered, rejected), rejected


def refusal(*, origin=None, **changes) -> tuple[str, str]:
    rows, rejected = take(event(**changes), origin=origin)
    assert rows == []
    return rejected[0].problems[0].field, rejected[0].problems[0].code


def test_a_good_event_becomes_a_row(company):
    (row,), rejected = take(event(attrs={"text": "Спасибо!", "weight": 0.5}))
    assert rejected == []
    assert row == EventRow(
        "e1",
        microseconds(NOON),
        180,
        (dt.date(2026, 3, 2) - dt.date(1970, 1, 1)).days,
        company["moscow"].pk,
        company["till"].pk,
        company["anna"].pk,
        "rating",
        "service",
        5.0,
        None,
        '{"text":"Спасибо!","weight":0.5}',
        "test",
        row.received,
    )
    assert abs(row.received - time.time_ns() // 1000) < 5_000_000


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": ""}, ("id", "empty")),
        ({"id": "x" * 65}, ("id", "too_long")),
        ({"id": "a\u0000b"}, ("id", "not_printable")),
        ({"id": 7}, ("id", "wrong_type")),
        ({"id": ...}, ("id", "missing")),
        ({"kind": "laugh"}, ("kind", "unknown_kind")),
        ({"at": "2026-03-02T15:00:00"}, ("at", "time_format")),
        ({"at": "yesterday"}, ("at", "time_format")),
        ({"at": 1700000000}, ("at", "time_format")),
        ({"at": "1812-03-02T15:00:00Z"}, ("at", "time_range")),
        ({"point": "nowhere"}, ("point", "unknown_point")),
        ({"point": ..., "place": "nowhere"}, ("place", "unknown_place")),
        ({"place": "msk"}, ("place", "point_and_place")),
        ({"point": ...}, ("point", "no_place")),
        ({"subject": "unknown"}, ("subject", "unknown_question")),
        ({"subject": ...}, ("subject", "subject_missing")),
        ({"value": 6}, ("value", "off_scale")),
        ({"value": 4.5}, ("value", "off_scale")),
        ({"value": ...}, ("value", "value_missing")),
        ({"value": float("nan")}, ("value", "value_not_finite")),
        ({"value": float("inf")}, ("value", "value_not_finite")),
        ({"value": True}, ("value", "wrong_type")),
        ({"value": "5"}, ("value", "wrong_type")),
        ({"employee": "nobody"}, ("employee", "unknown_employee")),
        ({"session": "s" * 65}, ("session", "too_long")),
        ({"points": "msk-1"}, ("points", "unknown_field")),
        ({"attrs": {"a": [1]}}, ("attrs.a", "wrong_type")),
        ({"attrs": {"weight": "heavy"}}, ("attrs.weight", "wrong_type")),
        ({"attrs": {"n": float("nan")}}, ("attrs.n", "value_not_finite")),
        ({"attrs": {"n": 2**70}}, ("attrs.n", "wrong_type")),
        ({"attrs": {"": 1}}, ("attrs", "attribute_name")),
        ({"attrs": {"t": "x" * 10_001}}, ("attrs.t", "too_long")),
        ({"attrs": {"replaces": "y" * 65}}, ("attrs.replaces", "too_long")),
        ({"attrs": {f"t{n}": "ж" * 9_000 for n in range(3)}}, ("attrs", "attributes_too_large")),
        ({"attrs": {"t": "\ud800"}}, ("attrs", "not_printable")),
        ({"kind": "visit", "value": ..., "subject": ...}, ("attrs.duration", "attribute_missing")),
        ({"kind": "visit", "subject": ..., "attrs": {"duration": 5}}, ("value", "value_unexpected")),
        ({"kind": "visitors", "value": -1}, ("value", "value_not_whole")),
        ({"kind": "served", "value": 3, "attrs": {"source": "guess"}}, ("attrs.source", "attribute_choice")),
        ({"kind": "smile", "value": 1.5}, ("value", "value_not_share")),
        ({"kind": "answer", "subject": "words", "value": 3}, ("value", "text_has_value")),
        ({"kind": "receipt", "value": 1, "attrs": {"operation": "sale", "lines": 1.5}}, ("attrs.lines", "value_not_whole")),
        ({"kind": "consultation", "value": ..., "attrs": {"sold": "yes"}}, ("attrs.sold", "wrong_type")),
    ],
    ids=str,
)  # fmt: skip
def test_each_mistake_is_named(company, changes, problem):
    assert refusal(**changes) == problem


def test_all_mistakes_of_an_event_are_told_in_both_languages(company):
    _rows, (rejection,) = take(event(point="nowhere", value=7))
    russian, english = rejection.as_json("ru"), rejection.as_json("en")
    assert english["error"] == "There is no point “nowhere”."
    assert [other["field"] for other in english["others"]] == ["value"]
    assert "1" in english["others"][0]["error"]
    assert russian["error"] == "Нет точки «nowhere»."


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 99},  # don't know
        {"kind": "answer", "value": ...},  # skipped
        {"kind": "answer", "subject": "words", "value": ..., "attrs": {"text": "Быстрее"}},
        {
            "kind": "served",
            "point": ...,
            "place": "msk",
            "subject": ...,
            "value": 120,
            "attrs": {"source": "manual"},
        },
        {"kind": "receipt", "subject": ..., "value": -10.5, "attrs": {"operation": "refund", "lines": 2}},
        {"kind": "withdrawal", "subject": ..., "value": ..., "attrs": {"target": "e0"}},
        {"attrs": {"anything": None, "flag": True}},
        {"id": "ж" * 64},
    ],
    ids=str,
)
def test_what_is_right_is_taken(company, changes):
    rows, rejected = take(event(**changes))
    assert (len(rows), rejected) == (1, [])


def test_the_time_window_counts_from_the_servers_clock(company, settings):
    window = Origin("api:x")
    now = dt.datetime.now(dt.UTC)
    far = (now + dt.timedelta(seconds=settings.INGEST_MAX_FUTURE_SECONDS + 60)).isoformat()
    old = (now - dt.timedelta(days=settings.INGEST_MAX_PAST_DAYS + 1)).isoformat()
    assert refusal(origin=window, at=far) == ("at", "time_ahead")
    assert refusal(origin=window, at=old) == ("at", "time_too_old")


def test_a_key_of_one_place_sees_no_other_place(company):
    only_berlin = Origin("api:x", places=frozenset({company["berlin"].pk}))
    assert refusal(origin=only_berlin) == ("point", "unknown_point")
    rows, _ = take(event(point="berlin-1"), origin=only_berlin)
    assert rows[0].place == company["berlin"].pk


def test_the_business_day_begins_when_the_place_says(company):
    before, after = take(
        event(id="a", at="2026-03-02T03:59:59.999999+03:00"), event(id="b", at="2026-03-02T04:00:00+03:00")
    )[0]
    assert after.day == before.day + 1


def test_offsets_follow_daylight_saving(company):
    instants = [
        "2026-03-29T00:59:59Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T00:59:59Z",
        "2026-10-25T01:00:00Z",
    ]
    rows, _ = take(*(event(id=f"d{n}", at=at, point="berlin-1") for n, at in enumerate(instants)))
    assert [row.utc_offset for row in rows] == [60, 120, 120, 60]


@given(at=st.integers(366 * DAY, 47_000 * DAY))
@settings(max_examples=300, deadline=None)
def test_the_remembered_offset_is_the_zones_offset(at):
    import zoneinfo

    from otklik.events.clock import ZoneClock

    for name in ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"):
        zone = zoneinfo.ZoneInfo(name)
        assert ZoneClock(zone).offset(at) == moment(at).astimezone(zone).utcoffset().total_seconds() / 60


def test_the_employee_comes_from_the_shift(company):
    till, boris = company["till"], Employee.objects.get(code="boris")
    Shift.objects.create(
        employee=boris, point=till, start=NOON - dt.timedelta(minutes=5), end=NOON + dt.timedelta(minutes=5)
    )
    long_ago = NOON - dt.timedelta(days=800)
    Shift.objects.create(employee=boris, point=till, start=long_ago, end=long_ago + dt.timedelta(hours=1))
    moments = [
        NOON,
        NOON + dt.timedelta(minutes=5),
        NOON + dt.timedelta(hours=5),
        long_ago,
        long_ago - dt.timedelta(1),
    ]
    rows, _ = take(*(event(id=f"s{n}", at=at.isoformat()) for n, at in enumerate(moments)))
    anna = company["anna"].pk
    assert [row.employee for row in rows] == [boris.pk, anna, None, boris.pk, None]
    (named,), _ = take(event(employee="boris"))
    assert named.employee == boris.pk


def test_a_new_point_is_known_at_once(company):
    assert refusal(point="msk-3") == ("point", "unknown_point")
    Point.objects.create(code="msk-3", name="Till 3", place=company["moscow"])
    assert take(event(point="msk-3"))[1] == []


def test_one_bad_event_does_not_spoil_the_others(company):
    good, other = json.dumps(event(id="a")), json.dumps(event(id="b"))
    for bad in (
        b"{}",
        b"[]",
        b"5",
        b'{"id":"x","at":NaN}',
        b'{"id":"\xff"}',
        b'{"id":"\\ud800"}',
        b'{"id":"x","id2":1}',
    ):
        array = b"[" + good.encode() + b"," + bad + b"," + other.encode() + b"]"
        lines = b"\n".join([good.encode(), bad, b"", other.encode(), b""])
        for body, is_lines in ((array, False), (lines, True)):
            numbered, rejected = decode(body, lines=is_lines)
            assert [index for index, _ in numbered] == [0, 2], (bad, is_lines)
            assert [one.index for one in rejected] == [1]


@given(body=st.binary(max_size=400), lines=st.booleans())
@settings(max_examples=400, deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(body, lines):
    try:
        numbered, rejected = decode(body, lines=lines)
    except BadBody:
        return
    assert len(numbered) + len(rejected) <= len(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*Event.__struct_fields__, "extra"]


@given(
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    attrs=st.none()
    | st.dictionaries(st.sampled_from(["weight", "target", "duration", "x"]), JSON, max_size=3),
    kind=st.sampled_from(["rating", "answer", "served", "visit", "receipt", "withdrawal", "nothing"]),
    lines=st.booleans(),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_json_raises_and_every_event_is_stored_whole_or_refused(company, changes, attrs, kind, lines):
    sent = event(kind=kind, attrs=attrs) | changes
    try:
        numbered, rejected = decode(json.dumps(sent).encode(), lines=lines)
    except BadBody:
        return
    intake = Intake(Directory.at_hand() or Directory.refresh(), Origin("test"), waits=True)
    rows = intake.rows(numbered, rejected)
    assert len(rows) + len(rejected) == 1
    for row in rows:
        assert row.value is None or abs(row.value) < float("inf")
        assert row.attrs is None or isinstance(json.loads(row.attrs), dict)
        row.id.encode()
    for rejection in rejected:
        assert json.dumps(rejection.as_json("ru"))
        assert rejection.as_json("en")["error"]
