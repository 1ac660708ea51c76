import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from operations.management.portal_command import PortalCommand
from operations.services.templates import versions


class Command(PortalCommand):
    help = "Say what changed in meaning between two kept versions of a definition file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=UUID, help="the definition file's id")
        parser.add_argument("old", type=int, metavar="FROM", help="a version's number")
        parser.add_argument("new", type=int, metavar="TO", help="a version's number")
        parser.add_argument("--json", action="store_true", help="every change as JSON")

    def run(self, **options: Any) -> None:
        old, new = (
            versions.version_of(by=self.actor, definition_file_id=options["id"], number=options[side])
            for side in ("old", "new")
        )
        summary, lines, data = versions.compared(old, new)
        if options["json"]:
            self.stdout.write(json.dumps(data, indent=2, ensure_ascii=False))
            return
        self.stdout.write(f"{new.file_name}, version {old.number} to {new.number}: {summary}")
        if lines:
            self.stdout.write(lines)
