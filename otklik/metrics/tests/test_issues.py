"""Everything that is wrong with a definition is told at once, each with its place and, where it can be, a way out."""

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.events.queries import kinds
from otklik.metrics.catalogue import BUILT_IN
from otklik.metrics.checking import read_draft
from otklik.metrics.rules import RULES
from otklik.metrics.tests.company import event, ratings, send
from otklik.metrics.vocabulary import Vocabulary, forget_seen
from otklik.metrics.wording import words_of

SALE = {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
GOOD = {
    "code": "mine",
    "name": {"ru": "Моё", "en": "Mine"},
    "rule": "count",
    "params": {"filter": SALE},
    "unit": "count",
    "direction": "higher",
}


def found(severity="error", **changes):
    """(where, message) of the problems of the good definition with changes."""
    with override("en"):
        _draft, issues = read_draft({**GOOD, **changes})
    return [(one.where, one.message) for one in issues if one.severity == severity]


def one(**changes):
    problems = found(**changes)
    assert len(problems) == 1, problems
    return problems[0]


@pytest.fixture
def data(company):
    forget_seen()
    send(
        event("receipt", 500, point="spb-1", attrs={"operation": "sale", "items": 2, "lines": 0}),
        event("visit", point="spb-1", attrs={"duration": 60}),
        *ratings([5, 4, 1], point="spb-1"),
    )
    yield
    forget_seen()


def test_a_good_definition_has_no_problems(data):
    assert found() == []
    assert found("warning") == []


def test_an_unknown_attribute_is_told_with_its_place_and_the_nearest_one(data):
    wrong = {"and": [["kind", "=", "receipt"], ["attr.operaton", "=", "sale"]]}
    where, message = one(params={"filter": wrong})
    assert where == "params.filter.and[1]"
    assert "“operaton”" in message
    assert "Did you mean “operation”?" in message
    _draft, issues = read_draft({**GOOD, "params": {"filter": wrong}})
    assert issues[0].fix.value == ["attr.operation", "=", "sale"]


def test_an_attribute_that_only_data_have_is_known(data):
    send(event("receipt", 1, point="spb-1", attrs={"operation": "sale", "hall": "left"}))
    assert found(params={"filter": {"and": [["kind", "=", "receipt"], ["attr.hall", "=", "left"]]}}) == []


def test_data_that_will_come_later_can_be_spoken_of(data):
    wrong = {"and": [["kind", "=", "receipt"], ["attr.loyalty", "=", "gold"]]}
    assert len(found(params={"filter": wrong})) == 1
    assert found(params={"filter": wrong}, ahead=True) == []
    assert found("warning", params={"filter": wrong}, ahead=True)[0][0] == "params.filter.and[1]"


def test_all_problems_come_at_once(data):
    problems = found(
        code="Мой код",
        name={},
        unit="meters",
        params={"filter": ["kind", "=", "reciept"], "fitler": 1},
        thresholds={"good": 1, "acceptable": 5},
        digits=12,
        color="red",
    )
    assert {where for where, _message in problems} == {
        "code", "name.ru", "unit", "params.filter", "params.fitler", "thresholds.good", "digits", "color",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"rule": "cuont"}, "rule", "Did you mean “count”?"),
        ({"params": {}}, "params.filter", "Say: which events"),
        ({"params": {"filter": ["kind", "=", "reciept"]}}, "params.filter", "Did you mean “receipt”?"),
        ({"params": {"filter": ["value", ">", "many"]}}, "params.filter", "compared with a number"),
        ({"params": {"filter": ["kind", "~", "receipt"]}}, "params.filter", "no comparison “~”"),
        ({"params": {"filter": ["operation", "=", "sale"]}}, "params.filter", "attr.operation"),
        ({"params": {"filter": ["kind", ">", "a"]}}, "params.filter", "number"),
        ({"params": {"filter": {"any": []}}}, "params.filter", "group of conditions"),
        (
            {"params": {"filter": {"and": [["kind", "=", "rating"], ["subject", "=", "smlie"]]}}},
            "params.filter.and[1]", "Did you mean “smile”?",
        ),
        ({"unit": "money"}, "unit", "in “count”, not in “money”"),
        ({"rule": "mean", "unit": "money", "params": {"field": "items", "filter": SALE}}, "params.field", "attr.items"),
        ({"rule": "mean", "unit": "money", "params": {"field": "attr.itms", "filter": SALE}}, "params.field", "“items”"),
        ({"rule": "quantile", "unit": "money", "params": {"field": "value", "filter": SALE, "q": 5}}, "params.q", "at most 1"),
        ({"rule": "distinct", "params": {"key": "customer", "filter": SALE}}, "params.key", "attr.customer"),
        ({"thresholds": {"good": 1, "acceptable": 2}}, "thresholds.good", "at or above"),
        ({"thresholds": {"good": 1}}, "thresholds.acceptable", "both"),
        ({"thresholds": {"good": "much", "acceptable": 1}}, "thresholds.good", "not a number"),
        ({"direction": "none", "thresholds": {"good": 2, "acceptable": 1}}, "thresholds", "no thresholds"),
        ({"questions": ["nps"]}, "questions", "not about questions"),
        ({"code": "new"}, "code", "word of the addresses"),
        ({"group": "sale"}, "group", "Did you mean “sales”?"),
        (
            {"params": {"filter": {"and": [["kind", "=", "receipt"], ["place", "=", "nowhere"]]}}},
            "params", "no place “nowhere”",
        ),
    ],
)  # fmt: skip
def test_a_problem_names_its_place_and_what_to_do(data, changes, where, words):
    place, message = one(**changes)
    assert place == where
    assert words in message


