import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from operations.audit.checkpoint_store import KeptNote
from operations.audit.notes import VerificationKey
from operations.audit.verification import Result, State
from operations.choices import Verdict
from operations.errors import PortalError
from operations.management.portal_command import PortalCommand
from operations.services import audit_log

NOT_CHECKED = 2
EXIT_STATUS = {Verdict.INTACT: 0, Verdict.DAMAGED: 1, Verdict.UNPROVED: 3, Verdict.SIGNED_LATE: 4}
CONCLUSIONS = {
    Verdict.INTACT: "The trail is intact.",
    Verdict.UNPROVED: (
        "NOTHING WAS COMPARED: there is no checkpoint, so anyone who owns the database could have written this trail. "
        "Sign one (--checkpoint) if you vouch for it."
    ),
    Verdict.SIGNED_LATE: (
        "THE CHECKPOINTS BEGIN LATE: the first one signed {first_checkpoint:,} events at once, which could have been "
        "rewritten before. Compare with checkpoints that you kept elsewhere."
    ),
    Verdict.DAMAGED: "THE TRAIL IS DAMAGED. docs/audit.md says what to do now.",
}
BAR = 40
EVENTS_BETWEEN_STATES = 50_000


class Command(PortalCommand):
    help = (
        "Prove the audit trail against its checkpoints. "
        "Exits with 0 if it is intact, 1 if it is damaged, 2 if it could not be checked, "
        "3 if there is no checkpoint to compare it with, 4 if its first checkpoint was signed late."
    )
    # A missing guard is one of the damages to be told here.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("notes", nargs="*", type=Path, help="checkpoints that you kept yourself, as files")
        parser.add_argument("--key", help="the verification key that you kept yourself, instead of the portal's")
        parser.add_argument("--checkpoint", action="store_true", help="sign a checkpoint if the trail is intact")
        parser.add_argument("--resume", action="store_true", help="continue an interrupted run")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = self._verify(**options)
            if options["checkpoint"] and not result.damages:
                audit_log.sign_checkpoint(by=self.actor)
        except (CommandError, PortalError, DatabaseError, OSError, ValueError) as error:
            self._tell_not_checked(error, as_json=options["json"])
            sys.exit(NOT_CHECKED)
        self.stdout.write(_as_json(result) if options["json"] else _as_text(result))
        if options["checkpoint"] and result.verdict is Verdict.UNPROVED:
            # Whoever asks for the first checkpoint vouches for what it signs.
            self.stderr.write("The first checkpoint was signed on your word. Later runs compare with it.")
        elif status := EXIT_STATUS[result.verdict]:
            sys.exit(status)

    def _verify(self, **options: Any) -> Result:
        self.state_path: Path = settings.PORTAL_DATA_DIR / "verification.json"
        self.written_at = 0
        more_notes = [
            KeptNote(str(path), None, path.read_bytes().decode(errors="replace")) for path in options["notes"]
        ]
        result, event = audit_log.verify(
            by=self.actor,
            key=VerificationKey.read(options["key"]) if options["key"] else None,
            more_notes=more_notes,
            state=self._state() if options["resume"] else None,
            progress=self._progress,
        )
        self.state_path.unlink(missing_ok=True)
        if event is None:
            self.stderr.write("The trail is too damaged to record that it was verified.")
        return result

    def _state(self) -> State | None:
        if not self.state_path.exists():
            return None
        try:
            return State.load(self.state_path.read_text())
        except (ValueError, TypeError, KeyError) as error:
            raise CommandError(f"{self.state_path} cannot be read. Run again without --resume.") from error

    def _progress(self, state: State, end: int) -> None:
        if state.sequence - self.written_at >= EVENTS_BETWEEN_STATES:
            self.written_at = state.sequence
            staged = self.state_path.with_suffix(".new")
            staged.write_text(state.dump())
            staged.replace(self.state_path)
        if self.stderr.isatty():
            done = BAR * state.sequence // end
            bar = "█" * done + "░" * (BAR - done)
            self.stderr.write(f"\r{bar} {state.sequence:,} of {end:,} events", ending="\n" if done == BAR else "")

    def _tell_not_checked(self, error: Exception, *, as_json: bool) -> None:
        message = f"The trail could not be checked: {error}"
        if as_json:
            self.stdout.write(json.dumps({"intact": None, "error": message}))
        else:
            self.stderr.write(message)


def _as_json(result: Result) -> str:
    facts = asdict(result)
    first = asdict(result.first) if result.first else None
    return json.dumps({"intact": result.is_intact, "verdict": result.verdict, "first": first, **facts}, indent=2)


def _as_text(result: Result) -> str:
    told = [
        f"{result.events:,} events, {result.checkpoints:,} checkpoint(s) compared, root {result.root}",
        f"Verification key: {result.key}",
    ]
    if result.pre_chain:
        told.append(f"The first {result.pre_chain:,} events are older than the tree and cannot be proved.")
    for damage in result.damages:
        first, last = damage.first_sequence, damage.last_sequence
        where = "" if first is None else f" {first}" if first == last else f" {first}–{last}"
        told.append(f"{damage.kind}{where}: {damage.message}")
    if result.more_damages:
        told.append(f"… and {result.more_damages:,} more.")
    conclusion = CONCLUSIONS[result.verdict].format(first_checkpoint=result.first_checkpoint)
    return "\n".join([*told, conclusion])
