"""Proofs, exports and the stand-alone verifier, which knows nothing of the portal."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from operations.audit import checkpoint_store, merkle
from operations.audit.entry import COLUMNS
from operations.audit.proving import StoredTree
from operations.choices import ExportFormat
from operations.errors import ConflictError, DeniedError, InvalidError, MissingError
from operations.models import AuditCheckpoint, AuditEvent
from operations.services import audit_log
from tests import rows
from tests.audit.histories import an_event, as_owner, thirty_events
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db
BY = rows.everybody()
VERIFIER = REPOSITORY / "docs" / "verify_trail.py"
Finished = subprocess.CompletedProcess[str]


def run_verifier(*paths: Path, key: str = "", options: tuple[str, ...] = ("-I", "-S")) -> Finished:
    """By a Python without any installed package, from a folder without the portal."""
    return subprocess.run(
        [sys.executable, *options, str(VERIFIER), "--key", key or verification_key(), *paths],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )


def verification_key() -> str:
    return str(checkpoint_store.verification_key())


def exported(**options: Any) -> bytes:
    return b"".join(audit_log.export(by=BY, **options).lines)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    thirty_events()
    path = tmp_path / "trail.jsonl"
    path.write_bytes(exported())
    return path


@pytest.fixture
def checkpoints() -> Path:
    return Path(settings.PORTAL_CHECKPOINTS)


def with_lines(path: Path, change: Callable[[list[bytes]], Any]) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines) or lines))


@pytest.mark.parametrize("options", [("-I", "-S"), ("-I",)], ids=["standard library", "installed packages"])
def test_an_export_is_proved_without_the_portal(export: Path, checkpoints: Path, options: tuple[str, ...]) -> None:
    found = run_verifier(export, checkpoints, options=options)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Covered: 20 of 30 events. 2 checkpoint(s) fit, the last at 20." in found.stdout
    assert "The last 10 event(s) are not covered" in found.stdout
    assert ("arithmetic of this file" if "-S" in options else "cryptography") in found.stdout


CHANGES: dict[str, Callable[[list[bytes]], Any]] = {
    "edit": lambda lines: lines.__setitem__(4, lines[4].replace(b"CHG1", b"CHG2")),
    "white space": lambda lines: lines.__setitem__(4, lines[4].replace(b'":', b'": ', 1)),
    "delete": lambda lines: lines.__delitem__(4),
    "swap": lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]],
    "insert": lambda lines: lines.insert(5, lines[4]),
    "truncate": lambda lines: lines[:15],
    "cut off": lambda lines: lines.__setitem__(-1, lines[-1][:-1]),
    "no JSON": lambda lines: lines.__setitem__(4, b"nonsense\n"),
    "hide as older than the tree": lambda lines: lines.__setitem__(0, lines[0].replace(b'"schema":1', b'"schema":0')),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_export_is_damaged(export: Path, checkpoints: Path, change: str) -> None:
    with_lines(export, CHANGES[change])
    found = run_verifier(export, checkpoints)
    assert (found.returncode, found.stdout[:8]) == (1, "DAMAGED:"), found.stderr


def test_a_forged_checkpoint_is_damaged(export: Path, checkpoints: Path) -> None:
    path = sorted(checkpoints.iterdir())[0]
    note = path.read_text()
    path.unlink()
    path.write_text(note.replace("\n10\n", "\n11\n"))
    assert run_verifier(export, checkpoints).returncode == 1


def test_checkpoints_that_begin_late_have_a_status_of_their_own(
    export: Path, checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = tmp_path / "strict.py"
    strict.write_text(VERIFIER.read_text().replace("CHECKPOINT = 10_000", "CHECKPOINT = 9"))
    monkeypatch.setattr("tests.audit.test_proofs.VERIFIER", strict)
    found = run_verifier(export, checkpoints)
    assert (found.returncode, "Intact" in found.stdout) == (4, False)
    assert "The first checkpoint signed 10 events at once" in found.stdout


def test_what_cannot_be_checked_is_neither_intact_nor_damaged(export: Path, checkpoints: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.jsonl"
    later.write_bytes(exported(after=5))
    other = verification_key().replace("gpo", "gpx")
    for paths, key in [
        ([export], ""),
        ([later, checkpoints], ""),
        ([tmp_path / "none.jsonl", checkpoints], ""),
        ([export, checkpoints], "nonsense"),
        ([export, checkpoints], other),
        ([checkpoints], ""),
    ]:
        found = run_verifier(*paths, key=key)
        assert found.returncode == 2, (paths, key, found.stdout)


def test_every_event_that_a_checkpoint_covers_can_be_proved(tmp_path: Path) -> None:
    thirty_events()
    proofs = []
    for sequence in range(1, 21):
        proof = audit_log.prove_event(by=BY, sequence=sequence)
        assert (proof.index, proof.checkpoint.size) == (sequence - 1, 10 if sequence <= 10 else 20)
        proofs.append(tmp_path / f"{sequence}.json")
        proofs[-1].write_text(proof.as_json())
    found = run_verifier(*proofs)
    assert found.returncode == 0, found.stdout + found.stderr
    with pytest.raises(ConflictError, match="No checkpoint covers this event yet"):
        audit_log.prove_event(by=BY, sequence=21)
    with pytest.raises(MissingError):
        audit_log.prove_event(by=BY, sequence=99)


def test_two_checkpoints_are_proved_to_be_of_one_trail(tmp_path: Path) -> None:
    thirty_events()
    path = tmp_path / "proof.json"
    path.write_text(audit_log.prove_consistency(by=BY, older=20, newer=10).as_json())
    found = run_verifier(path)
    assert (found.returncode, "the trail of 20 events begins with that of 10" in found.stdout) == (0, True)
    with pytest.raises(MissingError, match="no checkpoint at 15"):
        audit_log.prove_consistency(by=BY, older=15, newer=20)


@pytest.mark.parametrize("change", [("CHG1", "CHG2"), ('"leafIndex": 4', '"leafIndex": 5'), ("\\n10\\n", "\\n11\\n")])
def test_a_changed_proof_proves_nothing(tmp_path: Path, change: tuple[str, str]) -> None:
    thirty_events()
    text = audit_log.prove_event(by=BY, sequence=5).as_json()
    assert change[0] in text
    path = tmp_path / "proof.json"
    path.write_text(text.replace(*change))
    assert run_verifier(path).returncode == 1


def test_a_damaged_event_is_not_proved() -> None:
    thirty_events()
    with as_owner():
        AuditEvent.objects.filter(sequence=5).update(reason="forged")
    with pytest.raises(ConflictError, match="does not fit its checkpoint"):
        audit_log.prove_event(by=BY, sequence=5)
    with as_owner():
        AuditEvent.objects.filter(sequence=6).delete()
    with pytest.raises(ConflictError, match="does not fit its checkpoint"):
        audit_log.prove_event(by=BY, sequence=7)


def test_a_proof_reads_few_rows_of_a_large_trail(django_assert_max_num_queries: Any) -> None:
    for number in range(520):
        an_event(number)
    audit_log.sign_checkpoint(by=BY)
    leaves = [
        bytes(leaf or b"") for leaf in AuditEvent.objects.order_by("sequence").values_list("leaf_hash", flat=True)
    ]
    tree = StoredTree(0)
    assert tree.subtree(9, 0) == merkle.root_of(0, 512, lambda level, index: of_leaves(leaves, level, index))
    with django_assert_max_num_queries(20):
        audit_log.prove_event(by=BY, sequence=300)


def of_leaves(leaves: list[bytes], level: int, index: int) -> bytes:
    if level == 0:
        return leaves[index]
    left, right = (of_leaves(leaves, level - 1, 2 * index + side) for side in (0, 1))
    return merkle.node_hash(left, right)


def test_an_export_goes_on_where_the_last_one_ended_and_misses_and_repeats_nothing() -> None:
    thirty_events()
    whole, after = b"", 0
    for _ in range(3):
        part = audit_log.export(by=BY, after=after)
        whole += b"".join(part.lines)
        after = part.up_to
        an_event()
    assert [json.loads(line)["sequence"] for line in whole.splitlines()] == list(range(1, after + 1))


def test_an_export_reads_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.audit.exporting.ROWS_AT_ONCE", 7)
    thirty_events()
    parts = list(audit_log.export(by=BY).lines)
    assert [len(part.splitlines()) for part in parts] == [7, 7, 7, 7, 2]


def test_an_export_is_recorded_before_the_first_event_leaves() -> None:
    thirty_events()
    audit_log.export(by=BY, file_format="csv", after=7)
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.sequence) == ("trail.exported", 31)
    assert event.after == {"format": "csv", "after_sequence": 7, "up_to_sequence": 30, "filters": ""}


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_spreadsheet_takes_no_cell_of_an_export_for_a_formula(value: str) -> None:
    event = an_event()
    with as_owner():
        AuditEvent.objects.filter(pk=event.pk).update(actor_name=value, reason=value, user_agent=value)
    header, row = csv.reader(io.StringIO(exported(file_format="csv").decode(), newline=""))
    told = dict(zip(header, row, strict=True))
    assert header == list(COLUMNS)
    assert told["actor_name"] == told["reason"] == told["user_agent"] == f"'{value}"
    assert json.loads(told["after"]) == event.after


def test_a_bad_export_is_refused_and_not_recorded() -> None:
    for options in ({"file_format": "pdf"}, {"after": -1}, {"after": 2**63}):
        with pytest.raises(InvalidError):
            audit_log.export(by=BY, **options)
    with pytest.raises(DeniedError):
        audit_log.export(by=rows.an_actor("DeviceManagementConfiguration.Read.All"))
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("file_format", ExportFormat.values)
def test_the_command_exports_to_a_file_that_is_new(tmp_path: Path, file_format: str, capsys: Any) -> None:
    thirty_events()
    path = tmp_path / "export"
    call_command("export_audit", "--format", file_format, "--after", "10", "--output", str(path))
    assert len(path.read_bytes().splitlines()) == 20 + (file_format == "csv")
    assert "--after 30" in capsys.readouterr().err
    with pytest.raises(FileExistsError):
        call_command("export_audit", "--output", str(path))
    assert AuditEvent.objects.filter(action="trail.exported").count() == 1


def test_checkpoints_can_be_proved_to_whoever_kept_the_first() -> None:
    thirty_events()
    assert AuditCheckpoint.objects.count() == 2
    proof = audit_log.prove_consistency(by=BY, older=10, newer=20)
    assert merkle.is_consistent(10, 20, proof.older.root, proof.newer.root, proof.path)
