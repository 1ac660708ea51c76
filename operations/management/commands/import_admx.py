from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from operations.errors import PortalError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.management.portal_command import PortalCommand
from operations.services.importing import preflight, run, sources
from operations.services.importing.plan import ImportOutcome

DONE = {
    ImportOutcome.IMPORTED: "imported",
    ImportOutcome.NEW_VERSION: "new version",
    ImportOutcome.ALREADY_THERE: "already there",
    ImportOutcome.KEPT: "left as it was",
    ImportOutcome.FAILED: "failed",
}
BAR_WIDTH = 30


class Command(PortalCommand):
    help = (
        "Import a PolicyDefinitions folder, or a zip of one, in dependency order. "
        "It can be interrupted and run again. Exit status: 0 all well, 1 some failed, 2 could not read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER_OR_ZIP")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen; store nothing")
        parser.add_argument(
            "--no-new-versions", action="store_true", help="do not replace files in force, even if they differ"
        )
        parser.add_argument(
            "--default-language",
            default=DEFAULT_LANGUAGE_CODE,
            metavar="CODE",
            help=f"default: {DEFAULT_LANGUAGE_CODE}",
        )
        parser.add_argument("--reason", default="", help="why; recorded in the audit trail")
        parser.add_argument("--ticket", default="", help="the number of the change in your ticket system")

    def run(self, **options: Any) -> None:
        try:
            found = sources.read_folder(options["folder"], default_language=options["default_language"])
        except PortalError as error:
            raise CommandError(str(error), returncode=2) from error
        if not found.bundles:
            raise CommandError(f"There is no .admx file in {options['folder']}.", returncode=2)
        results = self._foretold(found, options) if options["dry_run"] else self._imported(found, options)
        self._summarise(results, found, dry_run=options["dry_run"])
        failed = sum(outcome is ImportOutcome.FAILED for _, outcome, _ in results)
        if failed:
            verb = "would fail" if options["dry_run"] else "failed"
            raise CommandError(f"{failed} of {len(results)} {verb}.", returncode=1)

    def _foretold(self, found: sources.Found, options: dict[str, Any]) -> list[tuple[str, ImportOutcome, str]]:
        judged = preflight.preflight_batch(
            by=self.actor, bundles=found.bundles, new_versions=not options["no_new_versions"]
        )
        return [(one.bundle.path, one.outcome, one.sentence) for one in judged]

    def _imported(self, found: sources.Found, options: dict[str, Any]) -> list[tuple[str, ImportOutcome, str]]:
        results = []
        on_terminal = self.stdout.isatty()
        for step in run.import_folder(
            by=self.actor,
            bundles=found.bundles,
            new_versions=not options["no_new_versions"],
            reason=options["reason"],
            ticket=options["ticket"],
        ):
            results.append((step.bundle.path, step.outcome, step.details))
            if on_terminal:
                filled = BAR_WIDTH * step.number // step.total
                bar = "#" * filled + "." * (BAR_WIDTH - filled)
                # \x1b[K clears what a longer name left behind.
                self.stdout.write(f"\r[{bar}] {step.number}/{step.total} {step.bundle.path}\x1b[K", ending="")
                self.stdout.flush()
            else:
                self.stdout.write(f"{step.number}/{step.total} {step.bundle.path}: {DONE[step.outcome]}")
        if on_terminal:
            self.stdout.write("")
        return results

    def _summarise(self, results: list[tuple[str, ImportOutcome, str]], found: sources.Found, *, dry_run: bool) -> None:
        if dry_run:
            width = max(len(path) for path, _, _ in results)
            for path, outcome, details in results:
                self.stdout.write(f"{path:<{width}}  {DONE[outcome]:<14}  {details}".rstrip())
        counts = Counter(outcome for _, outcome, _ in results)
        self.stdout.write("\nNothing was stored. It would be:" if dry_run else "")
        for outcome, words in DONE.items():
            if counts[outcome]:
                self.stdout.write(f"{words:<16}{counts[outcome]:>6}")
        if found.left_over:
            self.stdout.write(f"{'skipped':<16}{len(found.left_over):>6}")
        if not dry_run:
            for path, outcome, details in results:
                if outcome is ImportOutcome.FAILED:
                    self.stdout.write(f"\n{path} failed: {details}")
        for path, reason in found.left_over:
            self.stdout.write(f"\n{path} was skipped: {reason}")
