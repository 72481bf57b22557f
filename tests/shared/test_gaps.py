"""Missing readings and quarterly series: shared data through import and REST, on a server of their own."""

import csv
import itertools
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunningServer
from tests.shared.conftest import Product

pytestmark = [pytest.mark.shared]
MAPS = Path(__file__).parent / "maps"
REAL = Path(__file__).resolve().parents[2] / "otklik" / "demo" / "real"


@pytest.fixture(scope="module")
def counters(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("gaps")
    running = RunningServer(data)
    running.command("import", "places", str(REAL / "places.csv"))
    running.command("import", "places", str(MAPS / "gaps_places.csv"))
    running.command("import", "questions", str(MAPS / "gaps_questions.yaml"))
    for file, map_name in (
        ("traffic/melbourne_pedestrian_2015_2016.csv.gz", REAL / "melbourne_visitors.yaml"),
        ("timeline/presidents_quarterly.csv", MAPS / "gaps_presidents.yaml"),
    ):
        running.command("import", "events", str(shared_data / file), "--map", str(map_name))
    running.start()
    yield Product(running, running.make_key("read"), shared_data)
    running.stop()


def names(product: Product) -> dict[str, str]:
    with (REAL / "places.csv").open(newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def test_missing_hours_of_people_counters(counters: Product, checks: dict[str, dict[str, Any]]) -> None:
    expected = checks["TRAF-MEL-gaps"]["expected"]
    found = counters.get(
        "gaps", kind="visitors", every="3600", from_="2015-01-01", to="2016-12-31", place="melbourne"
    )
    assert found["expected"] == expected["filled"]
    assert found["present"] == expected["rows"]
    assert found["missing"] == expected["missing"]
    assert {one["place_name"]: one["missing"] for one in found["places"]} == expected["by_sensor"]
    with (counters.folder / "traffic" / "melbourne_published_gaps.csv").open(newline="") as file:
        published = sorted(
            (row["sensor"], row["from_local"], row["to_local"], int(row["n"])) for row in csv.DictReader(file)
        )
    runs = sorted(
        (one["place_name"], run["from_local"], run["to_local"], run["n"])
        for one in found["places"]
        for run in one["runs"]
    )
    assert runs == published


def test_missing_days_and_one_place(counters: Product) -> None:
    """The published runs of whole days, counted in days."""
    found = counters.get(
        "gaps", kind="visitors", every="day", from_="2015-01-01", to="2016-12-31", place="melbourne-qv-market"
    )
    (one,) = found["places"]
    assert one["missing"] == 1
    assert one["expected"] == 731
    assert [(run["from_local"], run["n"]) for run in one["runs"]] == [("2015-12-31", 1)]


def test_missing_quarters_and_means_over_those_available(
    counters: Product, checks: dict[str, dict[str, Any]]
) -> None:
    expected = checks["TL-GAPS"]["expected"]
    asked = {"from_": "1945-01-01", "to": "1974-12-31", "place": "presidents"}
    found = counters.get("gaps", kind="answer", every="quarter", subject="approval", **asked)
    assert found["expected"] == expected["quarters"]
    assert found["missing"] == expected["missing"]
    rows = counters.get("indicators/mean_score/values", grain="year", subject="approval", **asked)["rows"]
    by_year = {row["period"][:4]: row for row in rows}
    assert by_year["1950"]["value"] == pytest.approx(expected["year_1950"], abs=1e-9)
    (whole,) = counters.get("indicators/mean_score/values", grain="total", subject="approval", **asked)[
        "rows"
    ]
    assert whole["value"] == pytest.approx(expected["mean"], abs=1e-9)
    quarters = counters.get("indicators/mean_score/values", grain="quarter", subject="approval", **asked)
    assert len(quarters["rows"]) == expected["quarters"] - expected["missing"]


def test_the_timeline_shows_the_gaps_as_gaps(counters: Product, checks: dict[str, dict[str, Any]]) -> None:
    expected = checks["TL-GAPS"]["expected"]
    found = counters.get(
        "timeline",
        series="mean_score,place:presidents,subject:approval",
        grain="quarter",
        from_="1945-01-01",
        to="1974-12-31",
    )
    (one,) = found["series"]
    assert len(found["steps"]) == len(one["values"]) == expected["quarters"]
    assert one["values"].count(None) == expected["missing"]
    values = one["values"]
    pairs = [
        (left, right) for left, right in itertools.pairwise(values) if left is not None and right is not None
    ]
    assert len(pairs) == expected["lag1_pairs"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"every": "7"}, "every"), ({"every": "5000"}, "every"), ({"kind": "nonsense"}, "kind")],
)
def test_what_makes_no_sense_is_named(counters: Product, asked: dict[str, str], field: str) -> None:
    query = urllib.parse.urlencode({"kind": "visitors", "every": "3600", **asked})
    status, _, body = counters.server.request(
        "GET", f"/api/v1/gaps?{query}", headers={"Authorization": f"Bearer {counters.key}"}
    )
    assert status == 422
    assert f'"field": "{field}"'.encode() in body
