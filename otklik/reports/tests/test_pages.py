"""Every page and export of this room: who gets it, in both languages, without inline code; large files become jobs."""

import datetime as dt
import io

import openpyxl
import pytest

from otklik.jobs import worker
from otklik.jobs.models import Job, State
from otklik.metrics.actions import set_threshold
from otklik.metrics.core.thresholds import Limits
from otklik.metrics.dimensions import Grain
from otklik.metrics.queries import Slicing, values
from otklik.metrics.tests.company import DAY, ratings, send, served
from otklik.reports.tests.conftest import WEEK
from otklik.reports.views import export

PAGES = ["", "service/", "comparison/", "hours/", "hours/?indicator=nps", "events/"]
EXPORTS = ["service", "comparison", "hours", "events", "catalogue", "board", "indicator"]


@pytest.fixture
def week(company):
    send(
        *ratings([5] * 40 + [1] * 10, point="spb-1"),
        *ratings([5] * 10 + [1] * 40, point="psk-1"),
        *ratings([5] * 25 + [1] * 25, point="msk-1", hour=9),
        served(100, place="spb"),
        served(100, place="psk"),
        served(100, place="msk"),
        *ratings([10] * 30 + [0] * 5, "nps", point="spb-1"),
    )


def with_span(address: str) -> str:
    return f"/reports/{address}{'&' if '?' in address else '?'}{WEEK}"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_stand_in_both_languages_without_inline_code(week, browse, language):
    browser = browse("viewer", language)
    for address in PAGES:
        for page in (with_span(address), f"/reports/{address}"):
            text = browser.get(page).text
            assert f'lang="{language}"' in text, page
            for bad in (" style=", "<style", " onclick"):
                assert bad not in text, page


def test_who_may_see_nothing_finds_nothing(week, browse):
    for address in PAGES:
        assert browse("nobody").get(with_span(address)).status_code == 404
    for name in EXPORTS:
        answer = browse("nobody").post(f"/reports/export/{name}/", {"format": "csv"})
        assert answer.status_code == 404
    assert browse("viewer").post("/reports/export/nonsense/").status_code == 404
    assert browse("viewer").post("/reports/export/service/", {"format": "exe"}).status_code == 404
    assert browse("viewer").get("/reports/export/service/").status_code == 405
    assert browse("viewer").post("/reports/export/thresholds/").status_code == 404


def test_a_manager_of_the_north_takes_the_north_alone(week, browse, take):
    for name in EXPORTS:
        query = f"{WEEK}&by=location&code=support&indicator=support"
        file = take(name, query, "xlsx", who="northerner")
        texts = {
            str(cell)
            for sheet in openpyxl.load_workbook(io.BytesIO(file))
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        }
        assert "Msk" not in texts, name
        answer = browse("northerner").post(f"/reports/export/{name}/?place=msk&{query}", {"format": "csv"})
        assert answer.status_code == 404, name


@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_everything_can_be_taken_away_in_every_format(week, take, form, language):
    for name in EXPORTS:
        assert len(take(name, f"{WEEK}&code=support", form, language=language)) > 100, name


def test_the_comparison_tells_chance_from_difference(week, sheets):
    head, *rows = sheets("comparison", f"{WEEK}&by=location&indicator=support")["Customer support index"]
    at = {name: number for number, name in enumerate(head)}
    found = {row[at["Every location"]]: row for row in rows}
    assert list(found) == ["Spb", "Msk", "Psk", "All together"]
    assert [found[name][at["Verdict"]] for name in ("Spb", "Msk", "Psk")] == [
        "better",
        "within noise",
        "worse",
    ]
    spb = found["Spb"]
    rest = (10 + 25) / 200
    error = (0.4 * 0.6 / 100 + rest * (1 - rest) / 200) ** 0.5
    assert spb[at["Difference from the rest"]] == pytest.approx(0.4 - rest)
    assert spb[at["p, corrected"]] < 0.001
    assert error > 0
    # 0.31…0.50 and 0.17…0.34 overlap, 0.06…0.17 lies below both
    assert [found[name][at["Rank at best"]] for name in ("Spb", "Msk", "Psk")] == [1, 1, 3]
    assert found["All together"][at["Base, n"]] == 300


def test_few_answers_are_never_called_better_or_worse(company, sheets):
    send(*ratings([10] * 20, "nps", point="spb-1"), *ratings([0] * 60, "nps", point="msk-1"))
    head, *rows = sheets("comparison", f"{WEEK}&by=location&indicator=nps")["NPS"]
    at = {name: number for number, name in enumerate(head)}
    found = {row[at["Every location"]]: row[at["Verdict"]] for row in rows}
    assert found["Spb"] == "too little to tell"


def test_hours_carry_their_bases(week, sheets):
    book = sheets("hours", f"{WEEK}&indicator=nps")
    listed = {(row[0], row[1]): row[2:] for row in book["Hours, list"][1:]}
    assert listed["Mon", 12][0] == pytest.approx(100 * 25 / 35)
    assert listed["Mon", 12][3] == 35
    assert book["Bases, n"][1][1] == 35


