"""Everything without a mouse: each place the keyboard reaches can be seen, and none of them holds it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.history import Past
from tests.journeys.portal import LOOKING, PASSWORD

pytestmark = LOOKING

MOST_STEPS = 400
# What has the focus, whether it can be seen, and how its outline stands out from what is behind.
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b) + 0.05;
  let behind = [255, 255, 255];
  for (let p = e.parentElement; p; p = p.parentElement) {
    const colour = parts(getComputedStyle(p).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) { behind = colour; break; }
  }
  const [a, b] = [light(parts(style.outlineColor)), light(behind)].sort((x, y) => y - x);
  const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
  const seen = [...e.getClientRects()].some(({ left, top, right, bottom }) => {
    const above = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
    return right > left && bottom > top && above && (e.contains(above) || above.contains(e));
  });
  (window.reached ??= new Set()).add(e);
  return {
    what: `${e.tagName} ${e.id} ${(e.getAttribute("aria-label") ?? e.textContent).trim().slice(0, 40)}`,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    contrast: a / b,
    is_seen: seen,
    is_drawn: e.closest("svg") !== null,
    is_page: e === document.body,
  };
}"""
NOT_REACHED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && !reached.has(e))
  .filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.outerHTML.slice(0, 120))"""


def press(page: Page, key: str = "Tab") -> dict[str, Any]:
    """One step; wherever it leads, a person must see it."""
    page.keyboard.press(key)
    focused: dict[str, Any] = page.evaluate(FOCUSED)
    if not focused["is_page"]:
        assert focused["outline"] >= 2, f"no outline: {focused}"
        assert focused["contrast"] >= 3, f"an outline that hardly shows: {focused}"
        assert focused["is_seen"], f"hidden: {focused}"
        assert not focused["is_drawn"], f"a chart's own link, which the table has too: {focused}"
    return focused


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    for _ in range(MOST_STEPS):
        if not press(page, key)["is_page"] and wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not come to {wanted}.")


def skip_to_content(page: Page) -> None:
    tab_to(page, page.get_by_role("link", name="Skip to main content"))
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("/dashboards/", "light"),
        ("/dashboards/operations/?period=7d", "dark"),
        ("/dashboards/people/?status=failed", "light"),
    ],
)
def test_the_keyboard_reaches_all_of_a_board_and_leaves_it(
    at_past: Callable[..., Visitor], address: str, scheme: str
) -> None:
    page = at_past(color_scheme=scheme).page
    page.goto(address)
    page.locator("details").last.evaluate("(one) => { one.open = true; }")
    steps = 0
    while not press(page)["is_page"]:
        steps += 1
        assert steps < MOST_STEPS, "The keyboard goes round in circles."
    assert page.evaluate(NOT_REACHED) == []
    assert not press(page, "Shift+Tab")["is_page"], "It goes back, too."
    assert {link.get_attribute("tabindex") for link in page.locator("svg a").all()} == {"-1"}


def test_an_auditor_needs_no_mouse(visitor: Callable[..., Visitor], past: Past) -> None:
    person = visitor(at=past.portal)
    page = person.page
    page.goto("/")
    tab_to(page, page.get_by_label("Username"), "Shift+Tab")
    page.keyboard.type("anders")
    press(page)
    page.keyboard.type(PASSWORD)
    tab_to(page, page.get_by_role("button", name="Log in"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

    skip_to_content(page)
    tab_to(page, page.get_by_role("navigation", name="Boards").get_by_role("link", name="Operations"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Operations")

    skip_to_content(page)
    tab_to(page, person.field("Status"))
    page.keyboard.type("Fail")
    tab_to(page, person.field("Working hours"))
    page.keyboard.type("With")
    tab_to(page, page.get_by_role("button", name="Show", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"status=failed.*hours=within"))
    chips = page.get_by_role("list", name="Active filters").get_by_role("link")
    expect(chips).to_have_count(3)

    skip_to_content(page)
    tab_to(page, chips.filter(has_text="Working hours"))
    page.keyboard.press("Enter")
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("Status: Failed")

    skip_to_content(page)
    summary = page.locator("#table-by-status-over-time summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    figure = page.locator("#table-by-status-over-time tbody a").first
    expect(figure).to_be_visible()
    count = figure.inner_text()
    tab_to(page, figure)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/operations/grouppolicyoperation/**")
    expect(page.locator(".portal-pages")).to_contain_text(re.compile(rf"(^|\D){count} operations?"))

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Operations")
    page.evaluate("addEventListener('beforeprint', () => { window.printed = true; })")
    tab_to(page, page.get_by_role("button", name="Print or save as PDF"), "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed")