ASKING = {"unit": "points", "questions": ["nps"]}


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        (
            {**ASKING, "rule": "nps", "params": {"silent": "custom", "loyal": 0.5, "passive": 0.3, "critic": 0.3}},
            "params.critic", "sum to 1.1",
        ),
        ({**ASKING, "rule": "nps", "params": {"detractor_max": 8, "passive_max": 6}}, "params.passive_max", "swapped"),
        (
            {"rule": "range_share", "unit": "share", "questions": ["csat"], "params": {"low": 5, "high": 4}},
            "params.low", "scale is reversed",
        ),
        (
            {"rule": "range_share", "unit": "share", "questions": ["csat"], "params": {"low": 7, "high": 9}},
            "params.high", "runs from 1 to 5",
        ),
        (
            {**ASKING, "rule": "net_index", "params": {"bands": [
                {"name": "a", "low": 0, "high": 6, "sign": -1}, {"name": "b", "low": 6, "high": 10, "sign": 1}]}},
            "params.bands[1].low", "overlaps",
        ),
        (
            {"unit": "points", "rule": "model", "questions": ["csat"], "params": {
                "model": [{"code": "a", "items": [{"code": "csta"}]}]}},
            "params.model[0].items[0].code", "Did you mean “csat”?",
        ),
        ({"unit": "share", "rule": "box_share", "questions": ["happy"], "params": {}}, "questions[0]", "no type of question"),
        ({"unit": "share", "rule": "box_share", "params": {}}, "questions", "Choose which questions"),
    ],
)  # fmt: skip
def test_parameters_that_mean_nothing_together(data, changes, where, words):
    place, message = one(**changes)
    assert place == where
    assert words in message


def test_division_by_what_never_happened_is_told_but_not_refused(data):
    params = {"over": SALE, "under": ["kind", "=", "consultation"]}
    assert found(rule="ratio_of_counts", unit="ratio", params=params) == []
    [(where, message)] = found("warning", rule="ratio_of_counts", unit="ratio", params=params)
    assert where == "params.under"
    assert "never were any consultations" in message
    sums = {"over_field": "value", "over": SALE, "under_field": "attr.lines", "under": SALE}
    [(where, message)] = found("warning", rule="ratio_of_sums", unit="money", params=sums)
    assert where == "params.under"
    assert "always zero" in message


def test_an_empty_record_refuses_no_division(company):
    forget_seen()
    assert found("warning", rule="ratio_of_counts", unit="ratio", params={"over": SALE, "under": SALE}) == []


