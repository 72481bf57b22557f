"""Checks of the shared data through the product: files → `otklik import` → REST of a running server.

Expected values are those of checks.json with its tolerances. Nothing here computes an indicator: at most rows of an answer are put
together as the check's own words say.
"""

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from tests.shared.conftest import Product

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def year(text: str) -> dict[str, str]:
    return {"from": f"{text}-01-01", "to": f"{text}-12-31"}


class Check:
    """An entry of checks.json: its expected values and how near they must be."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.expected = entry["expected"]
        self.tolerance = entry["tol"]

    def near(self, found: float | None, expected: float) -> None:
        assert found is not None
        assert found == pytest.approx(expected, abs=self.tolerance, rel=0)

    def row(self, row: dict[str, Any], expected: dict[str, Any], **names: str) -> None:
        """`names`: name in the check → path in the row, as "parts.promoters"; *100 turns a share into percent."""
        for name, path in names.items():
            factor = 100 if path.endswith("*100") else 1
            found: Any = row
            for part in path.removesuffix("*100").split("."):
                found = found[part]
            self.near(found * factor, expected[name])


def by(rows: list[dict[str, Any]], name: str) -> dict[Any, dict[str, Any]]:
    """Rows by the code of a place, an attribute or a period."""
    return {row[name]: row for row in rows}


def tried(product: Product, code: str, params: dict[str, Any], **asked: Any) -> float:
    """An indicator with other parameters, as the calculator's preview asks."""
    return product.one(code, params=json.dumps(params), **asked)["value"]


PROMOTERS = {"promoters": "parts.promoters", "passives": "parts.passives", "detractors": "parts.detractors"}
NPS = {"nps": "value", "n": "n"}
NPS_DATA = {"place": "nps", "subject": "nps-recommend"}


def test_nps_01(product: Product, checks):
    check = Check(checks["NPS-01"])
    row = product.one("nps", **NPS_DATA)
    check.row(row, check.expected, **NPS, **PROMOTERS, se_points="standard_error")
    for found, expected in zip(row["parts"]["interval_wald"], check.expected["ci95"], strict=True):
        check.near(found, expected)


@pytest.mark.parametrize(("name", "split", "prefix"), [("region", "place", "nps-"), ("bu", "attr.bu", "")])
def test_nps_02(product: Product, checks, name, split, prefix):
    check = Check(checks[f"NPS-02-{name}"])
    rows = by(product.rows("nps", by=split, **NPS_DATA), split)
    assert {prefix + key for key in check.expected} == set(rows)
    for key, expected in check.expected.items():
        check.row(rows[prefix + key], expected, **NPS, se="standard_error")


def test_nps_03(product: Product, checks):
    check = Check(checks["NPS-03"])
    rows = by(product.rows("nps", grain="month", **NPS_DATA), "period")
    assert {key[:7] for key in rows} == set(check.expected)
    for key, row in rows.items():
        check.row(row, check.expected[key[:7]], **NPS)


def test_nps_04(product: Product, checks):
    check = Check(checks["NPS-04"])
    found = product.get(
        "indicators/nps/compare",
        **{"from": "2012-01-01", "to": "2012-12-31"},
        **NPS_DATA,
        where="attr.bu=Apples",
        other_where="attr.bu=Bananas",
    )
    check.near(abs(found["delta"]), check.expected["delta"])
    check.near(found["standard_error"], check.expected["se"])
    check.near(found["p_value"], check.expected["p_value"])
    for bound, expected in zip(found["ci95"], check.expected["ci95"], strict=True):
        check.near(bound, expected)


def test_nps_05(product: Product, checks, tmp_path: Path):
    """Everybody who answered was invited (maps/nps_asked.yaml); 600 more invitations are the check's assumption."""
    check = Check(checks["NPS-05"])
    file, how = tmp_path / "silent.csv", tmp_path / "silent.yaml"
    file.write_text("at,asked\n2012-04-08T12:00:00Z,600\n")
    how.write_text(
        "event: {kind: invitation, at: {column: at}, place: nps-NAM, subject: nps-recommend, value: {column: asked}}"
    )
    product.server.command("import", "events", str(file), "--map", str(how))
    presets = {
        "all passive": {"silent": "all_passive"},
        "all detractors": {"silent": "all_critics"},
        "as respondents": {"silent": "as_responders"},
        "20%P/50%S/30%D of silent": {"silent": "custom", "loyal": 0.2, "passive": 0.5, "critic": 0.3},
    }
    assert set(presets) == set(check.expected)
    for name, params in presets.items():
        check.near(tried(product, "nps_adjusted", params, **NPS_DATA), check.expected[name])


