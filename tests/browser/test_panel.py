"""The smiley panel on a tablet: every press arrives exactly once, whatever the network does."""

import csv
import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import WATCH_POLICY, Troubles, watch
from tests.conftest import RunningServer

pytestmark = [pytest.mark.browser]
SCREENS = [
    (360, 640),
    (640, 360),
    (390, 844),
    (768, 1024),
    (1024, 768),
    (1280, 800),
    (1920, 1080),
    (1080, 1920),
]
NO_CONNECTION = ["ERR_INTERNET_DISCONNECTED", "failed:"]
LAYOUT = """() => {
  const tablet = innerWidth >= 700 && innerHeight >= 600, least = tablet ? 96 : 56, wrong = [];
  const page = document.documentElement;
  if (page.scrollHeight > innerHeight + 1 || page.scrollWidth > innerWidth + 1) wrong.push('scrolls');
  const question = document.querySelector('#question').getBoundingClientRect();
  const below = (document.querySelector('.ends') || document.querySelector('.foot')).getBoundingClientRect();
  for (const button of document.querySelectorAll('.answer')) {
    const box = button.getBoundingClientRect();
    if (box.width < least - .5 || box.height < least - .5) wrong.push(`small ${box.width}x${box.height}`);
    const word = button.querySelector('.word');
    if (word && !/[ -]/.test(word.innerText.trim()) && word.offsetHeight > 1.6 * parseFloat(getComputedStyle(word).lineHeight)) wrong.push(`broken ${word.innerText}`);
    if (box.left < 0 || box.right > innerWidth + .5) wrong.push('outside');
    if (box.top < question.bottom - 1 || box.bottom > below.top + 1) wrong.push('overlaps');
  }
  if (document.querySelector('.foot').getBoundingClientRect().bottom > innerHeight + .5) wrong.push('foot');
  return wrong;
}"""


