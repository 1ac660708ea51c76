"""A real browser that notes every complaint of the pages it opens."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright

from tests.journeys.portal import PASSWORD, Portal

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where Chromium is; without it the browser journeys are skipped, or fail where one was promised."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        told = f"no browser: none of {', '.join(NAMES)} is installed (apt-get install chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return found


_CELLS = """(rows) => rows.map((row) => [...row.cells].map((cell) => {
  const told = cell.cloneNode(true);
  for (const mark of told.querySelectorAll("[aria-hidden]")) mark.remove();
  return told.textContent.replace(/\\s+/g, " ").trim();
}))"""


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Not kept longer than one module: its event loop and Django's database do not share a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person at one browser, with a session of their own."""

    def __init__(self, browser: Browser, portal: Portal, **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | options
        self.portal = portal
        self.context: BrowserContext = browser.new_context(base_url=portal.root, **options)
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.refusals_expected: set[int] = set()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # The browser itself reports each page that was answered with an error status.
        if any(f"the server responded with a status of {status} " in message.text for status in self.refusals_expected):
            return
        self.complaints.append(f"{message.type} at {message.location.get('url')}: {message.text}")

    def sign_in(self, name: str = "admin", password: str = "") -> "Visitor":
        if not password:
            password = self.portal.admin_password if name == "admin" else PASSWORD
        self.page.goto("/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/dashboards/")
        return self

    def post(self, path: str, **form: str) -> int:
        """A POST that no button offers, with this session and a right CSRF token. Returns the status."""
        cookies = self.context.cookies(self.portal.root)
        token = next(c["value"] for c in cookies if c["name"].startswith("portal-csrf-"))
        answer = self.context.request.post(
            self.portal.root + path,
            form={"csrfmiddlewaretoken": token, **form},
            headers={"Referer": self.portal.root + path},
            max_redirects=0,
        )
        return int(answer.status)

    def field(self, label: str) -> Locator:
        """The field whose label says exactly this; Django ends labels with a colon."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}:?$"))

    def tile(self, label: str) -> Locator:
        """The number on a tile of a board."""
        return self.page.locator("#board .tiles li", has_text=label).locator(".number")

    def unfold(self, title: str) -> Locator:
        """The table of a board with this title; if it is drawn, it waits behind the drawing."""
        panel = self.page.locator(".card", has=self.page.get_by_role("heading", name=title, exact=True))
        folded = panel.locator("details:not([open]) > summary")
        if folded.count():
            folded.click()
        return panel.locator("table")

    def rows(self, title: str) -> list[list[str]]:
        """What the table with this title says, without the marks that only decorate it."""
        told: list[list[str]] = self.unfold(title).locator("tbody tr").evaluate_all(_CELLS)
        return told

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
