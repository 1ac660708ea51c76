"""What the trail costs: creates by the API with their events, and the same without.

Run with `make bench`. Both run in turn in one process against one database, SQLite as it is configured for use, or
whatever DATABASE_URL names; quote the ratio, not the times.
"""

import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from unittest.mock import patch

ROUNDS = 15
CREATES = 60
ADDRESS = "/beta/deviceManagement/groupPolicyOperations"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PORTAL_DATA_DIR"] = folder
        os.environ["PORTAL_ALLOWED_HOSTS"] = "testserver"
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/cost.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")
        import django

        django.setup()
        measure()


def measure() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from operations.actor import command_line
    from operations.choices import Scope
    from operations.services.access import api_clients

    call_command("migrate", verbosity=0)
    token = api_clients.issue_token_for_name(
        by=command_line("bench"), name="Bench", lifetime=timedelta(days=1), scopes=[Scope.READ_WRITE]
    )
    client = Client(headers={"authorization": f"Bearer {token}"})
    creates(client)
    shares = []
    for number in range(ROUNDS):
        # Which of the two comes first changes, so that neither has the warmer machine.
        first, second = (creates, creates_without_events) if number % 2 else (creates_without_events, creates)
        seconds = {first: first(client), second: second(client)}
        shares.append(1 - seconds[creates_without_events] / seconds[creates])
    share = statistics.median(shares)
    print(f"{connection.vendor}: of a create's time the trail takes {share:.0%} (median of {ROUNDS} rounds)")


def creates(client: Any) -> float:
    started = time.perf_counter()
    for _ in range(CREATES):
        answer = client.post(ADDRESS, {"operationType": "upload"}, content_type="application/json")
        assert answer.status_code == 201, answer.content
    return time.perf_counter() - started


def creates_without_events(client: Any) -> float:
    from operations import audit
    from operations.audit.write_guard import allow_unrecorded_writes

    with ExitStack() as stack:
        stack.enter_context(allow_unrecorded_writes("to measure what the trail costs"))
        for name in ("record", "lock_head"):
            stack.enter_context(patch.object(audit, name, lambda *_, **__: None))
        return creates(client)


if __name__ == "__main__":
    main()
