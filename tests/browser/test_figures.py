"""Typing figures and looking at colours in Chromium: what is typed is saved, undone and explained, on phones too."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import settle, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAID = {
    "code": "churn", "name_ru": "Отток", "name_en": "Churn", "decimals": "1", "minimum": "0", "maximum": "100", "position": "0",
}  # fmt: skip


def make_figure(page: Page) -> None:
    page.goto("/entry/churn/")
    if page.locator("#sheet").count():
        return
    page.goto("/settings/figures/add/")
    for name, value in SAID.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=unit]", "share")
    page.select_option("[name=direction]", "lower")
    page.select_option("[name=adds]", "mean")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/entry/churn/")


def test_a_figure_is_named_typed_pasted_and_undone(open_page: Callable[..., Page], troubles) -> None:
    troubles.expected.append("status 404")  # the sheet is asked for before it is there
    troubles.expected.append("404 (Not Found)")
    page = open_page()
    make_figure(page)
    page.goto(
        f"/entry/churn/?week={dt.datetime.now(dt.UTC).date() - dt.timedelta(days=7)}"
    )  # every day of it has come
    cells = page.locator("#sheet tbody tr").first.locator("input")
    cells.nth(0).fill("12,5 %")
    cells.nth(0).press("Tab")
    until(page, "document.querySelector('#sheet td.saved')")
    assert cells.nth(0).input_value() == "12,5"
    cells.nth(1).fill("много")
    cells.nth(1).press("Tab")
    page.locator("#sheet-errors:not([hidden]) >> text=не число").wait_for()
    cells.nth(1).press("Escape")
    page.locator("#sheet-log >> text=12,5").wait_for()
    assert "12,5" in page.locator("#sheet tfoot").inner_text()
    page.locator(".sheet-toast button").last.click()
    until(page, "document.querySelector('#sheet tbody input').value === ''")


def test_a_pasted_table_is_shown_before_it_is_saved(open_page: Callable[..., Page], troubles) -> None:
    troubles.expected += ["status 404", "404 (Not Found)", "status 422", "422 (Unprocessable"]
    page = open_page()
    make_figure(page)
    page.goto("/entry/churn/table/")
    page.fill("textarea[name=text]", "место\t01.11.2025\nнигде\t5\n")
    page.locator("main form button.btn-primary").click()
    page.locator("[role=alert] >> text=нигде").wait_for()
    assert page.locator("[role=alert] code").first.inner_text() == "A2"


@pytest.mark.parametrize(("language", "width", "theme"), [("ru", 1280, "light"), ("en", 360, "dark")])
def test_pages_of_colours_and_thresholds(
    open_page: Callable[..., Page], language: str, width: int, theme: str
) -> None:
    page = open_page(language=language, width=width, theme=theme)
    for address in (
        "/states/",
        "/entry/place/",
        "/entry/served/",
        "/entry/sources/",
        "/settings/thresholds/support/",
        "/settings/calendar/",
        "/settings/colours/",
        "/settings/figures/",
        "/indicators/support/",
    ):
        page.goto(address)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
