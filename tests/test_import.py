"""Import, export and self-test through the command line."""

import csv
import gzip
import json
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.conftest import RunningServer

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> RunningServer:
    """A data directory without a server."""
    running = RunningServer(tmp_path_factory.mktemp("import"))
    running.make_company()
    return running


def bring(company, folder, rows: str, map_: str, *options, name="file.csv", check=True):
    file, map_file = folder / name, folder / "map.yaml"
    file.write_bytes(gzip.compress(rows.encode()) if name.endswith(".gz") else rows.encode())
    map_file.write_text(map_)
    return company.command(
        "import", "events", str(file), "--map", str(map_file), *options, check=check, cwd=folder
    )


def exported(company, folder) -> list[dict[str, str]]:
    company.command("export", "events", "-o", str(folder / "out.csv"))
    with (folder / "out.csv").open(newline="") as file:
        return list(csv.DictReader(file))


RATINGS = """
event:
  kind: rating
  id: "{n}"
  at: {column: when, format: ["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"]}
  point: {column: till, map: {A: arbat-1, V: vvo-1}, otherwise: error}
  subject: service
  value: {column: mark, map: {"9": drop}}
  attrs: {weight: {column: w, type: number}, by: "{till}-{n}"}
"""


def test_csv_with_formats_zones_maps_and_errors_by_row(company, tmp_path):
    rows = "n,when,till,mark,w\nr1,05.01.2026 10:00,A,5,2\nr2,2026-01-05 10:00,V,4,1.5\nr3,soon,A,5,1\nr4,2026-01-05 10:00,X,5,1\n"
    rows += "r5,2026-01-05 10:00,A,9,1\nr6,2026-01-05 10:00,A,7,1\nr7,2026-01-05 10:00,A,ok,1\n"
    done = bring(company, tmp_path, rows, RATINGS, name="r.csv.gz", check=False)
    assert done.returncode == 1
    assert "Rows: 7. Events: 2 new, 0 known before, 1 left out by the map, 4 refused." in done.stdout
    stored = {one["id"]: one for one in exported(company, tmp_path) if one["id"].startswith("r")}
    assert {one: row["at"] for one, row in stored.items()} == {
        "r1": "2026-01-05T07:00:00.000000Z",
        "r2": "2026-01-05T00:00:00.000000Z",
    }  # the zone of each place
    assert json.loads(stored["r1"]["attrs"]) == {"weight": 2, "by": "A-r1"}
    with (tmp_path / "r.csv.gz.errors.csv").open(newline="") as file:
        errors = [(row["row"], row["field"], row["code"]) for row in csv.DictReader(file)]
    assert sorted(errors) == [
        ("4", "at", "unreadable"),
        ("5", "point", "unreadable"),
        ("7", "value", "off_scale"),
        ("8", "value", "unreadable"),
    ]


def test_running_again_changes_nothing(company, tmp_path):
    rows = "n,when,till,mark,w\n" + "".join(f"again{n},2026-01-05 10:00,A,5,\n" for n in range(20))
    assert "20 new" in bring(company, tmp_path, rows, RATINGS).stdout
    assert "20 new" in bring(company, tmp_path, rows, RATINGS).stdout  # told again, nothing done
    assert "0 new, 20 known before" in bring(company, tmp_path, rows, RATINGS, "--restart").stdout
    assert sum(one["id"].startswith("again") for one in exported(company, tmp_path)) == 20


