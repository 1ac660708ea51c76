from argparse import ArgumentParser
from typing import Any

from operations.choices import Scope
from operations.management.portal_command import PortalCommand
from operations.services.access import api_clients


class Command(PortalCommand):
    help = "Create an API client and print its id and secret for the token endpoint. The secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who this is for; recorded in the audit trail")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="may be repeated; default: read and write"
        )

    def run(self, **options: Any) -> None:
        client, secret = api_clients.create_api_client(
            by=self.actor, name=options["name"], scopes=options["scope"] or api_clients.DEFAULT_SCOPES
        )
        self.stdout.write(f"client_id={client.client_id}\nclient_secret={secret}")
        self.stderr.write("The secret is stored hashed and cannot be shown again.")
