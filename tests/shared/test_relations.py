"""Relations of the shared data through the product: files → `otklik import` → REST of a running server of its own.

Expected values are those of checks.json and of the published tables beside the data. Nothing is computed here.
"""

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.demo.public_data import MAPS as REAL_MAPS
from tests.conftest import RunningServer
from tests.shared.conftest import MAPS, Product
from tests.shared.test_checks import Check

pytestmark = [pytest.mark.shared, pytest.mark.slow]

FILES = (
    ("survey/ecsi_mobi.csv.gz", MAPS / "relations_mobi.yaml"),
    ("survey/abc_annual_satisfaction.csv.gz", MAPS / "relations_abc.yaml"),
    ("timeline/us_judge_ratings.csv.gz", MAPS / "relations_judges.yaml"),
    ("timeline/bjsales.csv", MAPS / "relations_bjsales.yaml"),
    ("timeline/presidents_quarterly.csv", MAPS / "relations_presidents.yaml"),
    ("traffic/melbourne_pedestrian_2015_2016.csv.gz", REAL_MAPS / "melbourne_visitors.yaml"),
)
SPAN = {"from": "1940-01-01", "to": "2020-12-31"}


@pytest.fixture(scope="module")
def product(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("relations")
    running = RunningServer(data)
    running.command("import", "places", str(MAPS / "relations_places.csv"))
    running.command("import", "questions", str(MAPS / "relations_questions.yaml"))
    for file, how in FILES:
        errors = str(data / f"{how.name}.errors.csv")
        running.command("import", "events", str(shared_data / file), "--map", str(how), "--errors", errors)
    running.start()
    yield Product(running, running.make_key("read"), shared_data)
    running.stop()


def published(product: Product, name: str) -> dict[str, dict[str, str]]:
    """A table of the shared data by its first column."""
    with (product.folder / "survey" / name).open() as file:
        return {row[""]: row for row in csv.DictReader(file)}


def between(found, x: str, y: str):
    (one,) = (pair for pair in found["pairs"] if {pair["x"], pair["y"]} == {x, y})
    return one


def figure(subject: str) -> str:
    """The mean of a figure that was typed or imported."""
    params = {"field": "value", "filter": ["kind", "=", "figure"]}
    return json.dumps({"indicator": "contact_time", "params": params, "subject": subject, "name": subject})


def test_cor_mobi(product: Product, checks):
    check = Check(checks["COR-MOBI"])
    table = published(product, "ecsi_mobi_published_item_cors.csv")
    asked = [f"mobi-{item}" for item in table]
    found = product.get("relations/correlations", by="session", place="mobi", questions=asked, **SPAN)
    assert found["tried"] == len(found["pairs"]) == 78
    for x, y in itertools.combinations(table, 2):
        one = between(found, f"mobi-{x}", f"mobi-{y}")
        assert one["n"] == 250
        check.near(one["r"], float(table[x][y]))
    for name, expected in check.expected.items():
        x, y = name.split("_")
        check.near(between(found, f"mobi-{x}", f"mobi-{y}")["r"], expected)


def test_csi_mobi_items(product: Product, checks):
    check = Check(checks["CSI-MOBI-items"])
    asked = [f"mobi-{item}" for item in check.expected]
    found = product.get("relations/items", place="mobi", questions=asked, **SPAN)
    for row, (item, expected) in zip(found["items"], check.expected.items(), strict=True):
        assert row["key"] == f"mobi-{item}"
        check.row(row, expected, mean="mean", sd="sd", median="median")
    table = published(product, "ecsi_mobi_published_item_stats.csv")
    for row in found["items"]:
        expected = table[row["key"].removeprefix("mobi-")]
        assert [row["n"], row["missing"]] == [250, int(expected["Missing"])]
        assert row["skewness"] == pytest.approx(float(expected["Skewness"]), abs=1e-9)
        assert row["kurtosis"] == pytest.approx(float(expected["Kurtosis"]), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "field"), [("CSI-MOBI-alpha", "alpha_standardised"), ("CSI-MOBI-alpha-raw", "alpha")]
)
def test_csi_mobi_alpha(product: Product, checks, name, field):
    check = Check(checks[name])
    model = json.loads((product.folder / "survey/ecsi_mobi_model.json").read_text())
    for block, expected in check.expected.items():
        asked = [f"mobi-{item}" for item in model[block]]
        found = product.get("relations/reliability", place="mobi", questions=asked, **SPAN)
        assert found["n"] == 250
        check.near(found[field], expected)


