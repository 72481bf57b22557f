"""The base report: hand-counted answers, per question and group, equal to the API and to the file."""

import pytest

from otklik.company.models import Employee
from otklik.metrics.tests.company import DAY, event, make_key, ratings, send, served
from otklik.reports.tests.conftest import WEEK


@pytest.fixture
def week(company):
    """spb: 10 ratings (6 top) on a counted day of 40, 2 on a day nobody counted; msk: 4 ratings of 8 clients."""
    send(
        *ratings([5] * 6 + [4, 3, 2, 1], point="spb-1"),
        served(40, place="spb"),
        *ratings([5, 1], point="spb-2", day=1),
        *ratings([5, 5, 2, 2], point="msk-1"),
        served(8, place="msk"),
        *ratings([10] * 5 + [8] * 3 + [2] * 2, "nps", point="spb-1"),
        event("rating", 9, subject="nps", point="msk-1", employee="anna"),
    )


def rows_of(sheet):
    head, *rows = sheet
    return {row[1]: dict(zip(head, row, strict=True)) for row in rows if row[1]}


def test_counts_shares_and_indices_by_hand(week, sheets):
    rows = rows_of(sheets("service", f"{WEEK}&by=location&subject=smile")["smile"])
    spb = rows["Spb"]
    assert spb["Ratings"] == 12
    assert [spb[str(option)] for option in (5, 4, 3, 2, 1)] == [7, 1, 1, 1, 2]
    assert spb["5, share"] == pytest.approx(7 / 12)
    assert spb["Mean"] == pytest.approx((35 + 4 + 3 + 2 + 2) / 12)
    assert (spb["Support index"], spb["Criticality index"], spb["Response"]) == pytest.approx(
        (6 / 40, 4 / 40, 10 / 40)
    )
    assert (spb["Clients served"], spb["Ratings of days with a served count"]) == (40, 10)
    assert (spb["Days with a served count"], spb["Days of places in all"]) == (1, 2)
    assert spb["Relevance"] == "not relevant"
    total = rows["Total"]
    assert total["Ratings"] == 16
    assert total["Support index"] == pytest.approx((6 + 2) / 48)
    assert total["Support index"] + total["Criticality index"] == pytest.approx(total["Response"])


def test_the_file_says_what_the_api_says(week, sheets, client):
    headers = {"Authorization": f"Bearer {make_key()}"}
    for by, param in (("location", "place"), ("point", "point")):
        rows = rows_of(sheets("service", f"{WEEK}&by={by}&subject=smile")["smile"])
        by_code = {row["Code"]: row for row in rows.values() if row["Code"]}
        for code, column in (
            ("support", "Support index"),
            ("criticality", "Criticality index"),
            ("response_rate", "Response"),
        ):
            answer = client.get(
                f"/api/v1/indicators/{code}/values",
                {"from": str(DAY), "to": "2026-03-08", "by": param},
                headers=headers,
            ).json()
            told = {row[param]: row["value"] for row in answer["rows"]}
            assert {key: by_code[key][column] for key in by_code} == pytest.approx(
                {key: told[key] for key in by_code}
            )


def test_other_questions_bring_their_own_indicator(week, sheets):
    book = sheets("service", f"{WEEK}&by=total")
    assert list(book) == ["About", "smile", "nps"]
    row = rows_of(book["nps"])["Whole company"]
    assert row["Ratings"] == 11
    assert row["NPS, points"] == pytest.approx(100 * (6 - 2) / 11)


def test_by_employee_and_by_day(week, sheets):
    anna = Employee.objects.get()
    rows = rows_of(sheets("service", f"{WEEK}&by=employee&subject=nps")["nps"])
    assert rows[anna.name]["Ratings"] == 1
    days = sheets("service", f"{WEEK}&by=total&grain=day&subject=smile")["smile"]
    found = {str(row[2])[:10]: row[3] for row in days[1:-1]}
    assert found == {"2026-03-02": 14, "2026-03-03": 2}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_sorts_by_what_is_pressed(week, browse, language):
    page = browse("viewer", language).get(f"/reports/service/?{WEEK}&by=location&subject=smile&sort=-n").text
    assert page.index("Spb") < page.index("Msk")
    assert 'aria-sort="descending"' in page
    up = browse("viewer").get(f"/reports/service/?{WEEK}&by=location&subject=smile&sort=n").text
    assert up.index("Msk") < up.index("Spb")


def test_a_manager_of_the_north_sees_the_north_alone(week, browse, sheets):
    page = browse("northerner").get(f"/reports/service/?{WEEK}&by=location").text
    assert "Spb" in page
    assert "Msk" not in page
    book = sheets("service", f"{WEEK}&by=location&subject=smile", who="northerner")
    assert "Msk" not in str(book)
    assert rows_of(book["smile"])["Total"]["Ratings"] == 12
    assert browse("northerner").get("/reports/service/?place=msk").status_code == 404


def test_nobody_rated(company, browse):
    assert "Nobody has rated" in browse("viewer").get(f"/reports/service/?{WEEK}").text
