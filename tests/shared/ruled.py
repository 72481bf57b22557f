"""A server with the data sets whose checks need the calculator, and how a test defines an indicator there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.conftest import RunningServer
from tests.shared.conftest import MAPS, Product

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


def served(shared_data: Path, data: Path) -> Iterator[Product]:
    """Import everything into the new directory `data` and serve it."""
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
            seconds=900,  # 766,000 elements of checklists
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
