"""Checks of several factors and of checklists: files → `otklik import` → a definition → REST of a running server.

Expected values are those of checks.json with its tolerances; at most rows of an answer are put together as the check's own words say.
"""

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.shared.conftest import Product
from tests.shared.ruled import CITED, ELEMENT, OFFICES, define, office, per_key
from tests.shared.test_checks import Check, by

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def product(ruled: Product) -> Product:
    return ruled


def test_cahps_01(product: Product, checks):
    check = Check(checks["CAHPS-01"])
    subjects = list(check.expected["measures"])
    rows = by(product.rows("mean_score", place="orgs", by="subject", subject=subjects), "subject")
    for key, expected in check.expected["measures"].items():
        check.row(rows[key], expected, n="n", mean="value")
    composite = product.rows(
        "factor_index", place="orgs", by="place", subject=subjects, params=json.dumps({"present": 0})
    )
    values = [row["value"] for row in composite]
    check.near(sum(values) / len(values), check.expected["composite_mean"])
    assert check.expected["orgs"] - len(values) == check.expected["orgs_without_any"]


def test_sq_gap(product: Product, checks):
    check = Check(checks["SQ-GAP-DEV"])
    subjects = [office(name, importance=flag) for name in OFFICES for flag in (False, True)]
    rows = by(product.rows("mean_score", place="office", by="subject", subject=subjects), "subject")
    for name, expected in check.expected.items():
        check.row(rows[office(name, importance=False)], expected, n_sat="n", sat="value")
        check.row(rows[office(name, importance=True)], expected, n_imp="n", imp="value")
    model = [
        {
            "code": office(name, importance=False),
            "items": [{"code": office(name, importance=False), "expectation": office(name, importance=True)}],
        }
        for name in OFFICES
    ]
    params = json.dumps({"model": model, "gap": True})
    parts = product.one("factor_index", place="office", subject=subjects, params=params)["parts"]
    for name, expected in check.expected.items():
        check.near(parts[office(name, importance=False)], expected["sat"] - expected["imp"])


def ecsi(product: Product, weights: dict[str, dict[str, float]]) -> dict[str, float]:
    model = [
        {
            "code": block,
            "items": [{"code": f"ecsi-{item}", "weight": weight} for item, weight in items.items()],
        }
        for block, items in weights.items()
    ]
    return product.one("factor_index", place="ecsi", params=json.dumps({"model": model}))["parts"]


def test_csi_mobi(product: Product, checks, shared_data: Path):
    blocks = json.loads((shared_data / "survey/ecsi_mobi_model.json").read_text())
    blocks = blocks.get("blocks", blocks)
    equal = Check(checks["CSI-MOBI-equal"])
    found = ecsi(product, {block: dict.fromkeys(items, 1.0) for block, items in blocks.items()})
    for block, expected in equal.expected.items():
        equal.near(found[block], expected)
    published = json.loads((shared_data / "survey/ecsi_mobi_published_weights.json").read_text())
    weighted = Check(checks["CSI-MOBI-index"])
    deviations = {item: deviation(product, item) for items in blocks.values() for item in items}
    weights = {
        block: {item: weight / deviations[item] for item, weight in published["weights"][block].items()}
        for block in blocks
    }
    found = ecsi(product, weights)
    for block, expected in weighted.expected.items():
        weighted.near(found[block], expected)


def deviation(product: Product, item: str) -> float:
    return product.one("mean_score", place="ecsi", subject=f"ecsi-{item}")["parts"]["sd"]