def test_the_indicators_file_says_what_queries_say(week, sheets):
    book = sheets("indicator", f"{WEEK}&code=support")
    days = Slicing(DAY, DAY + dt.timedelta(days=6), grain=Grain.DAY)
    told = {row.keys["period"]: row.results["support"].value for row in values(["support"], days)}
    head, *rows = book["Course"]
    assert head[0] == "Day"
    assert {row[0].date(): row[1] for row in rows if row[1] is not None} == told
    assert len(rows) == 7
    assert {row[0]: row[2] for row in book["Places"][1:]} == pytest.approx({"north": 0.25, "south": 0.25})


def test_relations_are_taken_away_with_their_warning(company, browse, sheets):
    for day in range(6):
        send(*ratings([10] * (day + 1) + [0] * 2, "nps", point="spb-1", day=day))
        send(*ratings([5] * (day + 2) + [1] * (1 + day % 2), "csat", point="spb-1", day=day))
    asked = f"{WEEK}&x=nps&x=csat"
    assert "/reports/export/relations/" in browse().get(f"/relations/?{asked}").text
    book = sheets("relations", asked)
    assert list(book) == ["About", "Correlations", "Pairs"]
    head, pair = book["Pairs"]
    at = {name: number for number, name in enumerate(head)}
    assert pair[at["Common units"]] == 6
    assert pair[at["Pearson, r"]] == book["Correlations"][1][2]
    assert "cause" in str(book["About"])
    units = sheets("relation", f"{WEEK}&x=nps&y=csat")["Units"]
    assert [row[0] for row in units[1:]] == [dt.datetime(2026, 3, day) for day in range(2, 8)]  # noqa: DTZ001  # as Excel has it
    assert browse().post(f"/reports/export/relations/?{WEEK}&x=nps", {"format": "csv"}).status_code == 404


def test_thresholds_of_places_are_in_the_file(week, sheets, people):
    from otklik.company.models import Place

    set_threshold(
        "support", Limits(0.9, 0.5), place=Place.objects.get(code="spb"), acting_user=people["chief"]
    )
    since = dt.date(2026, 3, 1)
    set_threshold(
        "support",
        Limits(0.2, 0.1),
        period="day",
        calendar="special",
        valid_from=since,
        acting_user=None,
    )
    rows = sheets("thresholds")["Thresholds"]
    name = ("Customer support index", "support")
    assert (*name, "Spb", "spb", None, None, None, None, 0.9, 0.5, "share") in rows
    special = (
        *name,
        "Whole company",
        None,
        "for a day",
        "on special days",
        dt.datetime(2026, 3, 1),  # noqa: DTZ001  # as Excel has it
        None,
        0.2,
        0.1,
        "share",
    )
    assert special in rows
    assert len([row for row in rows if row[1] == "support"]) == 3  # the default stays for other days


def test_a_large_file_is_made_in_the_background(week, browse, monkeypatch):
    monkeypatch.setattr(export, "MOST_CELLS", 10)
    browser = browse("viewer", "ru")
    address = browser.post(f"/reports/export/events/?{WEEK}&kind=rating", {"format": "xlsx"}).headers[
        "Location"
    ]
    assert address.startswith("/jobs/")
    assert worker.work_off() == 1
    job = Job.objects.get()
    assert (job.state, job.result) == (State.DONE, {"rows": 185})
    assert job.file_name == "События, Вся компания, 2026-03-02 - 2026-03-08.xlsx"
    answer = browser.get(f"{address}file/")
    file = b"".join(answer.streaming_content)
    assert len(openpyxl.load_workbook(io.BytesIO(file)).worksheets[1]["A"]) == 186
    assert "filename*=utf-8''%D0%A1%D0%BE%D0%B1" in answer["Content-Disposition"]


def test_rights_are_those_of_the_moment_when_it_is_made(week, browse, people, monkeypatch):
    monkeypatch.setattr(export, "MOST_CELLS", 10)
    browse("viewer").post(f"/reports/export/events/?{WEEK}&place=spb", {"format": "csv"})
    people["viewer"].grants.all().delete()
    worker.work_off()
    job = Job.objects.get()
    assert job.state == State.FAILED
    assert "not open to you any more" in job.error


def test_queries_do_not_grow_with_the_places(company, browse, django_assert_max_num_queries):
    from otklik.company.models import Place, Point
    from otklik.metrics.tests.company import place

    browser = browse("chief")
    counts = []
    for step in range(2):
        for number in range(4):
            made = place(f"p{step}{number}", Place.objects.get(code="north"))
            point = Point.objects.create(code=f"pt{step}{number}", name="Till", place=made)
            send(*ratings([5, 1], point=point.code))
        found = []
        for address in PAGES[1:]:
            browser.get(with_span(address + ("&" if "?" in address else "?") + "by=location"))
            with django_assert_max_num_queries(60) as asked:
                browser.get(with_span(address + ("&" if "?" in address else "?") + "by=location"))
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
