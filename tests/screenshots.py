"""Make the pictures of README and docs anew: `make screenshots`.

Starts the demo company without live events on a free port, signs in, and takes each page in Russian and English,
wide and phone. Pictures go to docs/pictures.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "screenshots-only-here"  # a server of this run alone, on loopback
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",  # the map needs WebGL
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
SIZES = {"": (1280, 860), "-phone": (390, 844)}
PAGES = {
    "dashboard": "/",
    "map": "/map/",
    "map-settings": "/settings/map/",
    "indicators": "/indicators/",
    "indicator": "/indicators/support/",
    "calculator-new": "/indicators/new/",
    "calculator": "/indicators/advice_to_receipt/edit/",
    "calculator-versions": "/indicators/advice_to_receipt/versions/",
    "calculator-exchange": "/indicators/exchange/",
    "timeline": "/timeline/?series=average_receipt&series=receipts&series=support&series=standard_elements&period=90d",
    "reports": "/reports/",
    "report-service": "/reports/service/",
    "report-comparison": "/reports/comparison/?by=location",
    "report-hours": "/reports/hours/?indicator=csat",
    "report-events": "/reports/events/",
    "report-event": "/reports/events/ .report-events tbody a",
    "jobs": "/jobs/",
    "relations": "/relations/?period=90d",
    "relations-pair": "/relations/pair/?period=90d",
    "relations-drivers": "/relations/drivers/?period=90d",
    "relations-standard": "/relations/standard/?period=90d",
    "relations-quadrants": "/relations/quadrants/?period=90d",
    "relations-questions": "/relations/questions/?period=90d",
    "served": "/entry/served/",
    "figures": "/entry/churn/",
    "figures-place": "/entry/place/",
    "figures-table": "/entry/churn/table/",
    "figures-catalogue": "/settings/figures/",
    "sources": "/entry/sources/",
    "states": "/states/?period=28d",
    "colours": "/settings/colours/",
    "thresholds": "/settings/thresholds/",
    "threshold": "/settings/thresholds/churn/",
    "calendar": "/settings/calendar/",
    "places": "/settings/places/",
    "panels": "/settings/panels/",
}  # an address, after a space what is pressed there


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def demo_server() -> "Iterator[tuple[str, dict[str, str]]]":
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="otklik-pictures-") as data:
        environment = {**os.environ, "OTKLIK_DATA": data}
        otklik = str(Path(sys.executable).parent / "otklik")
        server = subprocess.Popen([otklik, "demo", "--no-live", "--port", str(port)], env=environment)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/healthz", server)
            subprocess.run(
                [otklik, "user", "create", "pictures", "--password-stdin", "--role", "administrator"],
                env=environment,
                input=PASSWORD + "\n",
                text=True,
                check=True,
            )
            yield f"http://127.0.0.1:{port}", environment
        finally:
            server.terminate()
            server.wait(30)


def wait_until_ready(address: str, server: "subprocess.Popen[bytes]", seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"the demo server stopped with code {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the demo server did not become ready")


def sign_in(browser: Browser, address: str, language: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, device_scale_factor=1)
    context.add_cookies([{"name": "otklik_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", "pictures")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url(f"{address}/")
    return page


def take(page: Page, address: str, path: str, file: Path) -> str:
    """The picture of a page; its title."""
    path, _space, pressed = path.partition(" ")
    page.goto(address + path)
    if pressed:
        page.locator(pressed).first.click()
        page.wait_for_load_state("load")
    page.wait_for_timeout(1500)  # charts draw themselves
    page.screenshot(path=file)
    print(file.name)
    return page.title().partition(" · ")[0]


def gallery(titles: dict[tuple[str, str], str]) -> str:
    """The page that shows what there is."""
    lines = [
        "# Pages",
        "",
        "Every page of the demo company in Russian and English, on a wide screen and on a phone; `make screenshots` makes them anew.",
        "",
        "| page | Russian | English |",
        "|---|---|---|",
    ]
    for name in PAGES:
        cells = [
            f"{titles[name, language]}: [wide]({name}-{language}.png), [phone]({name}-{language}-phone.png)"
            for language in ("ru", "en")
        ]
        lines.append(f"| `{PAGES[name].partition(' ')[0].partition('?')[0]}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    titles: dict[tuple[str, str], str] = {}
    with demo_server() as (address, _environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in ("ru", "en"):
            for suffix, size in SIZES.items():
                page = sign_in(browser, address, language, size)
                for name, path in PAGES.items():
                    file = PICTURES / f"{name}-{language}{suffix}.png"
                    titles[name, language] = take(page, address, path, file)
                page.context.close()
        browser.close()
    (PICTURES / "README.md").write_text(gallery(titles))


if __name__ == "__main__":
    main()
