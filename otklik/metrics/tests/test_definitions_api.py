"""Definitions through REST: made, changed, tried, taken out of use; what reads indicators shows them at once."""

import json

import pytest

from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES
from otklik.metrics.tests.company import DAY, event, make_key, make_user, send
from otklik.metrics.vocabulary import forget_seen

SALE = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
BIG = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"], ["value", ">=", 1000]]}
SHARE = {
    "name": {"ru": "Крупные чеки", "en": "Large receipts"},
    "rule": "ratio_of_counts",
    "params": {"over": BIG, "under": SALE, "share": True},
    "unit": "share",
    "direction": "higher",
    "thresholds": {"good": 0.5, "acceptable": 0.2},
    "digits": 0,
}
PERIOD = {"from": DAY.isoformat(), "to": DAY.isoformat()}


@pytest.fixture
def rest(company, client):
    forget_seen()
    for number, amount in enumerate((500, 1500, 2000, 100)):
        where = "spb" if number < 3 else "msk"
        send(event("receipt", amount, point=f"{where}-1", attrs={"operation": "sale"}))
    send(event("receipt", -100, point="spb-1", attrs={"operation": "refund"}))
    key = make_key("read", "manage")

    def call(method, path, body=None, *, key=key, language="en", content="application/json", **query):
        headers = {"Authorization": f"Bearer {key}"}
        client.cookies["otklik_language"] = language
        sent = body if isinstance(body, bytes | str) else json.dumps(body or {})
        address = f"/api/v1/{path}"
        if query:
            from urllib.parse import urlencode

            address += f"?{urlencode(query)}"
        options = {} if method == "get" else {"data": sent, "content_type": content}
        answer = getattr(client, method)(address, headers=headers, **options)
        return answer.status_code, answer.json() if "json" in answer["Content-Type"] else answer.text

    return call


def test_a_definition_is_made_and_read_at_once(rest):
    status, made = rest("put", "indicators/big", SHARE)
    assert status == 201, made
    assert made["version"] == 1
    assert made["changed"] is True
    assert "receipts" in made["words"]
    status, answer = rest("get", "indicators/big/values", by="place", **PERIOD)
    assert status == 200
    assert {row["place"]: row["value"] for row in answer["rows"]} == {"spb": pytest.approx(2 / 3), "msk": 0}
    assert {row["place"]: row["colour"] for row in answer["rows"]} == {"spb": "green", "msk": "red"}
    _status, listed = rest("get", "indicators")
    mine = next(one for one in listed if one["code"] == "big")
    assert (mine["group"], mine["name"], mine["limits"]) == ("own", "Large receipts", SHARE["thresholds"])


def test_the_same_again_makes_no_version_and_a_change_makes_one(rest):
    rest("put", "indicators/big", SHARE)
    status, again = rest("put", "indicators/big", SHARE)
    assert (status, again["version"], again["changed"]) == (200, 1, False)
    status, changed = rest("put", "indicators/big", {**SHARE, "digits": 2}, note="finer")
    assert (status, changed["version"], changed["changed"]) == (200, 2, True)
    _status, found = rest("get", "indicators/big/versions")
    assert [one["version"] for one in found] == [2, 1]
    assert found[0]["changes"] == [{"name": "Digits", "old": "0", "new": "2"}]
    assert found[0]["note"] == "finer"


def test_a_wrong_definition_is_refused_whole_with_all_problems(rest):
    wrong = {
        **SHARE,
        "unit": "money",
        "params": {"over": ["kind", "=", "reciept"], "under": SALE, "share": True},
    }
    status, answer = rest("put", "indicators/big", {**wrong, "thresholds": {"good": 0.1, "acceptable": 0.2}})
    assert status == 422
    assert [one["field"] for one in answer["detail"]] == ["params.over", "thresholds.good"]
    assert answer["issues"][0]["fix"]["value"] == ["kind", "=", "receipt"]
    assert not IndicatorDefinition.objects.exists()


def test_refusals_speak_russian(rest):
    _status, answer = rest("put", "indicators/big", {**SHARE, "rule": "nothing"}, language="ru")
    assert "правил" in answer["detail"][0]["message"].lower()


def test_a_newer_version_is_not_overwritten(rest):
    rest("put", "indicators/big", SHARE)
    rest("put", "indicators/big", {**SHARE, "digits": 1})
    status, answer = rest("put", "indicators/big", {**SHARE, "digits": 2}, based_on=1)
    assert status == 422
    assert answer["detail"][0]["field"] == "version"


def test_a_built_in_indicator_can_be_changed_and_given_back(rest):
    _status, held = rest("get", "indicators/average_receipt/definition")
    held.pop("words")
    held.pop("version")
    params = {"field": "value", "filter": BIG}
    status, made = rest("put", "indicators/average_receipt", {**held, "params": params})
    assert (status, made["version"]) == (200, 2)
    _status, answer = rest("get", "indicators/average_receipt/values", **PERIOD)
    assert answer["rows"][0]["value"] == 1750


def test_an_indicator_is_taken_out_of_use_and_comes_back(rest):
    rest("put", "indicators/big", SHARE)
    assert rest("delete", "indicators/big")[0] == 200
    assert rest("get", "indicators/big")[0] == 404
    assert rest("delete", "indicators/big")[0] == 404
    status, back = rest("put", "indicators/big", SHARE)
    assert (status, back["version"]) == (200, 3)
    assert rest("get", "indicators/big")[0] == 200


