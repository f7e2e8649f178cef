"""The headless browser: lays pages out for a desk and a phone, and reaches this machine only."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from tests.support.chromium import (
    PHONE,
    chromium,
    console_errors,
    overflow,
    screenshot,
    set_viewport,
)

PAGE = (
    "<!doctype html><html lang=vi><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width'><title>Một Cửa</title>"
    "<body style='margin:0;background:#123456'><h1>Đồng bộ</h1><div style='height:2000px'></div>"
    "<div id=wide style='width:500px'>rộng</div><p id=p></p>"
    "<script>p.textContent = innerWidth + 'x' + innerHeight</script>"
)


@pytest.fixture
def page() -> Iterator[str]:
    """The address of one page on 127.0.0.1."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode() if self.path == "/" else b"")

        def log_message(self, *_):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_is_laid_out_for_the_desk_and_photographed_whole(browser, page, tmp_path):
    browser.get(page)
    assert browser.title == "Một Cửa"
    assert browser.find_element(By.TAG_NAME, "h1").text == "Đồng bộ"
    assert browser.find_element(By.ID, "p").text == "1366x768"
    assert overflow(browser) == 0
    picture = QImage(str(screenshot(browser, tmp_path / "desk.png")))
    assert picture.width() == 1366 and picture.height() > 2000
    assert picture.pixelColor(1300, 700).name() == "#123456"


def test_a_phone_shows_what_does_not_fit(page, tmp_path):
    with chromium(width=PHONE[0], height=PHONE[1], scale=2) as phone:
        phone.get(page)
        assert phone.execute_script("return [screen.width, devicePixelRatio]") == [390, 2]
        assert overflow(phone) > 0
        set_viewport(phone, width=520, height=800)
        phone.get(page)
        assert overflow(phone) == 0
        assert QImage(str(screenshot(phone, tmp_path / "phone.png"))).width() == 520


def test_a_missing_file_is_told_and_the_world_is_out_of_reach(browser, page):
    browser.get(page + "missing")
    assert any("404" in line for line in console_errors(browser))
    for address in ("http://example.com/", "http://192.0.2.1/", "https://[2001:db8::1]/"):
        with pytest.raises(WebDriverException, match="ERR_NAME_NOT_RESOLVED"):
            browser.get(address)
