"""The map: flags drawn by WebGL (in software), the list, opening, keyboard, phone, live colours, tiles by setting."""

import datetime as dt
import http.server
import re
import struct
import threading
import uuid
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, check_access, check_layout, english_words, until
from tests.conftest import PLACES, RunningServer

pytestmark = [pytest.mark.browser]
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NO_WEBGL = """
const before = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return kind.startsWith("webgl") ? null : before.call(this, kind, ...more); };
"""


@pytest.fixture(scope="module")
def chromium(chromium: Browser) -> Iterator[Browser]:
    """A browser that draws WebGL in software; a machine whose browser cannot fails here and skips nothing."""
    arguments = [one for one in ARGUMENTS if one != "--disable-gpu"] + SOFTWARE
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    page = browser.new_page()
    assert page.evaluate("document.createElement('canvas').getContext('webgl2') !== null")
    page.close()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def placed(company: RunningServer) -> RunningServer:
    """Arbat and Vladivostok get coordinates."""
    rows = PLACES.replace("arbat,Арбат,msk,location,,,", "arbat,Арбат,msk,location,,55.7527,37.5910")
    rows = rows.replace("city,Asia/Vladivostok,,", "city,Asia/Vladivostok,43.1155,131.8855")
    path = company.data / "placed.csv"
    path.write_text(rows)
    company.command("import", "places", str(path))
    return company


def go(page: Page, address: str = "/map/") -> None:
    page.goto(address)
    until(page, "document.querySelector('[data-map]').dataset.ready === '1'", seconds=30)
    until(page, "document.querySelectorAll('.flag, .cluster').length > 0", seconds=30)


def test_flags_are_drawn_in_colour_and_shape_without_leaving_the_machine(placed, open_page):
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    go(page, "/map/?show=nps,support")
    marks = page.locator(".map-canvas .flag, .map-canvas .cluster")
    assert marks.count() == 2
    assert {mark.inner_text().strip() for mark in marks.all()} <= {"●", "▲", "■", "–"}
    assert page.locator(".map-canvas .maplibregl-canvas").count() == 1
    land = page.evaluate(
        """() => new Promise((done) => { const canvas = document.querySelector('.maplibregl-canvas');
        requestAnimationFrame(() => done(canvas.width > 0 && canvas.height > 0)); })"""
    )
    assert land
    assert [url for url in asked if not url.startswith((placed.url, "data:", "blob:"))] == []
    assert any("/land-50m" in url for url in asked)
    check_access(page)
    check_layout(page)


