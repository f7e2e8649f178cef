"""A headless Chromium with an empty profile that cannot reach anything but this machine."""

from __future__ import annotations

import base64
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.webdriver import WebDriver

from tests.support.keeper import kept
from tests.support.needs import get_program

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--lang=vi",
)
PHONE = (390, 844)
"""Width and height of a usual phone, for `chromium(width=…, height=…, scale=2)`."""

STARTED = re.compile(r"started successfully on port (\d+)")
START_BOUND = 60.0
PAGE_BOUND = 60


@contextmanager
def chromium(*, width: int = 1366, height: int = 768, scale: float = 1.0) -> Iterator[WebDriver]:
    """A browser whose pages are `width` x `height` CSS pixels, as a selenium driver."""
    binary = get_program("chromium", package="chromium")
    driver_binary = get_program("chromedriver", package="chromium-driver")
    with (
        tempfile.TemporaryDirectory(prefix="mc-web-", ignore_cleanup_errors=True) as folder,
        _driver_process(driver_binary, Path(folder)) as address,
    ):
        connection = ChromeRemoteConnection(
            address, client_config=ClientConfig(address, ignore_certificates=False)
        )
        driver = WebDriver(connection, options=_options(binary, Path(folder) / "profile"))
        try:
            driver.set_page_load_timeout(PAGE_BOUND)
            set_viewport(driver, width=width, height=height, scale=scale)
            yield driver
        finally:
            driver.quit()


def _options(binary: str, profile: Path) -> Options:
    options = Options()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return options


@contextmanager
def _driver_process(binary: str, folder: Path) -> Iterator[str]:
    """chromedriver on a port of its own choice; it and its browsers end with the test run."""
    log = folder / "driver.log"
    with (
        log.open("wb") as out,
        kept([binary, "--port=0"], stdout=out, stderr=out) as process,
    ):
        until = time.monotonic() + START_BOUND
        while not (said := STARTED.search(log.read_text("utf-8", "replace"))):
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{said[1]}"


def devtools(driver: WebDriver, command: str, **values: object) -> dict:
    """One command of the DevTools protocol."""
    return driver.execute("executeCdpCommand", {"cmd": command, "params": values})["value"]


def set_viewport(driver: WebDriver, *, width: int, height: int, scale: float = 1.0) -> None:
    """Lay the pages out for a window of that size; up to 600 px wide as a phone would."""
    devtools(
        driver,
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=scale,
        mobile=width <= 600,
    )


def screenshot(driver: WebDriver, path: Path) -> Path:
    """The whole page, also what is below the window's edge, as a PNG at `path`."""
    picture = devtools(driver, "Page.captureScreenshot", format="png", captureBeyondViewport=True)
    path.write_bytes(base64.b64decode(picture["data"]))
    return path


def console_errors(driver: WebDriver) -> list[str]:
    """What the page complained about since the last question: missing files, script errors."""
    lines = driver.execute("getLog", {"type": "browser"})["value"]
    return [line["message"] for line in lines if line["level"] == "SEVERE"]


def overflow(driver: WebDriver) -> int:
    """By how many pixels the page is wider than the window; 0 on a page that fits a phone."""
    return driver.execute_script(
        "const d = document.documentElement; return d.scrollWidth - d.clientWidth"
    )
