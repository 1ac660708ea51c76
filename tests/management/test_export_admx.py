"""manage.py export_admx: the exact bytes of a version."""

import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from operations.services.templates import definition_files
from tests import rows

pytestmark = pytest.mark.django_db
NEWER = rows.ADMX + b"\n<!-- newer -->"


@pytest.fixture
def file_id() -> str:
    """A file of two versions, in two languages."""
    file = rows.in_force(rows.an_upload(rows.ADMX, rows.ADML, rows.ADML + b"\n"))
    rows.in_force(definition_files.upload_new_version(by=rows.everybody(), definition_file_id=file.pk, content=NEWER))
    return str(file.pk)


def run(*words: object) -> str:
    screen = StringIO()
    call_command("export_admx", *map(str, words), stdout=screen)
    return screen.getvalue()


def test_a_folder_holds_every_file_byte_for_byte(file_id: str, tmp_path: Path) -> None:
    assert "Wrote version 2 of example.admx (3 files)" in run(file_id, "--output", tmp_path / "out")
    assert (tmp_path / "out" / "example.admx").read_bytes() == NEWER
    assert (tmp_path / "out" / "en-US" / "example.adml").read_bytes() == rows.ADML
    assert (tmp_path / "out" / "de-DE" / "example.adml").read_bytes() == rows.ADML + b"\n"


def test_a_zip_holds_a_policy_definitions_folder(file_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(file_id)
    with zipfile.ZipFile("example.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held["PolicyDefinitions/example.admx"] == NEWER
    assert held["PolicyDefinitions/de-DE/example.adml"] == rows.ADML + b"\n"


def test_an_old_version_comes_out_as_it_was(file_id: str, tmp_path: Path) -> None:
    run(file_id, "--version", 1, "--output", tmp_path)
    assert (tmp_path / "example.admx").read_bytes() == rows.ADMX


def test_a_version_or_a_place_that_is_not_there_is_refused(file_id: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There are: 1, 2"):
        run(file_id, "--version", 3)
    with pytest.raises(CommandError, match="cannot be written"):
        run(file_id, "--output", tmp_path / "no" / "folder.zip")
    with pytest.raises(CommandError, match="There is no definition file"):
        run(rows.an_unknown_id())