def test_cor_mobi_crossload(product: Product, checks):
    check = Check(checks["COR-MOBI-crossload"])
    weights = json.loads((product.folder / "survey/ecsi_mobi_published_weights.json").read_text())["weights"]
    indices = [
        json.dumps(
            {"index": name, "of": [{"subject": f"mobi-{item}", "weight": w} for item, w in items.items()]}
        )
        for name, items in weights.items()
    ]
    table = published(product, "ecsi_mobi_published_crossloadings.csv")
    asked = [f"mobi-{item}" for item in table]
    found = product.get(
        "relations/correlations", by="session", place="mobi", questions=asked, y=indices, **SPAN
    )
    seen = 0
    for item, row in table.items():
        for index in weights:
            check.near(between(found, f"mobi-{item}", index)["r"], float(row[index]))
            seen += 1
    assert seen == len(found["pairs"]) == 168


def test_cor_abc_spearman(product: Product, checks):
    check = Check(checks["COR-ABC-spearman"])
    asked = [f"abc-{name}" for name in check.expected]
    target = json.dumps({"indicator": "mean_score", "subject": "abc-Satisfaction", "name": "target"})
    found = product.get(
        "relations/correlations", by="session", place="abc", questions=asked, y=target, **SPAN
    )
    for name, expected in check.expected.items():
        one = between(found, f"abc-{name}", "target")
        assert one["n"] == expected["n"]
        check.near(one["spearman"]["r"], expected["rho"])


def test_cor_mel(product: Product, checks):
    """Only days with all hours: a day of 23 hours at the change of the clock is left out, as the check says."""
    check = Check(checks["COR-MEL"])
    names = {
        "Birrarung Marr": "birrarung-marr",
        "Bourke Street Mall (North)": "bourke-street",
        "QV Market-Elizabeth St (West)": "qv-market",
        "Southern Cross Station": "southern-cross",
    }
    asked = [f"visitors;place=melbourne-{code};name={code}" for code in names.values()]
    span = {"from": "2015-01-01", "to": "2016-12-31"}
    found = product.get("relations/correlations", by="day", least_events=24, x=asked, **span)
    assert len(found["pairs"]) == len(check.expected)
    for name, expected in check.expected.items():
        x, y = (names[part] for part in name.split(" ~ "))
        one = between(found, x, y)
        assert one["n"] == expected["n"]
        check.near(one["r"], expected["r"])


def test_lag_bj(product: Product, checks):
    check = Check(checks["LAG-BJ"])
    span = {"from": "2001-01-01", "to": "2001-05-30"}
    pair = {"x": figure("bj-lead"), "y": figure("bj-sales")}
    found = product.get(
        "relations/lags", by="day", difference="true", first_lag=-8, last_lag=8, **pair, **span
    )
    assert found["best_lag"] == found["best_lag_ccf"] == check.expected["best_lag"]
    by_lag = {str(one["lag"]): one for one in found["lags"]}
    for lag, expected in check.expected["pearson"].items():
        check.near(by_lag[lag]["r"], expected)
    for lag, expected in check.expected["acf_style"].items():
        check.near(by_lag[lag]["ccf"], expected)
    level = product.get("relations/correlations", by="day", x=list(pair.values()), **span)
    check.near(level["pairs"][0]["r"], check.expected["level_r"])


def test_tl_gaps(product: Product, checks):
    check = Check(checks["TL-GAPS"])
    span = {"from": "1945-01-01", "to": "1974-12-31"}
    found = product.get("relations/lags", by="quarter", x=figure("approval"), first_lag=1, last_lag=4, **span)
    assert found["steps"] == check.expected["quarters"]
    assert found["series"][0]["missing"] == check.expected["missing"]
    check.near(found["series"][0]["mean"], check.expected["mean"])
    assert found["lags"][0]["n"] == check.expected["lag1_pairs"]
    check.near(found["lags"][0]["r"], check.expected["lag1_r"])
    year = product.get(
        "relations/items", by="year", x=figure("approval"), **{"from": "1950-01-01", "to": "1950-12-31"}
    )
    check.near(year["items"][0]["mean"], check.expected["year_1950"])


def test_cor_judge(product: Product, checks):
    check = Check(checks["COR-JUDGE"])
    asked = [f"judge-{name}" for name in check.expected]
    target = json.dumps({"indicator": "mean_score", "subject": "judge-RTEN", "name": "overall"})
    found = product.get(
        "relations/correlations", by="session", place="judges", questions=asked, y=target, **SPAN
    )
    for name, expected in check.expected.items():
        one = between(found, f"judge-{name}", "overall")
        assert one["n"] == 43
        check.row(one, expected, r="r", p="p")