def test_columns_become_events_and_rows_become_one_event(company, tmp_path):
    melt = """
melt: {columns: {q1: service, q2: nps}}
event: {kind: answer, id: "m{n}-{subject}", at: "2026-02-01T10:00:00Z", place: msk, subject: "{subject}", value: {column: value}}
"""
    assert (
        "Events: 3 new, 0 known before, 1 left out"
        in bring(company, tmp_path, "n,q1,q2\n1,5,9\n2,,0\n", melt).stdout
    )
    group = """
types: {price: "DECIMAL(18,4)", q: BIGINT}
where: "no NOT LIKE 'A%'"
columns: {amount: q * price}
group: {by: no, columns: {total: sum(amount), lines: count(*), at: 'min("at")', op: "if(no LIKE 'C%', 'refund', 'sale')"}}
event:
  {kind: receipt, id: "g{no}", at: "{at}", point: arbat-2, value: {column: total}, attrs: {operation: "{op}", lines: {column: lines}}}
"""
    rows = "no,at,q,price\n1,2026-02-01T10:00,3,0.1\n1,2026-02-01T10:00,1,0.2\nC2,2026-02-01T11:00,-1,0.7\nA3,2026-02-01T11:00,1,1\n"
    assert "Rows: 2. Events: 2 new" in bring(company, tmp_path, rows, group).stdout
    found = {
        one["id"]: (one["value"], json.loads(one["attrs"]))
        for one in exported(company, tmp_path)
        if one["id"][0] == "g"
    }
    assert found == {
        "g1": ("0.5", {"operation": "sale", "lines": 2}),
        "gC2": ("-0.7", {"operation": "refund", "lines": 1}),
    }


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_other_formats_come_in_and_go_out(company, tmp_path, form):
    file = tmp_path / f"x.{form}"
    options = {"ndjson": "(FORMAT json)", "parquet": "(FORMAT parquet)"}[form]
    duckdb.sql(
        f"COPY (SELECT '{form}-' || i AS id, TIMESTAMP '2026-01-01' + to_hours(i) AS at FROM range(6000) t(i)) TO '{file}' {options}"
    )
    (tmp_path / "map.yaml").write_text(
        'event: {kind: visit, id: "{id}", at: {column: at}, point: arbat-1, attrs: {duration: 30}}'
    )
    done = company.command("import", "events", str(file), "--map", str(tmp_path / "map.yaml"), cwd=tmp_path)
    assert "Events: 6000 new" in done.stdout
    out = tmp_path / f"out.{form}"
    company.command(
        "export", "events", "--format", form, "--from", "2026-01-02", "--to", "2026-01-02", "-o", str(out)
    )
    read = "read_json" if form == "ndjson" else "read_parquet"
    count = duckdb.sql(
        f"SELECT count(*) FROM {read}('{out}') WHERE id LIKE '{form}-%' AND day = '2026-01-02'"
    ).fetchall()[0][0]
    assert count == 24


@pytest.mark.parametrize(
    ("map_", "sentence"),
    [
        ("event: {kind: visit}", "needs “at”"),
        ("event: {kind: visit, at: '{nothing}'}", "no column “nothing”"),
        ("event: {kind: visit, at: now, colour: red}", "unknown field “colour”"),
        ("events: {}", "needs a section “event”"),
        ("{", "is not YAML"),
        ("where: '1 +'\nevent: {kind: visit, at: '{a}'}", "file.csv:"),
        ("timezone: Mars/Olympus\nevent: {kind: visit, at: '{a}'}", "Mars/Olympus"),
    ],
)
def test_a_wrong_map_is_explained(company, tmp_path, map_, sentence):
    done = bring(company, tmp_path, "a\n1\n", map_, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_self_test_is_content_and_notices_damage(company, tmp_path):
    assert "Everything is in order." in company.command("check").stdout
    wreck = RunningServer(tmp_path / "wreck")
    wreck.data.mkdir()
    wreck.make_company()
    rows = "n,when,till,mark,w\n1,2026-01-05 10:00,A,5,\n"
    bring(wreck, tmp_path, rows, RATINGS)
    code = "from otklik.events.record import *; s=get_store(); s.seal(force=True); close_store()"
    wreck.command("manage", "shell", "-c", code)
    segment = next((wreck.data / "segments").glob("*.parquet"))
    segment.write_bytes(segment.read_bytes()[:-3] + b"xyz")
    done = wreck.command("check", check=False)
    assert done.returncode == 1
    assert segment.name in done.stderr


def test_the_examples_of_the_ingest_page_work(server, tmp_path):
    page = (DOCS / "ingest-api.md").read_text("utf-8")
    single, packed = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    told = re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0]
    event = {
        "id": "doc-2",
        "kind": "rating",
        "at": "2026-01-05T10:00:00+03:00",
        "point": "arbat-1",
        "subject": "service",
        "value": 4,
    }
    (tmp_path / "events.ndjson").write_text(json.dumps(event) + "\n")
    environment = {"URL": server.url, "KEY": server.make_key("ingest"), "PATH": "/usr/bin:/bin"}
    for command, answer in ((single, json.loads(told)), (packed, json.loads(told))):
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout) == answer
