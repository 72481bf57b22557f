"""Published and computed figures of public data sets, through the record and the REST interface."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from otklik.events.intake import Event
from otklik.events.record import accept
from otklik.surveys.models import Question, QuestionType, SurveyType

pytestmark = pytest.mark.shared


def folder() -> Path:
    for parent in Path(__file__).parents:
        found = parent.parent / "shared/data"
        if (found / "checks.json").exists():
            return found
    pytest.skip("needs ../shared/data")


def expected(code):
    checks = json.loads((folder() / "checks.json").read_text())
    return next(check["expected"] for check in checks if check["id"] == code)


def table(name):
    with gzip.open(folder() / "survey" / name, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def load(events):
    from datetime import datetime

    made = [
        Event(id=f"e{number}", at=datetime.fromisoformat(at), kind=kind, value=value, **more)
        for number, (kind, value, at, more) in enumerate(events)
    ]
    outcome = accept(made, via="import:published")
    assert outcome.accepted == len(made), outcome.rejected[:3]


def question(code, kind, low, high):
    Question.objects.create(
        code=code,
        text_ru=code,
        type=kind,
        scale_min=low,
        scale_max=high,
        top=high,
        survey_type=SurveyType.REPRESENTATIVE,
    )


def rows(answer):
    status, body = answer
    assert status == 200, body
    return body["rows"]


def test_nps_of_the_r_package_data(api):
    question("recommend", QuestionType.NPS, 0, 10)
    load(
        [
            *(
                (
                    "answer",
                    float(row["recommend"]),
                    f"{row['date']}T12:00:00+03:00",
                    {
                        "point": "spb-1",
                        "subject": "recommend",
                        "attrs": {"region": row["region"], "bu": row["bu"]},
                    },
                )
                for row in table("nps_testdata.csv.gz")
            ),
            ("invitation", 1600.0, "2012-06-01T12:00:00+03:00", {"place": "spb"}),
        ]
    )
    span = {"from": "2012-01-01", "to": "2012-12-31", "subject": "recommend"}
    [row] = rows(api("indicators/nps/values", **span))
    whole = expected("NPS-01")
    assert row["value"] == pytest.approx(whole["nps"], abs=1e-6)
    assert row["standard_error"] == pytest.approx(whole["se_points"], abs=1e-6)
    assert row["parts"]["interval_wald"] == pytest.approx(whole["ci95"], abs=1e-6)
    for name in ("promoters", "passives", "detractors"):
        assert row["parts"][name] == whole[name]
    for field in ("region", "bu"):
        found = {
            row[f"attr.{field}"]: row
            for row in rows(api("indicators/nps/values", by=f"attr.{field}", **span))
        }
        for name, wanted in expected(f"NPS-02-{field}").items():
            assert (found[name]["n"], found[name]["value"], found[name]["standard_error"]) == pytest.approx(
                (wanted["n"], wanted["nps"], wanted["se"])
            )
    months = {row["period"][:7]: row for row in rows(api("indicators/nps/values", grain="month", **span))}
    for month, wanted in expected("NPS-03").items():
        assert (months[month]["n"], months[month]["value"]) == pytest.approx((wanted["n"], wanted["nps"]))
    _, body = api("indicators/nps/compare", where="attr.bu=Apples", other_where="attr.bu=Bananas", **span)
    wanted = expected("NPS-04")
    assert [body["delta"], body["standard_error"], body["p_value"], *body["ci95"]] == pytest.approx(
        [wanted["delta"], wanted["se"], wanted["p_value"], *wanted["ci95"]]
    )


@pytest.mark.parametrize("year", [2015, 2016, 2017])
def test_satisfaction_of_the_airport_survey(api, year):
    question("q7all", QuestionType.CSAT, 1, 5)
    given = table(f"sfo_survey_{year}.csv.gz")
    events = [
        (
            "answer",
            float(row["Q7ALL"]),
            f"{year}-05-10T12:00:00+03:00",
            {"point": "spb-1", "subject": "q7all", "attrs": {"weight": float(row["WEIGHT"])}},
        )
        for row in given
        if row["Q7ALL"] in {"1", "2", "3", "4", "5"}
    ]
    load(
        [
            *events,
            (
                "served",
                float(len(given)),
                f"{year}-05-10T12:00:00+03:00",
                {"place": "spb", "attrs": {"source": "manual"}},
            ),
        ]
    )
    span = {"from": f"{year}-05-01", "to": f"{year}-05-31", "subject": "q7all"}
    wanted = expected(f"CSAT-SFO-{year}")
    [row] = rows(api("indicators/csat/values", **span))
    assert row["n"] == wanted["n_valid"]
    assert row["parts"]["counts"] == wanted["counts"]
    assert (100 * row["value"], 100 * row["parts"]["bottom2_share"], row["parts"]["mean"]) == pytest.approx(
        (wanted["top2_pct"], wanted["bottom2_pct"], wanted["mean"])
    )
    [row] = rows(api("indicators/mean_score/values", weighted="true", **span))
    assert row["value"] == pytest.approx(wanted["weighted_mean"])
    if year == 2017:
        served = expected("SUP-CRIT-01")
        for code, name in (
            ("support", "support"),
            ("criticality", "criticality"),
            ("response_rate", "response"),
        ):
            [row] = rows(api(f"indicators/{code}/values", **span))
            assert row["value"] == pytest.approx(served[name], abs=1e-9), code


def test_the_silent_ones_of_the_published_example(api):
    question("recommend", QuestionType.NPS, 0, 10)
    answers = [float(row["recommend"]) for row in table("nps_testdata.csv.gz")]
    at = "2012-06-01T12:00:00+03:00"
    load(
        [
            *(("answer", value, at, {"point": "spb-1", "subject": "recommend"}) for value in answers),
            ("invitation", 1600.0, at, {"place": "spb"}),
        ]
    )
    wanted = expected("NPS-05")
    presets = {
        "all passive": {"silent": "all_passive"},
        "all detractors": {"silent": "all_critics"},
        "as respondents": {"silent": "as_responders"},
        "20%P/50%S/30%D of silent": {"silent": "custom", "loyal": 0.2, "passive": 0.5, "critic": 0.3},
    }
    for name, params in presets.items():
        [row] = rows(
            api(
                "indicators/nps_adjusted/values",
                params=json.dumps(params),
                subject="recommend",
                **{"from": "2012-06-01", "to": "2012-06-30"},
            )
        )
        assert row["value"] == pytest.approx(wanted[name], abs=1e-6), name
        assert (row["parts"]["classic"], row["parts"]["silent"]) == (pytest.approx(10), 600)
