"""Failures of nobody in particular are one event for each address, code and minute, so that nobody grows the trail."""

import logging
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from operations.actor import Actor, nobody
from operations.choices import Channel
from operations.models import AuditEvent, RefusedAttempt, User
from operations.request_id import OneLineOfDenialsFilter
from operations.services.access import access_events
from tests import rows

pytestmark = pytest.mark.django_db


def somebody(address: str | None = "192.0.2.7") -> Actor:
    return nobody(channel=Channel.ADMIN, address=address, user_agent="curl", request_id=str(rows.an_unknown_id()))


def minutes_pass(count: int = 2) -> None:
    for attempt in RefusedAttempt.objects.all():
        attempt.minute -= timedelta(minutes=count)
        attempt.save()


def failures() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="access.signInFailed").order_by("sequence"))


def test_a_minutes_attempts_from_one_address_are_one_event() -> None:
    User.objects.create_user("anna")
    for name in ("anna", "root", "anna", "secret typed into the wrong field"):
        access_events.sign_in_failed(by=somebody(), username=name)
    access_events.record_refused_attempts()
    assert failures() == [], "not before the minute is over"
    minutes_pass()
    access_events.record_refused_attempts()
    (event,) = failures()
    assert event.after == {"count": 4, "accounts": ["anna"]}
    assert (event.actor_type, event.actor_name, event.address) == ("unknown", "Somebody unknown", "192.0.2.7")
    assert (event.outcome, event.channel, event.user_agent) == ("failure", "admin", "curl")
    assert not RefusedAttempt.objects.exists()


def test_addresses_codes_and_minutes_are_told_apart() -> None:
    access_events.sign_in_failed(by=somebody("192.0.2.1"), username="x")
    access_events.sign_in_failed(by=somebody("192.0.2.2"), username="x")
    access_events.token_refused(by=somebody("192.0.2.1"))
    minutes_pass()
    access_events.sign_in_failed(by=somebody("192.0.2.1"), username="x")
    assert AuditEvent.objects.count() == 3, "the next attempt tells of the minutes before"
    minutes_pass()
    access_events.record_refused_attempts()
    assert AuditEvent.objects.count() == 4


@pytest.mark.parametrize(
    ("first", "second", "events"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", 1),
        ("2001:db8::1", "2001:db8:0:1::1", 2),
        ("192.0.2.7", "::ffff:192.0.2.7", 1),
        ("nonsense", None, 1),
    ],
)
def test_whoever_has_a_network_of_addresses_is_still_one(first: str, second: str | None, events: int) -> None:
    for address in (first, second):
        access_events.sign_in_failed(by=somebody(address), username="x")
    assert RefusedAttempt.objects.count() == events


def test_any_number_of_addresses_leaves_a_bounded_number_of_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_events, "MOST_ORIGINS", 5)
    for number in range(20):
        access_events.sign_in_failed(by=somebody(f"192.0.2.{number}"), username="x")
    minutes_pass()
    access_events.record_refused_attempts()
    assert [event.after["count"] for event in failures()] == [1, 1, 1, 1, 1, 15]
    assert failures()[-1].address is None


def test_too_many_failed_attempts_are_refused_before_the_password_is_looked_at(client: Client, settings: Any) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 3
    User.objects.create_superuser("anna", password="correct horse")
    for _ in range(3):
        client.post("/admin/login/", {"username": "anna", "password": "wrong"})
    page = client.post("/admin/login/", {"username": "anna", "password": "correct horse"})
    assert "Too many attempts from this address failed" in page.text
    assert RefusedAttempt.objects.get().count == 3
    other = client.post(
        "/admin/login/", {"username": "anna", "password": "correct horse", "next": "/admin/"}, REMOTE_ADDR="192.0.2.9"
    )
    assert other.status_code == 302
    minutes_pass()
    assert client.post("/admin/login/", {"username": "anna", "password": "correct horse"}).status_code == 302


def test_refused_tokens_behind_the_limit_are_not_even_counted(client: Client, settings: Any) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 3
    for _ in range(10):
        client.get("/beta/deviceManagement/groupPolicyOperations", headers={"authorization": "Bearer x"})
    assert sum(RefusedAttempt.objects.values_list("count", flat=True)) == 3


