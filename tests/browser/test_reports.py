"""Reports and exports in a real browser: both languages, phone and wide, files that arrive, jobs that move."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import check_access, check_layout, english_words, settle

pytestmark = [pytest.mark.browser]
PAGES = [
    "/reports/",
    "/reports/service/",
    "/reports/comparison/?by=location",
    "/reports/hours/?indicator=nps",
    "/reports/events/",
    "/jobs/",
]


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("ru", 1280, "light"), ("ru", 360, "dark"), ("en", 360, "light")]
)
def test_every_report_fits_and_is_accessible(open_page, language, width, theme):
    page = open_page(language=language, width=width, theme=theme)
    for address in PAGES:
        page.goto(address)
        settle(page)
        check_layout(page)
        check_access(page)


def test_the_service_report_fits_a_wide_screen_and_tells_on_a_narrow_one_that_there_is_more(open_page):
    page = open_page(width=1440)
    page.goto("/reports/service/")
    settle(page)
    assert page.locator(".table-responsive").count() > 0
    wide = page.evaluate(
        "[...document.querySelectorAll('.more-right')].map((e) => [e.className, e.scrollWidth, e.clientWidth, e.innerText.slice(0, 300)])"
    )
    assert wide == []
    page.set_viewport_size({"width": 390, "height": 800})
    box = page.locator(".table-responsive").first
    expect(box).to_have_class(re.compile("more-right"))
    page.wait_for_timeout(200)  # sizes of letters follow the width a frame later
    box.evaluate("(box) => { box.scrollLeft = box.scrollWidth; }")
    expect(box).to_have_class(re.compile("more-left"))
    expect(box).not_to_have_class(re.compile("more-right"))


def test_russian_pages_speak_russian(page: Page):
    for address in PAGES:
        page.goto(address)
        settle(page)
        words = set(english_words(page)) - {
            "nps",
            "import",
            "api",
            "form",
            "UTC",
            "service",
            "Excel",
            "CSV",
            "Parquet",
        }
        assert words == set(), address


def download(page: Page, form: str) -> tuple[str, bytes]:
    page.locator(".export-menu [data-menu-button]").click()
    with page.expect_download() as waiting:
        page.locator(f".export-menu button[value={form}]").click()
    path = waiting.value.path()
    return waiting.value.suggested_filename, Path(path).read_bytes()


def test_a_report_is_taken_away_with_two_presses(page: Page):
    page.goto("/reports/service/?by=location")
    settle(page)
    name, data = download(page, "xlsx")
    assert re.fullmatch(r"Качество сервиса, Вся компания, [\d-]+ - [\d-]+\.xlsx", name)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == "О файле"
    assert len(book.sheetnames) == 3
    page.goto("/indicators/support/")
    settle(page)
    name, data = download(page, "csv")
    assert name.endswith(".zip")
    assert data[:2] == b"PK"


def test_an_event_opens_from_the_list_and_filters_stay_when_the_period_changes(page: Page):
    page.goto("/reports/events/?kind=served")
    settle(page)
    page.get_by_role("button", name="28 дней").click()
    page.get_by_role("link", name="7 дней", exact=True).click()
    settle(page)
    assert "kind=served" in page.url
    page.locator(".report-events tbody a").first.click()
    settle(page)
    assert page.locator("dl.explain").inner_text().count("введено вручную") == 1


@pytest.mark.parametrize("address", ["/reports/hours/?indicator=nps", "/relations/", "/reports/service/"])
def test_paper_holds_title_scope_period_and_tables_without_controls(page: Page, address: str):
    page.goto(address)
    settle(page)
    page.emulate_media(media="print")
    controls = page.evaluate(
        """() => [...document.querySelectorAll('button:not(.term), input, select, .btn, kbd')]
        .filter((e) => e.checkVisibility() && !e.closest('.toasts')).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert controls == []
    head = page.locator(".print-only").inner_text().replace("\u00a0", " ")
    assert re.fullmatch(
        r"Вся компания · \d+.* [а-я]+ \d{4} · составлено \d+ [а-я]+ \d{4}, \d\d:\d\d", head
    ), head
    expect(page.locator("h1")).to_be_visible()