def test_chk_chi_1(product: Product, checks, shared_data: Path):
    check = Check(checks["CHK-CHI-dev-1"])
    code = define(product, "violations", "total", "count", field="attr.violations", filter=ELEMENT)
    rows = by(product.rows(code, place="chicago", by="attr.factor"), "attr.factor")
    for factor in ("critical", "serious", "minor"):
        check.near(rows[factor]["value"], check.expected[factor])
    inspections = define(product, "inspections", "distinct", "count", key="session", filter=ELEMENT)
    check.near(product.one(inspections, place="chicago")["value"], check.expected["inspections"])
    file = shared_data / "checklists/chicago_food_inspections.parquet"
    published = {
        str(row[0]): row[1:] for row in duckdb.sql(f"SELECT Inspection_ID, criticalCount, seriousCount, minorCount FROM '{file}'").fetchall()
    }  # fmt: skip
    found: dict[str, dict[str, float]] = {}
    for factor in ("critical", "serious", "minor"):
        for row in product.rows(code, place="chicago", by="session", where=f"attr.factor={factor}"):
            found.setdefault(row["session"], {})[factor] = row["value"]
    wrong = [
        key
        for key, counts in published.items()
        if tuple(found[key][name] for name in ("critical", "serious", "minor")) != counts
    ]
    assert len(wrong) == check.expected["rows_disagreeing"]


def test_chk_chi_2(product: Product, checks):
    check = Check(checks["CHK-CHI-dev-2"])
    whole = per_key(
        product, "met", "share", {"take": "mean", "field": "value"}, {"take": "mean"}, filter=ELEMENT
    )
    check.near(100 * product.one(whole, place="chicago")["value"], check.expected["index"])
    for factor in ("critical", "serious", "minor"):
        taken = {"and": [ELEMENT, ["attr.factor", "=", factor]]}
        code = per_key(
            product,
            f"met-{factor}",
            "share",
            {"take": "mean", "field": "value"},
            {"take": "mean"},
            filter=taken,
        )
        check.near(100 * product.one(code, place="chicago")["value"], check.expected[factor])
    full = per_key(
        product,
        "all-met",
        "share",
        {"take": "min", "field": "value"},
        {"take": "share", "at_least": 1},
        filter=ELEMENT,
    )
    check.near(100 * product.one(full, place="chicago")["value"], check.expected["all_met_pct"])


def test_chk_chi_3(product: Product, checks):
    check = Check(checks["CHK-CHI-dev-3"])
    row = product.one("standard_compliance", place="chicago")
    check.near(row["value"], check.expected["overall"])
    check.near(row["denominator"] / row["n"], check.expected["sum_w"])
    months = by(product.rows("standard_compliance", place="chicago", grain="month"), "period")
    assert {key[:7]: row["value"] for key, row in months.items()} == pytest.approx(
        check.expected["by_month"], abs=check.tolerance
    )


def test_chk_chi_4(product: Product, checks):
    check = Check(checks["CHK-CHI-dev-4"])
    code = define(product, "cited", "ratio_of_counts", "share", over=CITED, under=ELEMENT, share=True)
    rows = by(product.rows(code, place="chicago", by="subject"), "subject")
    top = sorted(rows.values(), key=lambda row: -row["value"])[:5]
    assert [row["subject"] for row in top] == list(check.expected)
    for key, expected in check.expected.items():
        check.row(rows[key], expected, n="numerator", pct="value*100")


def test_chk_chi_5(product: Product, checks):
    check = Check(checks["CHK-CHI-dev-5"])
    critical = {"and": [ELEMENT, ["attr.factor", "=", "critical"]]}
    violations = {"take": "sum", "field": "attr.violations"}
    code = per_key(
        product, "with-critical", "share", violations, {"take": "share", "at_least": 1}, filter=critical
    )
    rows = by(product.rows(code, place="chicago", by="attr.inspector"), "attr.inspector")
    for key, expected in check.expected["by_sanitarian"].items():
        check.row(rows[key], expected, n="n", pct="value*100")
    latest = per_key(
        product,
        "latest-index",
        "share",
        {"take": "weighted_mean", "field": "value"},
        {"take": "latest"},
        filter=ELEMENT,
    )
    colours = Counter[str]()
    for row in product.rows(latest, place="chicago", by="place"):
        value = 100 * row["value"]
        colours["good" if value >= 95 else "acceptable" if value >= 85 else "bad"] += 1
    assert colours.total() == check.expected["locations"]
    for name in ("good", "acceptable", "bad"):
        check.near(colours[name], check.expected[name])
