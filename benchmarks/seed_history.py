"""Fills an empty database with an invented history, so that boards and lists are measured with rows in them.

`python -m benchmarks.seed_history 1000000` writes a million operations and three million events into the database that
PORTAL_DATA_DIR or DATABASE_URL names. Every size has the same number of operations a day, so that what a board shows
of a period does not depend on how long the history before it is. The same arguments and the
same end give the same history.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

SEED = 20_260
OPERATIONS_A_DAY = 10_000 / 90


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed_history", description=__doc__.partition("\n")[0])
    parser.add_argument("operations", type=int)
    parser.add_argument("--days", type=float, help="how far back it goes; without it, as many as there is work for")
    parser.add_argument("--end", type=datetime.fromisoformat, help="when it ends, ISO 8601 in UTC; without it, now")
    options = parser.parse_args()
    now = datetime.now(UTC)
    end = (options.end or now).replace(tzinfo=(options.end or now).tzinfo or UTC)
    days = options.days or options.operations / OPERATIONS_A_DAY
    if options.operations < 1 or days <= 0 or end > now:
        parser.error("a history has at least one operation and some days, and does not end in the future.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpo_portal.settings")
    import django

    django.setup()
    seed(options.operations, days, end)


def seed(operations: int, days: float, end: datetime) -> None:
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.history.moments import DAY, moment_of
    from benchmarks.history.story import Story
    from operations.actor import worker
    from operations.services import audit_log
    from operations.services.operations import rollups

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    refuse_unless_empty()
    last = moment_of(end)
    story = Story(seed=SEED, operations=operations, begin=last - int(days * DAY), end=last)
    with timed("history"), written_fast():
        story.tell()
    with timed("rollups"):
        rollups.rebuild()
    with timed("checkpoint and ANALYZE"):
        audit_log.sign_checkpoint(by=worker())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for name, count in story.written.items():
        print(f"{count:12,} {name}")
    print(f"{time.perf_counter() - started:12.1f} seconds in all")


def refuse_unless_empty() -> None:
    """What is real and what is invented must not mix."""
    from operations.audit import checkpoint_store
    from operations.models import AuditEvent, DefinitionFile, GroupPolicyOperation

    for model in (GroupPolicyOperation, DefinitionFile, AuditEvent):
        if model._default_manager.exists():
            sys.exit(f"There are {model._meta.verbose_name_plural} in this database already. Name an empty one.")
    if any(checkpoint_store.sink().notes()):
        sys.exit("There are checkpoints of another trail in PORTAL_CHECKPOINTS. Name an empty folder.")


@contextmanager
def written_fast() -> Iterator[None]:
    """A power cut may spoil what can be made again at any time."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "cache_size = -500000"):
            cursor.execute(f"PRAGMA {pragma}")
    yield
    # The next connection has the usual settings again.
    connection.close()


@contextmanager
def timed(name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{time.perf_counter() - started:12.1f} seconds for {name}", flush=True)


if __name__ == "__main__":
    main()
