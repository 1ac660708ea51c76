"""What the portal's own commands share: who runs them, and how a refusal is told."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.actor import Actor, command_line
from operations.errors import PortalError


class PortalCommand(BaseCommand):
    """Subclasses implement `run`; a PortalError ends the command with its sentence and a non-zero exit."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except PortalError as error:
            raise CommandError(str(error)) from error

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    @property
    def actor(self) -> Actor:
        try:
            account = getpass.getuser()
        except (OSError, KeyError):
            account = "unknown account"
        return command_line(account)
