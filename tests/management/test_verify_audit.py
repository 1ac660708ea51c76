"""verify_audit from the terminal: what it says, and with which exit status."""

import json
import os
import pwd
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from operations.audit import checkpoint_store
from operations.models import AuditCheckpoint, AuditEvent, User
from operations.services import audit_log
from operations.services.access import accounts
from tests import rows
from tests.audit.histories import an_event, as_owner, everything_signed_is_deleted, thirty_events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_DATA_DIR = tmp_path


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Any:
    """Within it, what waits for the commit is done at its end."""
    return partial(django_capture_on_commit_callbacks, execute=True)


def run(*words: str) -> tuple[int, str]:
    screen = StringIO()
    try:
        call_command("verify_audit", *words, stdout=screen, stderr=screen)
    except SystemExit as end:
        return int(str(end.code)), screen.getvalue()
    return 0, screen.getvalue()


def forged() -> None:
    with as_owner():
        AuditEvent.objects.filter(sequence=15).update(reason="forged")


def test_an_intact_trail_is_0_and_leaves_an_event() -> None:
    thirty_events()
    status, screen = run()
    assert status == 0
    assert "30 events, 2 checkpoint(s) compared" in screen
    assert "The trail is intact." in screen
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.channel, event.outcome) == ("trail.verified", "command", "success")


def test_a_damaged_trail_is_1_with_kind_and_place() -> None:
    thirty_events()
    forged()
    status, screen = run()
    assert status == 1
    assert "altered 15: What it says is not what was recorded." in screen
    assert "THE TRAIL IS DAMAGED" in screen


def test_the_account_is_the_systems_and_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    run()
    event = AuditEvent.objects.first()
    assert event is not None
    assert pwd.getpwuid(os.getuid()).pw_name in event.actor_name
    assert "somebody-else" not in event.actor_name


def test_json_tells_the_same() -> None:
    thirty_events()
    status, screen = run("--json")
    assert (status, json.loads(screen)["intact"]) == (0, True)
    forged()
    status, screen = run("--json")
    found = json.loads(screen)
    assert (status, found["intact"]) == (1, False)
    assert (found["first"]["kind"], found["first"]["first_sequence"]) == ("altered", 15)


def test_what_cannot_be_checked_is_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    thirty_events()
    for words in (["--key", "nonsense"], [str(tmp_path / "none.txt")]):
        status, screen = run(*words)
        assert (status, "could not be checked" in screen) == (2, True)
    status, screen = run("--json", "--key", "nonsense")
    assert (status, json.loads(screen)["intact"]) == (2, None)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("operations.audit.verification._read_bounds", fail)
    assert run()[0] == 2


def test_a_key_that_somebody_kept_finds_a_portal_with_another() -> None:
    thirty_events()
    kept = str(checkpoint_store.verification_key())
    assert run("--key", kept)[0] == 0
    settings.PORTAL_AUDIT_KEY = settings.PORTAL_DATA_DIR / "another-key.pem"
    assert run("--key", kept)[0] == 0, "the checkpoints are still those of the kept key"
    status, screen = run()
    assert (status, "is not signed by the portal's key" in screen) == (1, True)


def test_a_note_that_somebody_kept_finds_a_rewritten_trail() -> None:
    thirty_events()
    kept = settings.PORTAL_DATA_DIR / "kept.txt"
    kept.write_text(AuditCheckpoint.objects.get(size=20).note)
    assert run(str(kept))[0] == 0
    kept.write_text("nonsense")
    assert run(str(kept))[0] == 1


def test_a_checkpoint_is_signed_on_demand_and_never_over_damage() -> None:
    thirty_events()
    assert run("--checkpoint")[0] == 0
    assert AuditCheckpoint.objects.count() == 3
    assert run()[0] == 0
    forged()
    assert run("--checkpoint")[0] == 1
    assert AuditCheckpoint.objects.count() == 3


def test_an_interrupted_run_is_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.audit.verification.ROWS_AT_ONCE", 7)
    monkeypatch.setattr("operations.management.commands.verify_audit.EVENTS_BETWEEN_STATES", 7)
    thirty_events()
    state = settings.PORTAL_DATA_DIR / "verification.json"

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("operations.audit.verification._Run.compare_end", killed)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    assert json.loads(state.read_text())["sequence"] >= 21
    status, screen = run("--resume")
    assert (status, "2 checkpoint(s) compared" in screen) == (0, True)
    assert not state.exists()
    state.write_text("nonsense")
    assert run("--resume")[0] == 2


