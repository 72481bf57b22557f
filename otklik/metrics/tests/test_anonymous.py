"""Pulses of staff: no way leads from a page or the API to what fewer than five people answered."""

import pytest
from django.utils.translation import override

from otklik.company.models import Role
from otklik.events.record import get_store
from otklik.metrics.actions import save_definition
from otklik.metrics.checking import read_draft
from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.results import Direction, Unit
from otklik.metrics.tests.company import event, make_user, ratings, send
from otklik.surveys.models import Question, QuestionType, SurveyType

SPAN = {"from": "2026-03-02", "to": "2026-03-08"}
ABOUT = ["subject", "=", "pulse-1"]


@pytest.fixture
def pulse(company):
    for number in (1, 2):
        Question.objects.create(
            code=f"pulse-{number}", text_ru=f"Пульс {number}", type=QuestionType.ENGAGEMENT, scale_min=1, scale_max=5,
            top=5, survey_type=SurveyType.REPRESENTATIVE,
        )  # fmt: skip
    answers = [
        event("answer", value, subject=f"pulse-{number}", point="spb-1", session=f"s{who}")
        for who, value in enumerate([5, 5, 1])
        for number in (1, 2)
    ]
    send(*answers, *ratings([4, 5], point="spb-1"))


def test_lists_and_files_leave_the_answers_out(pulse, api, client):
    client.force_login(make_user("chief", Role.ADMINISTRATOR))
    _status, found = api("events", **SPAN)
    assert {one["subject"] for one in found["events"]} == {"smile"}
    _status, found = api("indicators/engagement/explain", **SPAN)
    assert found["events"] == []
    for address in (
        "/reports/events/?from=2026-03-02&to=2026-03-08",
        "/indicators/engagement/events/?from=2026-03-02",
    ):
        page = client.get(address).content.decode()
        assert "Пульс" not in page
        assert "pulse-1" not in page
    file = client.get("/api/v1/exports/events", {"format": "csv", **SPAN})
    body = b"".join(file.streaming_content) if file.streaming else file.content
    assert b"smile" in body
    assert b"pulse-1" not in body


def test_other_indicators_are_not_asked_about_them(pulse, api):
    for code in ("satisfaction", "nps", "mean_score", "ratings"):
        status, found = api(f"indicators/{code}/values", subject="pulse-1", **SPAN)
        if status == 200:
            assert all(row["value"] is None or row["n"] == 0 for row in found["rows"]), code
    status, found = api("indicators/answers/values", by="subject", **SPAN)
    if status == 200:
        assert {row["subject"] for row in found["rows"]} <= {"smile", None}


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"where": "subject=pulse-1"}, "where"),
        ({"where": '{"or": [["subject", "in", ["smile", "pulse-2"]], ["value", ">", 1]]}'}, "where"),
        ({"where": '{"not": ["subject", "!=", "pulse-1"]}'}, "where"),
    ],
)
def test_a_condition_that_names_one_is_refused(pulse, api, params, field):
    status, answer = api("indicators/ratings/values", **params, **SPAN)
    assert status == 422
    assert answer["detail"][0]["field"].endswith(field)
    assert "pulse-" in answer["detail"][0]["message"]


def test_the_number_of_answers_that_a_group_needs_cannot_be_tried_away(pulse, api):
    _status, found = api("indicators/engagement/values", **SPAN)
    assert [(row["value"], row["reason"]) for row in found["rows"]] == [(None, "group_too_small")]
    status, answer = api("indicators/engagement/values", params='{"least": 1}', **SPAN)
    assert status == 422, answer
    send(
        *(
            event("answer", 5, subject=f"pulse-{number}", point="spb-1", session=f"t{who}")
            for who in range(2)
            for number in (1, 2)
        )
    )
    _status, found = api("indicators/engagement/values", **SPAN)
    assert found["rows"][0]["value"] == pytest.approx(80)


@pytest.mark.parametrize(
    ("address", "params"),
    [
        ("indicators/contact_time/values", {"by": "session", "params": '{"field": "value", "filter": ["subject", "=", "pulse-1"]}'}),
        ("indicators/answers/values", {"by": "session", "where": "value=1"}),
        ("indicators/answers/values", {"by": "session", "where": '{"not": ["subject", "in", ["smile", "nps", "csat", "ease"]]}'}),
        ("indicators/mine/values", {"by": "session"}),
        ("indicators/mine/values", {"by": "hour"}),
        ("relations/scatter", {"by": "session", "y": "answers", "x": '{"indicator": "contact_time", "name": "a", "params": {"field": "value", "filter": ["kind", "=", "answer"]}}'}),
        ("relations/scatter", {"by": "session", "y": "answers", "x": '{"indicator": "contact_time", "name": "a", "subject": "pulse-1"}'}),
    ],
)  # fmt: skip
def test_no_way_round_leads_to_one_answer(pulse, api, client, address, params):
    taken = {"field": "value", "filter": ["kind", "in", ["rating", "answer"]]}
    save_definition(
        Definition("mine", "mean", Unit.SCORE, Direction.NONE, taken), name_ru="Своё", acting_user=None
    )
    client.force_login(make_user("viewer", Role.VIEWER))
    status, found = api(address, key=None, **params, **SPAN)
    assert status in {200, 422}
    if status == 200:
        rows = [
            row for row in found.get("rows", found.get("units", [])) if row.get("session") or row.get("x")
        ]
        assert rows == []
        assert "s2" not in str(found)


def test_sums_of_days_and_events_say_the_same_without_them(pulse, api):
    first = api("indicators/answers/values", **SPAN)[1]["rows"][0]["value"]
    get_store().seal(force=True)
    assert api("indicators/answers/values", **SPAN)[1]["rows"][0]["value"] == first == 2


def test_a_pulse_is_not_taken_apart_by_conditions(pulse, api):
    for where in ("session!=s2", "attr.x=1", "value>1", "employee=1"):
        status, answer = api("indicators/engagement/values", where=where, **SPAN)
        assert status == 422, answer
        assert "where" in answer["detail"][0]["message"]


def test_relations_do_not_take_them_one_by_one(pulse, api):
    for params in (
        {"by": "session", "questions": ["pulse-1", "pulse-2"]},
        {"by": "day", "x": ["mean_score;subject=pulse-1", "ratings"]},
    ):
        status, answer = api("relations/correlations", **params, **SPAN)
        assert status == 422, answer
        assert "pulse-1" in str(answer)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"rule": "count", "unit": "count", "params": {"filter": {"and": [["kind", "=", "answer"], ABOUT]}}}, "params.filter.and[1]"),
        ({"rule": "mean_score", "unit": "points", "questions": ["engagement"], "params": {}}, "params.least"),
        ({"rule": "box_share", "unit": "share", "questions": ["csat", "engagement"], "params": {}}, "questions"),
    ],
)  # fmt: skip
def test_a_definition_keeps_away(pulse, draft, field):
    with override("en"):
        _draft, issues = read_draft({"code": "own", "name": "Own", **draft})
    assert any(one.is_error and one.where.startswith(field) for one in issues), [
        (one.where, one.message) for one in issues
    ]
