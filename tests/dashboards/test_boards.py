"""Every board: who may see it, and that whatever it counts leads to exactly the rows it counts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations.dashboards.addresses import address
from operations.models import AuditEvent, GroupPolicyOperation
from operations.queries.boards import BOARDS
from operations.queries.operation_filters import OperationFilterSet
from operations.queries.period_filters import PeriodFilterSet
from operations.queries.tables import Board, ColumnKind, Link, Target
from operations.queries.trail_filters import EventFilterSet
from operations.time_buckets import LENGTH
from tests import rows
from tests.dashboards import scene

pytestmark = pytest.mark.django_db

ADDRESSES = {name: "/dashboards/" if name == "overview" else f"/dashboards/{name}/" for name in BOARDS}
LISTS = {Target.OPERATIONS, Target.EVENTS, Target.FILES}
OF_OPERATIONS: list[dict[str, str]] = [
    {},
    {"period": "24h"},
    {"period": "7d", "status": "failed"},
    {"type": "remove"},
    {"kind": "performed"},
    {"requested_by": "Olga & Co", "period": "30d"},
    {"requested_by_type": "client"},
    {"definition_file": "example.admx"},
    {"finding": "XmlInvalid"},
    {"finding": "none"},
    {"hours": "outside"},
    {"hours": "within", "status": "ended"},
    {"weekday": "3", "type": "upload"},
]
OF_EVENTS: list[dict[str, str]] = [
    {},
    {"period": "24h", "outcome": "denied"},
    {"category": "Trail"},
    {"activity": "operation.recorded"},
]


def counted(board: Board) -> Iterator[tuple[int, Link]]:
    """Every number of rows that opens them."""
    for tile in board.tiles:
        if tile.link and tile.kind is ColumnKind.COUNT and isinstance(tile.value, int):
            yield tile.value, tile.link
    for table in board.tables:
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                if cell.link and column.kind is ColumnKind.COUNT and cell.link.to in LISTS:
                    yield cell.value, cell.link


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("name", BOARDS)
def test_every_number_is_that_of_the_rows_behind_it(name: str, zone: str, settings: Any) -> None:
    settings.TIME_ZONE = zone
    scene.everything()
    checked = 0
    for asked in OF_EVENTS if name == "trail" else OF_OPERATIONS:
        filters = BOARDS[name].filters(asked)
        assert filters.is_valid(), filters.errors
        for number, link in counted(BOARDS[name].tell(filters)):
            if link.to is not Target.FILES:
                assert number == rows_behind(link), (asked, link)
                checked += 1
    assert checked > 3


def rows_behind(link: Link) -> int:
    opened: PeriodFilterSet
    if link.to is Target.EVENTS:
        opened = EventFilterSet(dict(link.parameters), AuditEvent.objects.all())
    else:
        opened = OperationFilterSet(dict(link.parameters), GroupPolicyOperation.objects.all())
    assert opened.is_valid(), (link, opened.errors)
    return opened.qs.count()


@pytest.mark.parametrize("name", ["overview", "operations", "people", "templates"])
def test_every_number_opens_a_list_of_as_many(browser: Client, name: str) -> None:
    scene.everything()
    filters = BOARDS[name].filters({"period": "90d", "hours": "outside"})
    assert filters.is_valid()
    for number, link in counted(BOARDS[name].tell(filters)):
        if link.to is not Target.EVENTS:
            page = browser.get(address(link))
            assert page.status_code == 200, address(link)
            assert page.context["cl"].result_count == number, link


def figures(name: str, table: str, asked: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
    filters = BOARDS[name].filters(asked or {})
    assert filters.is_valid(), filters.errors
    found = BOARDS[name].tell(filters).table(table)
    assert found is not None
    return [tuple(cell.value for cell in row) for row in found.rows]


def test_two_of_one_name_are_told_apart() -> None:
    file = rows.a_definition_file()
    for kind, number in (("user", 3), ("client", 2)):
        for _ in range(number):
            rows.a_recorded_operation(requested_by_type=kind, requested_by_name="olga", definition_file=file)
    rows.a_recorded_operation(requested_by_name="")
    for table in ("by-actor", "first-times"):
        filters = BOARDS["people"].filters({})
        assert filters.is_valid()
        found = BOARDS["people"].tell(filters).table(table)
        assert found is not None
        counted_cells = [cell for row in found.rows for cell in row if counts_operations(cell)]
        opened = [(cell.value, rows_behind(cell.link)) for cell in counted_cells if cell.link]
        assert len(opened) == len(counted_cells)
        assert sorted(opened)[:2] == [(2, 2), (3, 3)]


def counts_operations(cell: Any) -> bool:
    return isinstance(cell.value, int) and cell.link is not None and cell.link.to is Target.OPERATIONS


def test_a_first_time_is_the_first_whatever_else_is_asked_for() -> None:
    file, now = rows.a_definition_file(), timezone.now()
    for days, status in ((10, "success"), (1, "failed")):
        rows.a_recorded_operation(
            definition_file=file, operation_status=status, created_date_time=now - timedelta(days=days)
        )
    ((first, *_, operations),) = figures("people", "first-times", {"status": "failed"})
    assert (first.date(), operations) == ((now - timedelta(days=10)).date(), 2)
    assert figures("people", "first-times", {"period": "7d"}) == []


def test_the_trails_own_tables_follow_its_filters() -> None:
    scene.everything()
    assert len(figures("trail", "exports")) == 1
    assert figures("trail", "exports", {"actor": "somebody else"}) == []
    assert figures("trail", "verifications", {"channel": "api"}) == []


def test_a_period_that_has_not_ended_is_compared_with_one_as_long() -> None:
    today = timezone.localdate().isoformat()
    filters = BOARDS["overview"].filters({"since": today, "until": today})
    assert filters.is_valid()
    begin, end = filters.moments
    assert end - timezone.now() <= LENGTH
    before = filters.selection.before.moments
    assert before == (begin - (end - begin), begin)


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "1970-01-01", "until": "1970-01-02"},
        {"since": "0001-01-02", "until": "0001-01-03", "hours": "outside"},
        {"since": "9999-12-01", "until": "9999-12-30"},
        {"since": "9999-12-31", "requested_by": "x"},
    ],
)
def test_a_period_outside_of_what_is_counted_is_refused(browser: Client, asked: dict[str, str]) -> None:
    for name in ("overview", "people", "trail"):
        assert browser.get(ADDRESSES[name], asked).status_code == 400
    listed = browser.get("/admin/operations/grouppolicyoperation/", asked)
    assert listed.context["cl"].result_count == 0


def test_hours_are_looked_up_only_where_there_is_anything(browser: Client) -> None:
    rows.a_recorded_operation()
    listed = browser.get("/admin/operations/grouppolicyoperation/", {"since": "0001-01-01", "weekday": "1"})
    assert listed.context["cl"].result_count in {0, 1}


@pytest.mark.parametrize("name", BOARDS)
def test_an_empty_portal_has_every_board(browser: Client, name: str) -> None:
    page = browser.get(ADDRESSES[name], {"since": "2020-01-01", "until": "2020-03-01"})
    assert page.status_code == 200
    assert "None" not in page.text.replace("<dd>None</dd>", "").replace(">None<", "")


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_costs_as_many_queries_for_many_rows_as_for_few(browser: Client, name: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(ADDRESSES[name]).status_code == 200
        return len(captured)

    scene.everything()
    few = queries()
    for _ in range(2):
        scene.everything()
    assert queries() == few <= 25


A_TABLE = {
    "overview": "by-type",
    "operations": "latest",
    "people": "by-actor",
    "templates": "by-status",
    "trail": "by-action",
}
WHO_MAY: dict[str, dict[str, int]] = {
    "overview": {"administrator": 200, "operator": 200, "auditor": 200, "nobody": 403, "anonymous": 302},
    "operations": {"administrator": 200, "operator": 200, "auditor": 200, "nobody": 403, "anonymous": 302},
    "people": {"administrator": 200, "operator": 403, "auditor": 200, "nobody": 403, "anonymous": 302},
    "templates": {"administrator": 200, "operator": 200, "auditor": 200, "nobody": 403, "anonymous": 302},
    "trail": {"administrator": 200, "operator": 403, "auditor": 200, "nobody": 403, "anonymous": 302},
}


def test_every_board_says_who_may_see_it() -> None:
    assert WHO_MAY.keys() == BOARDS.keys()


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, row in WHO_MAY.items() for who in row])
def test_who_may_see_which_board_and_take_its_figures(browser_of: Callable[[str], Client], name: str, who: str) -> None:
    browser = browser_of(who)
    table = {"overview": "by-type", "people": "by-actor", "templates": "by-status", "trail": "by-action"}.get(
        name, "latest"
    )
    for page in (ADDRESSES[name], f"/dashboards/{name}/tables.zip", f"/dashboards/{name}/{table}.csv"):
        assert browser.get(page).status_code == WHO_MAY[name][who], page


def test_the_boards_one_may_see_are_the_ones_offered(browser_of: Callable[[str], Client]) -> None:
    page = browser_of("operator").get("/dashboards/").text
    assert "/dashboards/templates/" in page
    assert "/dashboards/people/" not in page
    assert "/dashboards/trail/" not in page


def test_a_board_that_tells_of_people_or_the_trail_is_recorded_as_read(browser: Client) -> None:
    for name in BOARDS:
        browser.get(ADDRESSES[name])
    read = AuditEvent.objects.filter(action="trail.read").order_by("sequence").values_list("after__what", flat=True)
    assert list(read) == ["board people", "board trail"]


@pytest.mark.parametrize(
    "address", ["/dashboards/zoo/", "/dashboards/zoo/tables.zip", "/dashboards/operations/zoo.csv"]
)
def test_what_there_is_not_is_a_404(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", [*ADDRESSES.values(), "/dashboards/tiles/", "/dashboards/operations/tables.zip"])
def test_boards_are_only_looked_at(browser: Client, address: str, method: str) -> None:
    assert getattr(browser, method)(address).status_code == 405


def test_what_is_asked_for_is_shown_and_can_be_taken_away(browser: Client) -> None:
    file = rows.a_definition_file(file_name="proxy.admx")
    asked = {"definition_file": str(file.pk), "status": "failed", "weekday": "1"}
    page = browser.get("/dashboards/operations/", asked)
    chips = {(label, value): url for label, value, url in page.context["chips"]}
    assert set(chips) == {("Definition file", "proxy.admx"), ("Status", "Failed"), ("Weekday", "Monday")}
    assert chips[("Status", "Failed")] == f"/dashboards/operations/?definition_file={file.pk}&weekday=1"


def test_the_first_page_of_the_admin_has_the_tiles_of_the_overview(browser_of: Callable[[str], Client]) -> None:
    scene.everything()
    overview = browser_of("operator").get("/dashboards/").context["tiles"]
    index = browser_of("auditor").get("/admin/")
    assert [(one.tile.name, one.number) for one in index.context["tiles"]] == [
        (one.tile.name, one.number) for one in overview
    ]
    part = browser_of("auditor").get("/dashboards/tiles/")
    assert 'id="index-tiles"' in part.text
    assert "<html" not in part.text
    assert 'id="index-tiles"' not in browser_of("nobody").get("/admin/").text


def test_the_overview_stands_still_when_told_to(browser: Client) -> None:
    assert "hx-trigger" in browser.get("/dashboards/").text
    assert "hx-trigger" not in browser.get("/dashboards/?live=off").text
    assert "hx-trigger" not in browser.get("/dashboards/operations/").text


def test_a_printed_board_says_what_it_is(browser: Client, administrator: Any) -> None:
    scene.everything()
    page = browser.get("/dashboards/operations/", {"since": "2026-01-01", "until": "2026-01-31", "type": "remove"})
    report = page.text[page.text.index('<div class="report">') : page.text.index("</dl>")]
    for told in (
        "Operations",
        "2026-01-01 00:00 to 2026-02-01 00:00 (UTC)",
        "Type: Remove",
        f"by {administrator.username}",
        f"{page.context['report'].events} events, root {page.context['report'].root}",
    ):
        assert told in report
