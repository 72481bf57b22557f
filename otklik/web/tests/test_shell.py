"""The frame around every page: language, navigation, search, errors."""

import json
import re

import pytest
from django.db import OperationalError
from django.test import Client

from otklik.company.models import User
from otklik.web import navigation

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user("anna", password="parol-otklik-1", is_superuser=True, first_name="Анна")


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_pages_are_russian_until_english_is_chosen(browser, user):
    assert 'lang="ru"' in browser.get("/components/").text
    answer = browser.post("/language/", {"language": "en", "next": "/components/"})
    assert answer.headers["Location"] == "/components/"
    page = browser.get("/components/")
    assert 'lang="en"' in page.text
    assert page.headers["Content-Language"] == "en"
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_language_never_leads_to_another_site(browser, elsewhere):
    assert browser.post("/language/", {"language": "en", "next": elsewhere}).headers["Location"] == "/"


def test_unknown_language_changes_nothing(browser):
    assert "otklik_language" not in browser.post("/language/", {"language": "xx"}).cookies


def test_strangers_are_asked_to_sign_in():
    for address in ("/components/", "/settings/", "/search.json?q=a"):
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")


def test_palette_finds_a_page_by_part_of_its_name(browser):
    found = browser.get("/search.json", {"q": "настр"}).json()["found"]
    assert "/settings/" in [line["url"] for line in found]


@pytest.mark.parametrize("query", ["users", "ПОЛЬЗ", "групп"])
def test_palette_finds_a_page_in_any_language_and_by_what_it_is_for(browser, query):
    found = browser.get("/search.json", {"q": query}).json()["found"]
    assert "/settings/users/" in [line["url"] for line in found]


def test_each_letter_after_g_leads_to_one_section():
    letters = [entry.key for entry in (*navigation._collect("ENTRIES"), navigation.SETTINGS_PAGE)]
    assert all(re.fullmatch("[a-z]", letter) for letter in letters)
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(("sections", "shown", "behind"), [(1, 1, 0), (5, 5, 0), (6, 4, 2), (9, 4, 5)])
def test_tab_bar_of_a_phone_holds_five(browser, monkeypatch, sections, shown, behind):
    entries = [
        navigation.Entry(f"Section {number}", "web:settings", "settings", order=number)
        for number in range(sections - 1)
    ]
    monkeypatch.setattr(navigation, "_collect", lambda _attribute: entries)
    page = browser.get("/components/").text
    bar = page.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert bar.count('<a class="tab') == shown
    assert bar.count('class="menu-item"') == behind
    assert ("data-menu-button" in bar) == bool(behind)
    assert page.split('<nav class="side-nav"')[1].split("</nav>")[0].count("<a ") == sections


def test_missing_page_says_what_to_do(browser):
    answer = browser.get("/nowhere/")
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text


def test_theme_and_density_are_drawn_from_cookies(browser):
    browser.cookies["otklik_theme"] = "dark"
    browser.cookies["otklik_density"] = "compact"
    page = browser.get("/components/").text
    assert 'data-bs-theme="dark"' in page
    assert 'data-density="compact"' in page
    browser.cookies["otklik_theme"] = '"><script>'
    assert "<script>" not in browser.get("/components/").text


def test_form_errors_stand_by_their_field(browser):
    page = browser.post("/components/", {"name": ""}).text
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_help id_name_error"' in page


def test_no_page_needs_inline_scripts_or_styles(browser):
    answer = browser.get("/components/")
    assert "style=" not in answer.text
    assert "unsafe" not in json.dumps(answer.headers["Content-Security-Policy"])


@pytest.mark.parametrize("problem", ["database or disk is full", "attempt to write a readonly database"])
def test_a_disk_that_refuses_is_said_on_pages_and_in_the_api(browser, monkeypatch, problem):
    def fail(*_arguments, **_options):
        raise OperationalError(problem)

    browser.raise_request_exception = False
    monkeypatch.setattr(navigation, "settings_links", fail)
    page = browser.get("/settings/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "Диск сервера заполнен" in page.text
    monkeypatch.setattr("otklik.metrics.present.indicator", fail)
    answer = browser.get("/api/v1/indicators")
    assert (answer.status_code, answer.json()["detail"][0]["field"]) == (503, "")


def test_what_nobody_expected_says_so_without_details(browser, monkeypatch):
    def fail(*_arguments, **_options):
        raise ValueError("secret detail")

    browser.raise_request_exception = False
    monkeypatch.setattr(navigation, "settings_links", fail)
    page = browser.get("/settings/")
    assert page.status_code == 500
    assert "Что-то сломалось" in page.text or "сломалось" in page.text
    assert "secret detail" not in page.text
