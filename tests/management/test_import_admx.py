"""manage.py import_admx: a whole folder, in dependency order."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from operations.choices import DefinitionFileStatus, OperationType
from operations.models import DefinitionFile, GroupPolicyOperation
from tests.admx import samples

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(*words: object, screen: StringIO | None = None) -> tuple[int, str]:
    screen = screen or StringIO()
    try:
        call_command("import_admx", *map(str, words), stdout=screen)
    except CommandError as error:
        return error.returncode, f"{screen.getvalue()}{error}"
    return 0, screen.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One good template, one broken one, and an ADML that belongs nowhere."""
    (tmp_path / "en-US").mkdir()
    (tmp_path / "good.admx").write_text(samples.admx())
    (tmp_path / "en-US" / "good.adml").write_text(samples.adml())
    (tmp_path / "bad.admx").write_text("<no")
    (tmp_path / "en-US" / "orphan.adml").write_text(samples.adml())
    return tmp_path


def test_the_summary_counts_everything_and_names_what_went_wrong(folder: Path) -> None:
    status, screen = run(folder, "--reason", "New laptops", "--ticket", "CHG-1")
    assert status == 1
    assert "1/2 good.admx: imported\n2/2 bad.admx: failed\n" in screen
    assert "imported             1\nfailed               1\nskipped              1\n" in screen
    assert "bad.admx failed: bad.admx" in screen
    assert "en-US/orphan.adml was skipped: There is no orphan.admx" in screen
    assert screen.endswith("1 of 2 failed.")
    asked = GroupPolicyOperation.objects.values_list("reason", "ticket", "requested_by_type")
    assert set(asked) == {("New laptops", "CHG-1", "system")}


def test_a_second_run_imports_nothing_twice(folder: Path) -> None:
    (folder / "bad.admx").unlink()
    assert run(folder)[0] == 0
    status, screen = run(folder)
    assert status == 0
    assert "already there        1" in screen
    assert GroupPolicyOperation.objects.count() == 1


def test_newer_files_become_new_versions_or_are_left_alone(folder: Path) -> None:
    (folder / "bad.admx").unlink()
    run(folder)
    (folder / "good.admx").write_text(samples.admx() + "\n")
    assert "left as it was       1" in run(folder, "--no-new-versions")[1]
    assert "new version          1" in run(folder)[1]
    newest = GroupPolicyOperation.objects.order_by("-created_date_time").first()
    assert newest is not None
    assert newest.operation_type == OperationType.UPLOAD_NEW_VERSION


def test_a_dry_run_stores_nothing(folder: Path) -> None:
    status, screen = run(folder, "--dry-run")
    assert status == 1
    assert "Nothing was stored." in screen
    assert "good.admx  imported" in screen
    assert screen.endswith("1 of 2 would fail.")
    assert not DefinitionFile.objects.exists()


def test_on_a_terminal_one_line_is_rewritten(folder: Path) -> None:
    screen = run(folder, screen=Terminal())[1]
    assert "\r[###############...............] 1/2 good.admx" in screen
    assert f"\r[{'#' * 30}] 2/2 bad.admx" in screen


@pytest.mark.parametrize(("name", "told"), [("nowhere", "cannot be read"), ("empty", "There is no .admx file in")])
def test_what_cannot_be_read_ends_with_2(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "empty").mkdir()
    status, screen = run(tmp_path / name)
    assert status == 2
    assert told in screen


def test_a_real_family_goes_in_base_file_first(corpus: Path) -> None:
    status, screen = run(corpus / "mozilla")
    assert status == 0, screen
    assert "1/2 mozilla.admx: imported\n2/2 firefox.admx: imported" in screen
    assert set(DefinitionFile.objects.values_list("status", flat=True)) == {DefinitionFileStatus.AVAILABLE}
