"""One server with all shared data sets, imported by the commands that an installation uses."""

import dataclasses
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otklik.demo.public_data import data_folder
from tests.conftest import RunningServer

MAPS = Path(__file__).parent / "maps"
EXTRA = (
    ("survey/nps_testdata.csv.gz", "nps_testdata.yaml"),
    ("survey/nps_testdata.csv.gz", "nps_asked.yaml"),
    ("survey/abc_annual_satisfaction.csv.gz", "abc.yaml"),
    ("survey/ecsi_mobi.csv.gz", "mobi.yaml"),
    ("receipts/online_retail.parquet", "retail_all.yaml"),
)


@dataclasses.dataclass
class Product:
    """The REST API of a running server."""

    server: RunningServer
    key: str
    folder: Path

    def get(self, path: str, **asked: Any) -> Any:
        """The answer of a GET; a trailing underscore of a name is left out (`from_`)."""
        query = urllib.parse.urlencode({name.rstrip("_"): value for name, value in asked.items()}, doseq=True)
        status, _, body = self.server.request(
            "GET", f"/api/v1/{path}?{query}", headers={"Authorization": f"Bearer {self.key}"}
        )
        assert status == 200, (path, asked, status, body[:500])
        return json.loads(body)

    def rows(self, code: str, **asked: Any) -> list[dict[str, Any]]:
        """Rows of an indicator; the whole of time unless said otherwise."""
        return self.get(f"indicators/{code}/values", **{"from": "2000-01-01", "to": "2020-12-31", **asked})[
            "rows"
        ]

    def one(self, code: str, **asked: Any) -> dict[str, Any]:
        (row,) = self.rows(code, **asked)
        return row


@pytest.fixture(scope="session")
def shared_data() -> Path:
    try:
        return data_folder()
    except FileNotFoundError as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def product(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data = tmp_path_factory.mktemp("shared")
    running = RunningServer(data, {"OTKLIK_SHARED": str(shared_data)})
    running.command("real", "--no-serve")
    running.command("import", "places", str(MAPS / "places.csv"))
    running.command("import", "questions", str(MAPS / "questions.yaml"))
    for file, map_name in EXTRA:
        errors = str(data / f"{map_name}.errors.csv")
        running.command(
            "import", "events", str(shared_data / file), "--map", str(MAPS / map_name), "--errors", errors
        )
    running.start()
    yield Product(running, running.make_key("read", "ingest"), shared_data)
    running.stop()


@pytest.fixture(scope="session")
def checks(shared_data: Path) -> dict[str, dict[str, Any]]:
    """Checks of checks.json by id."""
    return {check["id"]: check for check in json.loads((shared_data / "checks.json").read_text())}


@pytest.fixture(scope="session")
def ruled(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A server with the data sets whose checks need the calculator."""
    from tests.shared.ruled import served

    yield from served(shared_data, tmp_path_factory.mktemp("rules"))
