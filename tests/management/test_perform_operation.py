"""manage.py perform_operation: every type of operation from a shell."""

from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from operations.choices import OperationStatus
from operations.models import DefinitionFile, GroupPolicyOperation
from tests import rows
from tests.admx import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.admx").write_text(samples.admx())
    (tmp_path / "newer.admx").write_text(samples.admx().replace("Software", "SOFTWARE"))
    (tmp_path / "example.adml").write_text(samples.adml())
    return tmp_path


def run(*words: object) -> str:
    screen = StringIO()
    call_command("perform_operation", *map(str, words), stdout=screen)
    return screen.getvalue()


def last() -> GroupPolicyOperation:
    operation = GroupPolicyOperation.objects.order_by("-created_date_time").first()
    assert operation is not None
    return operation


def uploaded() -> UUID:
    run("upload", "example.admx", "en-US=example.adml", "--wait")
    return DefinitionFile.objects.get().pk


def test_an_upload_is_queued_with_its_reason(files: Path) -> None:
    screen = run("upload", "example.admx", "en-US=example.adml", "--reason", "Why", "--ticket", "CHG-1")
    assert str(last().pk) in screen
    assert "queued" in screen
    assert (last().operation_status, last().reason, last().ticket) == (OperationStatus.IN_PROGRESS, "Why", "CHG-1")


def test_with_wait_it_is_performed_and_its_end_is_told() -> None:
    screen = run("upload", "example.admx", "en-US=example.adml", "--wait")
    assert "success: Imported 1 policy in 1 category" in screen


def test_one_life_of_a_definition_file() -> None:
    file_id = uploaded()
    for words, told in (
        (("addLanguageFiles", file_id, "de-DE=example.adml", "fr=example.adml"), "Added de-DE, fr."),
        (("updateLanguageFiles", file_id, "de-DE=example.adml"), "Updated de-DE."),
        (("removeLanguageFiles", file_id, "de-de", "fr"), "Removed de-DE, fr."),
        (("uploadNewVersion", file_id, "newer.admx"), "Imported 1 policy"),
        (("rollBack", file_id, 1), "Rolled back to version 1"),
        (("remove", file_id), "Removed "),
        (("restore", file_id), "Restored version"),
    ):
        assert f"success: {told}" in run(*words, "--wait"), words


def test_a_failed_one_ends_with_1_and_may_be_tried_again(files: Path) -> None:
    (files / "broken.admx").write_bytes(rows.BROKEN_ADMX)
    with pytest.raises(CommandError, match=r"failed: broken\.admx") as refused:
        run("upload", "broken.admx", "en-US=example.adml", "--wait")
    assert refused.value.returncode == 1
    failed = last()
    assert "queued" in run("retry", failed.pk)
    assert last().retry_of == failed


def test_a_waiting_one_can_be_cancelled() -> None:
    operation = rows.an_upload()
    assert "cancelled" in run("cancel", operation.pk)
    operation.refresh_from_db()
    assert operation.operation_status == OperationStatus.FAILED


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("upload", "nowhere.admx"), "nowhere.admx cannot be read"),
        (("upload", "example.adml"), "must end in .admx"),
        (("upload", "example.admx", "example.adml"), "not of the form LANG=ADML"),
        (("upload", "example.admx", "!=example.adml"), "not a valid code"),
        (("remove", rows.an_unknown_id()), "There is no definition file"),
        (("rollBack", rows.an_unknown_id(), 1), "There is no definition file"),
        (("retry", rows.an_unknown_id()), "There is no operation"),
        (("remove", "not-an-id"), "invalid UUID value"),
        (("addLanguageFiles", rows.an_unknown_id()), "required: LANG=ADML"),
        (("explode",), "invalid choice: 'explode'"),
        ((), "required: TYPE"),
    ],
)
def test_it_refuses_in_one_sentence_and_stores_nothing(words: tuple[object, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told) as refused:
        run(*words)
    assert "\n" not in str(refused.value)
    assert not GroupPolicyOperation.objects.exists()
