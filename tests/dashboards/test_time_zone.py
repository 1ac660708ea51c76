"""A person's own zone: their days and hours, and nobody else's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from operations.models import AuditEvent, User
from operations.services.operations import rollups
from tests import rows

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

PAGE = "/dashboards/time-zone/"


def days(browser: Client) -> dict[str, str]:
    page = browser.get("/dashboards/operations/", {"since": "2026-07-01", "until": "2026-07-03"})
    (panel,) = [one for one in page.context["panels"] if one.table.name == "by-status-over-time"]
    return {row[0].words: row[-1].words for row in panel.rows if row[-1].words != "0"}


def test_days_are_those_of_the_zone_one_chooses(browser: Client) -> None:
    rows.a_recorded_operation(created_date_time=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    rollups.rebuild()
    assert days(browser) == {"2026-07-01": "1"}
    answer = browser.post(PAGE, {"time_zone": "Europe/Berlin", "next": "/dashboards/operations/"})
    assert answer["Location"] == "/dashboards/operations/"
    assert days(browser) == {"2026-07-02": "1"}
    assert "Europe/Berlin" in browser.get("/dashboards/").text
    listed = browser.get("/admin/operations/grouppolicyoperation/", {"since": "2026-07-02", "until": "2026-07-02"})
    assert listed.context["cl"].result_count == 1
    assert "2026-07-02 01:30" in listed.text


def test_the_choice_is_a_change_of_the_account_that_is_told(browser: Client, administrator: User) -> None:
    for zone in ("Asia/Kathmandu", "Asia/Kathmandu", ""):
        assert browser.post(PAGE, {"time_zone": zone}).status_code == 302
    told = AuditEvent.objects.filter(action="user.changed").order_by("sequence")
    assert [(event.before, event.after) for event in told] == [
        ({"time_zone": ""}, {"time_zone": "Asia/Kathmandu"}),
        ({"time_zone": "Asia/Kathmandu"}, {"time_zone": ""}),
    ]
    assert told[0].object_id == str(administrator.pk)


def test_one_persons_zone_is_not_the_next_ones(browser: Client, auditor: User, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    browser.post(PAGE, {"time_zone": "Europe/Berlin"})
    browser.get("/dashboards/")
    assert timezone.get_current_timezone_name() == "America/New_York"
    other = Client()
    other.force_login(auditor)
    assert "America/New_York" in other.get("/dashboards/").text


@pytest.mark.parametrize("zone", ["Mars/Olympus", "europe/berlin", "../etc/passwd", "x" * 80])
def test_what_is_no_zone_is_refused_beside_the_field(browser: Client, administrator: User, zone: str) -> None:
    page = browser.post(PAGE, {"time_zone": zone})
    assert page.status_code == 400
    assert "errorlist" in page.text
    administrator.refresh_from_db()
    assert administrator.time_zone == ""


def test_a_zone_that_this_machine_does_not_know_is_the_portals(browser: Client, administrator: User) -> None:
    User.objects.filter(pk=administrator.pk).update(time_zone="Europe/Vanished")
    assert "Times are in UTC" in browser.get("/dashboards/").text


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_afterwards(browser: Client, after: str) -> None:
    assert browser.post(PAGE, {"time_zone": "UTC", "next": after})["Location"] == "/dashboards/"


def test_it_is_for_whoever_is_signed_in(client: Client, auditor: User) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(auditor)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {"time_zone": "UTC"}).status_code == 302
