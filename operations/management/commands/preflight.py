import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from operations.errors import PortalError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.management.portal_command import PortalCommand
from operations.services.importing import preflight, sources
from operations.services.importing.plan import Decision, ImportOutcome

WOULD = {
    ImportOutcome.IMPORTED: "would be imported",
    ImportOutcome.NEW_VERSION: "would become a new version",
    ImportOutcome.ALREADY_THERE: "is there already",
    ImportOutcome.KEPT: "would be left as it is",
    ImportOutcome.FAILED: "would fail",
}


class Command(PortalCommand):
    help = (
        "Check ADMX and ADML files, folders and zips as an upload would, and store nothing. "
        "Exit status: 0 no errors, 1 errors found, 2 could not check."
    )
    # Also where there is no database yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".admx, .adml, folder or zip")
        parser.add_argument("--alone", action="store_true", help="do not look at the portal's files in force")
        parser.add_argument("--json", action="store_true", help="findings and changes as JSON")
        parser.add_argument(
            "--default-language",
            default=DEFAULT_LANGUAGE_CODE,
            metavar="CODE",
            help=f"default: {DEFAULT_LANGUAGE_CODE}",
        )
        parser.add_argument(
            "--intune-fails",
            action="store_true",
            default=None,
            help="what Intune would refuse is an error (default: as PORTAL_INTUNE_RULES says)",
        )

    def run(self, **options: Any) -> None:
        alone = options["alone"]
        if not alone and not preflight.database_is_ready():
            alone = True
            self.stderr.write("The portal has no database yet, so the files are judged alone.")
        try:
            found = sources.read_paths(options["files"], default_language=options["default_language"])
            judged = preflight.preflight_batch(
                by=self.actor, bundles=found.bundles, alone=alone, intune_fails=options["intune_fails"]
            )
        except PortalError as error:
            raise CommandError(str(error), returncode=2) from error
        for path, reason in found.left_over:
            self.stderr.write(f"{path} was skipped: {reason}")
        if options["json"]:
            self.stdout.write(json.dumps([preflight.as_json(one) for one in judged], indent=2, ensure_ascii=False))
        else:
            for one in judged:
                self._tell(one)
        if not judged:
            raise CommandError("There is no .admx file to check.", returncode=2)
        failing = sum(one.outcome is ImportOutcome.FAILED for one in judged)
        if failing:
            raise CommandError(f"{failing} of {len(judged)} would fail.", returncode=1)

    def _tell(self, one: Decision) -> None:
        codes = ", ".join(language.language_code for language in one.bundle.language_files)
        self.stdout.write(f"{one.bundle.path} ({codes or 'no language'}): {WOULD[one.outcome]}")
        if one.refusal:
            self.stdout.write(f"  {one.refusal}")
        for finding in one.findings:
            self.stdout.write(f"  {finding.severity.upper():<8}{finding.code}  {finding.sentence}")
        for line in one.changes.splitlines():
            self.stdout.write(f"  {line}")
