"""manage.py preflight: checks as an upload would, and stores nothing."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from operations.models import DefinitionFile
from operations.services.importing import preflight
from tests import rows
from tests.admx import samples


def run(*words: object) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was said besides."""
    screen, beside = StringIO(), StringIO()
    status = 0
    try:
        call_command("preflight", *map(str, words), stdout=screen, stderr=beside)
    except CommandError as error:
        status = error.returncode
        beside.write(str(error))
    return status, screen.getvalue(), beside.getvalue()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "en-US").mkdir()
    (tmp_path / "example.admx").write_text(samples.admx())
    (tmp_path / "en-US" / "example.adml").write_text(samples.adml())
    return tmp_path / "example.admx"


@pytest.mark.django_db
def test_a_good_template_says_what_it_would_add_and_stores_nothing(template: Path) -> None:
    status, screen, _ = run(template)
    assert status == 0
    assert "example.admx (en-US): would be imported" in screen
    assert "+ policy Proxy [Machine]" in screen
    assert not DefinitionFile.objects.exists()


@pytest.mark.django_db
def test_a_template_and_its_language_file_may_be_named_one_by_one(template: Path) -> None:
    status, screen, _ = run(template, template.parent / "en-US" / "example.adml")
    assert status == 0
    assert "(en-US)" in screen


@pytest.mark.django_db
def test_errors_are_told_with_place_and_remedy(template: Path) -> None:
    template.write_bytes(rows.BROKEN_ADMX)
    status, screen, beside = run(template.parent)
    assert status == 1
    assert "ERROR   XmlInvalid  example.admx, line 1: " in screen
    assert "To fix: " in screen
    assert "1 of 1 would fail." in beside


@pytest.mark.django_db
def test_it_is_judged_against_what_is_in_force_unless_alone(template: Path) -> None:
    rows.in_force(rows.an_upload())
    assert "is there already" in run(template)[1]
    template.write_text(samples.admx().replace("Software", "SOFTWARE") + "\n")
    assert "would become a new version" in run(template)[1]
    assert "would be imported" in run(template, "--alone")[1]


def test_without_a_database_the_files_are_judged_alone(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "database_is_ready", lambda: False)
    status, _, beside = run(template)
    assert status == 0
    assert "has no database yet" in beside


def test_json_holds_findings_and_changes_and_nothing_else_is_printed(template: Path) -> None:
    template.write_text(samples.admx(samples.policy(displayName="$(string.Nowhere)")))
    status, screen, _ = run(template, "--alone", "--json")
    (told,) = json.loads(screen)
    assert status == 1
    assert told["file"].endswith("example.admx")
    assert (told["outcome"], told["wouldSucceed"]) == ("failed", False)
    assert told["findings"][0]["severity"] == "error"
    assert {"code", "message", "remedy", "line", "languageCode"} <= told["findings"][0].keys()
    assert told["difference"]["changes"]


def test_another_default_language_may_be_the_one_that_counts(template: Path) -> None:
    (template.parent / "en-US").rename(template.parent / "sv-SE")
    assert run(template, "--alone", "--default-language", "sv-SE")[0] == 0
    status, _, beside = run(template, "--alone", "--default-language", "??")
    assert status == 2
    assert "not a valid code" in beside


def test_what_intune_would_refuse_fails_when_asked_for(template: Path) -> None:
    template.write_text(samples.admx() + " " * 1_100_000)
    assert run(template, "--alone")[0] == 0
    assert run(template, "--alone", "--intune-fails")[0] == 1


@pytest.mark.parametrize("name", ["missing.admx", "missing", "en-US/example.adml"])
def test_what_cannot_be_checked_ends_with_2(template: Path, name: str) -> None:
    status, _, beside = run(template.parent / name, "--alone")
    assert status == 2
    assert beside


@pytest.mark.django_db
def test_real_files_dropped_together_satisfy_each_other_in_any_order(corpus: Path) -> None:
    family = corpus / "mozilla"
    for names in (("firefox.admx", "mozilla.admx"), ("mozilla.admx", "firefox.admx")):
        assert run(*(family / name for name in names))[0] == 0
    assert run(family / "firefox.admx")[0] == 1
