"""Whatever fits the OpenAPI document, and whatever does not, is answered as the document says and never by a crash."""

import json

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from otklik.metrics.dimensions import Grain
from otklik.metrics.tests.company import make_key, ratings, send, served

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


PATHS = [
    f"/indicators{rest}" for rest in ("", "/{code}", "/{code}/values", "/{code}/compare", "/{code}/explain")
]
RELATIONS = [
    f"/relations/{name}"
    for name in (
        "correlations",
        "lags",
        "scatter",
        "drivers",
        "elements",
        "reliability",
        "items",
        "quadrants",
    )
]
CODES = ("nps", "support", "repeat_rate")  # most random codes are unknown; the known ones lead deeper


@pytest.fixture
def document(company):
    send(*ratings([5, 4, 1], point="spb-1"), *ratings([10, 0], "nps", point="msk-1"), served(9, place="spb"))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize("path", [*PATHS, "/events", *RELATIONS])
def test_every_answer_is_in_the_document(document, path):
    headers = {"Authorization": f"Bearer {make_key()}"}
    operation = document[f"/api/v1{path}"]["GET"]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(), st.sampled_from([None, *CODES]))
    def ask(case, code):
        if code is not None and "code" in case.path_parameters:
            case.path_parameters["code"] = code
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


@pytest.mark.parametrize(
    "path", [f"indicators/{code}/{what}" for code in CODES for what in ("values", "explain")]
)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    params=st.fixed_dictionaries(
        {},
        optional={
            "where": st.one_of(
                st.text(max_size=30),
                st.builds(
                    "{}{}{}".format,
                    st.sampled_from(["value", "attr.x", "kind", "point"]),
                    st.sampled_from(["=", "!=", "<", ">="]),
                    st.text(max_size=8),
                ),
                st.recursive(
                    st.tuples(
                        st.sampled_from(["value", "attr.x"]),
                        st.sampled_from(["=", "in", "is_null"]),
                        st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.booleans()),
                    ).map(list),
                    lambda inner: st.builds(
                        lambda word, parts: {word: parts},
                        st.sampled_from(["and", "or"]),
                        st.lists(inner, max_size=3),
                    ),
                ).map(json.dumps),
            ),
            "by": st.sampled_from(
                [
                    "place",
                    "child",
                    "point",
                    "employee",
                    "subject",
                    "kind",
                    "weekday",
                    "hour",
                    "hour_of_week",
                    "attr.x",
                    "place,subject",
                    "attr.x,employee,point",
                ]
            ),
            "grain": st.sampled_from(list(Grain)),
            "place": st.sampled_from(["north", "spb"]),
            "subject": st.sampled_from(["smile", "nps", "csat", "nps,smile"]),
            "weighted": st.sampled_from(["true", "false", "age"]),
            "params": st.sampled_from(
                ["{}", '{"silent": "all_critics"}', '{"min_count": 3}', '{"detractor_max": 1}']
            ),
        },
    )
)
def test_no_question_breaks_it(api, path, params):
    status, body = api(path, **params, **{"from": "2026-03-01", "to": "2026-03-08"})
    assert status in {200, 422}, body
    if status == 422:
        assert all(one["field"] and one["message"] for one in body["detail"])
