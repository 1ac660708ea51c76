"""Boards in a browser: within the policy, clicked, without scripts, live, in another zone, and on paper."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.history import ALONE, Past
from tests.journeys.portal import LOOKING, OPERATIONS, Portal
from tests.waiting import until

pytestmark = LOOKING

BOARDS = ("/dashboards/", *(f"/dashboards/{name}/" for name in ("operations", "people", "templates", "trail")))
LISTEN = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
INLINE = """() => [...document.querySelectorAll("svg [style], svg script, svg foreignObject, style, script:not([src])")]
  .map((one) => one.outerHTML.slice(0, 100))"""
# A4 without its margins, in pixels of CSS.
PAPER = {"width": 688, "height": 1016}
HIDDEN_ROWS = """() => [...document.querySelectorAll("#board tbody tr")]
  .filter((row) => !row.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || !row.offsetHeight)
  .map((row) => row.textContent.trim().slice(0, 60))"""
CUT_OFF = """() => [...document.querySelectorAll("#content *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName} ${one.className}`)"""
COLOURS = """() => [document.documentElement, document.body, document.querySelector(".card")]
  .map((one) => getComputedStyle(one).backgroundColor)"""
WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"


def listening(person: Visitor, name: str) -> Page:
    """What the policy refuses is noted on every page that this person opens."""
    person.context.add_init_script(LISTEN)
    return person.sign_in(name).page


def test_the_policy_refuses_nothing_on_any_page(
    visitor: Callable[..., Visitor], pages: dict[str, str], past: Past
) -> None:
    found = {}
    here, there = listening(visitor(), "admin"), listening(visitor(at=past.portal), "anders")
    for page, addresses in ((here, ["/admin/login/", *pages.values()]), (there, BOARDS)):
        for address in addresses:
            page.goto(address)
            found[page.url] = (page.evaluate("refused"), page.evaluate(INLINE))
    assert {address: told for address, told in found.items() if told != ([], [])} == {}


def test_the_policy_would_refuse_and_be_heard(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    page = listening(person, "admin")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    until(lambda: page.evaluate("refused"), what="the policy to be heard of")
    assert len(person.complaints) == 1
    person.complaints.clear()


@pytest.mark.parametrize(
    ("address", "charts"),
    [
        ("/dashboards/", {"In progress, by age": r", operations: (\d+)"}),
        (
            "/dashboards/operations/?since={}&until={}",
            {
                "By status over time": r": (\d+)$",
                "By type over time": r": (\d+)$",
                "Success rate over time": r"finished: (\d+)$",
                "Failures by finding": r", failed operations: (\d+)",
            },
        ),
        (
            "/dashboards/people/",
            {
                "By requester": r", operations: (\d+)",
                "People and programs": r", operations: (\d+)",
                "Hours of the week": r":00: (\d+)",
            },
        ),
        ("/dashboards/templates/", {"By status": r", files: (\d+)", "Which fail most": r", failed: (\d+)"}),
        # What people read is an event too, so all others stand still.
        (
            "/dashboards/trail/?category=Operation",
            {"Events over time": r": (\d+)$", "By action": r", events: (\d+)"},
        ),
    ],
)
def test_a_mark_of_a_chart_opens_the_rows_it_tells_of(
    at_past: Callable[..., Visitor], past: Past, address: str, charts: dict[str, str]
) -> None:
    page = at_past().page
    address = address.format(*past.last_month)
    for title, counted in charts.items():
        for which in (0, -1):
            page.goto(address)
            mark = page.get_by_role("region", name=f"Chart: {title}").locator("a [aria-label]").nth(which)
            told = mark.get_attribute("aria-label") or ""
            count = re.search(counted, told)
            assert count, told
            mark.click()
            rows = rf"(^|\D){count[1]} (operation|audit event|definition file)s?\b"
            expect(page.locator(".portal-pages")).to_contain_text(re.compile(rows))


def test_a_file_in_the_graph_opens_its_page(at_past: Callable[..., Visitor]) -> None:
    page = at_past().page
    page.goto("/dashboards/templates/")
    graph = page.get_by_role("region", name="Chart: What depends on what")
    graph.locator("[aria-label^='needing.admx: needs 1']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("needing.admx")


def test_boards_need_no_script(at_past: Callable[..., Visitor], past: Past, tmp_path: Path) -> None:
    person = at_past(java_script_enabled=False)
    page = person.page
    expect(page.get_by_text("Refreshes itself")).to_be_hidden()
    page.get_by_role("navigation", name="Boards").get_by_role("link", name="Operations").click()
    first, last = past.last_month
    person.field("From").fill(f"{first}")
    person.field("To").fill(f"{last}")
    person.field("Status").select_option(label="Failed")
    page.get_by_role("button", name="Show", exact=True).click()
    chips = page.get_by_role("list", name="Active filters").get_by_role("link")
    expect(chips).to_have_count(4)
    chips.filter(has_text="Status").click()
    expect(chips).to_have_count(3)
    expect(page.get_by_text("Print or save as PDF")).to_be_hidden()

    table = person.unfold("By status over time")
    expect(table.locator("tbody tr")).to_have_count(last.day)
    panel = page.locator(".card", has=page.locator("#by-status-over-time"))
    with page.expect_download() as download:
        panel.get_by_role("link", name="CSV").click()
    lines = table_of(saved(download.value, tmp_path).read_bytes())
    assert lines[0] == ["day", "unknown", "inProgress", "success", "failed", "all"]
    shown = [row.all_inner_texts() for row in (row.locator("th, td") for row in table.locator("tbody tr").all())]
    assert lines[1:] == shown
    with page.expect_download() as download:
        page.get_by_role("link", name="All tables as CSV").click()
    with zipfile.ZipFile(saved(download.value, tmp_path)) as files:
        assert table_of(files.read("by-status-over-time.csv")) == lines
        assert f"{first} 00:00 to " in files.read("about.txt").decode()

    figure = table.locator("tbody a").last
    count = figure.inner_text()
    figure.click()
    expect(page.locator(".portal-pages")).to_contain_text(re.compile(rf"(^|\D){count} operations?"))


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def table_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def a_waiting_operation(portal: Portal) -> None:
    portal.call("POST", OPERATIONS, {"operationStatus": "inProgress", "statusDetails": "Waits"})


def waiting(person: Visitor) -> Locator:
    return person.page.locator(".card", has=person.page.locator("#in-progress")).locator("tbody tr")


def test_the_overview_renews_itself_and_keeps_the_readers_place(administrator: Visitor, portal: Portal) -> None:
    a_waiting_operation(portal)
    page = administrator.page
    page.clock.install()
    page.goto("/dashboards/")
    table = administrator.unfold("In progress, by age")
    number = administrator.tile("Operations")
    before, rows = int(number.inner_text()), waiting(administrator).count()
    stop = page.get_by_role("link", name="Stop")
    stop.focus()
    scrolled = page.evaluate("() => { scrollTo(0, 500); window.isSame = true; return scrollY; }")
    assert scrolled > 0

    a_waiting_operation(portal)
    page.clock.fast_forward(16_000)
    expect(number).to_have_text(str(before + 1))
    expect(waiting(administrator)).to_have_count(rows + 1)
    expect(table).to_be_visible()
    expect(stop).to_be_focused()
    assert page.evaluate("[scrollY, window.isSame]") == [scrolled, True]

    # At the very end of the page, which a table that folds itself for a moment would shorten.
    scrolled = page.evaluate("() => { scrollTo(0, 1e6); board.isOld = true; return scrollY; }")
    page.clock.fast_forward(16_000)
    until(lambda: not page.evaluate("board.isOld"), what="the board to be renewed")
    expect(table).to_be_visible()
    assert page.evaluate("scrollY") == scrolled

    # Whoever reads within it with the keyboard is not interrupted.
    summary = page.locator("#table-in-progress-by-age summary")
    summary.focus()
    a_waiting_operation(portal)
    page.clock.fast_forward(16_000)
    expect_no_request(page)
    expect(summary).to_be_focused()
    expect(number).to_have_text(str(before + 1))
    stop.focus()
    page.clock.fast_forward(16_000)
    expect(number).to_have_text(str(before + 2))

    stop.click()
    expect(page.get_by_text("Paused.")).to_be_visible()
    a_waiting_operation(portal)
    page.clock.fast_forward(120_000)
    expect_no_request(page)
    expect(number).to_have_text(str(before + 2))


def test_a_live_board_whose_reader_was_signed_out_asks_to_sign_in(administrator: Visitor) -> None:
    page = administrator.page
    page.clock.install()
    page.goto("/dashboards/?kind=recorded")
    administrator.context.clear_cookies()
    page.clock.fast_forward(16_000)
    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/admin/login/\?next=/dashboards/%3Fkind%3Drecorded$"))


def expect_no_request(page: Page) -> None:
    """Before one that is made now."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("fetch('/healthz')")
    assert [url for url in asked if not url.endswith("/healthz")] == []


def test_a_zone_that_a_person_chooses_moves_an_operation_to_another_day(
    at_past: Callable[..., Visitor], past: Past
) -> None:
    person = at_past("wanda")
    page = person.page
    day = past.now.date() - timedelta(days=ALONE)
    page.goto(f"/dashboards/operations/?since={day - timedelta(days=1)}&until={day + timedelta(days=1)}")

    def days() -> dict[str, str]:
        return {day: count for day, *_, count in person.rows("By status over time") if count != "0"}

    assert days() == {f"{day}": "1"}
    page.get_by_role("link", name="Times are in UTC").click()
    person.field("Time zone").select_option("Pacific/Kiritimati")
    page.get_by_role("button", name="Use this zone").click()
    expect(page.locator(".messagelist")).to_contain_text("Times are shown in the zone you chose.")
    expect(page.get_by_role("link", name="Times are in Pacific/Kiritimati")).to_be_visible()
    assert days() == {f"{day + timedelta(days=1)}": "1"}


def test_a_printed_board_says_what_it_is_and_leaves_no_row_out(at_past: Callable[..., Visitor], past: Past) -> None:
    page = at_past(viewport=PAPER).page
    first, last = past.last_month
    page.goto(f"/dashboards/operations/?since={first}&until={last}&kind=recorded&hours=within")
    expect(page.locator(".report")).to_be_hidden()
    expect(page.locator("#board details[open]")).to_have_count(0)
    folded = page.evaluate(HIDDEN_ROWS)
    assert len(folded) > 3 * last.day

    page.emulate_media(media="print")
    report = page.locator(".report")
    expect(report).to_be_visible()
    for told in (
        "GPO Portal: Operations",
        f"{first} 00:00 to {last + timedelta(days=1)} 00:00 (UTC)",
        "Performed or recorded: Recorded",
        "Working hours: Within",
        "by anders",
    ):
        expect(report).to_contain_text(told)
    expect(report).to_contain_text(re.compile(r"\d+ events, root [A-Za-z0-9+/]{43}="))
    for left_out in (
        "#header",
        "#nav-sidebar",
        "nav.tabs",
        "form.filters",
        ".chips",
        "ul.takings",
        "p.takings",
        "summary",
    ):
        for one in page.locator(left_out).all():
            expect(one).to_be_hidden()
    assert page.evaluate(HIDDEN_ROWS) == []
    assert page.evaluate(CUT_OFF) == []
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 3


@pytest.mark.parametrize("address", BOARDS)
def test_nothing_of_a_printed_board_is_cut_off(at_past: Callable[..., Visitor], address: str) -> None:
    page = at_past(viewport=PAPER).page
    page.goto(address)
    page.emulate_media(media="print")
    assert page.evaluate(HIDDEN_ROWS) == []
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_is_dark_on_the_screen_is_white_on_paper(at_past: Callable[..., Visitor], by_hand: bool) -> None:
    page = at_past(color_scheme="light" if by_hand else "dark").page
    if by_hand:
        page.locator(".theme-toggle").first.click()
        expect(page.locator("html[data-theme=dark]")).to_be_attached()
    page.goto("/dashboards/people/")
    assert WHITE not in page.evaluate(COLOURS)
    page.emulate_media(media="print")
    assert page.evaluate(COLOURS)[1:] == [WHITE, WHITE]
    assert page.evaluate("getComputedStyle(document.body).color") == BLACK
    assert page.evaluate("getComputedStyle(document.querySelector('.chart svg text')).fill") == BLACK
