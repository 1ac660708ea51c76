from typing import Any

from django.db import connection

from operations.audit.guard import missing_triggers, raise_guard
from operations.management.portal_command import PortalCommand


class Command(PortalCommand):
    help = "Put missing triggers of the audit trail back. Find out first why they were missing."
    # The check that asks for this command would otherwise refuse to let it run.
    requires_system_checks = []

    def run(self, **options: Any) -> None:
        missing = missing_triggers(connection)
        raise_guard(connection)
        self.stdout.write(f"Raised: {', '.join(missing)}." if missing else "The guard was whole.")
