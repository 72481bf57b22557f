"""Chromium against a real server. Any console error, policy violation, page error or failed request fails the test."""

import datetime as dt
import re
import shutil
import time
import uuid
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

from tests.conftest import RunningServer

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "parol-otklik-1"
SESSIONS: dict[str, Any] = {}  # cookies of those who have signed in during this run; the server lives as long
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# English words that a Russian page may hold: names of indicators, units of the field, addresses
ALLOWED = re.compile(
    r"\b(Like-Index|Smile-Index|C-Value|SERVQUAL|SERVPERF|RSQS|NPS|CSAT|CES|CSI|Net|Easy|API|Otklik|English|Ctrl|Esc|Enter|Tab|YAML|CSV|UTC|QR|anna|boris|n|K|g|j|k|t|o|p|s|v|d|id|api|indicators|values)\b"
    r"|/\S+|[\w.-]+@[\w.-]+"
)


@dataclass
class Troubles:
    """What went wrong on a page; `expected` are parts of messages that the test causes on purpose."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(part in text for part in self.expected)]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.skip("Chromium is not installed (make packages)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def company(server: RunningServer) -> RunningServer:
    """The small company with a fortnight of ratings, served counts and NPS answers, and people who may look."""
    server.make_user("anna", PASSWORD)
    server.make_user("boris", PASSWORD, role="viewer", place="vvo")
    key = server.make_key()
    status, answer = server.send(key, list(_history()))
    assert status == 202, answer
    assert answer["rejected"] == []
    return server


def _history() -> Iterator[dict[str, Any]]:
    today = dt.datetime.now(zoneinfo.ZoneInfo("Europe/Moscow")).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    for back in range(1, 29):
        day = today - dt.timedelta(days=back)
        for point, place in (("arbat-1", "arbat"), ("arbat-2", "arbat"), ("vvo-1", "vvo")):
            for number in range(8):
                at = (day + dt.timedelta(minutes=30 * number)).isoformat()
                value = 5 if (number + back + len(point)) % 3 else 2
                yield {
                    "id": f"r-{back}-{point}-{number}",
                    "kind": "rating",
                    "at": at,
                    "point": point,
                    "subject": "service",
                    "value": value,
                }
                nps = {
                    "id": f"n-{back}-{point}-{number}",
                    "kind": "answer",
                    "at": at,
                    "point": point,
                    "subject": "nps",
                    "value": 10 - number % 4,
                }
                yield nps
            if not (back == 3 and place == "vvo"):
                served = {
                    "id": f"s-{back}-{point}",
                    "kind": "served",
                    "at": day.isoformat(),
                    "point": point,
                    "value": 20,
                    "attrs": {"source": "manual"},
                }
                yield served


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


@pytest.fixture
def open_page(chromium: Browser, company: RunningServer, troubles: Troubles) -> Iterator[Callable[..., Page]]:
    """Make a page: `open_page(language="en", width=360, theme="dark", user="anna")`; user None is a stranger."""
    contexts: list[BrowserContext] = []

    def make(
        language: str = "ru", width: int = 1280, theme: str = "light", user: str | None = "anna"
    ) -> Page:
        context = chromium.new_context(
            base_url=company.url,
            viewport={"width": width, "height": 800},
            locale="ru-RU",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "otklik_language", "value": language, "url": company.url},
                {"name": "otklik_theme", "value": theme, "url": company.url},
            ]
        )
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        watch(page, company.url, troubles)
        if user in SESSIONS:
            context.add_cookies(SESSIONS[user])
        elif user is not None:
            sign_in(page, user)
            SESSIONS[user] = [one for one in context.cookies() if one["name"] == "sessionid"]
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles.unexpected() == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A signed-in administrator on a wide Russian page."""
    return open_page()


def watch(page: Page, url: str, troubles: Troubles) -> None:
    """Collect everything that must not happen."""

    def failed(request: Request) -> None:
        # leaving a page ends its stream and what was still loading
        if request.url.startswith(url) and "ERR_ABORTED" not in (request.failure or ""):
            troubles.found.append(f"failed: {request.url} {request.failure}")

    def answered(response: Response) -> None:
        if response.url.startswith(url) and response.status >= 400:
            troubles.found.append(f"status {response.status}: {response.url}")

    page.on(
        "console",
        lambda message: troubles.found.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: troubles.found.append(str(error)))
    page.on("requestfailed", failed)
    page.on("response", answered)


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user)
    page.locator("[name=password]").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def settle(page: Page) -> None:
    """Wait for fragments and fonts; the live stream never ends, so the network is never idle."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    until(page, "!document.querySelector('.htmx-request')")
    until(page, "[...document.querySelectorAll('[data-chart]')].every((chart) => chart.dataset.drawn)")


def until(page: Page, condition: str, argument: Any = None, seconds: float = 10) -> None:
    """Wait for a condition. Playwright's own wait_for_function evaluates in the page, which the policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition, argument):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


def rate(company: RunningServer, key: str) -> None:
    """A client presses the best smiley at Arbat now; the server has taken it."""
    event = {
        "id": uuid.uuid4().hex,
        "kind": "rating",
        "at": dt.datetime.now(dt.UTC).isoformat(),
        "point": "arbat-1",
        "subject": "service",
        "value": 5,
    }
    assert company.send(key, [event])[0] == 202


def check_layout(page: Page) -> None:
    """Nothing is wider than the screen, no word is cut inside its box, nothing clickable is tiny on a phone."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
        [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest('.table-responsive, .tabs-line, .side')).map((e) => `${e.tagName}.${e.className}`).slice(0, 5)"""
    )
    assert wide == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, button, .btn, th, dt, label, .side-link span')]
        .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow !== 'visible'
          && getComputedStyle(e).display !== 'inline').map((e) => e.innerText).slice(0, 5)"""
    )
    assert cut == []


def check_access(page: Page) -> None:
    """Landmarks, names of controls, one heading of the first level, no broken references, alternative texts."""
    assert page.locator("main").count() == 1
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") in {"ru", "en"}
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea')]
        .filter((e) => e.checkVisibility({ checkVisibilityCSS: true })).filter((e) => !(e.innerText || '').trim() && !e.getAttribute('aria-label')
          && !e.getAttribute('title') && !(e.labels && e.labels.length)).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert nameless == []
    doubled = page.evaluate(
        """() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
        return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
    )
    assert doubled == []
    dangling = page.evaluate(
        """() => [...document.querySelectorAll('[aria-controls], [aria-describedby], [aria-labelledby]')]
        .flatMap((e) => ['aria-controls', 'aria-describedby', 'aria-labelledby'].flatMap((name) => (e.getAttribute(name) || '').split(' ').filter(Boolean)))
        .filter((id) => !document.getElementById(id))"""
    )
    assert dangling == []
    assert page.locator("img:not([alt])").count() == 0


def english_words(page: Page) -> list[str]:
    """Words in Latin letters on the page that no Russian reader expects."""
    text = page.locator("body").inner_text()
    return sorted(set(re.findall(r"[A-Za-z]{2,}", ALLOWED.sub(" ", text))))
