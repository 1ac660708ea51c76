"""What the portal's own commands share: who runs them, how they refuse, how they ask for a password."""

import getpass
import os
import pwd
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.actor import Actor, command_line
from operations.errors import InvalidError, PortalError


class RefusedCommand(BaseCommand):
    requires_system_checks = []
    instead: str

    def run_from_argv(self, argv: list[str]) -> None:
        # Whatever the arguments are.
        super().run_from_argv(argv[:2])

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(f"This would change rows without an event in the audit trail. {self.instead}")


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
        # The system's own answer: LOGNAME and USER are whatever the caller says.
        number = os.getuid()
        try:
            account = pwd.getpwuid(number).pw_name
        except KeyError:
            account = f"account {number}"
        return command_line(account)


def ask_password(*, from_stdin: bool) -> str:
    """Typed twice and not shown, or one line of standard input. Raises InvalidError when the two differ."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass()
    if getpass.getpass("Password (again): ") != password:
        raise InvalidError("The two passwords differ.", target="password")
    return password
