"""The frame around every page, as people use it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, check_access, check_layout, english_words, settle, sign_in, until

pytestmark = [pytest.mark.browser]
PAGES = [
    "/",
    "/?edit=1",
    "/indicators/",
    "/indicators/support/",
    "/indicators/nps/?by=hours",
    "/settings/",
    "/settings/thresholds/",
    "/settings/thresholds/nps/",
    "/components/",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("width", [1280, 768, 360])
def test_russian_pages_fit_and_speak_russian(open_page, address, width):
    page = open_page(width=width)
    page.goto(address)
    settle(page)
    check_layout(page)
    check_access(page)
    if width == 1280:
        assert english_words(page) == []


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("width", [1280, 360])
def test_english_pages_fit_and_speak_english(open_page, address, width):
    page = open_page(language="en", width=width, theme="dark")
    page.goto(address)
    settle(page)
    check_layout(page)
    check_access(page)
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    headings = page.locator("h1, .side-link").all_inner_texts()
    assert not any("а" <= letter <= "я" for text in headings for letter in text.lower())


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_sign_in_says_what_is_wrong_and_lets_in(open_page, troubles, language, width):
    page = open_page(language=language, width=width, user=None)
    page.goto("/accounts/login/")
    check_layout(page)
    check_access(page)
    sign_in(page, "anna", "not-the-password")
    expect(page.locator("[role=alert], .field-error").first).to_be_visible()
    page.locator("[name=login]").fill("anna")
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-widget]").first).to_be_visible()


def test_language_is_switched_and_kept(page):
    page.goto("/indicators/")
    page.locator("[data-menu-button].user").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Indicators")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_theme_changes_at_once_and_stays(page):
    page.goto("/components/")
    page.locator("[data-menu-button].user").click()
    page.locator("[data-set-theme=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("[data-set-density=compact]").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")


def test_palette_finds_a_place_by_keyboard(page):
    page.goto("/")
    settle(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("арб")
    expect(page.locator("#palette-list a").first).to_contain_text("Арбат")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "place=arbat" in page.url
    expect(page.locator("h1")).to_have_text("Арбат")


def test_escape_closes_the_palette_with_whatever_was_typed(page):
    page.goto("/")
    settle(page)
    page.keyboard.press("/")
    page.keyboard.type("арб")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.type("gs")
    page.wait_for_url("**/settings/**")


def test_keys_go_to_pages_and_explain_themselves(page):
    page.goto("/")
    settle(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("p")
    assert page.url.endswith("/indicators/")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [1440, 768, 390])
def test_menus_stay_inside_the_screen(open_page, troubles, language, width):
    troubles.expected.append("GL Driver Message")
    page = open_page(language=language, width=width)
    for address in ("/?place=arbat", "/timeline/", "/map/", "/relations/"):
        page.goto(address)
        settle(page)
        buttons = page.locator("main [data-menu-button], main [data-rel-pick] summary")
        for number in range(buttons.count()):
            buttons.nth(number).click()
            inside = """() => { const shown = [...document.querySelectorAll('main [data-menu-panel], main [open] .rel-panel')]
                .filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect());
                return shown.length === 1 && shown[0].left >= 0 && shown[0].right <= innerWidth
                  && document.documentElement.scrollWidth <= document.documentElement.clientWidth; }"""
            until(page, inside, seconds=3)
            page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_and_boxes_are_seen(open_page, theme):
    """At least 3:1 between the edge of a control and what lies behind it (WCAG 1.4.11)."""
    page = open_page(theme=theme)
    for address in ("/settings/calendar/", "/indicators/new/", "/reports/events/", "/settings/users/"):
        page.goto(address)
        settle(page)
        faint = page.evaluate(
            """() => {
            const parts = (text) => text.match(/[\\d.]+/g).map(Number);
            const behind = (e) => { for (; e; e = e.parentElement) {
              const found = parts(getComputedStyle(e).backgroundColor);
              if (found.length < 4 || found[3] === 1) return found; } return [255, 255, 255]; };
            const light = (colour) => colour.slice(0, 3).map((one) => one / 255)
              .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
              .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
            return [...document.querySelectorAll('main :is(input, select, textarea)')]
              .filter((e) => e.checkVisibility() && !e.disabled && !e.matches('.visually-hidden, :checked:not(option)'))
              .map((e) => { const [a, b] = [parts(getComputedStyle(e).borderTopColor), behind(e.parentElement)].map(light);
                return [e.outerHTML.slice(0, 80), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
              .filter(([, contrast]) => contrast < 3); }"""
        )
        assert faint == [], address


def test_menu_of_a_phone_opens_and_closes(open_page):
    page = open_page(width=360)
    page.goto("/")
    expect(page.locator("#side")).not_to_be_visible()
    page.locator("[data-drawer-open]").click()
    expect(page.locator("#side")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).not_to_be_visible()


def test_sections_that_do_not_fit_the_tab_bar_are_one_key_away(open_page):
    page = open_page(width=360)
    page.goto("/")
    settle(page)
    sections = page.locator(".side-link").count()
    tabs = page.locator(".tabs a.tab")
    more = page.locator(".tab-more [data-menu-button]")
    if sections <= 5:
        expect(tabs).to_have_count(sections)
        expect(more).to_have_count(0)
        return
    expect(tabs).to_have_count(4)
    more.focus()
    page.keyboard.press("Enter")
    rest = page.locator("#tabs-more a")
    expect(rest).to_have_count(sections - 4)
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(rest.first).to_be_focused()
    check_layout(page)
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(rest.first).not_to_be_visible()
    more.click()
    rest.last.click()
    page.wait_for_url("**/settings/**")
    expect(more).to_have_class("tab active")


def test_explanation_of_a_word_is_one_touch_away(page):
    page.goto("/components/")
    page.locator(".term").first.click()
    expect(page.locator(".tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).not_to_be_visible()


def test_missing_page_leads_back(page, troubles):
    troubles.expected += ["404"]
    page.goto("/nowhere/")
    page.get_by_role("link", name="Перейти к обзору").click()
    expect(page.locator("[data-widget]").first).to_be_visible()
