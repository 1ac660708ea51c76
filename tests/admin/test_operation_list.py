"""The list of operations: bounded by a period, filtered by its URL, searched, and as cheap at any size."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations.admin import base
from operations.choices import OperationStatus, OperationType
from operations.models import GroupPolicyOperation
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> dict[str, Any]:
    return {"created_date_time": timezone.now() - timedelta(days=days)}


def listed(browser: Client, **query: Any) -> list[str]:
    """The details of what the list shows, newest first."""
    answer = browser.get(pages.OPERATIONS, query)
    assert answer.status_code == 200, answer.headers
    return [row.status_details for row in answer.context["cl"].result_list]


def day(days: float) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.fixture
def history() -> None:
    for age in (0, 5, 20, 80, 100):
        rows.a_recorded_operation(status_details=f"{age} days ago", **days_ago(age))


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "ages"),
    [
        ({}, [0, 5, 20, 80]),
        ({"period": "24h"}, [0]),
        ({"period": "7d"}, [0, 5]),
        ({"period": "30d"}, [0, 5, 20]),
        ({"period": "90d"}, [0, 5, 20, 80]),
        ({"period": "all"}, [0, 5, 20, 80, 100]),
        ({"since": day(20)}, [0, 5, 20]),
        ({"until": day(20)}, [20, 80, 100]),
        ({"since": day(80), "until": day(5)}, [5, 20, 80]),
        ({"since": day(5), "until": day(80)}, []),
        ({"period": "24h", "since": day(20)}, [0, 5, 20]),
        ({"until": "9999-12-31"}, [0, 5, 20, 80, 100]),
        ({"since": "0001-01-01"}, [0, 5, 20, 80, 100]),
    ],
)
def test_the_period_bounds_the_list(admin_browser: Client, query: dict[str, str], ages: list[int]) -> None:
    assert listed(admin_browser, **query) == [f"{age} days ago" for age in ages]


@pytest.fixture
def mixture() -> None:
    rows.a_recorded_operation(status_details="a", operation_type=OperationType.REMOVE, requested_by_name="Olga")
    rows.a_recorded_operation(status_details="b", operation_status=OperationStatus.FAILED)
    rows.a_performed_operation(status_details="c")


@pytest.mark.usefixtures("mixture")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"type": "remove"}, "a"),
        ({"type": "upload"}, "bc"),
        ({"status": "failed"}, "b"),
        ({"status": "inProgress"}, "c"),
        ({"status": "unknown"}, "a"),
        ({"kind": "performed"}, "c"),
        ({"kind": "recorded"}, "ab"),
        ({"requested_by": "Olga"}, "a"),
        ({"requested_by": "Olg"}, ""),
        ({"type": "upload", "status": "failed"}, "b"),
        ({"type": "remove", "status": "failed"}, ""),
        ({"type": "upload", "kind": "recorded", "requested_by": "Nightly script", "period": "24h"}, "b"),
    ],
)
def test_filters_narrow_the_list(admin_browser: Client, query: dict[str, str], found: str) -> None:
    assert sorted(listed(admin_browser, **query)) == sorted(found)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "1y"},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"until": "31.12.2026"},
        {"type": "explode"},
        {"status": "Failed"},
        {"kind": "guessed"},
        {"requested_by": "a\x00b"},
        {"colour": "blue"},
    ],
)
def test_a_filter_that_makes_no_sense_is_not_ignored(admin_browser: Client, query: dict[str, str]) -> None:
    answer = admin_browser.get(pages.OPERATIONS, query)
    assert (answer.status_code, answer["Location"]) == (302, f"{pages.OPERATIONS}?e=1")


def test_an_id_is_found_outside_the_period_too(admin_browser: Client) -> None:
    old = rows.a_recorded_operation(status_details="old", **days_ago(400))
    rows.a_recorded_operation(status_details="new")
    assert listed(admin_browser, q=str(old.pk)) == ["old"]
    assert listed(admin_browser, q=f" {str(old.pk).upper()} ") == ["old"]
    assert listed(admin_browser, q=str(rows.an_unknown_id())) == []


@pytest.mark.parametrize("words", ["quarterly", "QUARTERLY", "quarterly cleanup"])
@pytest.mark.parametrize("field", ["status_details", "reason", "ticket", "file"])
def test_words_are_found_within_the_period_only(admin_browser: Client, field: str, words: str) -> None:
    for age, name in ((1, "near"), (100, "far")):
        values: dict[str, Any] = {"requested_by_name": name, **days_ago(age)}
        if field == "file":
            values["definition_file"] = rows.a_definition_file(file_name="the quarterly cleanup.admx")
        else:
            values[field] = "The quarterly cleanup"
        rows.a_recorded_operation(**values)
    rows.a_recorded_operation(requested_by_name="other", status_details="quart")

    def requesters(**query: str) -> list[str]:
        found = admin_browser.get(pages.OPERATIONS, query).context["cl"].result_list
        return [row.requested_by_name for row in found]

    assert requesters(q=words) == ["near"]
    assert requesters(q=words, period="all") == ["near", "far"]


@pytest.mark.parametrize("words", ["%", "_", "'; drop table", "\\", "100%"])
def test_signs_of_sql_in_a_search_are_plain_text(admin_browser: Client, words: str) -> None:
    rows.a_recorded_operation(status_details="nothing special")
    rows.a_recorded_operation(status_details=f"told {words} here")
    assert listed(admin_browser, q=words) == [f"told {words} here"]


def test_the_list_takes_as_many_queries_for_60_rows_as_for_one(admin_browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_browser.get(pages.OPERATIONS, {"period": "30d"}).status_code == 200
        return len(captured)

    rows.a_performed_operation()
    with_one = queries()
    for _ in range(59):
        rows.a_performed_operation()
    assert queries() == with_one


def test_counting_stops_at_a_limit(admin_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_COUNTED", 3)
    for _ in range(3):
        rows.a_recorded_operation()
    exact = admin_browser.get(pages.OPERATIONS)
    assert "10,000+" not in exact.text
    assert "3 operations" in exact.text
    rows.a_recorded_operation()
    capped = admin_browser.get(pages.OPERATIONS)
    assert "10,000+ operations" in capped.text


def test_there_is_no_bulk_delete(admin_browser: Client) -> None:
    operation = rows.a_recorded_operation()
    page = admin_browser.get(pages.OPERATIONS).text
    assert "delete_selected" not in page
    assert "action-select" not in page
    posted = {"action": "delete_selected", "_selected_action": str(operation.pk), "post": "yes", "index": "0"}
    admin_browser.post(pages.OPERATIONS, posted)
    assert GroupPolicyOperation.objects.filter(pk=operation.pk).exists()


def test_names_and_searches_are_escaped(admin_browser: Client) -> None:
    file = rows.a_definition_file(file_name="<script>alert(1)</script>.admx")
    rows.a_recorded_operation(definition_file=file, requested_by_name="<b>Olga</b>")
    page = admin_browser.get(f"{pages.OPERATIONS}?{urlencode({'requested_by': '<b>Olga</b>'})}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.admx" in page
    assert "<script>alert" not in page
    assert "<b>Olga" not in page
    assert '"><i>' not in admin_browser.get(pages.OPERATIONS, {"q": '"><i>'}).text


def test_an_empty_list_says_why_and_what_to_do(admin_browser: Client) -> None:
    page = admin_browser.get(pages.OPERATIONS).text
    assert "No operations here." in page
    assert "Create the first operation" in page
