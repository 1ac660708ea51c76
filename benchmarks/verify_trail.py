"""How fast a trail is verified, and in how much memory, beside merely reading its rows.

Run with `make bench`, or `python -m benchmarks.verify_trail 1000000` for a million events. The trail is made in a
SQLite file of its own; each reading runs in a process of its own, so that its memory is its alone.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

EVENTS = 100_000
BATCH = 5_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORTAL_DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/trail.sqlite3"}
        print(f"{'':10} {'events':>9} {'seconds':>8} {'events/s':>9} {'MB':>5}", flush=True)
        for step in ("make", "read", "verify", "read", "verify"):
            command = [sys.executable, "-m", "benchmarks.verify_trail", str(count), step]
            subprocess.run(command, check=True, env=environment)


def step(count: int, name: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")
    django.setup()
    started = time.perf_counter()
    {"make": make, "read": read, "verify": verify}[name](count)
    seconds = time.perf_counter() - started
    if name != "make":
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:10} {count:9,} {seconds:8.1f} {count / seconds:9,.0f} {megabytes:5.0f}", flush=True)


def make(count: int) -> None:
    from django.core.management import call_command
    from django.db import transaction

    from operations.actor import worker
    from operations.audit import merkle
    from operations.audit.record import KEPT_LEVELS
    from operations.models import AuditEvent, AuditHead, AuditSubtree
    from operations.services import audit_log

    call_command("migrate", verbosity=0)
    tree = merkle.CompactRange()
    with transaction.atomic():
        for batch in batches(count):
            subtrees = [
                AuditSubtree(level=level, index=index, root=root)
                for event in batch
                for level, index, root in tree.append(event.leaf_hash)
                if level and level % KEPT_LEVELS == 0
            ]
            AuditEvent.objects.bulk_create(batch)
            AuditSubtree.objects.bulk_create(subtrees)
        AuditHead.objects.update_or_create(pk=1, defaults={"sequence": count, "peaks": tree.dump()})
    audit_log.sign_checkpoint(by=worker())


def batches(count: int) -> Iterator[list]:
    from operations.audit.merkle import leaf_hash
    from operations.audit.record import entry_of
    from operations.models import AuditEvent

    for start in range(1, count + 1, BATCH):
        batch = []
        for sequence in range(start, min(start + BATCH, count + 1)):
            event = AuditEvent(**values(sequence))
            event.leaf_hash = leaf_hash(entry_of(event))
            batch.append(event)
        yield batch


def values(sequence: int) -> dict:
    """As a client's POST leaves them."""
    moment = START + timedelta(milliseconds=sequence * 137)
    return {
        "sequence": sequence,
        "event_id": UUID(int=sequence),
        "occurred_date_time": moment,
        "recorded_date_time": moment,
        "actor_type": "client",
        "actor_id": "N0UpaPNvyzcYjUrBvMBYvcXzHxR2wVDUeGxGxqzC",
        "actor_name": "Nightly script",
        "authentication": "bearer",
        "token_id": "17",
        "permissions": ["DeviceManagementConfiguration.ReadWrite.All"],
        "channel": "api",
        "address": "192.0.2.7",
        "user_agent": "python-requests/2.32",
        "request_id": str(UUID(int=sequence)),
        "action": "operation.recorded",
        "object_type": "GroupPolicyOperation",
        "object_id": str(UUID(int=sequence)),
        "object_name": "Upload",
        "outcome": "success",
        "after": {
            "operation_type": "upload",
            "operation_status": "success",
            "status_details": "Done by hand.",
            "definition_file_id": None,
            "ticket": "CHG0001",
        },
        "portal_version": "0.1.0",
        "node": "portal-1",
        "schema": 1,
    }


def read(count: int) -> None:
    """The bare reading of the same columns."""
    from operations.audit.entry import COLUMNS
    from operations.models import AuditEvent

    for start in range(0, count, BATCH):
        rows = AuditEvent.objects.filter(sequence__gt=start, sequence__lte=start + BATCH)
        list(rows.order_by("sequence").values_list(*COLUMNS))


def verify(count: int) -> None:
    from operations.audit import checkpoint_store, verification

    result = verification.verify(key=checkpoint_store.verification_key(), sink=checkpoint_store.sink())
    assert result.is_intact, result.damages


if __name__ == "__main__":
    step(int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else main()
