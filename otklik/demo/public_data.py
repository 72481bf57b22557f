"""Public data sets as a company: the same imports that any installation uses, with the map files in `real/`.

Data are read from the folder that `OTKLIK_SHARED` names, or `shared` beside the checkout; they are never part of the project.
"""

import csv
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from django.conf import settings

MAPS = Path(__file__).parent / "real"
SETS = (  # data file, map
    ("survey/sfo_survey_2015.csv.gz", "sfo_2015_invitations.yaml"),
    ("survey/sfo_survey_2015.csv.gz", "sfo_2015_ratings.yaml"),
    ("survey/sfo_survey_2016.csv.gz", "sfo_2016_invitations.yaml"),
    ("survey/sfo_survey_2016.csv.gz", "sfo_2016_ratings.yaml"),
    ("survey/sfo_survey_2017.csv.gz", "sfo_2017_invitations.yaml"),
    ("survey/sfo_survey_2017.csv.gz", "sfo_2017_ratings.yaml"),
    ("survey/sfo_survey_2017.csv.gz", "sfo_2017_recommend.yaml"),
    ("survey/teaching_ratings.csv.gz", "courses_students.yaml"),
    ("survey/teaching_ratings.csv.gz", "courses_ratings.yaml"),
    ("receipts/online_retail.parquet", "retail_receipts.yaml"),
    ("traffic/melbourne_pedestrian_2015_2016.csv.gz", "melbourne_visitors.yaml"),
)
COURSES, RETAIL = "survey/teaching_ratings.csv.gz", "receipts/online_retail.parquet"
NAME = "Открытые данные"

type Say = Callable[[str, int, int], None]  # name of the file, rows done, rows in all


def data_folder() -> Path:
    """The folder with the data files. FileNotFoundError with a sentence when it is not there."""
    named = os.environ.get("OTKLIK_SHARED")
    root = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    for folder in (root / "data", root):
        if all((folder / file).exists() for file, _ in SETS):
            return folder
    raise FileNotFoundError(
        f"The public data sets are not in {root}. `otklik real` needs the folder shared beside the checkout, or another one "
        "named by OTKLIK_SHARED; everything else works without it."
    )


def places_table(folder: Path) -> bytes:
    """CSV for `otklik import places`: the tree of real/places.csv with a location per country and per course."""
    table = io.StringIO((MAPS / "places.csv").read_text("utf-8"))
    table.seek(0, io.SEEK_END)
    writer = csv.writer(table, lineterminator="\n")
    for code, name, parent in (*_countries(folder / RETAIL), *_courses(folder / COURSES)):
        writer.writerow((code, name, parent, "location", "", "", ""))
    return table.getvalue().encode()


def _countries(file: Path) -> Iterator[tuple[str, str, str]]:
    rows = duckdb.execute("SELECT DISTINCT Country FROM read_parquet(?) ORDER BY 1", [str(file)]).fetchall()
    for (country,) in rows:
        yield f"retail-{country.lower().replace(' ', '-')}", country, "retail"


def _courses(file: Path) -> Iterator[tuple[str, str, str]]:
    rows = duckdb.execute(
        "SELECT prof, division FROM read_csv(?, all_varchar = true)", [str(file)]
    ).fetchall()
    for number, (professor, division) in enumerate(rows, start=2):  # rows are numbered as in the file
        yield f"course-{number}", f"Курс {number - 1} ({division}, № {professor})", "courses"


def bring(folder: Path, say: Say) -> int:
    """Import everything that is not there yet; returns how many events are new. May be stopped and run again."""
    from otklik.company.actions import update_company
    from otklik.company.importing.places import import_places
    from otklik.events.importing.mapping import Map
    from otklik.events.importing.run import Import
    from otklik.events.importing.source import Source
    from otklik.surveys.importing import import_questions

    update_company(acting_user=None, name=NAME, served_priority=["till", "sensor", "manual"])
    import_places(places_table(folder), acting_user=None)
    import_questions((MAPS / "questions.yaml").read_bytes(), acting_user=None)
    added = 0
    for file, map_name in SETS:
        errors = Path(settings.DATA_DIR) / f"{map_name}.errors.csv"
        with Source.opened(folder / file, Map.read(MAPS / map_name)) as source:
            work = Import(source, errors, restart=False, language="ru")
            done, total = work.progress.totals.rows, source.count()
            say(map_name, done, total)
            before = work.progress.totals.accepted

            def advance(rows: int, name: str = map_name, total: int = total) -> None:
                nonlocal done
                done += rows
                say(name, done, total)

            totals = work.run(advance)
        added += totals.accepted - before
        if totals.rejected:
            raise RuntimeError(f"{totals.rejected} rows of {file} were refused; see {errors}")
    return added
