from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from operations.management.portal_command import PortalCommand
from operations.services.templates import versions


class Command(PortalCommand):
    help = "Write a definition file's ADMX and ADMLs, byte for byte as uploaded, to a zip or a folder."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # --version is a definition file's here, not Django's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=UUID, help="the definition file's id")
        parser.add_argument("--version", dest="number", type=int, metavar="N", help="default: the one in force")
        parser.add_argument(
            "--output", type=Path, metavar="FILE.zip|FOLDER", help="default: a zip of the ADMX's name, here"
        )

    def run(self, **options: Any) -> None:
        version = versions.version_of(by=self.actor, definition_file_id=options["id"], number=options["number"])
        output = options["output"] or Path(f"{Path(version.file_name).stem}.zip")
        files = versions.bytes_of(version)
        try:
            if output.suffix.lower() == ".zip":
                output.write_bytes(versions.zip_of(version))
            else:
                for name, content in files.items():
                    (output / name).parent.mkdir(parents=True, exist_ok=True)
                    (output / name).write_bytes(content)
        except OSError as error:
            raise CommandError(f"{error.filename or output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote version {version.number} of {version.file_name} ({len(files)} files) to {output}.")
