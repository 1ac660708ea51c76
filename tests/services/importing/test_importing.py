"""Whole folders: read safely, ordered, judged together and imported."""

import io
import os
import random
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.choices import DefinitionFileStatus, OperationStatus
from operations.errors import DeniedError, InvalidError, PortalError, TooLargeError
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.services.importing import plan, preflight, run, sources
from operations.services.importing.plan import ImportOutcome
from operations.services.operations import execution, requests
from operations.services.templates import versions
from tests import rows
from tests.admx import samples

IMPORTED, ALREADY, FAILED = ImportOutcome.IMPORTED, ImportOutcome.ALREADY_THERE, ImportOutcome.FAILED


def a_template(namespace: str, *needs: str) -> str:
    """One whose policies stand in its own category, or in those of the namespaces it needs."""
    target = f'<target prefix="own" namespace="{namespace}"/>'
    target += "".join(f'<using prefix="p{number}" namespace="{need}"/>' for number, need in enumerate(needs))
    refs = [f"p{number}:Main" for number, _ in enumerate(needs)] or ["Main"]
    policies = [
        samples.POLICY.replace('name="Proxy"', f'name="Proxy{number}"').replace('ref="Main"', f'ref="{ref}"')
        for number, ref in enumerate(refs)
    ]
    return samples.admx(*policies, target=target)


def a_folder(where: Path, **templates: str) -> Path:
    for name, text in templates.items():
        (where / "en-US").mkdir(parents=True, exist_ok=True)
        (where / f"{name}.admx").write_text(text)
        (where / "en-US" / f"{name}.adml").write_text(samples.adml())
    return where


@pytest.fixture
def base_and_child(tmp_path: Path) -> Path:
    """In the order of their names the child would come first."""
    return a_folder(tmp_path / "templates", a_child=a_template("Child", "Base"), base=a_template("Base"))


def bundles_in(path: Path) -> tuple[sources.Bundle, ...]:
    return sources.read_folder(path).bundles


def outcomes(path: Path, *, new_versions: bool = True) -> list[tuple[str, ImportOutcome]]:
    steps = run.import_folder(by=rows.everybody(), bundles=bundles_in(path), new_versions=new_versions)
    return [(step.bundle.file_name, step.outcome) for step in steps]


def judged(path: Path, *, alone: bool = False) -> list[plan.Decision]:
    return list(preflight.preflight_batch(by=rows.everybody(), bundles=bundles_in(path), alone=alone))


def a_zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_a_zip_holds_what_its_folder_does(base_and_child: Path, tmp_path: Path) -> None:
    names = [path.relative_to(base_and_child).as_posix() for path in base_and_child.rglob("*.adm?")]
    made = a_zip(tmp_path / "all.zip", *((name, (base_and_child / name).read_bytes()) for name in names))
    assert bundles_in(made) == bundles_in(base_and_child)
    assert [bundle.default_language for bundle in bundles_in(made)] == ["en-US", "en-US"]


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("linked.admx")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_links_and_other_files_in_a_zip_are_passed_over(tmp_path: Path) -> None:
    assert bundles_in(a_zip(tmp_path / "a.zip", (link(), b"/etc/passwd"), ("manual.pdf", b"x"))) == ()


@pytest.mark.parametrize("name", ["../a.admx", "/a.admx", "en-US/../../a.adml", "C:\\a.admx", "..\\a.admx", "../x.txt"])
def test_a_zip_that_points_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidError, match="outside its own folder"):
        sources.read_folder(a_zip(tmp_path / "a.zip", (name, b"x")))


