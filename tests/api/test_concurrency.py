"""Two callers at the same moment, on both databases."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from operations.choices import Scope
from operations.models import AuditEvent, AuditHead, DefinitionFile, GroupPolicyOperation
from tests import rows
from tests.api.resource import error_of, send

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/beta/deviceManagement/groupPolicyOperations"
FILES = "/beta/deviceManagement/groupPolicyUploadedDefinitionFiles"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own, starting together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.fixture
def caller(token_for: Callable[..., str]) -> Client:
    return Client(headers={"authorization": f"Bearer {token_for(Scope.READ_WRITE)}"})


def post(caller: Client, address: str, body: dict[str, Any]) -> Callable[[], Any]:
    return lambda: send(caller, "POST", address, body)


def test_twins_with_one_id_make_one_row_and_one_event(caller: Client) -> None:
    body = {"id": str(uuid4()), "operationType": "upload"}
    answers = at_once(*[post(caller, LIST, body)] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert GroupPolicyOperation.objects.count() == 1
    assert AuditEvent.objects.filter(action="operation.recorded").count() == 1


def test_of_two_different_creates_with_one_id_one_wins(caller: Client) -> None:
    given = str(uuid4())
    answers = at_once(*(post(caller, LIST, {"id": given, "operationType": t}) for t in ("upload", "remove")))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    error_of(loser, 409, naming="id")


def test_of_two_final_statuses_one_wins(caller: Client) -> None:
    row = rows.a_recorded_operation()
    answers = at_once(
        *(
            lambda status=status: send(caller, "PATCH", f"{LIST}/{row.pk}", {"operationStatus": status})
            for status in ("success", "failed")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = json.loads(next(answer for answer in answers if answer.status_code == 200).content)
    row.refresh_from_db()
    assert row.operation_status == won["operationStatus"]


def test_of_two_deletes_one_wins(caller: Client) -> None:
    file = rows.a_definition_file()
    answers = at_once(*[lambda: caller.delete(f"{FILES}/{file.pk}")] * 2)
    assert sorted(answer.status_code for answer in answers) == [204, 404]
    assert GroupPolicyOperation.objects.filter(operation_type="remove").count() == 1


def test_the_same_bytes_uploaded_at_once_are_stored_once(caller: Client) -> None:
    answers = at_once(*[post(caller, FILES, rows.an_upload_body())] * 3)
    assert [answer.status_code for answer in answers] == [201] * 3
    assert DefinitionFile.objects.count() == 3
    assert len(set(DefinitionFile.objects.values_list("content_id", flat=True))) == 1


def test_events_written_at_once_are_numbered_without_gaps(caller: Client) -> None:
    at_once(*[post(caller, LIST, {})] * 6)
    numbers = list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert AuditHead.objects.get().sequence == len(numbers)