def test_a_draft_is_tried_without_being_stored(rest):
    body = {"definition": {**SHARE, "code": "big"}, **PERIOD}
    status, answer = rest("post", "indicators/preview", body)
    assert status == 200, answer
    assert answer["issues"] == []
    assert answer["result"]["value"] == 0.5
    assert answer["result"]["n"] == 4
    assert answer["result"]["interval"]
    assert [(one["child"], one["value"]) for one in answer["places"]] == [
        ("north", pytest.approx(2 / 3)),
        ("south", 0.0),
    ]
    assert len(answer["events"]) == 4
    assert answer["series"] == [{"period": DAY.isoformat(), "value": 0.5, "n": 4}]
    assert {one["but_for"] for one in answer["almost"]} == {"operation: sale", "number of the event ≥ 1,000"}
    assert answer["cost"]["events"] > 0
    assert answer["cost"]["expensive"] is False
    assert not IndicatorDefinition.objects.exists()


def test_a_draft_with_problems_still_says_its_words(rest):
    body = {"definition": {**SHARE, "params": {"over": ["kind", "=", "reciept"], "under": SALE}}}
    status, answer = rest("post", "indicators/preview", body)
    assert status == 200
    assert answer["result"] is None
    assert {one["where"] for one in answer["issues"]} >= {"params.over", "code"}
    assert "receipts" in answer["words"]


def test_what_is_expensive_asks_first(rest, monkeypatch):
    monkeypatch.setattr("otklik.metrics.cost.DEAR_SECONDS", 0)
    body = {"definition": {**SHARE, "code": "big"}, **PERIOD}
    _status, answer = rest("post", "indicators/preview", body)
    assert answer["result"] is None
    assert answer["issues"][-1]["where"] == "cost"
    _status, answer = rest("post", "indicators/preview", {**body, "agreed": True})
    assert answer["result"]["value"] == 0.5


def test_rules_are_told_in_the_language_of_the_request(rest):
    _status, english = rest("get", "rules")
    _status, russian = rest("get", "rules", language="ru")
    assert [one["rule"] for one in english] == [one["rule"] for one in russian]
    assert english[0]["title"] != russian[0]["title"]
    assert {"params", "units", "meaning", "example", "docs"} <= set(english[0])


def test_only_who_manages_the_whole_company_defines(rest):
    reader, northern = make_key("read"), make_key("manage", where="north")
    assert rest("put", "indicators/big", SHARE, key=reader)[0] == 401
    assert rest("put", "indicators/big", SHARE, key=northern)[0] == 404
    assert rest("post", "indicators/preview", {"definition": SHARE}, key=reader)[0] == 401
    assert rest("delete", "indicators/nps", key=northern)[0] == 404
    assert rest("get", "rules", key=reader)[0] == 200


def test_changes_are_in_the_audit_log_with_who_and_how(rest):
    from otklik.company.models import AuditEntry

    rest("put", "indicators/big", SHARE)
    entry = AuditEntry.objects.get(action="indicator.change")
    assert entry.actor.startswith("api:")
    assert entry.new["params"] == SHARE["params"]


def test_a_session_needs_the_token_of_the_page(company, client):
    client.force_login(make_user("boss", "administrator"))
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("chief", "administrator"))
    answer = strict.put("/api/v1/indicators/big", json.dumps(SHARE), content_type="application/json")
    assert answer.status_code == 403
    assert (
        client.put("/api/v1/indicators/big", json.dumps(SHARE), content_type="application/json").status_code
        == 201
    )


def test_weights_are_derived_by_correlation_with_a_key_question(rest):
    from otklik.surveys.models import Question

    for code in ("speed", "price"):
        Question.objects.create(code=code, text_ru=code, type="csat", scale_min=1, scale_max=5, top=5)
    answers = {"csat": (5, 4, 3, 2, 1, 5), "speed": (5, 4, 3, 2, 1, 5), "price": (1, 2, 3, 4, 5, 1)}
    for number in range(6):
        for code, values in answers.items():
            send(event("answer", values[number], subject=code, point="spb-1", session=f"s{number}"))
    body = {"questions": ["speed", "price"], "key": "csat", **PERIOD}
    status, answer = rest("post", "indicators/weights", body)
    assert status == 200, answer
    speed, price = answer["weights"]
    assert (speed["n"], speed["r"], speed["weight"]) == (6, pytest.approx(1), 1)
    assert (price["r"], price["weight"]) == (pytest.approx(-1), 0.01)
    assert "cause" in answer["warnings"][0]
    assert rest("post", "indicators/weights", {**body, "key": "nothing"})[0] == 422


@pytest.mark.parametrize("family", RULES)
def test_an_untouched_form_of_every_rule_is_tried_without_breaking(rest, family):
    rule = RULES[family]
    params = {param.name: param.default for param in rule.params if param.default is not None}
    written = {"rule": family, "params": params, "unit": rule.units[0]}
    for types in ([], ["csat"], ["ces1"], list(rule.example.question_types)):
        body = {"definition": {**written, "questions": types}, **PERIOD, "new": True}
        status, answer = rest("post", "indicators/preview", body)
        assert status == 200, answer
