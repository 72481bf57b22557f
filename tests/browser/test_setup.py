"""From nothing to the first rating on the dashboard, on a phone: what a new administrator does."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, WATCH_POLICY, check_access, check_layout, watch
from tests.conftest import RunningServer

DEBOUNCE_MS = 6_000
pytestmark = [pytest.mark.browser]


@pytest.fixture
def empty_server(tmp_path):
    running = RunningServer(tmp_path)
    running.start()
    running.make_user("first", PASSWORD)
    yield running
    running.stop()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_five_steps_end_with_the_first_rating_on_the_dashboard(chromium, empty_server, troubles, language):
    context = chromium.new_context(
        base_url=empty_server.url, viewport={"width": 360, "height": 740}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "otklik_language", "value": language, "url": empty_server.url}])
    context.add_init_script(WATCH_POLICY)
    context.on("page", lambda opened: watch(opened, empty_server.url, troubles))
    page = context.new_page()
    page.goto("/")
    page.locator("[name=login]").fill("first")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/")

    def step(address: str) -> None:
        page.locator("form .btn-primary").click()
        page.wait_for_url(f"**{address}")
        check_layout(page)
        check_access(page)

    page.locator("[name=name]").fill("Кофейни")
    step("/setup/places/")
    page.locator("textarea").fill("На Мира\nНа Лесной")
    step("/setup/points/")
    page.locator("textarea").fill("Касса")
    step("/setup/panel/")
    step("/setup/panel/")
    expect(page.locator("svg.qr")).to_be_visible()
    expect(page.locator(".setup-heard")).to_have_text(re.compile("Ждём|Waiting"))
    with context.expect_page() as opening:
        page.get_by_role("link", name=re.compile("Открыть панель|Open the panel")).click()
    panel = opening.value
    panel.locator(".answer").last.click()
    expect(page.locator(".setup-heard")).to_have_text(
        re.compile("Первая оценка|first rating"), timeout=10_000
    )
    page.locator(".setup-heard a").click()
    ratings = page.locator("[data-widget]", has_text=re.compile(r"Оценки|Ratings")).first
    expect(ratings.locator("[data-value]")).to_have_text("1")
    panel.wait_for_timeout(DEBOUNCE_MS)
    expect(panel.locator("#thanks")).to_be_hidden()
    panel.locator(".answer").last.click()
    expect(ratings.locator("[data-value]")).to_have_text("2", timeout=10_000)
    context.close()
    assert troubles.unexpected() == []
