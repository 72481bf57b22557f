"""The timeline in Chromium: drawn, zoomed, chosen, marked, taken away, and live without losing the zoom."""

import datetime as dt
import re
import uuid
import zoneinfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_access, check_layout, rate, settle, until

pytestmark = [pytest.mark.browser]
DRAWN = "Number(document.querySelector('[data-tl-chart]').dataset.drawn || 0) > %d"


def open_timeline(page, query="series=nps&series=support&period=28d"):
    page.goto(f"/timeline/?{query}")
    settle(page)
    until(page, DRAWN % 0)


def shown(page):
    return page.locator("[data-tl-shown]").inner_text()


def test_panels_follow_one_zoom_by_mouse_and_keys_and_the_address_keeps_it(page):
    open_timeline(page)
    whole = shown(page)
    box = page.locator("[data-tl-canvas]").bounding_box()
    y = box["y"] + 120
    page.mouse.move(box["x"] + 300, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, y + 5, steps=6)
    page.mouse.up()
    until(page, "location.search.includes('zoom=')")
    near = shown(page)
    assert near != whole
    page.reload()
    settle(page)
    until(page, DRAWN % 0)
    assert shown(page) == near
    page.keyboard.press("-")
    until(page, "(text) => document.querySelector('[data-tl-shown]').innerText !== text", near)
    page.keyboard.press("0")
    until(page, "(text) => document.querySelector('[data-tl-shown]').innerText === text", whole)
    until(page, "!location.search.includes('zoom=')")
    page.keyboard.press("+")
    until(page, "(text) => document.querySelector('[data-tl-shown]').innerText !== text", whole)
    half = shown(page)
    page.keyboard.press("ArrowLeft")
    until(page, "(text) => document.querySelector('[data-tl-shown]').innerText !== text", half)


def test_crosshair_lists_every_value_with_n(page):
    open_timeline(page)
    box = page.locator("[data-tl-canvas]").bounding_box()
    page.mouse.move(box["x"] + 500, box["y"] + 150)
    tip = page.locator("[data-tl-tip]")
    expect(tip).to_be_visible()
    text = tip.inner_text().replace("\u00a0", " ")
    for word in ("NPS", "Индекс Поддержки Клиентов", "n = "):
        assert word in text


def test_a_panel_says_of_which_day_its_number_is(page):
    open_timeline(page, "series=nps&period=28d")
    head = page.locator(".tl-head-item").inner_text().replace("\u00a0", " ")
    yesterday = dt.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow")).date() - dt.timedelta(days=1)
    assert re.search(rf"NPS\s+{yesterday.day} [а-я]+:\s+\d", head), head


def test_more_lines_than_ten_are_refused_in_words_and_equal_colours_have_dashes(page):
    codes = [
        "support",
        "nps",
        "csat",
        "csi",
        "churn",
        "criticality",
        "receipts",
        "visitors",
        "average_receipt",
        "contacts",
        "answers",
    ]
    open_timeline(page, "mode=together&" + "&".join(f"series={code}" for code in codes))
    expect(page.locator("[data-tl-problems]")).to_contain_text("не больше 10")
    swatches = page.evaluate("[...document.querySelectorAll('.tl-chip .tl-swatch')].map((e) => e.className)")
    assert len(swatches) == len(set(swatches))
    assert any("tl-dash-1" in one for one in swatches)


def test_indicators_are_chosen_by_search_and_taken_away(page):
    open_timeline(page, "series=nps&period=28d")
    page.get_by_role("button", name="Добавить показатель").first.click()
    page.locator("[data-tl-find]").fill("критичн")
    page.keyboard.press("Enter")
    expect(page.locator(".tl-chip")).to_have_count(2)
    page.get_by_role("button", name="Готово").click()
    assert "series=criticality" in page.url
    page.get_by_role("button", name="Убрать: NPS").click()
    expect(page.locator(".tl-chip")).to_have_count(1)
    page.get_by_role("button", name="Убрать: Индекс Критичности Клиентов").click()
    expect(page.locator(".tl-empty")).to_contain_text("Выберите до 10 показателей")
    page.get_by_role("button", name="7 дней").or_(page.get_by_role("button", name="28 дней")).first.click()
    page.get_by_role("link", name="90 дней", exact=True).click()
    assert "series=" in page.url  # the bar of place and period takes the lines along


