from argparse import ArgumentParser
from typing import Any

from operations.management.portal_command import PortalCommand, ask_password
from operations.services.access import accounts


class Command(PortalCommand):
    """In place of Django's own command, which would tell the trail nothing."""

    help = "Change the password of an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def run(self, **options: Any) -> None:
        password = ask_password(from_stdin=options["password_stdin"])
        accounts.change_password(by=self.actor, username=options["username"], password=password)
        self.stdout.write(f"Changed the password of {options['username']}.")
