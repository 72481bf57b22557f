"""Checks of the shared data that need the calculator: files → `otklik import` → a definition → REST of a running server.

Expected values are those of checks.json with its tolerances; at most rows of an answer are put together as the check's own words say.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import RunningServer
from tests.shared.conftest import MAPS, Product
from tests.shared.test_checks import Check, by

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.xdist_group("rules")]
FILES = {
    "aircondit": "events/aircondit_intervals.csv",
    "winery": "events/winery_cars_intervals.csv",
    "patients": "events/patients_log.csv.gz",
    "pizza": "receipts/pizzaplace.csv.gz",
    "pizza_lines": "receipts/pizzaplace.csv.gz",
    "epub": "receipts/epub_sessions.csv.gz",
    "journey": "receipts/completejourney_sample.parquet",
    "laptops": "receipts/laptop_sales_london_2008_01.csv.gz",
    "bicup": "traffic/transit_15min_2005.csv.gz",
    "shoppers": "traffic/online_shoppers.csv.gz",
    "cahps": "survey/cms_patient_experience.csv.gz",
    "mobi": "survey/ecsi_mobi.csv.gz",
}
OFFICES = ("Financial Aid", "Bursar", "Advising", "Records and Registration", "Testing and Examination")
PRESS, SALE = ["kind", "=", "press"], {"and": [["kind", "=", "receipt"], ["attr.operation", "=", "sale"]]}
ELEMENT = ["kind", "=", "checklist_element"]
CITED = {"and": [ELEMENT, ["value", "=", 0]]}


def office(name: str, *, importance: bool) -> str:
    return f"{'imp' if importance else 'sat'}-{name.lower().replace(' ', '-')}"


def gap_map() -> dict[str, Any]:
    columns = {name: office(name, importance=False) for name in OFFICES}
    columns |= {f"{name} - Importance": office(name, importance=True) for name in OFFICES}
    event = {
        "kind": "answer", "at": "2020-06-01T12:00:00", "place": "office", "subject": "{subject}",
        "session": "student-{StudentId}", "value": {"column": "value"},
    }  # fmt: skip
    return {"melt": {"columns": columns}, "event": event}


def chicago_map() -> dict[str, Any]:
    """An inspection is a session of 43 elements; a cell counts how often the element was cited."""
    numbers = [number for number in range(1, 45) if number != 23]
    factors = {f"v{n}": "critical" if n <= 14 else "serious" if n <= 29 else "minor" for n in numbers}
    weights = {name: {"critical": 5, "serious": 3, "minor": 1}[factor] for name, factor in factors.items()}
    met = {"0": 1, **{str(count): 0 for count in range(1, 10)}}
    return {
        "columns": {"moment": "Inspection_Date::TIMESTAMP + INTERVAL 12 HOUR + to_microseconds(Inspection_ID)"},
        "melt": {"columns": list(factors)},
        "event": {
            "id": "chi-{Inspection_ID}-{subject}", "kind": "checklist_element", "at": {"column": "moment"},
            "place": "chi-{License}", "subject": "{subject}", "session": "{Inspection_ID}",
            "value": {"column": "value", "map": met, "otherwise": "error"},
            "attrs": {
                "source": "inspection", "violations": {"column": "value", "type": "number"},
                "factor": {"column": "subject", "map": factors}, "weight": {"column": "subject", "map": weights},
                "inspector": {"column": "sanitarian"},
            },
        },
    }  # fmt: skip


def places(folder: Path) -> list[str]:
    """Places of the files, read from their own columns."""
    fixed = [
        "aircondit",
        "winery",
        "hospital",
        "pizza",
        "pizza-lines",
        "epub",
        "bicup",
        "shop",
        "office",
        "ecsi",
    ]
    found = [("", name) for name in fixed]
    sources = {
        "stores": ("receipts/completejourney_sample.parquet", "'store-' || store_id"),
        "laptops": (
            "receipts/laptop_sales_london_2008_01.csv.gz",
            "'laptop-' || replace(\"Store Postcode\", ' ', '-')",
        ),
        "orgs": ("survey/cms_patient_experience.csv.gz", "'org-' || org_pac_id"),
        "chicago": ("checklists/chicago_food_inspections.parquet", "'chi-' || License"),
    }
    lines = ["code,name,parent,kind,timezone", *(f"{name},{name},,location,UTC" for _parent, name in found)]
    for parent, (file, code) in sources.items():
        lines.append(f"{parent},{parent},,region,UTC")
        rows = duckdb.sql(f"SELECT DISTINCT {code} FROM '{folder / file}'").fetchall()
        lines += [f"{one},{one},{parent},location," for (one,) in sorted(rows)]
    return lines


def questions() -> list[dict[str, Any]]:
    def question(code: str, low: int, high: int, kind: str = "csat") -> dict[str, Any]:
        text = {"en": code, "ru": code}
        return {
            "code": code,
            "texts": text,
            "scale": {"min": low, "max": high},
            "top": high,
            "type": kind,
            "survey_type": "representative",
        }

    found = [question(office(name, importance=flag), 1, 7) for name in OFFICES for flag in (False, True)]
    found += [question(f"CAHPS_GRP_{n}", 0, 100) for n in (1, 2, 3, 5, 8, 12)]
    blocks = {"CUEX": 3, "CUSA": 3, "CUSL": 3, "IMAG": 5, "PERQ": 7, "PERV": 2}
    items = ["CUSCO", *(f"{name}{n}" for name, count in blocks.items() for n in range(1, count + 1))]
    return found + [question(f"ecsi-{item}", 1, 10) for item in items]


@pytest.fixture(scope="module")
def product(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("rules")
    running = RunningServer(data, {"OTKLIK_SHARED": str(shared_data)})
    (data / "places.csv").write_text("\n".join(places(shared_data)))
    (data / "questions.yaml").write_text(json.dumps(questions()))
    running.command("import", "places", str(data / "places.csv"))
    running.command("import", "questions", str(data / "questions.yaml"))
    made = {"gap": ("survey/importance_satisfaction_gap.csv.gz", gap_map())}
    made["chicago"] = ("checklists/chicago_food_inspections.parquet", chicago_map())
    maps = {name: (file, MAPS / "rules" / f"{name}.yaml") for name, file in FILES.items()}
    for name, (file, content) in made.items():
        maps[name] = (file, data / f"{name}.yaml")
        maps[name][1].write_text(json.dumps(content))
    for name, (file, how) in maps.items():
        errors = str(data / f"{name}.errors.csv")
        # refused rows are part of some files: codes that are no answers
        running.command(
            "import",
            "events",
            str(shared_data / file),
            "--map",
            str(how),
            "--errors",
            errors,
            check=name != "gap",
        )
    running.start()
    yield Product(running, running.make_key("read", "ingest", "manage"), shared_data)
    running.stop()


def define(product: Product, code: str, rule: str, unit: str, **params: Any) -> str:
    """Save an own indicator through REST; its code."""
    body = {
        "name": {"en": code, "ru": code},
        "rule": rule,
        "unit": unit,
        "direction": "none",
        "params": params,
    }
    headers = {"Authorization": f"Bearer {product.key}", "Content-Type": "application/json"}
    path = f"/api/v1/indicators/{code}"
    status, _, answer = product.server.request("PUT", path, json.dumps(body).encode(), headers)
    assert status in {200, 201}, (code, status, answer[:600])
    return code


def per_key(
    product: Product, code: str, unit: str, inner: dict[str, Any], outer: dict[str, Any], **params: Any
) -> str:
    return define(product, code, "per_key", unit, inner=inner, outer=outer, **params)


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
    for row in product.rows(code, place="chicago", by="session,attr.factor"):
        found.setdefault(row["session"], {})[row["attr.factor"]] = row["value"]
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
