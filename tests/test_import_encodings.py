"""Files of events in other encodings than UTF-8: the same rows under the same numbers, or a sentence that helps."""

import csv
import gzip

import pytest

from tests.conftest import RunningServer

MAP = """
csv: {delim: ";"%s}
event:
  kind: visit
  id: "%s{номер}"
  at: {column: когда, format: "%%d.%%m.%%Y %%H:%%M"}
  point: {column: касса, map: {Арбат: arbat-1, Восток: vvo-1}, otherwise: error}
  attrs: {duration: {column: секунд, type: number}}
"""
ROWS = 'номер;когда;касса;секунд\n1;05.01.2026 10:00;Арбат;5\n"2";05.01.2026 10:00;Нигде;5\n3;05.01.2026 10:00;Восток;7\n'


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> RunningServer:
    running = RunningServer(tmp_path_factory.mktemp("encodings"))
    running.make_company()
    return running


def bring(company, folder, content: bytes, *, encoding: str, prefix: str, name: str = "f.csv"):
    (folder / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    (folder / "map.yaml").write_text(MAP % (encoding and f", encoding: {encoding}", prefix))
    words = ("import", "events", str(folder / name), "--map", str(folder / "map.yaml"))
    return company.command(*words, check=False, cwd=folder)


@pytest.mark.parametrize(
    ("encoding", "codec", "name"),
    [
        ("cp1251", "cp1251", "f.csv"),
        ("Windows-1251", "cp1251", "f.csv.gz"),
        ("koi8-r", "koi8-r", "f.csv"),
        ("utf-8-sig", "utf-8-sig", "f.csv"),
        ("utf-16", "utf-16", "f.csv.gz"),
        ("utf-16-be", "utf-16-be", "f.csv"),
        ("", "utf-8-sig", "f.csv"),
    ],
)
def test_rows_and_their_numbers_are_those_of_the_file(
    company, tmp_path, monkeypatch, *, encoding, codec, name
):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    content = ROWS.replace("\n", "\r\n").encode(codec)
    done = bring(company, tmp_path, content, encoding=encoding, prefix=f"{encoding}-{name}-", name=name)
    assert "Rows: 3. Events: 2 new, 0 known before, 0 left out by the map, 1 refused." in done.stdout
    with (tmp_path / f"{name}.errors.csv").open(newline="") as file:
        assert [(row["row"], row["field"]) for row in csv.DictReader(file)] == [("3", "point")]
    assert not list(temporary.iterdir()), "the copy stayed"
    again = bring(company, tmp_path, content, encoding=encoding, prefix=f"{encoding}-{name}-", name=name)
    assert "Rows: 3. Events: 2 new" in again.stdout  # told again, nothing done


def test_an_import_that_stopped_goes_on_behind_the_last_row(company, tmp_path):
    content = ROWS.encode("cp1251")
    bring(company, tmp_path, content, encoding="cp1251", prefix="stopped-")
    progress = max((company.data / "imports").glob("*.json"), key=lambda path: path.stat().st_mtime)
    text = progress.read_text()
    progress.write_text(text.replace('"rows": 3', '"rows": 2').replace('"accepted": 2', '"accepted": 1'))
    done = bring(company, tmp_path, content, encoding="cp1251", prefix="stopped-")
    assert "Rows: 3. Events: 1 new, 1 known before, 0 left out by the map, 1 refused." in done.stdout


@pytest.mark.parametrize(
    ("encoding", "content", "sentence"),
    [
        ("cp12512", ROWS.encode("cp1251"), "csv.encoding: there is no encoding “cp12512”. Write one like cp1251"),
        ("base64", ROWS.encode("cp1251"), "csv.encoding: there is no encoding “base64”"),
        ("", ROWS.encode("cp1251"), "f.csv is not UTF-8. Say in the map what it is, for example csv: {encoding: cp1251}"),
        ("utf-8", ROWS.encode("cp1251"), "f.csv is not UTF-8."),
        ("", (ROWS + "4;05.01.2026 10:00;Арбат;5\n" * 30_000).encode() + "5;;Ж;\n".encode("cp1251"), "is not UTF-8"),
        ("cp1251", ROWS.encode("cp1251") + b"\x98", "csv.encoding: line 5 of f.csv is not cp1251."),
        ("utf-16", ROWS.encode("utf-16")[:-1], "csv.encoding: line 4 of f.csv is not utf-16."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_a_sentence(company, tmp_path, encoding, content, sentence):
    done = bring(company, tmp_path, content, encoding=encoding, prefix="bad-")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_packed_file_that_is_damaged_is_refused(company, tmp_path):
    (tmp_path / "g.csv.gz").write_bytes(gzip.compress(ROWS.encode("cp1251"))[:-9])
    (tmp_path / "map.yaml").write_text(MAP % (", encoding: cp1251", "gz-"))
    done = company.command("import", "events", "g.csv.gz", "--map", "map.yaml", check=False, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "g.csv.gz" in done.stderr
