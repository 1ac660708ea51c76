"""When checkpoints are signed, and that they reach the sink."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings

from operations.audit import checkpoint_store
from operations.audit.notes import Checkpoint
from operations.errors import ConflictError
from operations.models import AuditCheckpoint, AuditEvent
from operations.services import audit_log
from tests import rows
from tests.audit.histories import an_event, as_owner, recomputed, thirty_events, verified

pytestmark = pytest.mark.django_db


def in_sink(size: int) -> Path:
    return Path(settings.PORTAL_CHECKPOINTS) / f"{size:012}.txt"


def test_a_fork_is_never_signed() -> None:
    thirty_events()
    with as_owner():
        AuditEvent.objects.filter(sequence=5).update(actor_name="Somebody else")
        recomputed()
    with pytest.raises(ConflictError, match="no continuation"):
        audit_log.sign_checkpoint(by=rows.everybody())
    assert AuditCheckpoint.objects.count() == 2


def test_a_checkpoint_is_no_reason_for_the_next() -> None:
    an_event()
    assert audit_log.sign_checkpoint(by=rows.everybody()) is not None
    assert audit_log.sign_checkpoint(by=rows.everybody()) is None
    an_event()
    assert audit_log.sign_checkpoint(by=rows.everybody()) is not None


def test_checkpoints_are_due_after_events_or_minutes(settings: Any) -> None:
    settings.PORTAL_CHECKPOINT_EVENTS = 5
    an_event()
    by = rows.everybody()
    audit_log.sign_checkpoint_if_due(by=by)
    assert AuditCheckpoint.objects.count() == 1
    an_event()
    audit_log.sign_checkpoint_if_due(by=by)
    assert AuditCheckpoint.objects.count() == 1
    for number in range(4):
        an_event(number)
    audit_log.sign_checkpoint_if_due(by=by)
    assert AuditCheckpoint.objects.count() == 2
    an_event()
    AuditCheckpoint.objects.update(created_date_time=datetime.now(UTC) - timedelta(minutes=16))
    audit_log.sign_checkpoint_if_due(by=by)
    assert AuditCheckpoint.objects.count() == 3
    AuditCheckpoint.objects.update(created_date_time=datetime.now(UTC) - timedelta(minutes=16))
    audit_log.sign_checkpoint_if_due(by=by)
    assert AuditCheckpoint.objects.count() == 3


def test_a_checkpoint_that_the_sink_could_not_take_goes_there_later(monkeypatch: pytest.MonkeyPatch) -> None:
    an_event()
    monkeypatch.setattr(checkpoint_store.FileSink, "keep", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        audit_log.sign_checkpoint(by=rows.everybody())
    assert not in_sink(1).exists()
    assert verified().is_intact
    monkeypatch.undo()
    audit_log.keep_checkpoints()
    assert in_sink(1).read_text() == AuditCheckpoint.objects.get().note
    assert in_sink(1).stat().st_mode & 0o777 == 0o400
    assert verified().is_intact


def test_half_a_checkpoint_is_never_in_the_sink(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies while it writes leaves nothing that a later one stumbles over."""
    an_event()
    checkpoint_store.signing_key()
    monkeypatch.setattr(
        "operations.audit.checkpoint_store.os.link", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        audit_log.sign_checkpoint(by=rows.everybody())
    monkeypatch.undo()
    (Path(settings.PORTAL_CHECKPOINTS) / ".left-by-a-kill.new").write_text("gpo-por")
    assert verified().is_intact
    audit_log.keep_checkpoints()
    assert in_sink(1).exists()
    assert verified().is_intact


class MemorySink:
    """A sink of somebody's own."""

    kept: ClassVar[dict[int, str]] = {}

    def __init__(self, place: Path) -> None:
        self.place = place

    def keep(self, checkpoint: Checkpoint) -> None:
        self.kept[checkpoint.size] = checkpoint.note

    def notes(self) -> Iterator[checkpoint_store.KeptNote]:
        for size, note in self.kept.items():
            yield checkpoint_store.KeptNote("memory", size, note)


def test_another_sink_is_named_by_a_setting(settings: Any) -> None:
    settings.PORTAL_CHECKPOINT_SINK = "tests.audit.test_checkpoints.MemorySink"
    MemorySink.kept.clear()
    thirty_events()
    assert sorted(MemorySink.kept) == [10, 20]
    assert not in_sink(10).exists()
    assert verified().is_intact
    del MemorySink.kept[20]
    assert [damage.kind for damage in verified().damages] == ["checkpoint"]


def test_a_key_folder_that_cannot_be_written_to_is_one_line_of_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(size: int) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checkpoint_store, "remember_signing", refuse)
    an_event()
    with django_capture_on_commit_callbacks(execute=True):
        assert audit_log.sign_checkpoint(by=rows.everybody())
    (line,) = [record for record in caplog.records if "cannot be remembered" in record.getMessage()]
    assert line.exc_info is None
