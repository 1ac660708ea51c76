"""/api/statistics: the boards' figures for other dashboards, by the same filters, people only for those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from operations.choices import Scope
from operations.models import AuditEvent
from operations.queries.boards import BOARDS
from tests import rows
from tests.dashboards import scene

pytestmark = pytest.mark.django_db

ROOT = "/api/statistics"


@pytest.fixture
def auditing(token_for: Callable[..., str]) -> Client:
    """A caller who may read operations and the trail."""
    return Client(headers={"authorization": f"Bearer {token_for(Scope.READ, Scope.AUDIT_READ, name='Auditing')}"})


def address(board: str) -> str:
    return ROOT if board == "overview" else f"{ROOT}/{board}"


def table(answer: Any, name: str) -> dict[str, Any]:
    return next(one for one in answer.json()["tables"] if one["name"] == name)


@pytest.mark.parametrize("board", BOARDS)
def test_it_tells_what_the_board_tells(auditing: Client, board: str) -> None:
    scene.everything()
    answer = auditing.get(address(board), {"period": "30d"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["board"], told["filters"], told["period"]["timeZone"]) == (board, {"period": "30d"}, "UTC")
    filters = BOARDS[board].filters({"period": "30d"})
    assert filters.is_valid()
    shown = BOARDS[board].tell(filters)
    assert [one["name"] for one in told["tables"]] == [one.name for one in shown.tables]
    if board != "trail":  # which this very request adds to
        assert [one["value"] for one in told["tiles"]] == [one.value for one in shown.tiles]
    for one, known in zip(told["tables"], shown.tables, strict=True):
        assert [column["name"] for column in one["columns"]] == [column.name for column in known.columns]
        for row in one["rows"]:
            assert set(row) == {column.name for column in known.columns}


def test_counts_are_numbers_shares_are_parts_of_one_and_moments_are_utc(auditing: Client) -> None:
    scene.everything()
    answer = auditing.get(f"{ROOT}/operations")
    row = next(one for one in table(answer, "success-by-type")["rows"] if one["rate"] is not None)
    assert row["rate"] == row["succeeded"] / (row["succeeded"] + row["failed"])
    assert table(answer, "latest")["rows"][0]["created"].endswith("Z")
    assert answer.json()["generatedDateTime"].endswith("Z")


def test_who_somebody_is_is_only_for_those_who_may_read_the_trail(reader: Client, auditing: Client) -> None:
    scene.everything()
    told, whole = reader.get(ROOT), auditing.get(ROOT)
    assert "requestedBy" in table(whole, "failures")["rows"][0]
    assert "requestedBy" not in table(told, "failures")["rows"][0]
    assert "Olga" in whole.text
    assert "Olga" not in told.text
    for board, query in (
        ("people", {}),
        ("trail", {}),
        ("", {"requested_by": "x"}),
        ("", {"requested_by_type": "user"}),
    ):
        refused = reader.get(f"{ROOT}/{board}" if board else ROOT, query)
        assert refused.status_code == 403
        assert "AuditLog.Read.All" in refused.json()["error"]["message"]
    rows.the_minute_is_over()
    assert AuditEvent.objects.filter(action="access.denied", actor_name="Mallory").count() == 1
    assert AuditEvent.objects.exclude(actor_name="Mallory").get(action="access.denied").after["count"] == 4


def test_reading_of_people_and_the_trail_is_told(auditing: Client) -> None:
    for board in BOARDS:
        auditing.get(address(board), {"period": "7d"})
    read = AuditEvent.objects.filter(action="trail.read").order_by("sequence")
    assert [(event.after["what"], event.after["filters"]) for event in read] == [
        ("statistics people", "period=7d"),
        ("statistics trail", "period=7d"),
    ]


@pytest.mark.parametrize(
    ("query", "target", "told"),
    [
        ({"period": "1y"}, "period", "not one of the available choices"),
        ({"period": "all"}, "period", "not one of the available choices"),
        ({"since": "2020-01-01"}, "since", "at most a year"),
        ({"since": "2026-02-02", "until": "2026-01-01"}, "since", "ends before it begins"),
        ({"status": "Failed"}, "status", "not one of the available choices"),
        ({"perod": "7d"}, "perod", "The option 'perod' is not supported here"),
        ({"$top": "5"}, "$top", "$top"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    reader: Client, query: dict[str, str], target: str, told: str
) -> None:
    refused = reader.get(ROOT, query)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert told in error["message"]
    assert error.get("target") == target


@pytest.mark.parametrize(("address", "status"), [(ROOT, 401), (f"{ROOT}/people", 401)])
def test_without_a_token_there_is_nothing(client: Client, address: str, status: int) -> None:
    refused = client.get(address)
    assert refused.status_code == status
    assert refused.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_a_board_that_there_is_not_is_told_with_those_that_there_are(reader: Client) -> None:
    missing = reader.get(f"{ROOT}/zoo")
    assert missing.status_code == 404
    assert "operations" in missing.json()["error"]["message"]


@pytest.mark.parametrize("method", ["post", "patch", "put", "delete"])
def test_it_is_only_read(reader: Client, method: str) -> None:
    assert getattr(reader, method)(ROOT).status_code == 405


def test_no_token_goes_over_http_where_https_is_expected(reader: Client, settings: Any) -> None:
    settings.PORTAL_TLS = True
    assert reader.get(ROOT).status_code == 403
