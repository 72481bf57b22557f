"""Checks of events that are looked at together: files → `otklik import` → a definition → REST of a running server.

Expected values are those of checks.json with its tolerances; at most rows of an answer are put together as the check's own words say.
"""

from collections import Counter
from typing import Any

import pytest

from tests.shared.conftest import Product
from tests.shared.ruled import PRESS, SALE, define, per_key
from tests.shared.test_checks import Check, by

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def product(ruled: Product) -> Product:
    return ruled


def test_mtbe_air(product: Product, checks):
    """The file has intervals, so that an event has its length."""
    check = Check(checks["MTBE-AIR"])
    failures = {"field": "attr.duration", "filter": ["kind", "=", "force_majeure"]}
    code = define(product, "time-between-failures", "mean", "seconds", interval="exponential", **failures)
    row = product.one(code, place="aircondit")
    assert row["n"] == check.expected["n"]
    for found, expected in ((row["value"], "mean"), (row["numerator"], "total")):
        check.near(found / 3600, check.expected[expected])
    for bound, expected in zip(row["interval"], check.expected["ci95"], strict=True):
        check.near(bound / 3600, expected)


def test_mtbe_win(product: Product, checks):
    """Moments of cars; the first car comes at eight, before the first interval."""
    check = Check(checks["MTBE-WIN"])
    status, answer = product.server.send(
        product.key,
        [{"id": "car-0", "kind": "press", "at": "2020-01-01T08:00:00Z", "place": "winery", "subject": "car"}],
    )
    assert status == 202, answer
    for name, take in {"mean": "mean", "median": "median", "max": "max", "total": "total"}.items():
        code = define(product, f"cars-{name}", "between", "seconds", first=PRESS, key=["place"], take=take)
        row = product.one(code, place="winery")
        assert row["n"] == check.expected["n"], name
        assert row["value"] == pytest.approx(
            check.expected[name], abs=1e-6
        )  # moments are kept to the microsecond


def test_mtbe_pz(product: Product, checks):
    check = Check(checks["MTBE-PZ"])
    code = define(product, "time-between-receipts", "between", "seconds", first=SALE, key=["place"])
    row = product.one(code, place="pizza", from_="2015-01-01", to="2015-01-01")
    check.near(row["n"] + 1, check.expected["n"])
    check.row(row, check.expected, mean_s="value", total_s="numerator")


def test_chain_pat_1(product: Product, checks):
    check = Check(checks["CHAIN-PAT-1"])
    started = {"and": [PRESS, ["attr.phase", "=", "start"]]}
    count = define(product, "activities", "count", "count", filter=started)
    assert {
        key: row["value"]
        for key, row in by(product.rows(count, place="hospital", by="subject"), "subject").items()
    } == check.expected["activity"]
    workers = by(product.rows(count, place="hospital", by="attr.worker"), "attr.worker")
    assert {key: row["value"] for key, row in workers.items()} == check.expected["employee"]
    last = Counter[str]()
    for chain, row in sequences(product, started).items():
        last[chain.rpartition(" > ")[2]] += row
    assert len(sequences(product, started)) == check.expected["chains"]
    assert dict(last) == check.expected["last_events"]


def sequences(product: Product, started: Any) -> dict[str, float]:
    code = per_key(
        product, "traces", "count", {"take": "sequence", "field": "subject"}, {"take": "count"}, filter=started, within="period",
    )  # fmt: skip
    rows = product.rows(code, place="hospital", by="subject")
    return {row["subject"]: row["value"] for row in rows}


def test_chain_pat_2(product: Product, checks):
    check = Check(checks["CHAIN-PAT-2"])
    started = {"and": [PRESS, ["attr.phase", "=", "start"]]}
    assert sequences(product, started) == check.expected["chains"]
    for name, take in {"mean_h": "mean", "median_h": "median"}.items():
        code = per_key(
            product,
            f"lead-{take}",
            "seconds",
            {"take": "span"},
            {"take": take},
            filter=PRESS,
            within="period",
        )
        check.near(product.one(code, place="hospital")["value"] / 3600, check.expected[name])


def test_rec_pz_01(product: Product, checks):
    check = Check(checks["REC-PZ-01"])
    asked = {"place": "pizza"}
    check.near(product.one("presses", place="pizza-lines")["value"], check.expected["rows"])
    check.near(product.one("receipts", **asked)["value"], check.expected["receipts"])
    check.near(product.one("sales", **asked)["value"], check.expected["revenue"])
    check.near(product.one("average_receipt", **asked)["value"], check.expected["avg_receipt"])
    check.near(product.one("lines_per_receipt", **asked)["value"], check.expected["avg_items"])
    lines = {"filter": PRESS, "within": "day"}
    code = per_key(
        product,
        "one-item",
        "share",
        {"take": "count"},
        {"take": "share", "at_least": 1, "at_most": 1},
        **lines,
    )
    check.near(product.one(code, place="pizza-lines")["value"], check.expected["share_1_item"])
    code = per_key(
        product,
        "receipt-of-lines",
        "money",
        {"take": "sum", "field": "attr.price"},
        {"take": "mean"},
        **lines,
    )
    check.near(product.one(code, place="pizza-lines")["value"], check.expected["avg_receipt"])


