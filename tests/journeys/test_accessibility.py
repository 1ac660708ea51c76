"""No page breaks a rule of axe-core, in light and in dark, its tables folded and unfolded."""

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from tests.journeys.browsing import Visitor
from tests.journeys.history import BROKEN, GONE, MANY, Past
from tests.journeys.portal import LOOKING

pytestmark = LOOKING

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
BOARDS = ("", "operations/", "people/", "templates/", "trail/")
# Swagger UI is another's page inside ours. Its colours, the order of its headings, its buttons within buttons and what
# it puts outside of its own <main> are not ours to mend.
OF_SWAGGER_UI = ("color-contrast", "heading-order", "nested-interactive", "region")
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  const told = (rule) => (node) => `${rule.id} at ${node.target.join(" ")}: ${node.failureSummary}`;
  return found.violations.flatMap((rule) => rule.nodes.map(told(rule)));
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture
def stranger(visitor: Callable[..., Visitor]) -> Visitor:
    return let_axe_work(visitor)


@pytest.fixture
def auditor(at_past: Callable[..., Visitor]) -> Visitor:
    """Where there is something to see."""
    return let_axe_work(at_past, "anders")


def let_axe_work(arrive: Callable[..., Visitor], *name: str) -> Visitor:
    """It copies the style sheets of a page, against the page's policy and away from what they import."""
    person = arrive(*name, bypass_csp=True)
    person.refusals_expected = {404}
    return person


def violations(page: Page) -> list[str]:
    """What axe-core finds, in light and in dark: the rule, where, and how to mend it."""
    page.evaluate(AXE)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{page.url} {scheme}: {told}" for told in page.evaluate(RUN)]
    return found


def expect_none(found: list[str]) -> None:
    assert not found, "\n".join(found)


def expect_none_on(page: Page, *addresses: str) -> None:
    found = []
    for address in addresses:
        page.goto(address)
        found += violations(page)
    expect_none(found)


def test_no_page_breaks_a_rule(stranger: Visitor, pages: dict[str, str]) -> None:
    expect_none_on(stranger.sign_in().page, *pages.values())


def test_no_page_with_a_past_breaks_a_rule(at_past: Callable[..., Visitor], past: Past) -> None:
    many, gone, broken = (f"/admin/operations/definitionfile/{past.files[name]}" for name in (MANY, GONE, BROKEN))
    page = let_axe_work(at_past, "ada").page
    expect_none_on(page, f"{many}/change/", f"{many}/compare/", f"{gone}/change/", f"{broken}/change/")
    for kind in ("policy", "grouppolicycategory"):
        page.goto(f"/admin/operations/{kind}/")
        page.locator("#content-main tbody th a, #content-main li a").first.click()
        expect_none(violations(page))
    expect_none_on(
        page,
        "/admin/password_change/",
        "/admin/auth/group/1/change/",
        "/admin/operations/user/add/",
        "/admin/operations/user/2/history/",
        "/admin/operations/user/2/delete/",
    )


def test_no_page_of_a_stranger_breaks_a_rule(stranger: Visitor) -> None:
    page = stranger.page
    expect_none_on(page, "/no-such-page/", "/admin/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errornote").wait_for()
    expect_none(violations(page))


@pytest.mark.parametrize("board", BOARDS)
def test_no_board_with_its_tables_unfolded_breaks_a_rule(auditor: Visitor, board: str) -> None:
    auditor.page.goto(f"/dashboards/{board}?period=7d")
    auditor.page.evaluate(UNFOLD)
    expect_none(violations(auditor.page))


def test_no_empty_board_breaks_a_rule(auditor: Visitor) -> None:
    period = "since=2020-02-02&until=2020-02-02"
    expect_none_on(auditor.page, f"/dashboards/?{period}", f"/dashboards/people/?{period}")


def test_no_board_whose_filters_are_wrong_breaks_a_rule(auditor: Visitor) -> None:
    auditor.refusals_expected |= {400}
    expect_none_on(auditor.page, "/dashboards/operations/?since=tomorrow&type=nothing&requested_by=anders")


def test_what_the_portal_adds_to_the_page_about_the_api_breaks_no_rule(stranger: Visitor) -> None:
    page = stranger.page
    page.goto("/api/docs")
    page.locator(".opblock").first.wait_for()
    expect_none([told for told in violations(page) if not any(f": {rule} at " in told for rule in OF_SWAGGER_UI)])
