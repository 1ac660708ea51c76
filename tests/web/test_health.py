"""Probes without sign-in, and the request id of every answer."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from operations.models import AuditEvent
from operations.services import audit_log
from tests import rows
from tests.audit.histories import an_event, as_owner

pytestmark = pytest.mark.django_db


def test_alive_needs_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_names_every_fact_and_a_missing_worker_is_no_503(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    facts = response.json()
    assert facts.pop("worker").startswith("missing")
    assert facts.pop("auditTrail") == {"verified": None, "intact": None}
    assert facts == {"ready": True, "database": "ok", "migrations": "ok", "auditGuard": "ok"}


def test_a_damaged_trail_is_told_and_no_503(client: Client) -> None:
    an_event()
    audit_log.verify(by=rows.everybody())
    assert client.get("/readyz").json()["auditTrail"]["intact"] is None
    audit_log.sign_checkpoint(by=rows.everybody())
    audit_log.verify(by=rows.everybody())
    assert client.get("/readyz").json()["auditTrail"]["intact"] is True
    with as_owner():
        AuditEvent.objects.filter(sequence=1).update(reason="forged")
    audit_log.verify(by=rows.everybody())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["auditTrail"]["intact"]) == (200, False)


def test_without_the_database_it_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise DatabaseError("password=hunter2")

    monkeypatch.setattr("operations.web.health.MigrationExecutor", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "cannot be reached"
    assert b"hunter2" not in response.content


def test_with_migrations_to_apply_it_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.web.health.MigrationExecutor.migration_plan", lambda *_: [1, 2])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == "2 to apply"


def test_with_the_queue_out_of_reach_it_still_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("gone")

    monkeypatch.setattr("operations.queue.last_beat", fail)
    assert client.get("/readyz").json()["worker"] == "the queue cannot be reached"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/no-such-page", "/admin/login/", "/beta/x"])
def test_every_answer_has_its_own_request_id(client: Client, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert first["request-id"] != second["request-id"]
    assert first["client-request-id"] == first["request-id"]


def test_with_tls_people_are_redirected_and_probes_are_not(client: Client, settings: Any) -> None:
    settings.PORTAL_TLS = settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    response = client.get("/admin/")
    assert response.status_code == 301
    assert response["Location"].startswith("https://")
