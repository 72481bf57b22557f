"""Every row of conformance/nps_csat_ces.csv through the product: each row is a place with a question of its own.

The row's answers go in through the ingest API of the running server; what the row says of thresholds becomes the scale of the
question and the parameters of the indicator, as a user would set them.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from otklik.demo.public_data import data_folder
from tests.shared.conftest import Product

pytestmark = [pytest.mark.shared, pytest.mark.slow]
TIGHT = 1e-9
DAY = "2019-03-05"


def cases() -> list[dict[str, Any]]:
    try:
        file = data_folder() / "conformance" / "nps_csat_ces.csv"
    except FileNotFoundError:
        return []
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    return [
        {**row, **{name: json.loads(row[name]) for name in ("input", "params", "expected")}} for row in rows
    ]


CASES = cases()


def code(case: dict[str, Any]) -> str:
    return f"conf-{case['id']}"


def question(case: dict[str, Any]) -> dict[str, Any]:
    """The question as a user would describe it."""
    family = {"nps": "nps", "csa": "csat", "ces": "ces2"}[case["metric"][:3]]
    low = 0 if family == "nps" and "scale_max" not in case["params"] else 1
    high = case["params"].get("scale_max", 10)
    return {
        "code": code(case), "texts": {"en": case["id"], "ru": case["id"]}, "scale": {"min": low, "max": high}, "top": high,
        "type": family,
    }  # fmt: skip


def answers(case: dict[str, Any]) -> list[float]:
    """Answers of a row; counts of detractors, passives and promoters become so many answers of 0, 7 and 10."""
    if "from_counts" not in case["metric"]:
        return case["input"]
    return [value for value, count in zip((0, 7, 10), case["input"], strict=True) for _ in range(count)]


@pytest.fixture(scope="module")
def conformance(
    product: Product, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """Import places and questions, send all answers; what was refused, by case."""
    folder: Path = tmp_path_factory.mktemp("conformance")
    places, questions = folder / "places.csv", folder / "questions.yaml"
    places.write_text(
        "code,name,parent,kind,timezone\n"
        + "".join(f"{code(case)},{case['id']},,location,UTC\n" for case in CASES)
    )
    questions.write_text(json.dumps([question(case) for case in CASES]))
    product.server.command("import", "places", str(places))
    product.server.command("import", "questions", str(questions))
    refused = {}
    for case in CASES:
        events = [
            {
                "id": f"{code(case)}-{number}", "kind": "answer", "at": f"{DAY}T10:00:00Z", "place": code(case),
                "subject": code(case), "value": value, "session": f"{number}",
            }
            for number, value in enumerate(answers(case))
        ]  # fmt: skip
        status, answer = product.server.send(product.key, events)
        assert status == 202, (case, answer)
        refused[case["id"]] = answer["rejected"]
    return refused


def ask(
    product: Product, case: dict[str, Any], indicator: str, params: dict[str, Any] | None = None
) -> dict[str, Any]:
    asked = {"from": DAY, "to": DAY, "place": code(case), "subject": code(case)}
    return product.one(indicator, **asked, **({"params": json.dumps(params)} if params else {}))


def breaks(case: dict[str, Any]) -> dict[str, Any]:
    return {name: case["params"][name] for name in ("detractor_max", "passive_max") if name in case["params"]}


def nps(product: Product, case: dict[str, Any], refused: list[Any]) -> dict[str, Any]:
    row = ask(product, case, "nps", breaks(case))
    parts = row["parts"]
    return {
        "nps": row["value"],
        "nps_rounded": round(row["value"]),
        "promoters": parts["promoters"],
        "passives": parts["passives"],
        "detractors": parts["detractors"],
        "n": row["n"],
        "n_valid": row["n"],
        "n_invalid": len(refused),
        "se_points": row["standard_error"],
        "var_unit_scale": parts["variance"],
        "category": _categories(product, case) if case["metric"] == "nps_category" else [],
    }


def _categories(product: Product, case: dict[str, Any]) -> list[str]:
    """P, S or D of each single answer: the row's answers split by their value."""
    letters = []
    for value in answers(case):
        asked = {
            "from": DAY,
            "to": DAY,
            "place": code(case),
            "subject": code(case),
            "where": f"value={value}",
        }
        parts = product.one("nps", **asked)["parts"]
        (letter,) = [
            sign for sign, name in (("P", "promoters"), ("S", "passives"), ("D", "detractors")) if parts[name]
        ]
        letters.append(letter)
    return letters


def csat(product: Product, case: dict[str, Any]) -> dict[str, Any]:
    boxes = case["params"]["scale_max"] - case["params"]["satisfied_min"] + 1
    row = ask(product, case, "csat", {"boxes": boxes})
    percent = 100 * row["value"]
    return {
        "csat": percent,
        "csat_rounded": round(percent),
        "csat_rounded2": round(percent, 2),
        "satisfied": row["parts"]["top"],
        "n": row["n"],
    }


def ces(product: Product, case: dict[str, Any]) -> dict[str, Any]:
    highest = case["params"]["scale_max"]
    easy, hard = case["params"].get("easy_min", 5), case["params"].get("difficult_max", 3)
    mean = ask(product, case, "ces2_mean")["value"]
    bands = [
        {"name": "easy", "low": easy, "high": highest, "sign": 1},
        {"name": "neutral", "low": hard + 1, "high": easy - 1, "sign": 0},
        {"name": "difficult", "low": 1, "high": hard, "sign": -1},
    ]
    row = ask(product, case, "ces2_net", {"bands": bands})
    parts, n = row["parts"], row["n"]
    return {
        "mean": mean,
        "mean_rounded2": round(mean, 2),
        "easy(>=5)": parts["easy"],
        "neutral(4)": parts["neutral"],
        "difficult(<=3)": parts["difficult"],
        "net_easy": row["value"],
        "easy_pct": 100 * parts["easy"] / n,
        "difficult_pct": 100 * parts["difficult"] / n,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_row(product: Product, conformance: dict[str, list[Any]], case: dict[str, Any]):
    family = case["metric"][:3]
    if family == "nps":
        found = nps(product, case, conformance[case["id"]])
    else:
        found = csat(product, case) if family == "csa" else ces(product, case)
    expected = dict(case["expected"])
    tolerance = expected.pop("tol", TIGHT)
    for name, value in expected.items():
        if isinstance(value, list):
            assert found[name] == value
        else:
            assert found[name] == pytest.approx(value, abs=tolerance, rel=0), name


def test_all_rows_are_there(shared_data: Path):
    assert len(CASES) == 43