def test_list_opens_a_place_by_keyboard_and_escape_returns(placed, open_page):
    page = open_page()
    go(page, "/map/?show=nps,csat,support")
    page.locator("[data-map-filters] [type=search]").focus()
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.dataset.open")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.dataset.open")
    assert {first, second} == {"arbat", "vvo"}
    page.keyboard.press("Enter")
    card = page.locator("[data-flag-card]")
    expect(card).to_be_visible()
    expect(card.locator("[data-indicator]")).to_have_count(3, timeout=20_000)
    until(page, "document.activeElement.tagName === 'H2'")
    assert f"open={second}" in page.url
    expect(page.locator(".flag-selected")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.open") == second
    assert "open=" not in page.url


def test_flag_opens_to_all_indicators_and_leads_to_the_detail_with_scope_and_period(placed, open_page):
    page = open_page()
    go(page, "/map/?show=nps,support&period=7d")
    page.locator(".flag[data-code=vvo]").click()
    row = page.locator("[data-flag-card] [data-indicator=nps]")
    text = row.inner_text().replace("\u00a0", " ")
    assert re.search(r"\d", text)
    assert "n = " in text
    assert "±" in text
    row.get_by_role("link", name="NPS").click()
    expect(page.locator("h1")).to_have_text("NPS")
    assert "place=vvo" in page.url
    assert "period=7d" in page.url


def test_address_of_an_opened_place_shows_it_at_once(placed, open_page):
    page = open_page()
    go(page, "/map/?open=arbat")
    expect(page.locator("[data-flag-card] h2")).to_have_text("Арбат")


def test_a_long_list_scrolls_in_its_box_and_the_page_does_not(placed, open_page):
    page = open_page(width=1440)
    go(page)
    page.evaluate(
        """() => { const list = document.querySelector('[data-flag-list]');
        for (let number = 0; number < 60; number++) list.append(list.firstElementChild.cloneNode(true)); }"""
    )
    assert page.evaluate("document.querySelector('[data-flag-list]').scrollHeight > innerHeight")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_list_is_searched_and_coloured_without_a_reload(placed, open_page):
    page = open_page()
    go(page, "/map/?show=nps")
    page.locator("[data-map-filters] [type=search]").fill("влад")
    expect(page.locator("[data-line]")).to_have_count(1)
    assert "q=" in page.url
    page.locator("[data-map-filters] [type=search]").fill("")
    expect(page.locator("[data-line]")).to_have_count(2)
    page.locator(".map-colours label", has_text="нет данных").click()
    expect(page.locator("[data-flag-list]")).to_contain_text("Подходящих мест нет")
    until(page, "document.querySelectorAll('.map-canvas .flag').length === 0")


def test_colour_changes_within_seconds_of_an_event_without_a_reload(placed, open_page):
    page = open_page()
    go(page, "/map/?period=today&show=net_easy,nps")
    until(page, "document.documentElement.dataset.link === 'up'")
    before = page.locator(".flag[data-code=arbat]").get_attribute("class")
    assert "flag-none" in before
    page.evaluate("window.stayed = true")
    key = placed.make_key(name="map-live")
    now = dt.datetime.now(dt.UTC).isoformat()
    events = [
        {
            "id": uuid.uuid4().hex,
            "kind": "answer",
            "at": now,
            "point": "arbat-1",
            "subject": "nps",
            "value": 0,
        }
    ]
    assert placed.send(key, events)[0] == 202
    expect(page.locator(".flag-bad[data-code=arbat]")).to_have_count(1, timeout=15_000)
    expect(page.locator("[data-line] a[data-open=arbat] .light-bad")).to_have_count(1)
    expect(page.locator("[data-count=bad]")).to_have_text("1")
    assert page.evaluate("window.stayed")


def test_without_webgl_the_list_stays_and_says_so(placed, open_page):
    page = open_page()
    page.add_init_script(NO_WEBGL)
    page.goto("/map/?show=nps")
    expect(page.locator("[data-map-failed]")).to_be_visible()
    page.locator("[data-open=vvo]").click()
    expect(page.locator("[data-flag-card] [data-indicator=nps]")).to_be_visible()
    check_access(page)
    check_layout(page)


@pytest.mark.parametrize(("language", "theme"), [("ru", "light"), ("en", "dark")])
def test_phone_has_the_map_above_and_a_sheet_below(placed, open_page, language, theme):
    page = open_page(language=language, width=360, theme=theme)
    go(page, "/map/?show=nps,support")
    check_layout(page)
    map_box, side = page.locator(".map-box").bounding_box(), page.locator(".map-side").bounding_box()
    assert map_box["y"] + map_box["height"] <= side["y"]
    page.locator("[data-open=vvo]").click()
    expect(page.locator("[data-flag-card]")).to_be_visible()
    sheet = page.locator("[data-flag-card]").bounding_box()
    assert sheet["width"] == 360
    assert sheet["y"] + sheet["height"] <= 800
    check_access(page)
    check_layout(page)
    if language == "ru":
        assert english_words(page) == []


def test_indicators_are_chosen_and_the_board_returns(placed, open_page):
    page = open_page()
    go(page)
    page.get_by_role("button", name=re.compile("Цвет по")).click()
    checked = page.locator(".map-choice input:checked")
    while checked.count():
        checked.first.uncheck()
    page.locator(".map-choice input[value=nps]").check()
    page.get_by_role("button", name="Показать", exact=True).click()
    expect(page.get_by_role("button", name="Цвет по 1 показателю")).to_be_visible()
    page.get_by_role("button", name="Цвет по 1 показателю").click()
    page.get_by_role("button", name="Как на моей доске").click()
    expect(page.get_by_role("button", name=re.compile(r"Цвет по \d показателям"))).to_be_visible()


def test_click_on_the_small_map_sets_the_coordinates(placed, open_page):
    page = open_page()
    page.goto("/map/")
    page.locator("[data-open=arbat]").click()
    page.locator("[data-flag-card]").get_by_role("link", name="Изменить место").click()
    until(page, "document.querySelector('[data-picker-map]')?.dataset.ready === '1'", seconds=30)
    assert page.locator("[name=latitude]").input_value() == "55.7527"
    box = page.locator("[data-picker-map]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    until(page, "document.querySelector('[name=latitude]').value !== '55.7527'")
    assert float(page.locator("[name=latitude]").input_value()) > 55.7527
    page.locator("[name=latitude]").fill("55.7527")
    page.locator("[name=longitude]").fill("37.591")
    check_layout(page)


class Tiles(http.server.BaseHTTPRequestHandler):
    """One green tile for every address."""

    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        Tiles.asked.append((self.path, self.headers.get("Referer", "")))
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(_png())

    def log_message(self, *_: object) -> None:
        pass


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x20\xa0\x40")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.fixture
def tiles() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Tiles.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def choose_background(page: Page, kind: str, url: str = "", attribution: str = "") -> None:
    page.goto("/settings/map/")
    page.locator("[name=kind]").select_option(kind)
    page.locator("[name=url]").fill(url)
    page.locator("[name=attribution]").fill(attribution)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".toast-line")).to_be_visible()


def test_tiles_are_loaded_from_the_chosen_server_alone_and_only_then(placed, open_page, tiles):
    page = open_page()
    go(page)
    assert Tiles.asked == []
    choose_background(page, "raster", f"{tiles}/{{z}}/{{x}}/{{y}}.png", "© Мэрия")
    try:
        go(page)
        until(page, "true")
        for _ in range(100):
            if Tiles.asked:
                break
            page.wait_for_timeout(50)
        assert Tiles.asked
        assert re.fullmatch(r"/\d+/\d+/\d+\.png", Tiles.asked[0][0])
        assert Tiles.asked[0][1] == f"{placed.url}/"  # the server learns who asks, not what is looked at
        expect(page.locator("[data-map-credit]")).to_have_text("© Мэрия")
    finally:
        choose_background(page, "offline")


def test_silent_tile_server_leaves_the_plain_map_with_a_sentence(placed, open_page, troubles):
    page = open_page()
    choose_background(page, "raster", "http://127.0.0.1:9/{z}/{x}/{y}.png")
    troubles.expected += ["ERR_", "Failed to fetch", "AJAXError", "127.0.0.1:9"]
    try:
        go(page)
        expect(page.locator("[data-tiles-failed]")).to_be_visible(timeout=20_000)
    finally:
        choose_background(page, "offline")
