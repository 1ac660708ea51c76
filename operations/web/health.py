"""Probes: is the process alive, and can it serve?"""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from operations import queue
from operations.audit.guard import missing_triggers
from operations.choices import Verdict
from operations.layout import unknown_migrations
from operations.queries.trail import last_verification, verdict_of

WORKER_SILENT_AFTER = timedelta(minutes=3)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """503 for the database, its migrations or a missing audit guard; a missing worker is only named."""
    facts: dict[str, Any] = {**_database(), "worker": _worker(), "auditTrail": _trail()}
    ready = all(facts[name] == "ok" for name in ("database", "migrations", "auditGuard"))
    return JsonResponse({"ready": ready, **facts}, status=200 if ready else 503)


def _database() -> dict[str, str]:
    try:
        if unknown_migrations(connection):
            return {"database": "ok", "migrations": "of an older layout", "auditGuard": "unknown"}
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        migrations = f"{len(pending)} to apply" if pending else "ok"
        guard = "unknown" if pending else ", ".join(missing_triggers(connection)) or "ok"
    except DatabaseError:
        return {"database": "cannot be reached", "migrations": "unknown", "auditGuard": "unknown"}
    return {"database": "ok", "migrations": migrations, "auditGuard": guard}


def _trail() -> dict[str, Any]:
    """What the last verification found; a damaged trail is told, and no reason not to serve."""
    try:
        found = last_verification()
    except DatabaseError:
        return {"verified": None, "intact": None}
    if found is None:
        return {"verified": None, "intact": None}
    # Not proved is neither intact nor damaged.
    intact = {Verdict.INTACT: True, Verdict.DAMAGED: False}.get(verdict_of(found))
    return {"verified": found.recorded_date_time.isoformat(), "intact": intact}


def _worker() -> str:
    try:
        seen = queue.last_beat()
    except Exception:  # noqa: BLE001 - whichever engine the queue has, its outage is a fact to name, not an error page
        return "the queue cannot be reached"
    if seen is None or timezone.now() - seen > WORKER_SILENT_AFTER:
        return "missing: uploads wait until a worker runs (manage.py run_huey)"
    return "ok"
