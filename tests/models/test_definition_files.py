"""Definition files, language files and their bytes."""

import tracemalloc
import zlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from operations.choices import DefinitionFileStatus
from operations.errors import DamagedError
from operations.models import Content, DefinitionFile, LanguageFile
from tests import rows

pytestmark = pytest.mark.django_db


def test_bytes_are_stored_once_compressed_and_come_back_exactly() -> None:
    data = bytes(range(256)) * 400
    first, second = Content.store(data), Content.store(data)
    assert first.pk == second.pk
    assert Content.objects.count() == 1
    stored = Content.objects.get()
    assert stored.data == data
    assert stored.size == len(data)
    assert len(stored.compressed) < len(data)
    assert len(stored.sha256) == 64


CHANGED: dict[str, dict[str, Any]] = {
    "other bytes": {"compressed": zlib.compress(b"other bytes")},
    "other bytes of the same length": {"compressed": zlib.compress(b"The bytez")},
    "no compressed bytes": {"compressed": b"The bytes"},
    "bytes cut off": {"compressed": zlib.compress(b"The bytes")[:-6]},
    "another size": {"size": 3},
    "far more than their size": {"compressed": zlib.compress(bytes(64 * 1024 * 1024))},
}


@pytest.mark.parametrize("change", CHANGED)
def test_bytes_that_somebody_changed_are_not_read(change: str) -> None:
    stored = Content.store(b"The bytes")
    Content.objects.update(**CHANGED[change])
    stored.refresh_from_db()
    tracemalloc.start()
    try:
        with pytest.raises(DamagedError, match="somebody changed them"):
            _ = stored.data
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024, "never unpacked past the recorded size"
    finally:
        tracemalloc.stop()


def test_other_bytes_are_another_content() -> None:
    Content.store(b"a")
    Content.store(b"b")
    assert Content.objects.count() == 2


def test_content_in_use_cannot_be_deleted() -> None:
    file = rows.a_definition_file()
    with pytest.raises(ProtectedError):
        file.content.delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "lost"}, "definition_file_status_known"),
        ({"policy_type": "other"}, "definition_file_policy_type_known"),
    ],
)
def test_the_database_refuses_words_that_it_does_not_know(values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.a_definition_file(**values)


def test_a_language_is_there_once_in_any_letter_case() -> None:
    file = rows.a_definition_file()
    with pytest.raises(IntegrityError), transaction.atomic():
        LanguageFile.objects.create(
            definition_file=file,
            language_code="EN-us",
            file_name="a.adml",
            content=file.content,
            last_modified_date_time=timezone.now(),
        )


def test_removed_files_are_kept_and_not_shown() -> None:
    file = rows.a_definition_file(removed_date_time=timezone.now())
    assert not DefinitionFile.present.exists()
    assert DefinitionFile.objects.get() == file


def test_a_file_with_operations_cannot_be_deleted() -> None:
    operation = rows.a_recorded_operation(definition_file=rows.a_definition_file())
    assert operation.definition_file
    with pytest.raises(ProtectedError):
        operation.definition_file.delete()


@pytest.mark.parametrize("status", DefinitionFileStatus)
def test_busy_is_while_something_is_in_progress(status: DefinitionFileStatus) -> None:
    assert DefinitionFile(status=status).is_busy == status.value.endswith("InProgress")
