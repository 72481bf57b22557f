"""The browser of the record: filters, pages both ways, what is personal, one event, the file of it."""

import csv
import io
import itertools
import re

import pytest

from otklik.metrics.tests.company import event, make_key, ratings, send
from otklik.reports.tests.conftest import WEEK

SECRET = "Позвоните мне, Мария, +7 916 000-00-00"


@pytest.fixture
def record(company):
    send(
        *ratings([5, 4, 1], point="spb-1"),
        event("receipt", 250.5, point="spb-1", attrs={"operation": "sale", "lines": 2, "customer": "c-77"}),
        event("receipt", -10, point="msk-1", attrs={"operation": "refund"}, session="visit-9"),
        event("message", point="spb-1", subject="queue", attrs={"text": SECRET, "tone": "negative"}),
        event("message", point="msk-1", subject="queue", attrs={"text": 'Спасибо, 100% = "хорошо"', "tone": "positive"}),
    )  # fmt: skip


def lines(page) -> int:
    return len(re.findall(r'<a href="/reports/events/2026-', page.text))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 7),
        ("kind=rating", 3),
        ("kind=rating&kind=receipt", 5),
        ("kind=rating&value_from=4", 2),
        ("value_from=0&value_to=4,5", 2),
        ("subject=queue", 2),
        ("via=IMPORT:", 7),
        ("via=panel:", 0),
        ("session=visit", 1),
        ("where=attr.operation%3Drefund", 1),
        ("where=attr.lines>%3D2%0Avalue<1000", 1),
        ("q=спасибо", 1),
        ("q=Мария", 1),
        ('q=%3D "хорошо"', 1),
        ("place=north", 5),
        ("point=msk-1", 2),
        ("from=2026-03-05&to=2026-03-06", 0),
        ("q=%27; DROP TABLE x --", 0),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(record, browse, query, found):
    span = "" if "from=" in query and "value" not in query else f"{WEEK}&"
    assert lines(browse().get(f"/reports/events/?{span}{query}")) == found


def test_what_is_not_understood_is_named(record, browse):
    page = browse().get(f"/reports/events/?{WEEK}&value_from=many&where=nonsense").text
    assert "“many” is no number" in page
    assert "“nonsense” is no condition" in page


def test_pages_both_ways_show_everything_once(company, browse):
    send(
        *itertools.chain.from_iterable(
            ratings([n % 5 + 1] * 3, point="spb-1", hour=8 + n % 10) for n in range(40)
        )
    )
    browser = browse()
    seen, address = [], f"/reports/events/?{WEEK}&kind=rating"
    back = []
    while address:
        page = browser.get(address).text
        seen.append(re.findall(r'href="/reports/events/2026-03-02/(e\d+)/"', page))
        back = re.findall(r'href="(\?[^"]*after=[^"]*)" rel="prev"', page)
        found = re.findall(r'href="(\?[^"]*before=[^"]*)" rel="next"', page)
        address = f"/reports/events/{found[0].replace('&amp;', '&')}" if found else ""
    assert [len(one) for one in seen] == [50, 50, 20]
    assert len({name for one in seen for name in one}) == 120
    page = browser.get(f"/reports/events/{back[0].replace('&amp;', '&')}").text
    assert re.findall(r'href="/reports/events/2026-03-02/(e\d+)/"', page) == seen[1]


def test_columns_are_chosen(record, browse):
    page = browse().get(f"/reports/events/?{WEEK}&kind=receipt&col=id&col=via").text
    assert "import:test" in page
    assert "250" not in page


def test_words_of_clients_are_for_those_who_work_on_them(record, browse, take):
    for address in (f"/reports/events/?{WEEK}", f"/reports/events/?{WEEK}&kind=message"):
        assert "Мария" in browse("chief").get(address).text
        assert "Мария" in browse("northerner").get(address).text
        page = browse("viewer").get(address).text
        assert "Мария" not in page
        assert "c-77" not in page
        assert "hidden" in page
    assert lines(browse("viewer").get(f"/reports/events/?{WEEK}&q=Мария")) == 0
    assert lines(browse("viewer").get(f"/reports/events/?{WEEK}&where=attr.customer%3Dc-77")) == 0
    assert lines(browse("viewer").get(f"/reports/events/?{WEEK}&where=attr.operation%3Dsale")) == 1
    for form in ("csv", "xlsx", "parquet"):
        assert "Мария".encode() not in take("events", WEEK, form, who="viewer")
    assert "Мария" in take("events", WEEK, "csv", who="northerner").decode("utf-8-sig")


def test_one_event_opens_with_all_its_fields(record, browse):
    page = browse().get(f"/reports/events/?{WEEK}&kind=message&place=spb").text
    [address] = re.findall(r'href="(/reports/events/2026-03-02/e\d+/)"', page)
    shown = browse("chief").get(address).text
    for text in (SECRET, "negative", "import:test", "queue", "Spb"):
        assert text in shown
    assert "Мария" not in browse("viewer").get(address).text
    assert browse("northerner").get(address).status_code == 200


def test_attributes_have_the_names_and_words_that_people_use(record, browse):
    page = browse(language="ru").get(f"/reports/events/?{WEEK}&kind=receipt").text
    assert "операция: продажа · строк в чеке: 2" in page
    assert "операция: возврат" in page
    page = browse("chief").get(f"/reports/events/?{WEEK}&kind=message").text
    assert "tone: negative" in page


def test_an_event_of_others_is_not_there(record, browse):
    page = browse().get(f"/reports/events/?{WEEK}&place=msk&kind=receipt").text
    [address] = re.findall(r'href="(/reports/events/2026-03-02/e\d+/)"', page)
    assert browse("northerner").get(address).status_code == 404
    assert browse("nobody").get(address).status_code == 404
    assert browse().get("/reports/events/2026-03-02/none/").status_code == 404
    assert browse().get("/reports/events/someday/none/").status_code == 404


def test_the_file_has_what_the_filters_leave_with_typed_attributes(record, sheets):
    head, *rows = sheets("events", f"{WEEK}&kind=receipt")["Events"]
    at = {name: number for number, name in enumerate(head)}
    assert [(row[at["Value"]], row[at["Operation"]], row[at["Lines of the receipt"]]) for row in rows] == [
        (250.5, "sale", 2),
        (-10, "refund", None),
    ]
    assert rows[0][0].hour == 12  # on the clock of the place
    about = sheets("events", f"{WEEK}&kind=receipt")["About"]
    assert ("Kind", "receipt") in about


def test_a_key_takes_events_and_values_as_files(record, client):
    key = make_key(where="north")
    headers = {"Authorization": f"Bearer {key}"}
    span = {"from": "2026-03-02", "to": "2026-03-08"}
    answer = client.get("/api/v1/exports/events", {**span, "format": "csv"}, headers=headers)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 1 + 5
    assert "Msk" not in text
    answer = client.get(
        "/api/v1/exports/indicators/support", {**span, "by": "place", "format": "csv"}, headers=headers
    )
    assert answer.status_code == 200
    assert b"spb" in b"".join(answer.streaming_content)
    assert client.get("/api/v1/exports/indicators/nonsense", headers=headers).status_code == 404
    assert client.get("/api/v1/exports/events", {"place": "msk"}, headers=headers).status_code == 404
    assert client.get("/api/v1/exports/events").status_code == 401
    assert client.get("/api/v1/exports/events", {"format": "exe"}, headers=headers).status_code == 422