def peak_of(call: Callable[[], Any]) -> int:
    """Bytes in memory at the most, until it was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BOMBS = {
    "few large files of nothing": [(f"{number}.admx", bytes(4 * 1024 * 1024)) for number in range(40)],
    "many small files of nothing": [(f"{number}.admx", bytes(1024 * 1024)) for number in range(40)],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_zip_that_is_made_to_fill_memory_is_refused_while_it_is_read(
    bomb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_UPLOADED_BYTES", 16 * 1024 * 1024)
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", 16 * 1024 * 1024)
    made = a_zip(tmp_path / "bomb.zip", *BOMBS[bomb])
    uploaded = [("bomb.zip", io.BytesIO(made.read_bytes())), ("again.zip", io.BytesIO(made.read_bytes()))]
    assert peak_of(lambda: sources.read_uploaded(uploaded)) < 24 * 1024 * 1024
    assert peak_of(lambda: sources.read_folder(made)) < 24 * 1024 * 1024


def test_several_zips_share_one_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_UPLOADED_BYTES", 1024 * 1024)
    data = a_zip(tmp_path / "a.zip", ("a.admx", random.Random(1).randbytes(700_000))).read_bytes()
    sources.read_uploaded([("a.zip", io.BytesIO(data))])
    with pytest.raises(TooLargeError, match="more than 1 MiB together"):
        sources.read_uploaded([("a.zip", io.BytesIO(data)), ("b.zip", io.BytesIO(data))])


def test_a_file_that_packs_too_well_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match=r"a\.admx in packed\.zip unpacks to more than 100 times its size"):
        sources.read_folder(a_zip(tmp_path / "packed.zip", ("a.admx", b" " * 3_000_000)))
    assert bundles_in(
        a_zip(tmp_path / "small.zip", ("a.admx", rows.ADMX + b" " * 900_000), ("en-US/a.adml", rows.ADML))
    )


def test_a_zip_with_too_much_in_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = a_zip(tmp_path / "huge.zip", ("a.admx", random.Random(1).randbytes(5 * 1024 * 1024)))
    with pytest.raises(TooLargeError, match=r"a\.admx in huge\.zip"):
        sources.read_folder(huge)
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", 1024**2)
    with pytest.raises(TooLargeError, match="more than 1 MiB"):
        sources.read_folder(huge)
    monkeypatch.setattr(sources, "MAX_ZIP_ENTRIES", 0)
    with pytest.raises(TooLargeError, match="1 entries"):
        sources.read_folder(huge)


def encrypted(path: Path) -> None:
    data = bytearray(a_zip(path, ("a.admx", b"x")).read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(bytes(data))


def cut_off(path: Path) -> None:
    path.write_bytes(a_zip(path, ("a.admx", bytes(range(256)) * 9)).read_bytes()[:-30])


def damaged(path: Path) -> None:
    data = bytearray(a_zip(path, ("a.admx", bytes(range(256)) * 9)).read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "make",
    [encrypted, cut_off, damaged, lambda path: path.write_bytes(b"no zip"), lambda path: None],
    ids=["encrypted", "cut off", "damaged", "no zip", "missing"],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.zip")
    with pytest.raises(InvalidError, match=r"a\.zip"):
        sources.read_folder(tmp_path / "a.zip")


def test_a_file_over_the_limit_in_a_folder_is_left_over(tmp_path: Path) -> None:
    (tmp_path / "a.admx").write_bytes(bytes(5 * 1024 * 1024))
    found = sources.read_folder(tmp_path)
    assert found.bundles == ()
    assert found.left_over[0][0] == "a.admx"


def test_a_single_admx_brings_the_adml_in_its_place_along(base_and_child: Path) -> None:
    (bundle,) = sources.read_paths([base_and_child / "base.admx"]).bundles
    assert [language.file_name for language in bundle.language_files] == ["base.adml"]


def test_without_the_usual_language_the_first_one_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "sv-SE").mkdir()
    (tmp_path / "a.admx").write_text(samples.admx())
    (tmp_path / "sv-SE" / "a.adml").write_text(samples.adml())
    assert bundles_in(tmp_path)[0].default_language == "sv-SE"


def test_what_is_needed_comes_first_and_what_cannot_be_read_last(base_and_child: Path) -> None:
    (base_and_child / "a.admx").write_text("<no")
    planned = plan.in_dependency_order(bundles_in(base_and_child))
    assert [bundle.file_name for bundle in planned.bundles] == ["base.admx", "a_child.admx", "a.admx"]
    assert planned.cycles == ()


@pytest.mark.django_db
def test_a_base_file_beside_its_child_satisfies_it_and_nothing_is_stored(base_and_child: Path) -> None:
    found = judged(base_and_child)
    assert [(one.bundle.file_name, one.outcome) for one in found] == [
        ("base.admx", IMPORTED),
        ("a_child.admx", IMPORTED),
    ]
    assert found[0].sentence.startswith("1 policy added")
    assert not DefinitionFile.objects.exists()


@pytest.mark.django_db
def test_a_child_of_a_base_file_that_would_fail_fails_too(base_and_child: Path) -> None:
    (base_and_child / "en-US" / "base.adml").unlink()
    found = judged(base_and_child)
    assert [one.outcome for one in found] == [FAILED, FAILED]
    assert "NamespaceMissing" in [finding.code for finding in found[1].findings]


def test_alone_nothing_is_asked_of_the_database(base_and_child: Path) -> None:
    (base_and_child / "base.admx").unlink()
    assert [one.outcome for one in judged(base_and_child, alone=True)] == [IMPORTED]


@pytest.mark.django_db
def test_files_that_need_each_other_are_told_so_and_nothing_else(tmp_path: Path) -> None:
    a_folder(tmp_path, one=a_template("One", "Two"), two=a_template("Two", "One"), apart=a_template("Apart"))
    found = {one.bundle.file_name: one for one in judged(tmp_path)}
    assert found["apart.admx"].outcome is IMPORTED
    for name in ("one.admx", "two.admx"):
        errors = [finding.code for finding in found[name].findings if finding.severity == "error"]
        assert (found[name].outcome, errors) == (FAILED, ["LoadOrderCircular"])
    assert dict(outcomes(tmp_path)) == {"apart.admx": IMPORTED, "one.admx": FAILED, "two.admx": FAILED}


@pytest.mark.django_db
def test_the_same_namespace_twice_is_imported_once(tmp_path: Path) -> None:
    a_folder(tmp_path, one=a_template("Same"), two=a_template("Same") + "\n")
    assert [one.outcome for one in judged(tmp_path)] == [IMPORTED, FAILED]
    assert outcomes(tmp_path) == [("one.admx", IMPORTED), ("two.admx", FAILED)]


@pytest.mark.django_db
def test_a_folder_is_imported_in_order_and_again_changes_nothing(base_and_child: Path) -> None:
    assert outcomes(base_and_child) == [("base.admx", IMPORTED), ("a_child.admx", IMPORTED)]
    assert set(DefinitionFile.objects.values_list("status", flat=True)) == {DefinitionFileStatus.AVAILABLE}
    assert outcomes(base_and_child) == [("base.admx", ALREADY), ("a_child.admx", ALREADY)]
    assert [one.outcome for one in judged(base_and_child)] == [ALREADY, ALREADY]
    assert GroupPolicyOperation.objects.count() == 2


@pytest.mark.django_db
def test_other_bytes_become_a_new_version_unless_that_is_not_wanted(base_and_child: Path) -> None:
    outcomes(base_and_child)
    (base_and_child / "base.admx").write_text(a_template("Base").replace("Software", "SOFTWARE"))
    assert outcomes(base_and_child, new_versions=False)[0] == ("base.admx", ImportOutcome.KEPT)
    assert judged(base_and_child)[0].outcome is ImportOutcome.NEW_VERSION
    assert outcomes(base_and_child)[0] == ("base.admx", ImportOutcome.NEW_VERSION)
    base = DefinitionFile.objects.get(file_name="base.admx")
    assert base.version is not None
    assert base.version.number == 2


@pytest.mark.django_db
def test_an_upload_left_waiting_or_failed_is_taken_up_again(base_and_child: Path) -> None:
    child, base = bundles_in(base_and_child)
    asked = run.import_folder(by=rows.everybody(), bundles=[child])
    assert [step.outcome for step in asked] == [FAILED]
    waiting = rows.an_upload(base.content, file_name="base.admx")
    assert outcomes(base_and_child) == [("base.admx", IMPORTED), ("a_child.admx", IMPORTED)]
    waiting.refresh_from_db()
    assert waiting.operation_status == OperationStatus.SUCCESS
    assert DefinitionFile.objects.count() == 2


@pytest.mark.django_db
def test_an_operation_that_was_cancelled_meanwhile_is_not_waited_for() -> None:
    operation = rows.an_upload()
    requests.cancel_operation(by=rows.everybody(), operation_id=operation.pk)
    assert run.carried_out(operation).operation_status == OperationStatus.FAILED


@pytest.mark.django_db
def test_judging_needs_the_permission_to_read_and_importing_the_one_to_upload(base_and_child: Path) -> None:
    with pytest.raises(DeniedError):
        preflight.preflight_batch(by=rows.an_actor(), bundles=bundles_in(base_and_child))
    steps = list(run.import_folder(by=rows.an_actor(), bundles=bundles_in(base_and_child)))
    assert [step.outcome for step in steps] == [FAILED, FAILED]
    assert not DefinitionFile.objects.exists()


@pytest.mark.django_db
def test_a_version_that_is_not_there_is_named() -> None:
    operation = rows.an_upload()
    file_id = operation.definition_file_id
    assert file_id is not None
    with pytest.raises(PortalError, match="There are: none"):
        versions.version_of(by=rows.everybody(), definition_file_id=file_id)
    run.carried_out(operation)
    assert versions.version_of(by=rows.everybody(), definition_file_id=file_id).number == 1
    with pytest.raises(PortalError, match="with the number 7"):
        versions.version_of(by=rows.everybody(), definition_file_id=file_id, number=7)


@pytest.mark.django_db
def test_requested_templates_wait_for_those_they_need_whichever_is_performed_first(base_and_child: Path) -> None:
    steps = run.request_folder(by=rows.everybody(), bundles=bundles_in(base_and_child))
    base, child = (step.operation_id for step in steps)
    assert [(step.bundle.file_name, step.outcome) for step in steps] == [
        ("base.admx", IMPORTED),
        ("a_child.admx", IMPORTED),
    ]
    assert base
    assert child
    assert not execution.perform(child)
    waiting = GroupPolicyOperation.objects.get(pk=child)
    assert waiting.is_queued
    assert waiting.attempt == 0
    assert execution.perform(base)
    assert execution.perform(child)
    assert set(DefinitionFile.objects.values_list("status", flat=True)) == {DefinitionFileStatus.AVAILABLE}


@pytest.mark.django_db
def test_an_operation_waits_for_no_younger_one_and_for_none_it_does_not_need() -> None:
    first = rows.an_upload(a_template("Child", "Base").encode(), file_name="child.admx")
    second = rows.an_upload(a_template("Base").encode(), file_name="base.admx")
    other = rows.an_upload(a_template("Other").encode(), file_name="other.admx")
    assert all(execution.perform(one.pk) for one in (other, first, second))
    first.refresh_from_db()
    assert first.operation_status == OperationStatus.FAILED


def test_uploaded_files_and_zips_are_read_by_their_paths(base_and_child: Path, tmp_path: Path) -> None:
    zipped = a_zip(tmp_path / "more.zip", ("more.admx", b"<a/>"), ("de-DE/more.adml", b"<b/>"), ("child.admx", b"<c/>"))
    names = [path.relative_to(base_and_child).as_posix() for path in sorted(base_and_child.rglob("*.adm?"))]
    files = [(f"All/{name}", (base_and_child / name).open("rb")) for name in names]
    found = sources.read_uploaded([*files, ("more.zip", zipped.open("rb")), ("read.me", zipped.open("rb"))])
    assert [bundle.path for bundle in found.bundles] == ["All/a_child.admx", "All/base.admx", "child.admx", "more.admx"]
    assert [len(bundle.language_files) for bundle in found.bundles] == [1, 1, 0, 1]
    assert [path for path, _ in found.left_over] == ["read.me"]


def test_uploaded_files_have_their_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = b"x" * (4 * 1024 * 1024 + 1)
    found = sources.read_uploaded(
        [("a.admx", io.BytesIO(large)), ("b.admx", io.BytesIO(b"b")), ("b.admx", io.BytesIO(b"c"))]
    )
    assert [bundle.content for bundle in found.bundles] == [b"b"]
    assert {path: reason.split(";")[0] for path, reason in found.left_over} == {
        "a.admx": "It has more than the 4194304 bytes that are allowed.",
        "b.admx": "It was given twice",
    }
    monkeypatch.setattr(sources, "MAX_UPLOADED_BYTES", 1)
    with pytest.raises(TooLargeError, match="command import_admx"):
        sources.read_uploaded([("b.admx", io.BytesIO(b"bb"))])
    with pytest.raises(InvalidError):
        sources.read_uploaded([], default_language="not a language")


def test_no_link_leads_out_of_the_folder_and_only_regular_files_are_opened(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.admx", tmp_path / "folder"
    secret.write_text("<policyDefinitions/>")
    folder.mkdir()
    (folder / "link.admx").symlink_to(secret)
    os.mkfifo(folder / "pipe.admx")
    (folder / "within.admx").write_text("<policyDefinitions/>")
    (folder / "again.admx").symlink_to(folder / "within.admx")
    found = sources.read_folder(folder)
    assert sorted(bundle.path for bundle in found.bundles) == ["again.admx", "within.admx"]
    assert dict(found.left_over) == {
        "link.admx": "It is a link to a file outside the folder. Copy that file here.",
        "pipe.admx": "It is not a regular file.",
    }
    with pytest.raises(InvalidError, match="not a regular file"):
        sources.read_folder(folder / "pipe.admx")
