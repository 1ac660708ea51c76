from argparse import ArgumentParser
from typing import Any

from operations.management.portal_command import PortalCommand, ask_password
from operations.services.access import accounts


class Command(PortalCommand):
    """In place of Django's own command, which would tell the trail nothing."""

    help = "Create an account that may do everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", help="asked for if it is not given")
        parser.add_argument("--email", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def run(self, **options: Any) -> None:
        username = options["username"] or input("Username: ")
        password = ask_password(from_stdin=options["password_stdin"])
        accounts.create_superuser(by=self.actor, username=username, email=options["email"], password=password)
        self.stdout.write(f"Created the account {username}.")
