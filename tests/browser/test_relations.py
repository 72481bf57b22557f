"""Relations in a browser: choosing without a mouse, charts and the same as a table, state in the address, phones."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_access, check_layout, english_words, settle, until

pytestmark = [pytest.mark.browser]
PAGES = {
    "table": "/relations/?x=top_share&x=nps&x=support",
    "pair": "/relations/pair/?x=top_share&y=nps",
    "drivers": "/relations/drivers/?target=nps&x=top_share&x=support&by=place_day",
    "standard": "/relations/standard/",
    "quadrants": "/relations/quadrants/?x=nps&y=top_share",
    "questions": "/relations/questions/?q=nps&q=service",
}


def drawn(page):
    until(page, "[...document.querySelectorAll('[data-rel-chart]')].every((chart) => chart.dataset.drawn)")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "width"), [("ru", 1280), ("en", 360), ("ru", 360)])
def test_every_page_fits_and_can_be_reached(open_page, name, language, width):
    page = open_page(language=language, width=width)
    page.goto(PAGES[name])
    settle(page)
    drawn(page)
    check_layout(page)
    check_access(page)
    assert page.evaluate(
        """() => { const [tab, row] = [document.querySelector('.rel-tabs [aria-current]'), document.querySelector('.rel-tabs')]
        .map((e) => e.getBoundingClientRect()); return tab.left >= row.left - 1 && tab.right <= row.right + 1; }"""
    )
    assert page.evaluate(
        """() => [...document.querySelectorAll('.card [data-rel-switch]')].every((e) =>
        e.getBoundingClientRect().right <= e.closest('.card').getBoundingClientRect().right)"""
    )
    if language == "ru":
        words = set(english_words(page)) - {
            "VIF",
            "LMG",
            "STL",
            "HC",
            "Relations",
            "TOLK",
            "R",
            "r",
            "p",
            "x",
            "y",
            "ccf",
        }
        assert words == set()


def test_indicators_are_chosen_by_keyboard_and_stand_in_the_address(page):
    page.goto("/relations/?x=nps&x=support&period=7d")
    settle(page)
    button = page.locator("summary", has_text="Показатели")
    expect(button).to_contain_text("2")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("критичности")
    page.keyboard.press("Enter")
    expect(button).to_contain_text("3")
    page.keyboard.press("Escape")
    page.locator("[data-rel-form]").get_by_role("button", name="Показать", exact=True).last.click()
    page.wait_for_url(re.compile("x=criticality"))
    assert "period=7d" in page.url
    assert "least=" not in page.url
    expect(page.locator(".rel-heat tbody tr")).to_have_count(3)


def test_a_cell_leads_to_its_pair_and_a_dot_to_its_day(page):
    page.goto(PAGES["table"])
    page.locator(".rel-heat td a").first.click()
    page.wait_for_url(re.compile("/relations/pair/"))
    settle(page)
    drawn(page)
    page.keyboard.press("t")
    table = page.locator("[data-rel-table]").first
    expect(table).to_be_visible()
    expect(page.locator("[data-rel-chart]").first).to_be_hidden()
    table.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/\?.*from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))


def test_another_period_keeps_what_was_chosen(page):
    page.goto("/relations/pair/?x=top_share&y=nps&by=day")
    page.get_by_role("button", name="28 дней").click()
    page.get_by_role("link", name="90 дней", exact=True).click()
    page.wait_for_url(re.compile("period=90d"))
    assert "x=top_share" in page.url
    assert "by=day" in page.url
