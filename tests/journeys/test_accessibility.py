"""No page breaks a rule of axe-core, in light and in dark, its tables folded and unfolded."""

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from tests.journeys.browsing import Visitor
from tests.journeys.history import BROKEN, GONE, MANY, Past
from tests.journeys.portal import JOURNEY

pytestmark = JOURNEY

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
def reader(visitor: Callable[..., Visitor]) -> Callable[..., Page]:
    """Opens pages. Axe-core copies their style sheets, against their policy and away from what these import."""

    def arrive(name: str = "", **options: object) -> Page:
        person = visitor(bypass_csp=True, **options)
        person.refusals_expected = {404}
        return person.sign_in(name).page if name else person.page

    return arrive


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


def test_no_page_breaks_a_rule(reader: Callable[..., Page], pages: dict[str, str]) -> None:
    expect_none_on(reader("admin"), *pages.values())


def test_no_page_with_a_past_breaks_a_rule(reader: Callable[..., Page], past: Past) -> None:
    many, gone, broken = (f"/admin/operations/definitionfile/{past.files[name]}" for name in (MANY, GONE, BROKEN))
    page = reader("ada", at=past.portal)
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


def test_no_page_of_a_stranger_breaks_a_rule(reader: Callable[..., Page]) -> None:
    page = reader()
    expect_none_on(page, "/admin/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errornote").wait_for()
    expect_none(violations(page))


def test_a_page_that_is_not_there_breaks_no_rule(reader: Callable[..., Page]) -> None:
    expect_none_on(reader(), "/no-such-page/")


@pytest.mark.parametrize("board", BOARDS)
def test_no_board_with_its_tables_unfolded_breaks_a_rule(reader: Callable[..., Page], past: Past, board: str) -> None:
    page = reader("anders", at=past.portal)
    page.goto(f"/dashboards/{board}?period=7d")
    page.evaluate(UNFOLD)
    expect_none(violations(page))


def test_no_empty_board_breaks_a_rule(reader: Callable[..., Page], past: Past) -> None:
    page = reader("anders", at=past.portal)
    period = "since=2020-02-02&until=2020-02-02"
    expect_none_on(page, f"/dashboards/?{period}", f"/dashboards/people/?{period}")


def test_a_board_whose_filters_are_wrong_breaks_no_rule(visitor: Callable[..., Visitor], past: Past) -> None:
    person = visitor(at=past.portal, bypass_csp=True).sign_in("anders")
    person.refusals_expected = {400, 404}
    expect_none_on(person.page, "/dashboards/operations/?since=tomorrow&type=nothing&requested_by=anders")


def test_what_the_portal_adds_to_the_page_about_the_api_breaks_no_rule(reader: Callable[..., Page]) -> None:
    page = reader()
    page.goto("/api/docs")
    page.locator(".opblock").first.wait_for()
    expect_none([told for told in violations(page) if not any(f": {rule} at " in told for rule in OF_SWAGGER_UI)])
