"""Management pages in Chromium: what their scripts do, in both languages, without a complaint in the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "korrekt-otklik-9"
DEEP = "code,name,parent\narbat-back,Дальний зал,arbat\n"


@pytest.fixture(params=["ru", "en"])
def page(request: pytest.FixtureRequest, chromium: Browser, own_server: RunningServer) -> Iterator[Page]:
    """A signed-in administrator's page; any complaint of the console fails the test."""
    file = own_server.data / "deep.csv"
    file.write_text(DEEP)
    own_server.command("import", "places", str(file))
    own_server.make_user("owner", PASSWORD)
    own_server.start()
    complaints: list[str] = []
    context = chromium.new_context(base_url=own_server.url, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "otklik_language", "value": request.param, "url": own_server.url}])
    opened = context.new_page()
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/accounts/login/")
    opened.fill("input[name=login]", "owner")
    opened.fill("input[name=password]", PASSWORD)
    opened.click("main button.btn-primary")
    opened.wait_for_url(lambda url: "/accounts/" not in url)
    yield opened
    context.close()
    assert complaints == []


def test_scripts_of_the_management_pages(page: Page) -> None:
    page.goto("/settings/places/")
    page.locator("details:not([open]) > summary", has_text="Арбат").click(position={"x": 3, "y": 12})
    page.locator("main >> text=Дальний зал").wait_for()

    page.locator("main a", has_text="Арбат").click()
    page.locator(".page-actions a.btn-primary").click()
    page.fill("[name=opening_hours_0_start]", "09:00")
    page.fill("[name=opening_hours_0_end]", "21:00")
    page.click("[data-hours-copy]")
    assert page.input_value("[name=opening_hours_6_end]") == "21:00"
    assert not page.is_checked("[data-hours-inherit]")
    page.click("main form.form-narrow button.btn-primary")
    page.locator("main >> text=09:00-21:00").wait_for()

    page.locator(".page-actions form button").click()
    page.locator(".toast-line form button").click()
    page.locator("main .badge.tag").wait_for(state="detached")

    page.goto("/settings/questions/")
    page.locator("main table a").first.click()
    page.locator("#scale li").nth(4).wait_for()
    page.fill("[name=scale_max]", "7")
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelectorAll('#scale li').length !== 5")

    page.goto("/settings/keys/new/")
    page.fill("[name=name]", "till")
    page.check("[name=scopes] >> nth=0")
    page.click("main form.form-narrow button.btn-primary")
    page.click("[data-copy]")
    page.wait_for_function(
        "['Скопировано', 'Copied'].includes(document.querySelector('[data-copy]').innerText.trim())"
    )
    assert page.input_value("#copy-value").startswith("otk_")


def test_no_page_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    rooms = (
        "places",
        "employees",
        "shifts",
        "questions",
        "kinds",
        "users",
        "groups",
        "keys",
        "audit",
        "company",
    )
    for address in [
        *(f"/settings/{room}/" for room in rooms),
        "/settings/places/1/edit/",
        "/profile/",
        "/setup/",
    ]:
        page.goto(address)
        assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, 360)
