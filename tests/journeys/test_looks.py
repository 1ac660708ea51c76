"""The pages in light and dark, wide and narrow, and boards whose figures open the rows they count."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.portal import LOOKING, OPERATIONS, Portal

pytestmark = LOOKING

# Where screenshots are put when somebody wants to look at them.
SCREENSHOTS = "PORTAL_SCREENSHOTS"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_no_page_is_wider_than_its_window(
    visitor: Callable[..., Visitor], pages: dict[str, str], width: int, scheme: str
) -> None:
    person = visitor(viewport={"width": width, "height": 900}, color_scheme=scheme)
    folder = os.environ.get(SCREENSHOTS)
    wide: dict[str, Any] = {}
    person.page.goto("/admin/login/")
    if person.overflow > 0:
        wide["sign-in"] = person.overflow
    person.sign_in()
    for name, address in pages.items():
        answer = person.page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        if person.overflow > 0:
            wide[name] = (person.overflow, person.page.evaluate(TOO_WIDE))
        if folder:
            person.page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(
    visitor: Callable[..., Visitor], pages: dict[str, str], scheme: str
) -> None:
    """WCAG AA for the portal's own badges and quiet text."""
    person = visitor(color_scheme=scheme).sign_in()
    for name in ("board", "failed"):
        person.page.goto(pages[name])
        ratios = person.page.evaluate(CONTRASTS)
        assert ratios
        assert [told for told in ratios if told["ratio"] < 4.5] == []


TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll, .results"))
  .map((e) => `${e.tagName} ${e.id} ${e.className}`).slice(0, 12)"""
CONTRASTS = """() => {
  const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll(
    ".badge, .quiet, .number, .change, .question, .tabs a, .sentence, .details, .facts dt"
  )].map((element) => {
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    return { text: element.textContent.trim().slice(0, 30), ratio: (a + 0.05) / (b + 0.05) };
  });
}"""


def test_every_figure_of_the_board_opens_exactly_the_rows_it_counts(
    administrator: Visitor, pages: dict[str, str]
) -> None:
    page = administrator.page
    for query in ("", "?kind=recorded", "?period=24h&status=failed"):
        page.goto(f"/dashboards/{query}")
        ended = sum(int(page.locator(f".tile-{status} .number").inner_text()) for status in ("success", "failed"))
        links = page.locator("#board .tiles a, #board .figures td.count a").all()
        told = [(link.text_content() or "", str(link.get_attribute("href"))) for link in links]
        # A share is one of all that ended.
        figures = {(ended if "%" in text else int(re.findall(r"\d+", text)[0]), address) for text, address in told}
        assert figures
        for count, address in figures:
            asked = parse_qs(urlsplit(query).query)
            opened = parse_qs(urlsplit(address).query)
            assert {**asked, **opened} == opened, "The board's own filters go along"
            page.goto(address)
            expect(page.locator(".portal-pages")).to_contain_text(re.compile(rf"(^|\D){count} operations?"))


def test_the_board_renews_itself_in_place(administrator: Visitor, portal: Portal) -> None:
    page = administrator.page
    page.clock.install()
    page.goto("/dashboards/")
    page.evaluate("window.sameDocument = true")
    before = int(page.locator("#board .number").first.inner_text())
    portal.call("POST", OPERATIONS, {"statusDetails": "One more"})
    page.clock.fast_forward(16_000)
    expect(page.locator("#board .number").first).to_have_text(str(before + 1))
    assert page.evaluate("window.sameDocument")


def test_the_theme_can_be_chosen_by_hand(administrator: Visitor) -> None:
    page = administrator.page
    page.goto("/dashboards/")
    backgrounds = set()
    for _ in range(3):
        page.locator(".theme-toggle").first.click()
        backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(backgrounds) == 2
