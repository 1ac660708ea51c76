import sys
from argparse import ArgumentParser
from typing import Any

from operations.management.portal_command import PortalCommand
from operations.services.operations import rollups

SHOWN = 20


class Command(PortalCommand):
    help = "Recount all operations for the boards; with --check, report where the rollups differ from a recount."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything differs")

    def run(self, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"Counted {rollups.rebuild(progress=self._progress):,} operations.")
            return
        found = rollups.differences(progress=self._progress)
        for cell, (kept, counted) in list(found.items())[:SHOWN]:
            self.stdout.write(f"{cell}: {kept} kept, {counted} counted")
        if found:
            self.stderr.write(f"{len(found):,} rollups differ from a recount. To fix: manage.py rebuild_rollups")
            sys.exit(1)
        self.stdout.write("The rollups equal a recount.")

    def _progress(self, share: float) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{share:.0%}", ending="\n" if share == 1 else "")