@pytest.mark.parametrize("survey", ["2015", "2016", "2017"])
def test_csat_sfo(product: Product, checks, survey):
    check = Check(checks[f"CSAT-SFO-{survey}"])
    asked = {"place": "sfo", "subject": "sfo-q7all", **year(survey)}
    row = product.one("csat", **asked)
    check.row(
        row,
        check.expected,
        n_valid="n",
        mean="parts.mean",
        top2_pct="value*100",
        bottom2_pct="parts.bottom2_share*100",
    )
    assert row["parts"]["counts"] == check.expected["counts"]
    check.near(product.one("mean_score", **asked, weighted="true")["value"], check.expected["weighted_mean"])
    check.near(product.one("invited", place="sfo", **year(survey))["value"], check.expected["rows"])


def test_nps_sfo_2017(product: Product, checks):
    check = Check(checks["NPS-SFO-2017"])
    asked = {"place": "sfo", "subject": "sfo-netpro", **year("2017")}
    check.row(product.one("nps", **asked), check.expected, **NPS, **PROMOTERS, se="standard_error")
    check.near(product.one("nps", **asked, weighted="true")["value"], check.expected["weighted_nps"])


def test_nps_sfo_2017_daily(product: Product, checks):
    check = Check(checks["NPS-SFO-2017-daily"])
    rows = product.rows("nps", place="sfo", subject="sfo-netpro", grain="day", **year("2017"))
    days = {key: row for key, row in by(rows, "period").items() if row["n"]}
    assert set(days) == set(check.expected)
    for key, expected in check.expected.items():
        check.row(days[key], expected, **NPS)


@pytest.mark.parametrize("group", ["Q7", "Q9"])
def test_csat_sfo_2017_factors(product: Product, checks, group):
    check = Check(checks[f"CSAT-SFO-2017-{group}"])
    codes = {name: f"sfo-{name.lower()}" for name in check.expected}
    rows = by(
        product.rows("csat", place="sfo", by="subject", subject=list(codes.values()), **year("2017")),
        "subject",
    )
    names = {"n": "n", "mean": "parts.mean"}
    if group == "Q7":
        names |= {"top2": "value*100", "bottom2": "parts.bottom2_share*100"}
    for name, code in codes.items():
        check.row(rows[code], check.expected[name], **names)


def test_sup_crit_01(product: Product, checks):
    check = Check(checks["SUP-CRIT-01"])
    asked = {"place": "sfo", "subject": "sfo-q7all", **year("2017")}
    support = product.one("support", **asked)
    names = {"support": "value", "served": "denominator", "highest": "parts.highest", "other": "parts.other"}
    check.row(support, check.expected, **names)
    check.near(product.one("criticality", **asked)["value"], check.expected["criticality"])
    check.near(product.one("response_rate", **asked)["value"], check.expected["response"])


def test_nps_mobi(product: Product, checks):
    check = Check(checks["NPS-MOBI"])
    row = product.one("nps", place="mobi", subject="mobi-recommend")
    check.row(row, check.expected, nps="value", promoters="parts.promoters", detractors="parts.detractors")


def test_csat_abc(product: Product, checks):
    check = Check(checks["CSAT-ABC"])
    asked = {"place": "abc", "by": "subject", "subject": [f"abc-{name}" for name in check.expected]}
    two, one = by(product.rows("csat", **asked), "subject"), by(product.rows("top_share", **asked), "subject")
    for name, expected in check.expected.items():
        names = {
            "n": "n",
            "mean": "parts.mean",
            "top2_pct": "value*100",
            "bottom2_pct": "parts.bottom2_share*100",
        }
        check.row(two[f"abc-{name}"], expected, **names)
        check.row(one[f"abc-{name}"], expected, top1_pct="value*100")


def test_csat_abc_country(product: Product, checks):
    check = Check(checks["CSAT-ABC-country"])
    rows = by(product.rows("csat", place="abc", subject="abc-Satisfaction", by="place"), "place")
    assert set(rows) == {f"abc-{key}" for key in check.expected}
    for key, expected in check.expected.items():
        check.row(rows[f"abc-{key}"], expected, n="n", mean="parts.mean", top2_pct="value*100")


