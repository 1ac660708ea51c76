"""The board: every figure opens exactly the rows behind it, and its URL is its filter."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from operations.choices import FINAL, OperationStatus, OperationType
from operations.models import User
from operations.services.operations import records, rollups
from tests import rows

pytestmark = pytest.mark.django_db
BOARD = "/dashboards/"
OPERATIONS = "/admin/operations/grouppolicyoperation/"
FIGURE = re.compile(r'<a href="([^"]*)">(?:<span class="number">)?(\d+)<')


@pytest.fixture
def mixture() -> None:
    """Some of each type and status, of two people, now and long ago."""
    now = timezone.now()
    for number, kind in enumerate(OperationType):
        for status in OperationStatus:
            for copy in range((number + len(status)) % 3):
                created = now - timedelta(days=(0, 20, 100)[(number + copy) % 3])
                finished = {"finished_date_time": created} if status in FINAL else {}
                rows.a_recorded_operation(
                    operation_type=kind,
                    operation_status=status,
                    created_date_time=created,
                    requested_by_name=("Olga & Co", "Nightly script")[copy % 2],
                    **finished,
                )
    rows.a_performed_operation()
    rollups.rebuild()


def figures(page: str) -> Iterator[tuple[str, int]]:
    for address, number in FIGURE.findall(page):
        if address.startswith(OPERATIONS):
            yield html.unescape(address), int(number)


@pytest.mark.usefixtures("mixture")
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "24h"},
        {"period": "7d"},
        {"type": "upload", "since": (timezone.localdate() - timedelta(days=120)).isoformat()},
        {"status": "failed"},
        {"kind": "performed"},
        {"kind": "recorded", "requested_by": "Olga & Co"},
        {"since": (timezone.localdate() - timedelta(days=30)).isoformat()},
        {
            "since": (timezone.localdate() - timedelta(days=200)).isoformat(),
            "until": (timezone.localdate() - timedelta(days=10)).isoformat(),
            "status": "success",
        },
        {"since": (timezone.localdate() - timedelta(days=300)).isoformat(), "until": "9999-12-31", "status": "ended"},
    ],
)
def test_every_figure_equals_the_list_it_opens(browser: Client, query: dict[str, str]) -> None:
    answer = browser.get(BOARD, query)
    assert answer.status_code == 200
    told = list(figures(answer.text))
    assert told
    for address, number in told:
        listed = browser.get(address)
        assert listed.status_code == 200, address
        assert listed.context["cl"].result_count == number, address
    assert sum(number for _, number in told) > 0


@pytest.mark.usefixtures("mixture")
def test_an_htmx_request_gets_the_board_alone(browser: Client) -> None:
    whole, part = browser.get(BOARD), browser.get(BOARD, headers={"hx-request": "true"})
    assert "<html" in whole.text
    assert part.text.strip().startswith('<div id="board"')
    assert "<html" not in part.text
    assert list(figures(part.text)) == list(figures(whole.text))


def test_the_board_refreshes_itself_with_its_filter(browser: Client) -> None:
    page = browser.get(BOARD, {"status": "failed", "requested_by": "a&b"}).text
    assert 'hx-get="/dashboards/?status=failed&amp;requested_by=a%26b"' in page


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        {"period": "1y"},
        {"period": "all"},
        {"until": "2026-01-01"},
        {"since": "0001-01-01"},
        {"since": "2020-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "2026-02-01T10:07"},
        {"since": "2026-02-01T99:00"},
        {"since": "soon"},
        {"type": "x"},
        {"status": "x"},
        {"kind": "x"},
        {"hours": "x"},
        {"hour": "24"},
        {"requested_by": "\x00"},
        {"since": "2026-01-01", "until": "2026-06-01", "requested_by": "Olga"},
        {"since": "2026-01-01", "until": "2026-06-01", "definition_file": "a.admx"},
    ],
)
def test_a_filter_that_makes_no_sense_is_a_400(browser: Client, query: dict[str, str], htmx: bool) -> None:
    headers: dict[str, Any] = {"hx-request": "true"} if htmx else {}
    answer = browser.get(BOARD, query, headers=headers)
    assert answer.status_code == 400
    if not htmx:
        assert "errorlist" in answer.text


@pytest.mark.parametrize("url", [BOARD, f"{BOARD}?status=failed"])
def test_who_is_not_signed_in_is_asked_to(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{reverse('admin:login')}?next=/dashboards/")


@pytest.mark.parametrize(("staff", "status"), [(True, 403), (False, 302)])
def test_who_may_not_read_operations_sees_nothing(client: Client, staff: bool, status: int) -> None:
    rows.a_recorded_operation(status_details="confidential", operation_status=OperationStatus.FAILED)
    client.force_login(User.objects.create_user("nina", password="correct horse", is_staff=staff))
    answer = client.get(BOARD)
    assert answer.status_code == status
    assert "confidential" not in answer.text


def test_an_empty_portal_offers_the_first_step_to_who_may_take_it(
    browser: Client, client: Client, auditor: User
) -> None:
    assert "Create the first operation" in browser.get(BOARD).text
    client.force_login(auditor)
    page = client.get(BOARD).text
    assert "Nothing has happened" in page
    assert "Create the first operation" not in page


def test_failures_and_work_in_progress_are_named(browser: Client) -> None:
    records.record_operation(by=rows.everybody(), operation_status="failed", status_details="<i>Disk full</i>")
    running = rows.a_performed_operation()
    page = browser.get(BOARD).text
    assert "&lt;i&gt;Disk full&lt;/i&gt;" in page
    assert f"{OPERATIONS}{running.pk}/change/" in page


def test_the_board_takes_as_many_queries_for_many_rows_as_for_few(browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(BOARD).status_code == 200
        return len(captured)

    for _ in range(2):
        rows.a_performed_operation()
    few = queries()
    for _ in range(15):
        rows.a_performed_operation()
        rows.a_recorded_operation(operation_status=OperationStatus.FAILED)
    assert queries() == few


def test_the_home_leads_to_the_board(client: Client) -> None:
    assert client.get("/")["Location"] == BOARD