@pytest.mark.parametrize("name", ["\x00", "x" * 10_000, "\ud800", ""])
def test_no_name_breaks_the_page_for_signing_in(client: Client, name: str) -> None:
    answer = client.post("/admin/login/", {"username": name.encode("utf-8", "surrogatepass"), "password": "x"})
    assert answer.status_code in {200, 400}


def test_the_denials_of_a_person_are_one_event_and_one_line_of_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(User.objects.create_user("nina", password="correct horse", is_staff=True))
    for page in ("auditevent", "user", "apiclient"):
        assert client.get(f"/admin/operations/{page}/").status_code == 403
    assert not AuditEvent.objects.filter(action="access.denied").exists(), "not before the minute is over"
    rows.the_minute_is_over()
    event = AuditEvent.objects.get(action="access.denied")
    assert (event.actor_name, event.actor_type, event.outcome, event.channel) == ("nina", "user", "denied", "admin")
    assert event.after == {"method": "GET", "path": "/admin/operations/auditevent/", "count": 3}
    told = [line for line in caplog.messages if "access.denied" in line]
    assert told == ["access.denied: nina from 127.0.0.1 (more in this minute are only counted)."]


def test_persons_and_addresses_are_told_apart(client: Client) -> None:
    for name in ("nina", "otto"):
        client.force_login(User.objects.create_user(name, password="correct horse", is_staff=True))
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
            client.get("/admin/operations/user/", REMOTE_ADDR=address)
    rows.the_minute_is_over()
    found = AuditEvent.objects.filter(action="access.denied").values_list("actor_name", "address", "after__count")
    assert sorted(found) == [
        ("nina", "192.0.2.1", 2),
        ("nina", "192.0.2.2", 1),
        ("otto", "192.0.2.1", 2),
        ("otto", "192.0.2.2", 1),
    ]


def test_too_many_to_be_told_apart_are_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_events, "MOST_ORIGINS", 1)
    for name in ("Mallory", "Trudy", "Eve"):
        by = replace(rows.an_actor(name=name), id=name)
        access_events.denied(by=by, method="GET", path="/")
    rows.the_minute_is_over()
    found = AuditEvent.objects.filter(action="access.denied").values_list("actor_name", "after__count")
    assert sorted(found) == [("Mallory", 1), ("Somebody unknown", 2)]


def test_django_writes_no_further_line_for_a_denial() -> None:
    for logger, status, is_known, written in (
        ("django.request", 403, True, False),
        ("django.request", 403, False, True),
        ("django.request", 404, True, True),
        ("django.request", 500, True, True),
        # Of a forged form nothing else is written.
        ("django.security.csrf", 403, True, True),
    ):
        record = logging.LogRecord(logger, logging.WARNING, "", 0, "Forbidden: /x", (), None)
        record.status_code = status
        record.request = SimpleNamespace(user=SimpleNamespace(is_authenticated=is_known))
        assert OneLineOfDenialsFilter().filter(record) is written
    logs: Any = settings.LOGGING
    assert "denials" in logs["handlers"]["console"]["filters"]


def test_a_person_without_access_to_the_admin_is_told_of(client: Client) -> None:
    client.force_login(User.objects.create_user("nina", password="correct horse"))
    assert client.get("/admin/").status_code == 302
    rows.the_minute_is_over()
    assert AuditEvent.objects.filter(action="access.denied", actor_name="nina").count() == 1


def test_a_sign_in_that_cannot_be_recorded_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_superuser("anna", password="correct horse")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("operations.audit.record", fail)
    browser = Client(raise_request_exception=False)
    answer = browser.post("/admin/login/", {"username": "anna", "password": "correct horse", "next": "/admin/"})
    assert answer.status_code == 500
    monkeypatch.undo()
    assert browser.get("/admin/").status_code == 302


def test_an_expired_token_names_whose_it_was(client: Client, token_for: Any) -> None:
    from oauth2_provider.models import AccessToken

    token = token_for("DeviceManagementConfiguration.Read.All", name="Old script")
    AccessToken.objects.update(expires=timezone.now() - timedelta(minutes=1))
    client.get("/beta/deviceManagement/groupPolicyOperations", headers={"authorization": f"Bearer {token}"})
    minutes_pass()
    access_events.record_refused_attempts()
    event = AuditEvent.objects.get(action="apiClient.expiredTokenUsed")
    assert event.after == {"count": 1, "accounts": ["Old script"]}
