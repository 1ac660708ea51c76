"""The trail in the admin: everything can be read, nothing can be changed, not even by the superuser."""

import pytest
from django.test import Client

from operations.models import AuditEvent
from operations.services import operations
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    operations.record_operation(by=rows.everybody(), reason="<b>Audit</b>")
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
    operations.record_operation(by=rows.an_actor("*", name="Somebody else"))
    found = admin_browser.get(pages.EVENTS, {"q": getattr(event, field)}).context["cl"].result_list
    assert event in found
    assert admin_browser.get(pages.EVENTS, {"q": "no such thing"}).context["cl"].result_count == 0