def test_rec_pz_02(product: Product, checks):
    check = Check(checks["REC-PZ-02"])
    code = define(product, "days-with-sales", "distinct", "count", key="day", filter=SALE)
    check.near(product.one(code, place="pizza")["value"], check.expected["days_with_sales"])
    rows = by(product.rows("average_receipt", place="pizza", by="weekday"), "weekday")
    for day, expected in check.expected["wd"].items():
        check.row(rows[int(day)], expected, n="n", avg="value")


def test_rec_ep_01(product: Product, checks):
    check = Check(checks["REC-EP-01"])
    whole = {"key": ["session"], "within": "period", "filter": PRESS}

    def basket(name: str, outer: dict[str, Any], unit: str = "count") -> float:
        code = per_key(product, f"baskets-{name}", unit, {"take": "count"}, outer, **whole)
        return product.one(code, place="epub")["value"]

    check.near(basket("number", {"take": "count"}), check.expected["baskets"])
    check.near(basket("mean", {"take": "mean"}), check.expected["mean"])
    check.near(basket("median", {"take": "median"}), check.expected["median"])
    check.near(basket("q1", {"take": "quantile", "q": 0.25}), check.expected["q1"])
    check.near(basket("q3", {"take": "quantile", "q": 0.75}), check.expected["q3"])
    check.near(basket("max", {"take": "max"}), check.expected["max"])
    code = define(product, "different-items", "distinct", "count", key="subject", filter=PRESS)
    check.near(product.one(code, place="epub")["value"], check.expected["items"])
    for size in range(1, 6):
        code = per_key(
            product,
            f"size-{size}",
            "share",
            {"take": "count"},
            {"take": "share", "at_least": size, "at_most": size},
            **whole,
        )
        check.near(product.one(code, place="epub")["numerator"], check.expected[f"size{size}"])
    items = product.rows("presses", place="epub", by="subject")
    top = sorted(items, key=lambda row: -row["value"])[:5]
    assert {row["subject"]: row["value"] for row in top} == check.expected["top"]


def test_rec_cj_01(product: Product, checks):
    check = Check(checks["REC-CJ-01"])
    check.near(product.one("average_receipt", place="stores")["value"], check.expected["avg"])
    check.near(product.one("receipts", place="stores")["value"], check.expected["baskets"])
    check.near(product.one("lines_per_receipt", place="stores")["value"], check.expected["lines"])
    rows = by(product.rows("average_receipt", place="stores", by="place"), "place")
    assert len(rows) == check.expected["stores"]
    top = sorted(rows.values(), key=lambda row: -row["n"])[:5]
    assert {row["place"] for row in top} == {f"store-{key}" for key in check.expected["top"]}
    for key, expected in check.expected["top"].items():
        check.row(rows[f"store-{key}"], expected, n="n", avg="value")


def test_rec_lap(product: Product, checks):
    check = Check(checks["REC-LAP"])
    rows = by(product.rows("average_receipt", place="laptops", by="place"), "place")
    sums = by(product.rows("sales", place="laptops", by="place"), "place")
    assert len(rows) == check.expected["stores"]
    assert product.one("receipts", place="laptops")["value"] == check.expected["rows"]
    for key, expected in check.expected["by"].items():
        code = f"laptop-{key.replace(' ', '-')}"
        check.row(rows[code], expected, size="n", mean="value")
        check.near(sums[code]["value"], expected["sum"])


def test_traf_bicup(product: Product, checks):
    check = Check(checks["TRAF-BICUP"])
    check.near(product.one("visitors", place="bicup")["value"], check.expected["total"])
    check.near(product.one("visitors", place="bicup")["n"], check.expected["observed"])
    full = {"key": ["place"], "filter": ["kind", "=", "visitors"], "having": [{"at_least": 63}]}
    code = per_key(product, "full-days", "count", {"take": "sum", "field": "value"}, {"take": "mean"}, **full)
    check.near(product.one(code, place="bicup")["n"], check.expected["days"])
    rows = by(product.rows(code, place="bicup", by="weekday"), "weekday")
    for day, expected in check.expected["weekday_mean"].items():
        check.near(rows[int(day)]["value"], expected)


def test_conv(product: Product, checks):
    check = Check(checks["CONV-01"])
    row = product.one("consultations_sold", place="shop")
    check.row(row, check.expected, visits="denominator", purchases="numerator", conversion_pct="value*100")
    check = Check(checks["CONV-02"])
    for name in ("visitor", "month"):
        rows = by(product.rows("consultations_sold", place="shop", by=f"attr.{name}"), f"attr.{name}")
        assert set(rows) == set(check.expected[name])
        for key, expected in check.expected[name].items():
            check.row(rows[key], expected, n="n", pct="value*100")
