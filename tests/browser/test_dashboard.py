"""The board and the way from a widget down to a single event."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import rate, settle, until

pytestmark = [pytest.mark.browser]


def widget(page, name):
    return page.locator("[data-widget]", has=page.get_by_role("heading", name=name, exact=True)).first


def test_widget_says_value_interval_base_goal_and_colour_in_words(page):
    page.goto("/?period=7d")
    card = widget(page, "NPS")
    text = card.inner_text().replace("\u00a0", " ")
    assert re.search(r"\d", text)
    assert "±" in text
    assert "n = " in text
    assert "цель ≥ 50" in text
    assert card.locator(".light .visually-hidden").inner_text() in {"хорошо", "допустимо", "плохо"}


def test_grey_says_why_and_where_to_act(page):
    page.goto("/?period=today")
    card = widget(page, "Индекс Поддержки Клиентов")
    assert "widget-none" in card.get_attribute("class")
    assert re.search(r"оценок|обслуженн|ничего", card.inner_text())


def test_place_and_period_live_in_the_address_and_stay(page):
    page.goto("/")
    page.get_by_role("button", name="28 дней").click()
    page.get_by_role("link", name="7 дней", exact=True).click()
    page.get_by_role("button", name="Вся компания").click()
    page.locator("[data-place-search]").fill("влад")
    page.locator("[data-place-list] a", has_text="Владивосток").click()
    assert "period=7d" in page.url
    assert "place=vvo" in page.url
    page.locator(".side-link", has_text="Показатели").click()
    page.wait_for_url(re.compile(r"/indicators/\?.*place=vvo"))
    assert "period=7d" in page.url


def test_every_figure_is_a_door_down_to_the_event(page):
    page.goto("/")
    widget(page, "NPS").get_by_role("link", name="NPS").click()
    expect(page.locator("h1")).to_have_text("NPS")
    settle(page)
    page.locator("#breakdown").get_by_role("link", name="Москва").click()
    expect(page.locator(".breadcrumb")).to_contain_text("Москва")
    page.get_by_role("link", name="Точки обслуживания").click()
    page.locator("#breakdown").get_by_role("link", name=re.compile("Касса 1")).click()
    expect(page.locator(".breadcrumb")).to_contain_text("Касса 1")
    settle(page)
    first = page.locator(".event").first
    first.locator("summary").click()
    expect(first).to_contain_text("n-1-arbat-1")
    page.locator(".breadcrumb").get_by_role("link", name="Вся компания").click()
    assert "place=" not in page.url


def test_older_events_are_loaded_on_demand(page):
    page.goto("/indicators/nps/")
    settle(page)
    before = page.locator(".event").count()
    page.get_by_role("button", name="Более ранние").click()
    expect(page.locator(".event")).to_have_count(before * 2)


def test_chart_has_the_same_data_as_a_table_one_key_away(page):
    page.goto("/indicators/nps/?period=7d")
    settle(page)
    page.keyboard.press("t")
    rows = page.locator("[data-chart-table] tbody tr")
    expect(rows).to_have_count(7)
    expect(page.locator("[data-chart]")).not_to_be_visible()


@pytest.mark.parametrize("by", ["place", "point", "employee", "hours", "answers"])
def test_each_breakdown_shows_something_or_says_why_not(page, by):
    page.goto(f"/indicators/nps/?by={by}")
    expect(page.locator("#breakdown tbody tr, #breakdown .option, #breakdown .note").first).to_be_visible()


def test_accepted_event_shows_without_a_reload(page, company):
    key = company.make_key(name="live")
    page.goto("/?period=today")
    until(page, "document.documentElement.dataset.link === 'up'")
    card = widget(page, "Оценки")
    before = card.locator("[data-value]").inner_text()
    rate(company, key)
    changed = "([id, before]) => document.querySelector(`#${id} [data-value]`).innerText !== before"
    until(page, changed, [card.get_attribute("id"), before], seconds=15)


def test_an_event_between_the_page_and_its_stream_is_not_lost(page, company):
    key = company.make_key(name="between")
    page.add_init_script("delete window.SharedWorker")  # whose requests nobody can hold up
    held: list[Route] = []
    page.route("**/live/stream", lambda route: held.append(route))  # noqa: PLW0108  # playwright marks what it is given
    page.goto("/?period=today")
    card = widget(page, "Оценки")
    before = card.locator("[data-value]").inner_text()
    rate(company, key)
    page.wait_for_timeout(1_500)  # the server has told everybody who listens
    assert card.locator("[data-value]").inner_text() == before
    held[0].continue_()
    changed = "([id, before]) => document.querySelector(`#${id} [data-value]`).innerText !== before"
    until(page, changed, [card.get_attribute("id"), before], seconds=15)


def test_board_is_arranged_by_keyboard_and_a_removal_is_undone(page):
    page.goto("/?edit=1")
    names = page.locator("#board h2")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    forward = page.locator("[data-widget]").first.get_by_role("button", name="Сдвинуть вперёд")
    forward.focus()
    page.keyboard.press("Enter")
    expect(names.nth(1)).to_have_text(first)
    expect(names.nth(0)).to_have_text(second)
    count = page.locator("[data-widget]").count()
    page.locator("[data-widget]").nth(1).get_by_role("button", name="Убрать с доски").click()
    expect(page.locator("[data-widget]")).to_have_count(count - 1)
    page.get_by_role("button", name="Вернуть", exact=True).click()
    expect(page.locator("[data-widget]")).to_have_count(count)
    expect(names.nth(1)).to_have_text(first)
    page.get_by_role("button", name="Вернуть общую раскладку").click()
    expect(page.locator("#board h2").nth(0)).to_have_text(first)


def test_widget_is_dragged_by_its_grip(page):
    page.goto("/?edit=1")
    names = page.locator("#board h2")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    grip = page.locator("[data-grip]").first.bounding_box()
    target = page.locator("[data-widget]").nth(1).bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] * 0.8, target["y"] + 40, steps=8)
    page.mouse.up()
    expect(names.nth(0)).to_have_text(second)
    expect(names.nth(1)).to_have_text(first)
    page.get_by_role("button", name="Вернуть общую раскладку").click()


def test_widget_is_added_and_widened(page):
    page.goto("/?edit=1")
    count = page.locator("[data-widget]").count()
    page.locator("#add-indicator").select_option("mean_score")
    page.get_by_role("button", name="Добавить").click()
    expect(page.locator("[data-widget]")).to_have_count(count + 1)
    added = page.locator("[data-widget]").last
    added.locator("[name=size]").select_option("2")
    expect(page.locator("[data-widget]").last).to_have_class(re.compile("size-2"))
    page.get_by_role("button", name="Вернуть общую раскладку").click()
    expect(page.locator("[data-widget]")).to_have_count(count)


def test_thresholds_of_one_place_change_its_colour_alone(page):
    page.goto("/settings/thresholds/nps/")
    page.locator("[name=place]").select_option(label="Владивосток")
    page.locator("[name=good]").fill("99")
    page.locator("[name=acceptable]").fill("98,5")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("table")).to_contain_text("98,5")
    page.goto("/indicators/nps/?place=vvo")
    expect(page.locator("#headline")).to_have_class(re.compile("widget-bad"))
    page.goto("/indicators/nps/?place=msk")
    expect(page.locator("#headline")).not_to_have_class(re.compile("widget-bad"))
    page.goto("/settings/thresholds/nps/")
    page.locator("tr", has_text="Владивосток").get_by_role("button", name="Убрать").click()
    expect(page.locator("tr", has_text="Владивосток")).to_have_count(0)


def test_wrong_order_of_thresholds_is_refused_with_a_sentence(page, troubles):
    troubles.expected += ["422"]
    page.goto("/settings/thresholds/nps/")
    page.locator("[name=good]").fill("10")
    page.locator("[name=acceptable]").fill("20")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".field-error")).to_be_visible()


def test_reader_of_one_place_sees_that_place_alone(open_page, troubles):
    page = open_page(user="boris")
    page.goto("/indicators/nps/?by=point")
    expect(page.locator("#breakdown")).not_to_contain_text("Арбат")
    troubles.expected += ["404"]
    page.goto("/?place=arbat")
    expect(page.locator("h1")).to_have_text("Такой страницы нет")
    page.goto("/settings/")
    expect(page.locator("main")).not_to_contain_text("Пороги")
