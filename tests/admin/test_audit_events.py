"""The trail in the admin: everything can be read, nothing can be changed, not even by the superuser."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from operations.audit import checkpoint_store
from operations.models import AuditCheckpoint, AuditEvent
from operations.services import audit_log
from operations.services.access import accounts
from operations.services.operations import records
from tests import rows
from tests.admin import pages
from tests.audit.histories import an_event, as_owner, thirty_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    records.record_operation(by=rows.everybody(), reason="<b>Audit</b>")
    return AuditEvent.objects.get(action="operation.recorded")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_an_event_can_neither_be_added_nor_deleted(
    admin_browser: Client, event: AuditEvent, page: str, method: str
) -> None:
    answer = getattr(admin_browser, method)(pages.EVENTS + page.format(event.pk), {"post": "yes", "reason": "x"})
    assert answer.status_code == 403
    assert list(rows.changes_told()) == [event]


def test_an_event_cannot_be_changed(admin_browser: Client, event: AuditEvent) -> None:
    before = rows.changes_told().values().get()
    answer = admin_browser.post(f"{pages.EVENTS}{event.pk}/change/", {"reason": "forged", "action": "forged"})
    assert answer.status_code == 403
    assert rows.changes_told().values().get() == before


def test_there_is_no_button_on_the_pages(admin_browser: Client, event: AuditEvent) -> None:
    for url in (pages.EVENTS, f"{pages.EVENTS}{event.pk}/change/"):
        page = admin_browser.get(url).text.partition('id="content-main"')[2]
        assert "Operation recorded" in page
        for sign in ('name="_save"', "deletelink", "addlink", "delete_selected", 'name="reason"'):
            assert sign not in page


def test_the_page_tells_the_whole_event_escaped(admin_browser: Client, event: AuditEvent) -> None:
    page = admin_browser.get(f"{pages.EVENTS}{event.pk}/change/").text
    for told in ("Operation recorded", "operation.recorded", "Command line", event.object_id, "operation_status"):
        assert told in page
    assert "&lt;b&gt;Audit&lt;/b&gt;" in page
    assert "<b>Audit" not in page


@pytest.mark.parametrize("field", ["object_id", "actor_name", "request_id", "action"])
def test_events_are_found_by_what_they_name(admin_browser: Client, event: AuditEvent, field: str) -> None:
    records.record_operation(by=rows.an_actor("*", name="Somebody else"))
    found = admin_browser.get(pages.EVENTS, {"q": getattr(event, field)}).context["cl"].result_list
    assert event in found
    assert admin_browser.get(pages.EVENTS, {"q": "no such thing"}).context["cl"].result_count == 0


def listed(browser: Client, **query: Any) -> list[int]:
    return [event.pk for event in browser.get(pages.EVENTS, query).context["cl"].result_list]


@pytest.mark.parametrize(
    "query",
    [
        {"activity": "operation.recorded"},
        {"actor": "tester", "activity": "operation.recorded"},
        {"outcome": "success", "activity": "operation.recorded"},
        {"channel": "command"},
        {"object_type": "GroupPolicyOperation"},
        {"period": "24h", "object_type": "GroupPolicyOperation"},
        {"since": "2020-01-01", "until": "2099-01-01", "object_type": "GroupPolicyOperation"},
    ],
)
def test_the_list_is_filtered_by_who_what_where_and_when(
    admin_browser: Client, event: AuditEvent, query: dict[str, str]
) -> None:
    assert listed(admin_browser, **query) == [event.pk]
    for name, value in query.items():
        other = {
            "outcome": "denied",
            "channel": "worker",
            "activity": "operation.failed",
            "object_type": "Group",
        }.get(name, "nothing")
        if name not in {"period", "since", "until"}:
            assert event.pk not in listed(admin_browser, **{**query, name: other}), (name, value)


def test_the_list_is_filtered_by_address_and_request(admin_browser: Client) -> None:
    actor = rows.an_actor("*")
    records.record_operation(by=actor)
    assert len(listed(admin_browser, address="192.0.2.7")) == 1
    assert len(listed(admin_browser, request_id=actor.request_id)) == 1
    assert listed(admin_browser, address="192.0.2.8") == []


@pytest.mark.parametrize(
    ("query", "told_of"),
    [
        ({"address": "nonsense"}, "This is not an IP address"),
        ({"activity": "nonsense"}, "nonsense is not one of the available choices"),
        ({"around": "x", "same": "object"}, "Enter a number"),
        ({"around": "9" * 20}, "less than or equal"),
        ({"since": "yesterday"}, "Enter a valid date"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_told_and_not_ignored(
    admin_browser: Client, event: AuditEvent, query: dict[str, str], told_of: str
) -> None:
    for address in (pages.EVENTS, f"{pages.EVENTS}export/"):
        page = admin_browser.get(address, query, follow=True)
        assert page.status_code == 200
        assert told_of in page.text
    assert told("trail.exported") == []


def test_around_an_event_is_what_the_same_actor_object_or_request_did_within_an_hour(admin_browser: Client) -> None:
    actor = rows.an_actor("*", name="Script")
    operation = records.record_operation(by=actor)
    records.correct_operation(by=rows.everybody(), operation_id=operation.pk, changes={"status_details": "x"})
    records.record_operation(by=rows.everybody())
    first = AuditEvent.objects.get(action="operation.recorded", actor_name="Script")
    second = AuditEvent.objects.get(action="operation.corrected")
    assert listed(admin_browser, around=first.pk, same="object") == [second.pk, first.pk]
    assert listed(admin_browser, around=first.pk, same="actor") == [first.pk]
    assert listed(admin_browser, around=first.pk, same="request") == [first.pk]
    assert listed(admin_browser, around=999, same="object") == []
    page = admin_browser.get(f"{pages.EVENTS}{first.pk}/change/").text
    for name in ("actor", "object", "request"):
        assert f"around={first.pk}&amp;same={name}" in page
    with as_owner():
        AuditEvent.objects.filter(pk=second.pk).update(recorded_date_time=timezone.now() - timedelta(hours=2))
    assert listed(admin_browser, around=first.pk, same="object") == [first.pk]


def test_before_and_after_stand_side_by_side(admin_browser: Client) -> None:
    operation = rows.a_recorded_operation(status_details="first")
    records.correct_operation(by=rows.everybody(), operation_id=operation.pk, changes={"status_details": "second"})
    event = AuditEvent.objects.get(action="operation.corrected")
    page = " ".join(admin_browser.get(f"{pages.EVENTS}{event.pk}/change/").text.split())
    assert '<th scope="row">status_details</th><td>first</td><td>second</td>' in page


def told(action: str) -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(action=action).order_by("sequence").values_list("after", flat=True))


def test_every_list_and_page_that_a_person_reads_is_an_event(admin_browser: Client, event: AuditEvent) -> None:
    admin_browser.get(pages.EVENTS, {"activity": "operation.recorded"})
    admin_browser.get(f"{pages.EVENTS}{event.pk}/change/")
    assert told("trail.read") == [
        {"what": "list", "events": 1, "filters": "activity=operation.recorded"},
        {"what": f"event {event.pk}", "events": 1, "filters": ""},
    ]


def test_an_event_is_proved_on_a_page_to_print_and_as_a_file(admin_browser: Client) -> None:
    thirty_events()
    page = admin_browser.get(f"{pages.EVENTS}5/proof/").text
    assert str(checkpoint_store.verification_key()) in page
    document = admin_browser.get(f"{pages.EVENTS}5/proof.json")
    assert 'filename="proof-of-event-5.json"' in document["Content-Disposition"]
    proof = document.json()
    assert (proof["kind"], proof["leafIndex"]) == ("inclusion", 4)
    for step in proof["path"]:
        assert escape(step) in page
    assert told("trail.proved") == [{"what": "inclusion", "sequence": 5, "size": 11}] * 2


@pytest.mark.parametrize("address", ["30/proof/", "30/proof.json", "999/proof/", "consistency.json?older=1&newer=x"])
def test_what_cannot_be_proved_is_said_where_one_came_from(admin_browser: Client, address: str) -> None:
    thirty_events()
    page = admin_browser.get(f"{pages.EVENTS}{address}", follow=True)
    assert page.status_code == 200
    assert "errornote" in page.text or 'class="error"' in page.text or "messagelist" in page.text


def test_checkpoints_are_listed_downloaded_and_proved_to_go_on_from_each_other(admin_browser: Client) -> None:
    empty = admin_browser.get(f"{pages.EVENTS}checkpoints/").text
    assert "None yet" in empty
    thirty_events()  # after signing in, which is one too
    page = admin_browser.get(f"{pages.EVENTS}checkpoints/").text
    assert "checkpoint-11.txt" in page
    assert "checkpoint-21.txt" in page
    note = admin_browser.get(f"{pages.EVENTS}checkpoints/11.txt")
    assert note.text == AuditCheckpoint.objects.get(size=11).note
    assert admin_browser.get(f"{pages.EVENTS}checkpoints/12.txt").status_code == 302
    proof = admin_browser.get(f"{pages.EVENTS}consistency.json", {"older": "11", "newer": "21"}).json()
    assert proof["kind"] == "consistency"


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_the_list_is_exported_as_it_is_filtered(admin_browser: Client, event: AuditEvent, file_format: str) -> None:
    records.record_operation(by=rows.an_actor("*", name="Somebody else"))
    whole: Any = admin_browser.get(f"{pages.EVENTS}export/", {"format": file_format})
    lines = b"".join(whole.streaming_content).splitlines()
    assert len(lines) == AuditEvent.objects.count() - 1 + (file_format == "csv")
    part: Any = admin_browser.get(f"{pages.EVENTS}export/", {"format": file_format, "actor": "Somebody else"})
    lines = b"".join(part.streaming_content).splitlines()
    assert len(lines) == 1 + (file_format == "csv")
    assert [one["filters"] for one in told("trail.exported")] == ["", "actor=Somebody+else"]
    assert admin_browser.get(f"{pages.EVENTS}export/", {"format": "pdf"}).status_code == 302


def test_the_export_keeps_what_was_searched_for(admin_browser: Client, event: AuditEvent) -> None:
    records.record_operation(by=rows.an_actor("*", name="Somebody else"))
    assert len(listed(admin_browser, q=" Somebody else ")) == 1
    found: Any = admin_browser.get(f"{pages.EVENTS}export/", {"format": "jsonl", "q": "Somebody else"})
    assert len(b"".join(found.streaming_content).splitlines()) == 1
    assert told("trail.exported")[0]["filters"] == "q=Somebody+else"


@pytest.mark.parametrize(
    "page", ["", "1/change/", "1/proof/", "1/proof.json", "checkpoints/", "export/", "consistency.json"]
)
def test_whoever_may_not_read_the_trail_reads_none_of_it(browser_of: Any, event: AuditEvent, page: str) -> None:
    browser = browser_of("operator")
    assert browser.get(f"{pages.EVENTS}{page}").status_code == 403
    assert told("trail.read") == told("trail.exported") == told("trail.proved") == []
    rows.the_minute_is_over()
    assert len(told("access.denied")) == 1


def test_the_list_and_the_overview_say_whether_the_trail_was_found_intact(client: Client) -> None:
    # By the service: an account that nobody created is a damage.
    client.force_login(accounts.create_superuser(by=rows.everybody(), username="ada", password="a long battery"))
    assert "Not verified yet" in client.get(pages.EVENTS).text
    audit_log.verify(by=rows.everybody())
    for address in (pages.EVENTS, pages.BOARD):
        assert "Nothing compared" in client.get(address).text
    audit_log.sign_checkpoint(by=rows.everybody())
    audit_log.verify(by=rows.everybody())
    for address in (pages.EVENTS, pages.BOARD):
        assert "Trail intact" in client.get(address).text
    with as_owner():
        AuditEvent.objects.filter(sequence=1).update(reason="forged")
    audit_log.verify(by=rows.everybody())
    for address in (pages.EVENTS, pages.BOARD):
        page = client.get(address).text
        assert "Trail damaged" in page
        assert "altered at event 1" in " ".join(page.split())


def test_the_list_costs_the_same_number_of_queries_at_any_length(
    admin_browser: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        an_event()
    with django_assert_max_num_queries(20) as few:
        admin_browser.get(pages.EVENTS)
    for _ in range(30):
        an_event()
    with django_assert_max_num_queries(20) as many:
        admin_browser.get(pages.EVENTS)
    assert len(few) == len(many)