def test_a_taken_code_is_refused_for_a_new_indicator(data):
    with override("en"):
        _draft, issues = read_draft({**GOOD, "code": "nps"}, new=True)
    assert [one.where for one in issues] == ["code"]


def test_problems_speak_the_language_of_the_user(data):
    with override("ru"):
        _draft, issues = read_draft({**GOOD, "params": {"filter": ["kind", "=", "reciept"]}})
    assert "receipt" in issues[0].message
    assert not any(word in issues[0].message for word in ("There is", "Did you"))


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["and", "or", "not", "take", "code", "items", "low"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def written(family):
    """A definition of the rule with parameters and fields of any shape."""
    rule = RULES[family]
    params = {param.name: anything for param in rule.params}
    fields = dict.fromkeys(
        ("unit", "questions", "thresholds", "digits", "group", "name", "direction"), anything
    )
    return st.builds(
        lambda params, fields: {**GOOD, **fields, "rule": family, "params": params},
        st.fixed_dictionaries({}, optional=params),
        st.fixed_dictionaries({}, optional=fields),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(written=st.sampled_from(sorted(RULES)).flatmap(written))
def test_nonsense_of_any_shape_is_told_and_never_breaks(known, written):
    draft, issues = read_draft(written, known=known, measure=False)
    assert all(one.message and one.where for one in issues)
    assert draft.code == "mine"
    assert words_of(draft, known) is not None


@pytest.fixture
def known(db, monkeypatch):
    monkeypatch.setattr("otklik.metrics.checking.conditions.is_in_data", lambda _field, _kinds: False)
    return Vocabulary(kinds(), {}, dict(BUILT_IN), dict.fromkeys(kinds(), frozenset({"x"})))


def formula(expression, parts=None, **changes):
    return {"rule": "formula", "params": {"expression": expression, "parts": parts or {}}, **changes}


def test_a_name_that_means_nothing_is_told_and_a_code_may_stand_for_itself(data):
    where, message = one(**formula("a / b", {"a": "csat"}, unit="ratio"))
    assert (where, "“b”" in message) == ("params.parts.b", True)
    assert found(**formula("csat / contacts", unit="ratio")) == []
    assert "circle" in one(**formula("1 - mine", unit="ratio"))[1]
    assert "circle" in one(code="csat", **formula("1 - csat", unit="ratio"))[1]


@pytest.mark.parametrize("of", ["median_receipt", "customers", "made"])
def test_what_has_no_moving_value_is_refused(data, of):
    from otklik.metrics import exchange

    made = {"code": "made", "name": "Made", "unit": "ratio", **formula("csat * 2")}
    exchange.bring_in(exchange.dump([exchange.Reading(made).draft()]).encode(), acting_user=None)
    problems = found(
        rule="moving",
        params={"of": of, "days": 7},
        unit=BUILT_IN[of].definition.unit if of in BUILT_IN else "ratio",
    )
    assert [where for where, _message in problems] == ["params.of"]


@pytest.mark.parametrize("of", ["csat", "contact_time", "average_receipt", "nps", "receipts"])
def test_a_moving_value_has_the_unit_of_what_moves(data, of):
    right = BUILT_IN[of].definition.unit
    assert found(rule="moving", params={"of": of, "days": 7}, unit=right) == []
    assert one(rule="moving", params={"of": of, "days": 7}, unit="ratio")[0] == "unit"


def test_rules_say_what_counts(data):
    def said(**changes):
        with override("en"):
            draft, _issues = read_draft({**GOOD, **changes})
            return words_of(draft)

    steps = {"steps": [["kind", "=", "visit"], ["kind", "=", "receipt"]], "key": ["employee"], "window": 900}
    assert "within 15\u00a0min" in said(rule="chains", params=steps)
    assert said(**formula("a / b", {"a": "csat"})) == "a / b, where a — “CSAT”, b — b."
    assert (
        said(rule="moving", params={"days": 7})
        == "… over the last 7 days; counts and sums per day with events."
    )
    assert said(**formula("")).startswith("…, where …")


def test_division_by_a_plain_zero_is_told(data):
    where, message = one(**formula("csat / 0", unit="ratio"))
    assert (where, "divides by zero" in message) == ("params.expression", True)
