"""The calculator's editor in Chromium: from a card to an indicator on its page, by keyboard, on a phone."""

import pytest

from tests.browser.conftest import check_access, check_layout, english_words, until

pytestmark = pytest.mark.browser
READY = "document.querySelector('[data-definition-preview]').dataset.drawn && !document.querySelector('[data-definition-preview].working')"


def open_editor(page, address):
    page.goto(address)
    until(page, READY)


def test_from_a_card_to_a_value_on_its_page(page):
    page.goto("/indicators/new/")
    page.get_by_text("Число событий").first.click()
    until(page, READY)
    page.locator(".filter-kinds select").first.select_option("rating")
    page.get_by_role("button", name="+ Условие").click()
    page.locator(".filter-row select").nth(0).select_option("value")
    page.locator(".filter-row select").nth(1).select_option(">=")
    page.locator(".filter-row input").fill("4")
    page.locator("#name-ru").fill("Хорошие оценки")
    assert page.locator("#code").input_value() == "khoroshie_otsenki"
    until(page, "document.querySelector('.preview-words')?.innerText.includes('≥ 4')")
    until(page, READY)
    words = page.locator(".preview-words").inner_text()
    assert "оценок" in words
    assert "≥ 4" in words
    value = page.locator("[data-preview-value] strong").inner_text()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/indicators/khoroshie_otsenki/**")
    assert page.locator("[data-value]").first.inner_text() == value


def test_a_problem_is_shown_at_its_place_and_fixed_by_one_press(page, troubles):
    open_editor(page, "/indicators/new/?rule=range_share")
    page.locator('[data-where="params.low"] input').fill("5")
    page.locator('[data-where="params.high"] input').fill("3")
    until(page, "document.querySelector('.problem-fix')")
    assert "перевёрнута" in page.locator(".definition-problems").inner_text()
    page.locator(".problem-fix").first.click()
    until(page, "document.querySelector('[data-where=\"params.low\"] input').value === '3'")
    until(page, READY)
    assert page.locator(".problem-fix").count() == 0
    troubles.expected.append("422")
    page.locator("[data-definition-save]").click()
    until(page, "document.activeElement.id === 'code' || document.activeElement.id === 'name-ru'")


@pytest.mark.parametrize("rule", ["chains", "per_key", "formula", "model", "net_index", "ratio_of_counts"])
def test_every_kind_of_form_draws_and_is_accessible(open_page, rule):
    page = open_page()
    open_editor(page, f"/indicators/new/?rule={rule}")
    check_access(page)
    check_layout(page)
    assert page.locator("[data-definition-params] .definition-param").count() > 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_phone_shows_the_form_and_the_value_at_hand(open_page, language):
    page = open_page(language=language, width=360)
    for address in ("/indicators/new/", "/indicators/exchange/", "/indicators/nps/versions/"):
        page.goto(address)
        check_layout(page)
        check_access(page)
    open_editor(page, "/indicators/nps/edit/")
    check_layout(page)
    check_access(page)
    assert page.locator("[data-definition-bar]").inner_text().strip()


def test_the_russian_editor_is_russian(page):
    open_editor(page, "/indicators/new/?rule=between")
    allowed = {"JSON"}
    assert set(english_words(page)) <= allowed


def test_the_text_view_takes_a_definition_over(page):
    open_editor(page, "/indicators/new/?rule=count")
    page.locator(".definition-json summary").click()
    page.locator("[data-definition-json]").fill(
        '{"code": "calls", "name": {"ru": "Ответы"}, "unit": "count", "direction": "none", "params": {"filter": ["kind", "=", "answer"]}}'
    )
    page.locator("[data-definition-json-take]").click()
    assert page.locator("#code").input_value() == "calls"
    assert page.locator(".filter-kinds select").first.input_value() == "answer"
    until(page, READY)
