"""The pages in a real browser, wide and as on a phone: readable, reachable by keyboard, inert."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from models.lookup import lookup_secret
from models.workflow import Status
from server.board import tables as t
from tests.board.conftest import PASSWORD, Site
from tests.board.scene import EVIL
from tests.board.test_status_page import dossiers
from tests.support.architecture.words import VIETNAMESE
from tests.support.chromium import PHONE, chromium, console_errors, devtools

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

CHECKS = (Path(__file__).parent / "page_checks.js").read_text("utf-8")
LABELS = """
const labels = "thead th, label, button, h1, h2, h3, nav";
return [...document.querySelectorAll(labels)].map(e => e.textContent);
"""
FOCUS = """
const e = document.activeElement, s = getComputedStyle(e);
return [e.href || e.id || e.textContent, s.outlineStyle != "none" && s.outlineWidth != "0px"];
"""


@pytest.fixture(scope="module", params=[(1366, 768), PHONE], ids=["wide", "phone"])
def opened(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    """One browser for all tests of a width."""
    width, height = request.param
    with chromium(width=width, height=height) as driver:
        yield driver


@pytest.fixture
def window(opened: WebDriver, site: Site) -> WebDriver:
    """The browser as a stranger: no cookie, nothing in its log."""
    devtools(opened, "Emulation.setScriptExecutionDisabled", value=False)
    opened.get(f"{site.url}/tra-cuu")
    opened.delete_all_cookies()
    console_errors(opened)
    return opened


def wait_for(driver: WebDriver, what) -> None:
    WebDriverWait(driver, 60, poll_frequency=0.05).until(what)


def sign_in(driver: WebDriver, url: str) -> None:
    """By keyboard alone: the first field has the focus."""
    driver.get(f"{url}/board/login")
    driver.switch_to.active_element.send_keys("theodoi", Keys.TAB, PASSWORD, Keys.ENTER)
    wait_for(driver, lambda d: d.current_url.rstrip("/").endswith("/board"))


def ask(driver: WebDriver, url: str, row: dict) -> None:
    driver.get(f"{url}/tra-cuu")
    driver.find_element(By.ID, "ma").send_keys(row["code"], Keys.TAB)
    driver.switch_to.active_element.send_keys(lookup_secret(row["id"]), Keys.ENTER)
    wait_for(driver, lambda d: d.find_elements(By.CLASS_NAME, "answer"))


def check_page(driver: WebDriver) -> None:
    where = driver.current_url
    assert console_errors(driver) == [], where
    phone = driver.execute_script("return innerWidth") < 600
    found = driver.execute_script(CHECKS, 36 if phone else 18)
    assert not any(found.values()), (where, found)


def test_every_page_can_be_read(site, window):
    pages = ["/board/login", "/board", "/board?show=attention&sort=unsent&dir=back&lang=en",
             "/board?q=không-có", "/board/alarms", f"/board/office/{site.codes['main']}",
             f"/board/office/{site.codes['evil']}", f"/board/office/{site.codes['never']}",
             "/board/limits", "/board/office/99999", "/tra-cuu", "/tra-cuu?lang=en"]  # fmt: skip
    window.get(site.url + pages[0])
    check_page(window)
    sign_in(window, site.url)
    for path in pages[1:]:
        window.get(site.url + path)
        if path.endswith("99999"):
            console_errors(window)  # the 404 itself is told there
        check_page(window)
    seen = set()
    for row in dossiers(site):
        if row["status"] in (Status.PROCESSING, Status.SUPPLEMENT, Status.DONE) and (
            row["status"] not in seen
        ):
            seen.add(row["status"])
            ask(window, site.url, row)
            check_page(window)
    assert len(seen) == 3


def test_names_of_pcs_run_nothing(site, window):
    sign_in(window, site.url)
    for path in ("/board", "/board/alarms", f"/board/office/{site.codes['evil']}"):
        window.get(site.url + path)
        assert not window.find_elements(By.CSS_SELECTOR, "main script, main b b")
    assert EVIL in window.find_element(By.TAG_NAME, "main").text


def test_the_table_works_by_keyboard(site, window):
    sign_in(window, site.url)
    window.get(site.url + "/board")
    stops = []
    for _ in range(45):
        ActionChains(window).send_keys(Keys.TAB).perform()
        name, marked = window.execute_script(FOCUS)
        assert marked, f"no focus mark on {name}"
        stops.append(name)
    assert stops[0].endswith("#content"), "the way past the head comes first"
    for wanted in ("q", "show", "sort", "days"):
        assert wanted in stops
    assert any(f"/board/office/{site.codes['drift']}" in stop for stop in stops)
    window.find_element(By.ID, "q").send_keys("dinh cong", Keys.ENTER)
    wait_for(window, lambda d: "q=dinh" in d.current_url)
    assert len(window.find_elements(By.CSS_SELECTOR, ".offices tbody tr")) == 1


def test_it_works_without_javascript(site, window):
    devtools(window, "Emulation.setScriptExecutionDisabled", value=True)
    sign_in(window, site.url)
    window.get(site.url + "/board?sort=overdue")
    first = window.find_element(By.CSS_SELECTOR, ".offices tbody th")
    assert first.text == "Phường Định Công"
    first.find_element(By.TAG_NAME, "a").click()
    wait_for(window, lambda d: d.find_elements(By.CLASS_NAME, "days"))
    window.find_element(By.CSS_SELECTOR, ".leave button").click()
    wait_for(window, lambda d: "/login" in d.current_url)


def test_english_has_no_vietnamese_left(site, window):
    sign_in(window, site.url)
    for path in ("/board", f"/board/office/{site.codes['main']}", "/board/limits", "/tra-cuu"):
        window.get(f"{site.url}{path}?lang=en")
        assert window.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
        for words in window.execute_script(LABELS):
            bare = words.replace("Tiếng Việt", "")
            assert not VIETNAMESE.search(bare) or "Phường" in bare, words


def test_an_open_board_shows_news_by_itself(site, browser):
    """The script fetches the page; here its clock is turned on instead of waiting a minute."""
    devtools(
        browser, "Page.addScriptToEvaluateOnNewDocument",
        source="window.setInterval = (act) => { window.refreshNow = act; };",
    )  # fmt: skip
    sign_in(browser, site.url)
    browser.get(site.url + "/board/alarms")
    before = browser.find_element(By.TAG_NAME, "main")
    browser.execute_script("refreshNow()")
    wait_for(browser, lambda d: d.find_element(By.TAG_NAME, "main") != before)
    assert console_errors(browser) == []
    assert browser.find_elements(By.CSS_SELECTOR, ".alarms li")
    with site.city.write("") as tx:
        tx.execute(t.operator_session.delete())
    browser.execute_script("refreshNow()")
    wait_for(browser, lambda d: "/login" in d.current_url)
