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
    "indicator": "/indicators/support/",
    "indicators": "/indicators/",
    "timeline": "/timeline/?series=average_receipt&series=receipts&series=support&series=standard_elements&period=90d",
    "report-service": "/reports/service/",
    "report-comparison": "/reports/comparison/?by=location",
    "report-hours": "/reports/hours/?indicator=csat",
    "report-events": "/reports/events/",
    "jobs": "/jobs/",
    "relations": "/relations/?period=90d",
    "relations-pair": "/relations/pair/?period=90d",
    "relations-standard": "/relations/standard/?period=90d",
    "relations-quadrants": "/relations/quadrants/?period=90d",
    "served": "/entry/served/",
    "figures": "/entry/churn/",
    "sources": "/entry/sources/",
    "states": "/states/?period=28d",
    "threshold": "/settings/thresholds/churn/",
    "places": "/settings/places/",
    "panels": "/settings/panels/",
}


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


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_server() as (address, _environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in ("ru", "en"):
            for suffix, size in SIZES.items():
                page = sign_in(browser, address, language, size)
                for name, path in PAGES.items():
                    page.goto(address + path)
                    page.wait_for_timeout(1500)  # charts draw themselves
                    page.screenshot(path=PICTURES / f"{name}-{language}{suffix}.png")
                    print(f"{name}-{language}{suffix}.png")
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