@pytest.fixture
def panel(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> tuple[str, str]:
    """A panel of this test, made on its page: (address, name)."""
    options: dict[str, Any] = getattr(request, "param", {})
    page = open_page()
    page.goto("/settings/panels/add/")
    page.select_option("[name=point]", label="Арбат · Касса 1")
    values = page.locator("[name=question] option").all()
    wanted = next(v for v in values if options.get("asks", "обслужили") in (v.text_content() or ""))
    page.select_option("[name=question]", value=wanted.get_attribute("value"))
    page.check(f"[name=layout][value={options.get('layout', 'smileys')}]")
    page.click("details summary")
    page.fill("[name=thanks_seconds]", "1")
    page.fill("[name=debounce_seconds]", "0")
    page.fill("[name=text_en]", "How was it?")
    page.get_by_role("button", name="Добавить").click()
    page.wait_for_url(re.compile(r"/settings/panels/\d+/"))
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    return page.locator("[data-select]").input_value(), number


@pytest.fixture
def tablet(chromium: Browser, company: RunningServer, troubles: Troubles) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    context.add_init_script(WATCH_POLICY)
    context.on("page", lambda page: watch(page, company.url, troubles))
    yield context
    context.close()
    assert troubles.unexpected() == []


def events_of(company: RunningServer, number: str, kind: str = "rating") -> list[dict[str, str]]:
    today = dt.datetime.now(dt.UTC).date()
    target = company.data / f"panel-{number}.csv"
    target.unlink(missing_ok=True)
    first, last = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    company.command(
        "export", "events", "--from", str(first), "--to", str(last), "--format", "csv", "-o", str(target)
    )
    with target.open(newline="") as file:
        return [
            row for row in csv.DictReader(file) if row["id"].startswith(f"p{number}-") and row["kind"] == kind
        ]


def wait_for(company: RunningServer, number: str, count: int) -> list[dict[str, str]]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = events_of(company, number)
        if len(found) >= count:
            return found
        time.sleep(0.3)
    return events_of(company, number)


def press(page: Page, value: int) -> None:
    page.locator(f".answer[data-value='{value}']").click()
    page.locator("#thanks").wait_for(state="visible")
    page.locator("#thanks").wait_for(state="hidden")


def offline_ready(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_press_arrives_within_a_moment(company, panel, tablet):
    address, number = panel
    page = tablet.new_page()
    page.goto(address)
    press(page, 4)
    (event,) = wait_for(company, number, 1)
    assert (event["subject"], float(event["value"])) == ("service", 4)


def test_presses_without_connection_arrive_exactly_once(company, panel, tablet, troubles):
    address, number = panel
    troubles.expected += NO_CONNECTION
    page = tablet.new_page()
    page.goto(address)
    offline_ready(page)
    tablet.set_offline(True)
    for count in range(20):
        if count in (7, 14):
            page.reload()  # the worker serves the page
        press(page, 1 + count % 5)
    assert events_of(company, number) == []
    page.close()
    page = tablet.new_page()  # the tablet was switched off and on
    page.goto(address)
    tablet.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    assert len(wait_for(company, number, 20)) == 20
    page.reload()
    press(page, 5)
    found = wait_for(company, number, 21)
    assert len(found) == len({event["id"] for event in found}) == 21
    assert sorted(float(event["value"]) for event in found[:20]).count(1.0) == 4


def test_an_answer_lost_on_the_way_back_doubles_nothing(company, panel, tablet, troubles):
    address, number = panel
    troubles.expected += ["ERR_FAILED", "failed:"]
    page = tablet.new_page()
    page.goto(address)
    page.wait_for_timeout(300)
    losses = iter(range(2))

    def lose(route: Any) -> None:
        if next(losses, None) is None:
            route.continue_()
        else:
            route.fetch()  # the server takes it, the tablet never hears of it
            route.abort()

    page.route("**/press", lose)
    press(page, 5)
    page.wait_for_timeout(7000)
    assert len(events_of(company, number)) == 1
    page.unroute("**/press")
    page.keyboard.press("F2")
    page.wait_for_function("document.querySelector('#staff-waiting').textContent === '0'")
    assert len(events_of(company, number)) == 1


def test_a_double_tap_is_one_rating(company, panel, tablet):
    address, number = panel
    page = tablet.new_page()
    page.goto(address)
    page.locator(".answer").last.dblclick()
    page.locator("#thanks").wait_for(state="visible")
    covered = "document.elementFromPoint(...Object.values(document.querySelector('.pressed').getBoundingClientRect().toJSON()).slice(0, 2).map((at) => at + 40)).closest('#thanks') !== null"
    assert page.evaluate(covered)
    page.locator("#thanks").wait_for(state="hidden")
    wait_for(company, number, 1)
    time.sleep(1)
    assert len(events_of(company, number)) == 1


def test_keys_answer_and_staff_see_the_state(company, panel, tablet):
    address, number = panel
    page = tablet.new_page()
    page.goto(address)
    page.keyboard.press("2")
    page.locator("#thanks").wait_for(state="visible")
    page.locator("#thanks").wait_for(state="hidden")
    assert float(wait_for(company, number, 1)[0]["value"]) == 2
    box = page.locator("#corner").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.locator("#staff").wait_for(state="visible")
    page.mouse.up()
    expect(page.locator("#staff-waiting")).to_have_text("0", timeout=30_000)
    expect(page.locator("#staff-connection")).to_have_text(re.compile("^(есть)?$"))


def test_a_client_chooses_the_language(panel, tablet):
    page = tablet.new_page()
    page.goto(panel[0])
    assert page.locator("h1").text_content() == "Как вас обслужили?"
    assert page.locator(".word").all_text_contents() == ["Ужасно", "Плохо", "Так себе", "Хорошо", "Отлично"]
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").text_content() == "How was it?"
    assert page.locator(".word").all_text_contents() == ["Awful", "Bad", "So-so", "Good", "Great"]
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="Great").click()
    assert page.locator("#thanks").inner_text().startswith("Thank you!")


@pytest.mark.parametrize(
    "panel",
    [
        {"layout": "smileys"},
        {"layout": "stars"},
        {"layout": "numbers"},
        {"layout": "numbers", "asks": "Порекомендуете"},
    ],
    indirect=True,
    ids=["smileys", "stars", "five", "eleven"],
)
def test_every_screen_shows_all_without_scrolling(panel, tablet):
    page = tablet.new_page()
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(panel[0])
        page.wait_for_timeout(150)
        for language in ("Русский", "English"):
            page.get_by_role("button", name=language).click()
            assert page.evaluate(LAYOUT) == [], (width, height, language)


def test_a_changed_link_says_what_to_do(open_page, panel, tablet, troubles):
    troubles.expected += ["404"]
    manager = open_page()
    manager.goto(f"/settings/panels/{panel[1]}/")
    manager.get_by_role("button", name="Сменить ссылку").click()
    page = tablet.new_page()
    page.goto(panel[0])
    assert "панели нет" in page.locator("h1").inner_text()
    assert page.get_by_role("link").count() == 1