def test_resp_01(product: Product, checks):
    check = Check(checks["RESP-01"])
    asked = {"place": "courses", "subject": "course-score", "weighted": "true"}
    check.near(product.one("response_rate", **asked)["value"], check.expected["overall"])
    courses = product.rows("response_rate", by="place", **asked)
    rates = [row["value"] for row in courses]
    assert len(rates) == check.expected["courses"]
    check.near(statistics.fmean(rates), check.expected["mean_of_rates"])
    flagged = [
        row for row in product.rows("mean_score", by="place", **asked) if "not_relevant" in row["flags"]
    ]
    assert len(flagged) == check.expected["below_60"]
    assert sum(rate == 0.6 for rate in rates) == check.expected["exactly_60"]
    relevant = {row["place"] for row in courses} - {row["place"] for row in flagged}
    assert {row["place"] for row in courses if row["value"] == 0.6} <= relevant


def test_resp_02(product: Product, checks):
    """Scores are kept in tenths (43 is 4.3): the question's scale has whole steps."""
    check = Check(checks["RESP-02"])
    asked = {"place": "courses", "subject": "course-score"}
    check.near(product.one("mean_score", **asked)["value"] / 10, check.expected["unweighted"])
    check.near(product.one("mean_score", **asked, weighted="true")["value"] / 10, check.expected["weighted"])


def test_rec_or_01(product: Product, checks):
    check = Check(checks["REC-OR-01"])
    asked = {"place": "retail-all"}
    sales = product.one("receipts", **asked)["value"]
    refunds = product.one("refunds", **asked)["value"]
    events = product.rows("revenue", by="attr.operation", **asked)
    adjustments = by(events, "attr.operation")["adjustment"]["n"]
    check.near(refunds, check.expected["cancelled"])
    check.near(adjustments, check.expected["adj"])
    check.near(sales + refunds + adjustments, check.expected["invoices"])
    check.near(product.one("revenue", **asked)["value"], check.expected["total"])
    whole = {"filter": ["kind", "=", "receipt"]}
    check.near(
        tried(product, "customers", {"key": "attr.customer", **whole}, **asked), check.expected["customers"]
    )
    check.near(tried(product, "sales", {"field": "attr.lines", **whole}, **asked), check.expected["lines"])


def test_rec_or_02(product: Product, checks):
    check = Check(checks["REC-OR-02"])
    asked = {"place": "retail"}
    for name, code in {
        "n": "receipts",
        "revenue": "sales",
        "avg_receipt": "average_receipt",
        "median_receipt": "median_receipt",
        "avg_lines": "lines_per_receipt",
        "avg_distinct": "items_per_receipt",
        "avg_units": "units_per_receipt",
    }.items():
        check.near(product.one(code, **asked)["value"], check.expected[name])


def test_rec_or_03(product: Product, checks):
    check = Check(checks["REC-OR-03"])
    codes = {
        "receipts": "receipts",
        "revenue": "sales",
        "avg_receipt": "average_receipt",
        "lines": "lines_per_receipt",
    }
    for name, code in codes.items():
        rows = {
            key[:7]: row
            for key, row in by(product.rows(code, place="retail", grain="month"), "period").items()
        }
        assert {key for key, row in rows.items() if row["n"]} == set(check.expected)
        for key, expected in check.expected.items():
            check.near(rows[key]["value"], expected[name])


def test_rec_or_04(product: Product, checks):
    check = Check(checks["REC-OR-04"])
    row = product.one("repeat_rate", place="retail")
    check.row(row, check.expected, customers="denominator", repeat="numerator", rate="value")


def test_rec_or_05(product: Product, checks):
    check = Check(checks["REC-OR-05"])
    rows = by(product.rows("average_receipt", place="retail", by="place"), "place")
    for country, expected in check.expected.items():
        check.row(rows[f"retail-{country.lower().replace(' ', '-')}"], expected, n="n", avg="value")
    most = sorted(rows.values(), key=lambda row: -row["n"])[: len(check.expected)]
    assert [row["place_name"] for row in most] == list(check.expected)


def test_rec_or_06(product: Product, checks):
    check = Check(checks["REC-OR-06"])
    check.near(product.one("refunds", place="retail")["value"], check.expected["receipts"])
    check.near(product.one("refund_amount", place="retail")["value"], check.expected["amount"])


def test_traf_mel_day(product: Product, checks):
    """Months of the place's own calendar, over both changes of the clock."""
    check = Check(checks["TRAF-MEL-day"])
    rows = product.rows("visitors", place="melbourne", by="place", grain="month", **year("2016"))
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["place_name"], {})[row["period"][:7]] = row["value"]
    assert found == check.expected