def test_the_same_indicator_of_another_place_is_a_line_of_its_own(page):
    open_timeline(page, "series=nps&period=28d")
    page.locator(".tl-chip-name").first.click()
    page.locator("[data-tl-place-find]").fill("влад")
    page.locator("[data-tl-place-found] button", has_text="Владивосток").click()
    page.get_by_role("button", name="Добавить ещё одной линией").click()
    expect(page.locator(".tl-chip")).to_have_count(2)
    expect(page.locator(".tl-chip").nth(1)).to_contain_text("Владивосток")
    assert "series=nps,place:vvo" in page.url
    colours = page.eval_on_selector_all(
        ".tl-chip .tl-swatch", "(all) => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(colours)) == 2
    page.locator("[data-tl-mode=together]").click()
    until(page, "location.search.includes('mode=together')")


def test_table_one_key_away_leads_to_the_indicator(page):
    open_timeline(page)
    page.keyboard.press("t")
    rows = page.locator("[data-tl-table-holder] tbody tr")
    expect(rows).to_have_count(28)
    rows.nth(5).locator("a").first.click()
    page.wait_for_url("**/indicators/nps/?*")
    assert "period=custom" in page.url


def test_event_is_marked_changed_and_removed(page, troubles):
    troubles.expected.append("422")
    open_timeline(page)
    text = f"Акция {uuid.uuid4().hex[:6]}"
    page.get_by_role("button", name="Событие", exact=True).click()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.locator("[data-tl-marker-error]")).to_contain_text("Напишите, что произошло")
    page.get_by_label("Что произошло").fill(text)
    page.get_by_label("Первый день").fill((dt.datetime.now(dt.UTC).date() - dt.timedelta(days=5)).isoformat())
    page.get_by_role("button", name="Сохранить", exact=True).click()
    event = page.locator(".tl-event-list li", has_text=text)
    expect(event).to_be_visible()
    expect(page.locator(".tl-flag").first).to_be_visible()
    event.get_by_role("button").click()
    page.get_by_label("Что произошло").fill(f"{text}!")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.locator(".tl-event-list li", has_text=f"{text}!")).to_be_visible()
    page.locator(".tl-event-list li", has_text=text).get_by_role("button").click()
    page.get_by_role("button", name="Убрать", exact=True).click()
    expect(page.locator(".tl-event-list li", has_text=text)).to_have_count(0)
    page.get_by_role("button", name="Вернуть").click()
    expect(page.locator(".tl-event-list li", has_text=text)).to_be_visible()


def test_picture_and_table_are_taken_away(page):
    open_timeline(page)
    page.get_by_role("button", name="Скачать").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Картинка (PNG)").click()
    name = r"Динамика, Вся компания, \d{4}-\d\d-\d\d - \d{4}-\d\d-\d\d"
    assert re.fullmatch(rf"{name}\.png", waiting.value.suggested_filename)
    head = waiting.value.path().read_bytes()
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(head) > 20_000
    page.get_by_role("button", name="Скачать").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Таблица (CSV)").click()
    assert re.fullmatch(rf"{name}\.csv", waiting.value.suggested_filename)
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 29
    assert "NPS" in lines[0]


def test_new_event_comes_in_without_losing_the_zoom(page, company):
    open_timeline(page, "series=answers&period=28d")
    page.keyboard.press("+")
    until(page, "location.search.includes('zoom=')")
    near = shown(page)
    page.keyboard.press("0")
    until(page, "!location.search.includes('zoom=')")
    page.keyboard.press("+")
    until(page, "(text) => document.querySelector('[data-tl-shown]').innerText === text", near)
    drawn = int(page.locator("[data-tl-chart]").get_attribute("data-drawn"))
    key = company.make_key()
    rate(company, key)
    until(page, DRAWN % drawn)
    assert shown(page) == near


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_layout_and_access(open_page, language, width):
    page = open_page(language=language, width=width, theme="dark" if width == 360 else "light")
    open_timeline(page, "series=nps&series=support&series=nps,place:vvo&period=28d")
    check_layout(page)
    check_access(page)
    page.locator("[data-tl-mode=together]").click()
    check_layout(page)


def test_viewer_marks_nothing(open_page):
    page = open_page(user="boris")
    open_timeline(page, "series=nps&period=28d")
    assert page.get_by_role("button", name="Событие", exact=True).count() == 0
