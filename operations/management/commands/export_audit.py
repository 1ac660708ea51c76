import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from operations.choices import ExportFormat
from operations.management.portal_command import PortalCommand
from operations.services import audit_log


class Command(PortalCommand):
    help = "Write the audit trail as JSON Lines or CSV, and print where the next export starts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=ExportFormat.values, default=ExportFormat.JSON_LINES)
        parser.add_argument("--after", type=int, default=0, metavar="SEQ", help="begin after the event of this number")
        parser.add_argument("--output", type=Path, help="a file that does not exist yet; else standard output")

    def run(self, **options: Any) -> None:
        path: Path | None = options["output"]
        file = path.open("xb") if path else sys.stdout.buffer
        with file:
            export = audit_log.export(by=self.actor, file_format=options["format"], after=options["after"])
            for part in export.lines:
                file.write(part)
            file.flush()
        self.stderr.write(f"Exported up to event {export.up_to}. Next time: --after {export.up_to}")
