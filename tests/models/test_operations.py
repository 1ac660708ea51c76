"""The operation's own truth: transitions, constraints."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from operations.choices import FINAL, TRANSITIONS, OperationStatus, OperationType
from operations.errors import ConflictError
from operations.models import GroupPolicyOperation
from tests import rows

pytestmark = pytest.mark.django_db
U, P, S, F = OperationStatus.UNKNOWN, OperationStatus.IN_PROGRESS, OperationStatus.SUCCESS, OperationStatus.FAILED
# Spelled out here once more, so that a slip in the table of the product cannot prove itself.
ALLOWED = {(U, P), (U, S), (U, F), (P, S), (P, F)}


@pytest.mark.parametrize("start", OperationStatus)
@pytest.mark.parametrize("end", OperationStatus)
def test_a_status_moves_along_the_table_only(start: OperationStatus, end: OperationStatus) -> None:
    operation = GroupPolicyOperation(operation_status=start)
    now = timezone.now()
    if start == end:
        operation.change_status(end, now=now)
        assert operation.finished_date_time is None, "the same again is no transition"
    elif (start, end) in ALLOWED:
        operation.change_status(end, now=now)
        assert operation.operation_status == end
        assert operation.finished_date_time == (now if end in FINAL else None)
    else:
        with pytest.raises(ConflictError) as refusal:
            operation.change_status(end, now=now)
        assert refusal.value.target == "operation_status"
        assert operation.operation_status == start


def test_every_status_has_its_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(OperationStatus)
    assert frozenset({S, F}) == FINAL
    assert not TRANSITIONS[S]
    assert not TRANSITIONS[F]


def test_the_words_of_the_wire_are_the_stored_ones_in_the_order_of_the_csdl() -> None:
    assert OperationStatus.values == ["unknown", "inProgress", "success", "failed"]
    assert OperationType.values == [
        *("none", "upload", "uploadNewVersion", "addLanguageFiles"),
        *("removeLanguageFiles", "updateLanguageFiles", "remove"),
    ]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"operation_type": "other"}, "operation_type_known"),
        ({"operation_status": "succeeded"}, "operation_status_known"),
        ({"operation_status": "success", "finished_date_time": None}, "operation_finished_when_final"),
        ({"operation_status": "unknown", "finished_date_time": timezone.now()}, "operation_finished_when_final"),
        ({"performed": True}, "operation_performed_on_a_file"),
    ],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.a_recorded_operation(**values)
    operation = rows.a_recorded_operation()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GroupPolicyOperation.objects.filter(pk=operation.pk).update(**values)


def test_one_performed_operation_at_a_time_is_in_progress_on_a_file() -> None:
    first = rows.a_performed_operation()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.a_performed_operation(definition_file=first.definition_file)
    rows.a_performed_operation(definition_file=first.definition_file, operation_status=F)
    rows.a_recorded_operation(definition_file=first.definition_file, operation_status=P)
    rows.a_performed_operation()
    assert GroupPolicyOperation.objects.filter(definition_file=first.definition_file).count() == 3


def test_a_key_is_unique() -> None:
    first = rows.a_recorded_operation()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.a_recorded_operation(id=first.pk)


def test_details_have_their_limit_in_bytes() -> None:
    operation = rows.a_recorded_operation()
    for details in (None, "", "ä" * 8192):
        operation.status_details = details
        operation.clean()
    for details in ("ä" * 8192 + "x", "a\x00b"):
        operation.status_details = details
        with pytest.raises(ValidationError):
            operation.clean()


def test_no_index_stands_on_free_text() -> None:
    table = GroupPolicyOperation._meta.db_table
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    indexed = {column for facts in found.values() if facts["index"] for column in facts["columns"]}
    assert indexed & {"status_details", "reason", "ticket"} == set()


def test_details_may_be_longer_than_any_index_would_hold() -> None:
    rows.a_recorded_operation(status_details="x" * 16 * 1024)


def test_what_it_is_called_says_type_and_file() -> None:
    assert str(rows.a_recorded_operation()) == "Upload"
    assert str(rows.a_performed_operation()) == "Upload of example.admx"


def test_how_long_it_took_is_known_at_its_end_only() -> None:
    assert rows.a_recorded_operation().duration is None
    assert rows.a_recorded_operation(operation_status=S).duration is not None


def test_queued_means_performed_and_not_started() -> None:
    operation = rows.a_performed_operation()
    queued = [operation.is_queued]
    rows.held_by_a_worker(operation, seconds=60)
    queued.append(operation.is_queued)
    assert queued == [True, False]
    assert not rows.a_recorded_operation().is_queued
