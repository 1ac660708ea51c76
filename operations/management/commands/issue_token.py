from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from operations.choices import Scope
from operations.management.portal_command import PortalCommand
from operations.services.access import api_clients


class Command(PortalCommand):
    help = "Print a bearer token for a quick script, creating the API client if there is none of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the API client's name")
        parser.add_argument("--scope", action="append", choices=Scope.values, help="may be repeated")
        parser.add_argument("--days", type=int, default=1, help="how long the token lives (default: 1)")

    def run(self, **options: Any) -> None:
        token = api_clients.issue_token_for_name(
            by=self.actor,
            name=options["name"],
            scopes=options["scope"] or (),
            # More days than a timedelta holds are refused like any other number out of range.
            lifetime=timedelta(days=max(-1, min(options["days"], 1_000_000))),
        )
        self.stdout.write(token)
