"""Figures that a company names: one number per figure, place and day, whatever is typed, pasted, sent or changed."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from otklik.company.models import AuditEntry
from otklik.devices.figures.actions import Change, enter, save_figure
from otklik.devices.figures.dates import BadDayError, day_first, parse_day
from otklik.devices.figures.models import Figure
from otklik.devices.figures.numbers import BadNumberError, Rules, parse_number, plain_text
from otklik.devices.figures.sheets import sheet
from otklik.devices.queries import business_today

SHARE, MONEY = Rules("share", 1), Rules("money", 2)


@pytest.fixture
def churn(world):
    return save_figure(
        acting_user=world.owner, code="churn", name_ru="Отток", name_en="Churn", unit="share", decimals=1,
        minimum=0, maximum=1, direction="lower", adds="mean",
    )  # fmt: skip


@pytest.fixture
def bought(world):
    return save_figure(
        acting_user=world.owner, code="bought", name_ru="Повторные покупки", unit="count", minimum=0
    )


def ago(place, days=1):
    return business_today(place) - dt.timedelta(days=days)


def send(client, code, *cells):
    body = {"cells": [{"place": place.code, "day": str(day), "text": text} for place, day, text in cells]}
    return client.post(f"/entry/{code}/save", json.dumps(body), content_type="application/json").json()[
        "cells"
    ]


def paste(client, code, text, **more):
    return client.post(f"/entry/{code}/table/", {"text": text, **more})


def test_a_figure_is_one_event_per_place_and_day_and_the_log_says_who(world, churn, stored):
    client, day = world.sign_in(world.manager), ago(world.shop)
    (cell,) = send(client, "churn", (world.shop, day, "12,5 %"))
    assert (cell["ok"], cell["value"], cell["text"]) == (True, 12.5, "12,5")
    (cell,) = send(client, "churn", (world.shop, day, "11"))
    assert (cell["value"], cell["old"], cell["old_text"]) == (11, 12.5, "12.5")
    (event,) = stored("figure")
    assert (event["subject"], event["value"], event["place"], event["day"]) == (
        "churn",
        0.11,
        world.shop.pk,
        day,
    )
    log = client.get(f"/entry/churn/log/?week={day}").text
    assert "12,5% → 11%" in log
    (cell,) = send(client, "churn", (world.shop, day, ""))
    assert cell["value"] is None
    assert stored("figure") == []
    assert AuditEntry.objects.filter(action="figure.enter").count() == 3


def test_the_same_again_is_no_event_and_no_log(world, bought, stored):
    one, day = sheet("bought"), ago(world.shop)
    for _ in range(3):
        enter(one, [Change(world.shop, day, 5.0)], acting_user=world.manager)
    assert len(stored()) == 1
    assert AuditEntry.objects.filter(action="figure.enter").count() == 1


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("churn", "abc", "Это не число"),
        ("churn", "120", "больше"),
        ("churn", "-1", "меньше"),
        ("churn", "1,234", "тысячу"),
        ("bought", "12,5", "без дробной"),
        ("bought", "12 %", "не в процентах"),
    ],
)
def test_a_refusal_names_place_day_and_what_was_typed(world, churn, bought, stored, *, code, text, words):
    day = ago(world.shop)
    (cell,) = send(world.sign_in(world.manager), code, (world.shop, day, text))
    assert not cell["ok"]
    for part in (world.shop.name, str(day.day), text, words):
        assert part in cell["error"]
    assert stored() == []


def test_others_places_and_figures_are_not_there(world, churn):
    client = world.sign_in(world.manager)
    day = ago(world.shop)
    (foreign,) = send(client, "churn", (world.far_shop, day, "5"))
    assert not foreign["ok"]
    assert client.get("/entry/nothing/").status_code == 404
    assert world.far_shop.name not in client.get("/entry/churn/").text
    assert client.get(f"/entry/place/?place={world.far_shop.code}").status_code == 404
    assert client.get("/settings/figures/").status_code == 404


def test_one_place_has_a_row_for_each_figure(world, churn, bought):
    page = world.sign_in(world.manager).get("/entry/place/").text
    assert page.count('data-sheet="') == 3
    for name in ("Отток", "Повторные покупки", "Обслуженные клиенты"):
        assert name in page


# --- tables ------------------------------------------------------------------------------------------------------


def days_back(place, count):
    return [ago(place, number) for number in range(count, 0, -1)]


def test_a_pasted_table_is_shown_first_and_saved_on_confirmation(world, bought, stored):
    client = world.sign_in(world.colleague)
    first, second = days_back(world.shop, 2)
    text = f"Место\t{first:%d.%m.%Y}\t{second:%d.%m.%Y}\nНевский, 1\t1 234\t5\nspb-2\t\t(0)\nИтого\t1234\t5\n"
    page = paste(client, "bought", text)
    assert page.status_code == 200
    assert "Сохранить 3 числа" in page.text
    assert stored() == []
    assert paste(client, "bought", text, confirmed="1").status_code == 302
    found = {(row["place"], row["day"]): row["value"] for row in stored("figure")}
    assert found == {
        (world.shop.pk, first): 1234, (world.shop.pk, second): 5, (world.other_shop.pk, second): 0,
    }  # fmt: skip
    again = paste(client, "bought", text)
    assert "всё уже так" in again.text


def test_every_mistake_is_named_at_its_cell_and_nothing_is_stored(world, bought, stored):
    client = world.sign_in(world.colleague)
    day = ago(world.shop)
    text = f"\t{day:%d.%m.%Y}\t31.02.2026\t1 ноя\nНевский, 1\tмного\t1\t2\nКуда-то\t5\nspb-2\t7"
    page = paste(client, "bought", text, confirmed="1")
    assert page.status_code == 422
    for where, words in (("B2", "много"), ("C1", "нет в календаре"), ("D1", "год"), ("A3", "Куда-то")):
        assert f"<code>{where}</code>" in page.text, where
        assert words in page.text
    assert stored() == []


def test_days_across_or_down_and_several_figures_in_one_table(world, bought, churn, stored):
    client = world.sign_in(world.colleague)
    first, second = days_back(world.shop, 2)
    down = f"\tspb-1\tspb-2\n{first}\t1\t2\n{second}\t3\t4\n"
    assert paste(client, "bought", down, confirmed="1").status_code == 302
    assert sorted(row["value"] for row in stored("figure")) == [1, 2, 3, 4]
    several = f"place;day;churn;bought\nspb-1;{first};10 %;9\nspb-2;{first};;8\n"
    assert paste(client, "churn", several, confirmed="1").status_code == 302
    found = {(row["subject"], row["place"], row["day"]): row["value"] for row in stored("figure")}
    assert found["churn", world.shop.pk, first] == 0.1
    assert found["bought", world.shop.pk, first] == 9
    assert found["bought", world.other_shop.pk, first] == 8
    assert len(found) == 5


def test_a_table_that_fails_on_its_second_figure_stores_nothing_of_the_first(world, bought, churn, stored):
    client = world.sign_in(world.colleague)
    ahead = business_today(world.shop) + dt.timedelta(days=3)
    text = f"place;day;churn;bought\nspb-1;{ago(world.shop)};10 %;\nspb-1;{ahead};;5\n"
    page = paste(client, "churn", text, confirmed="1")
    assert page.status_code == 422
    assert "ещё не наступил" in page.text
    assert stored() == []


def test_a_cell_twice_in_a_table_is_refused(world, bought, stored):
    day = ago(world.shop)
    text = f"place;day;value\nspb-1;{day};1\nНевский, 1;{day:%d.%m.%Y};2\n"
    page = paste(world.sign_in(world.colleague), "bought", text, confirmed="1")
    assert "C2" in page.text
    assert stored() == []


def test_an_excel_file_with_dates_and_per_cent(world, churn, stored, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    page = book.active
    first, second = days_back(world.shop, 2)
    page.append([])
    page.append(["Место", first, second])
    page.append(["spb-1", 0.125, 7.5])
    page["B3"].number_format = "0.0%"
    path = tmp_path / "отток.xlsx"
    book.save(path)
    client = world.sign_in(world.colleague)
    with path.open("rb") as file:
        answer = client.post("/entry/churn/table/", {"file": file, "confirmed": "1"})
    assert answer.status_code == 302
    assert {row["day"]: row["value"] for row in stored("figure")} == {first: 0.125, second: 0.075}
    assert {row["via"] for row in stored("figure")} == {"import:отток.xlsx"}
    page["C3"] = "нет"
    book.save(path)
    with path.open("rb") as file:
        answer = client.post("/entry/churn/table/", {"file": file})
    assert "<code>C3</code>" in answer.text


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"", b"\x00\x01\x02"])
def test_a_file_that_is_no_table_is_refused_with_a_sentence(world, bought, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = world.sign_in(world.colleague)
    answer = client.post("/entry/bought/table/", {"file": SimpleUploadedFile("x.xlsx", content or b" ")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


# --- numbers and days as people write them -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rules", "value"),
    [
        ("", SHARE, None), ("12,5 %", SHARE, 0.125), ("12.5%", SHARE, 0.125), ("12", SHARE, 0.12), ("0,125", SHARE, 0.00125),
        ("1 234,50", MONEY, 1234.5), ("1\u00a0234", MONEY, 1234), ("(5)", MONEY, -5), ("−5,25", MONEY, -5.25),
        ("1.234.567,89", MONEY, 1234567.89), ("1,234,567.89", MONEY, 1234567.89), ("1'234.5", MONEY, 1234.5),
        ("1 500 ₽", MONEY, 1500), ("99 руб.", MONEY, 99), ("1.234,5", MONEY, 1234.5),
        ("3:20", Rules("seconds"), 200), ("1:02:03", Rules("seconds"), 3723),
        ("１２", Rules(), 12), ("12,0", Rules(), 12), ("+7", Rules(), 7), ("1.2340", Rules("score", 4), 1.234),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, rules, value):
    assert parse_number(text, rules) == value


@pytest.mark.parametrize(
    ("text", "rules", "why"),
    [
        ("abc", MONEY, "text"), ("12 abc", MONEY, "text"), ("-", MONEY, "text"), ("1 23", MONEY, "text"), ("1,2,3", MONEY, "text"),
        ("5 %", MONEY, "percent"), ("1,234", MONEY, "ambiguous"), ("1.234", SHARE, "ambiguous"), ("1,5", Rules(), "fraction"),
        ("9" * 30, MONEY, "large"), ("nan", MONEY, "text"), ("inf", MONEY, "text"), ("1e5", MONEY, "text"), ("()", MONEY, "text"),
    ],
)  # fmt: skip
def test_numbers_that_are_refused(text, rules, why):
    with pytest.raises(BadNumberError) as refused:
        parse_number(text, rules)
    assert refused.value.why == why


@given(st.decimals(min_value=-1_000_000, max_value=1_000_000, places=6).map(float))
def test_a_plain_text_is_read_back_as_the_same_number(value):
    assert parse_number(plain_text(value), Rules("money", 6)) == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_named_refusal(text):
    try:
        value = parse_number(text, MONEY)
    except BadNumberError:
        return
    assert value is None or abs(value) < 1e16


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-31", "2025-12-31"), ("2025-12-31 00:00:00", "2025-12-31"), ("31.12.2025", "2025-12-31"), ("31.12.25", "2025-12-31"),
        ("31.12.2025 г.", "2025-12-31"), ("31/12/2025", "2025-12-31"), ("12/31/2025", "2025-12-31"), ("05/05/2025", "2025-05-05"),
        ("31 декабря 2025", "2025-12-31"), ("5 мая 2025 г.", "2025-05-05"), ("31 Dec 2025", "2025-12-31"), ("Dec 31, 2025", "2025-12-31"),
        ("31-дек-2025", "2025-12-31"),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text, day):
    assert str(parse_day(text)) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [("03/04/2025", "ambiguous"), ("31.02.2025", "none"), ("31.12", "year"), ("5 мая", "year"), ("сегодня", "text"), ("45000", "text")],
)  # fmt: skip
def test_days_that_are_refused(text, why):
    with pytest.raises(BadDayError) as refused:
        parse_day(text)
    assert refused.value.why == why


def test_strokes_are_understood_from_the_rest_of_the_table():
    assert day_first(["03/04/2025", "31/12/2025"]) is True
    assert day_first(["03/04/2025", "12/31/2025"]) is False
    assert day_first(["03/04/2025"]) is None
    assert day_first(["31/12/2025", "12/31/2025"]) is None
    assert str(parse_day("03/04/2025", day_before_month=True)) == "2025-04-03"


# --- the catalogue -----------------------------------------------------------------------------------------------


def test_the_catalogue_is_managed_on_its_page(world):
    client = world.sign_in(world.owner)
    said = {
        "code": "plan", "name_ru": "План", "unit": "share", "decimals": "1", "minimum": "0", "maximum": "150", "direction": "higher",
        "adds": "mean", "position": "0", "active": "on",
    }  # fmt: skip
    assert client.post("/settings/figures/add/", said).status_code == 302
    figure = Figure.objects.get()
    assert (figure.code, figure.maximum) == ("plan", 1.5)
    assert 'value="150' in client.get(f"/settings/figures/{figure.pk}/").text
    wrong = client.post(
        "/settings/figures/add/", {**said, "code": "x", "adds": "sum", "minimum": "5", "maximum": "1"}
    )
    assert wrong.status_code == 422
    assert Figure.objects.count() == 1


def test_the_catalogue_goes_out_and_comes_back(world, churn, bought):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = world.sign_in(world.owner)
    text = client.get("/settings/figures/export.yaml").text
    assert "code: churn" in text
    changed = text.replace("Отток", "Отток клиентов").encode()
    looked = client.post("/settings/figures/import/", {"file": SimpleUploadedFile("f.yaml", changed)})
    assert "<del>Отток</del> → <ins>Отток клиентов</ins>" in looked.text
    assert "куплено" not in looked.text.lower()  # stays as it is
    assert Figure.objects.get(code="churn").name_ru == "Отток"
    sent = dict(re.findall(r'name="(seal|content)" value="([^"]+)"', looked.text))
    assert client.post("/settings/figures/import/", sent | {"confirmed": "1"}).status_code == 302
    assert Figure.objects.get(code="churn").name_ru == "Отток клиентов"
    broken = b"figures:\n- {code: a, name_ru: A}\n- {code: served, name_ru: B}\n- {code: c, colour: red}\n"
    answer = client.post("/settings/figures/import/", {"file": SimpleUploadedFile("f.yaml", broken)})
    assert answer.status_code == 422
    assert "colour" in answer.text
    assert not Figure.objects.filter(code="a").exists()


def test_a_figure_that_is_out_of_use_is_not_typed_any_more(world, bought):
    save_figure(bought, acting_user=world.owner, active=False)
    assert world.sign_in(world.manager).get("/entry/bought/").status_code == 404
    with pytest.raises(ValidationError):
        save_figure(acting_user=world.owner, code="place", name_ru="x")