def test_an_empty_trail_is_intact() -> None:
    assert run()[0] == 0


def test_whoever_deletes_all_that_was_signed_is_found_by_what_the_key_remembers(committing: Any) -> None:
    with committing():
        thirty_events()
    everything_signed_is_deleted()
    status, screen = run()
    assert status == 1
    assert "This machine signed 2 checkpoint(s), the last at 20, and that one is nowhere any more." in screen


def test_a_trail_without_a_checkpoint_is_never_intact(committing: Any) -> None:
    with committing():
        thirty_events()
    everything_signed_is_deleted()
    settings.PORTAL_AUDIT_KEY.with_suffix(".signed.json").unlink()
    status, screen = run()
    assert (status, "NOTHING WAS COMPARED" in screen, "intact" in screen) == (3, True, False)
    facts = json.loads(run("--json")[1])
    assert (facts["intact"], facts["verdict"]) == (False, "unproved")


def test_checkpoints_that_begin_late_have_a_status_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    thirty_events()
    monkeypatch.setattr("operations.audit.verification.LONGEST_BEFORE_FIRST_CHECKPOINT", 9)
    status, screen = run()
    assert (status, "THE CHECKPOINTS BEGIN LATE: the first one signed 10 events at once" in screen) == (4, True)


def test_a_long_trail_is_first_signed_only_when_somebody_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("operations.audit.verification.LONGEST_BEFORE_FIRST_CHECKPOINT", 3)
    for number in range(5):
        an_event(number)
    audit_log.sign_checkpoint_if_due(by=rows.everybody())
    assert not AuditCheckpoint.objects.exists()
    assert "no checkpoint, so none is signed by itself" in caplog.text
    status, screen = run("--checkpoint")
    assert (status, "signed on your word" in screen) == (0, True)
    assert AuditCheckpoint.objects.count() == 1


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_at_a_terminal_only() -> None:
    an_event()
    audit_log.sign_checkpoint(by=rows.everybody())
    terminal, file = Terminal(), StringIO()
    call_command("verify_audit", stdout=StringIO(), stderr=terminal)
    call_command("verify_audit", stdout=StringIO(), stderr=file)
    assert "2 of 2 events" in terminal.getvalue()
    assert "█" in terminal.getvalue()
    assert file.getvalue() == ""


def test_createsuperuser_makes_an_account_and_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.management.portal_command.getpass.getpass", lambda prompt="": "a longer battery")
    call_command("createsuperuser", "--username", "zoe", stdout=StringIO())
    assert User.objects.get().check_password("a longer battery")
    assert User.objects.get().is_superuser
    assert AuditEvent.objects.get().action == "user.created"
    with pytest.raises(CommandError, match="already exists"):
        call_command("createsuperuser", "--username", "zoe", stdout=StringIO())
    monkeypatch.setattr("sys.stdin", StringIO("12345\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("createsuperuser", "--username", "other", "--password-stdin", stdout=StringIO())
    assert User.objects.count() == 1


def test_changepassword_changes_it_and_leaves_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.create_superuser(by=rows.everybody(), username="zoe", password="a longer battery")
    typed = iter(["another battery", "another battery", "one thing", "another thing"])
    monkeypatch.setattr("operations.management.portal_command.getpass.getpass", lambda prompt="": next(typed))
    call_command("changepassword", "zoe", stdout=StringIO())
    assert User.objects.get().check_password("another battery")
    with pytest.raises(CommandError, match="differ"):
        call_command("changepassword", "zoe", stdout=StringIO())
    monkeypatch.setattr("operations.management.portal_command.getpass.getpass", lambda prompt="": "another battery")
    with pytest.raises(CommandError, match="no account called nobody"):
        call_command("changepassword", "nobody", stdout=StringIO())
    assert AuditEvent.objects.filter(action="user.passwordChanged").count() == 1


def test_cleartokens_is_the_portals_own() -> None:
    call_command("cleartokens")
    assert not AuditEvent.objects.exists()
