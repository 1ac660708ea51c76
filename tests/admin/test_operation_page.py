"""One page tells the whole story of an operation and offers only what may be done to it."""

import pytest
from django.test import Client

from operations.choices import DefinitionFileStatus, OperationStatus
from operations.models import DefinitionFile, GroupPolicyOperation, User
from operations.services.operations import records
from operations.services.operations.execution import perform
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db
EVIL = "<script>alert('x')</script>"


def a_failed_upload() -> GroupPolicyOperation:
    operation = rows.an_upload(rows.BROKEN_ADMX)
    perform(operation.pk)
    return operation


def a_running_upload() -> GroupPolicyOperation:
    operation = rows.an_upload()
    rows.held_by_a_worker(operation, seconds=60)
    return operation


def a_finished_upload() -> GroupPolicyOperation:
    operation = rows.an_upload()
    perform(operation.pk)
    return operation


def a_failed_upload_whose_file_is_removed() -> GroupPolicyOperation:
    operation = a_failed_upload()
    DefinitionFile.objects.update(removed_date_time=operation.created_date_time)
    return operation


BUTTONS = {"Cancel": "/cancel/", "Try again": "/retry/", "Correct": "/correct/", "Delete": "/delete/"}


@pytest.mark.parametrize(
    ("make", "administrator_may", "operator_may"),
    [
        (rows.an_upload, {"Cancel"}, {"Cancel"}),
        (a_running_upload, set(), set()),
        (a_finished_upload, set(), set()),
        (a_failed_upload, {"Try again"}, {"Try again"}),
        (a_failed_upload_whose_file_is_removed, set(), set()),
        (rows.a_recorded_operation, {"Correct", "Delete"}, set()),
        (lambda: rows.a_recorded_operation(operation_status=OperationStatus.FAILED), {"Correct", "Delete"}, set()),
    ],
)
def test_only_what_may_be_done_has_a_button(
    administrator: User,
    operator: User,
    auditor: User,
    make: object,
    administrator_may: set[str],
    operator_may: set[str],
) -> None:
    url = pages.page_of(make())  # type: ignore[operator]
    for user, may in ((administrator, administrator_may), (operator, operator_may), (auditor, set())):
        browser = Client()
        browser.force_login(user)
        page = browser.get(url).text
        assert {name for name, part in BUTTONS.items() if part in page} == may, user


def test_the_timeline_tells_what_happened_in_order(admin_browser: Client) -> None:
    page = admin_browser.get(pages.page_of(a_failed_upload())).text
    timeline = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    told = ["Operation requested", "Worker started", "Operation failed"]
    places = [timeline.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)
    assert "by tester" in timeline
    assert "attempt 1" in timeline


def test_only_who_may_read_the_trail_gets_links_into_it(admin_browser: Client, client: Client, operator: User) -> None:
    url = pages.page_of(rows.an_upload())
    client.force_login(operator)
    assert "/admin/operations/auditevent/" in admin_browser.get(url).text
    assert "/admin/operations/auditevent/" not in client.get(url).text


@pytest.mark.parametrize("page", ["page", "live"])
@pytest.mark.parametrize(
    ("make", "polls"),
    [
        (rows.an_upload, True),
        (a_running_upload, True),
        (a_finished_upload, False),
        (a_failed_upload, False),
        (rows.a_recorded_operation, False),
        (lambda: rows.a_recorded_operation(operation_status=OperationStatus.IN_PROGRESS), False),
    ],
)
def test_the_page_asks_again_while_the_portal_performs_it(
    admin_browser: Client, make: object, polls: bool, page: str
) -> None:
    operation = make()  # type: ignore[operator]
    live = pages.button("operation-live", operation)
    text = admin_browser.get(pages.page_of(operation) if page == "page" else live).text
    assert (f'hx-get="{live}"' in text) == polls
    assert ("hx-trigger" in text) == polls


def test_the_live_fragment_is_only_the_story(admin_browser: Client) -> None:
    text = admin_browser.get(pages.button("operation-live", rows.an_upload())).text
    assert text.strip().startswith('<div id="story"')
    assert "<html" not in text


def test_a_deleted_operation_leads_back_to_the_list(admin_browser: Client) -> None:
    operation = rows.a_recorded_operation()
    url, live = pages.page_of(operation), pages.button("operation-live", operation)
    records.delete_operation(by=rows.everybody(), operation_id=operation.pk)
    answer = admin_browser.get(url, follow=True)
    assert answer.redirect_chain == [(pages.OPERATIONS, 302)]
    assert "Perhaps it was deleted?" in answer.text
    assert admin_browser.get(live).status_code in {403, 404}
    assert admin_browser.get(f"{pages.OPERATIONS}nonsense/change/").status_code == 302


def test_names_and_details_are_escaped(admin_browser: Client) -> None:
    file = rows.a_definition_file(file_name=f"{EVIL}.admx", display_name=EVIL, description=EVIL)
    values = dict.fromkeys(("status_details", "reason", "ticket", "requested_by_name"), EVIL)
    operation = rows.a_recorded_operation(definition_file=file, operation_status="failed", **values)
    for url in (
        pages.page_of(operation),
        pages.button("operation-live", operation),
        pages.button("operations_definitionfile_change", file),
        pages.button("operations_grouppolicyoperation_delete", operation),
        pages.FILES,
        pages.BOARD,
    ):
        page = admin_browser.get(url).text
        assert "alert(" in page
        assert "<script>alert" not in page


def test_a_correction_is_told_and_traced(admin_browser: Client) -> None:
    operation = rows.a_recorded_operation()
    posted = {"operation_type": "remove", "operation_status": "failed", "status_details": "It\r\nbroke."}
    answer = admin_browser.post(pages.button("operation-correct", operation), posted, follow=True)
    assert "The operation was corrected." in answer.text
    assert "Recorded operation corrected" in answer.text
    operation.refresh_from_db()
    assert (operation.operation_type, operation.operation_status) == ("remove", "failed")
    assert operation.status_details == "It\nbroke."


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"operation_status": "inProgress"}, "operation_status"),
        ({"operation_type": "remove"}, "operation_type"),
        ({"status_details": "x" * 20_000}, "status_details"),
    ],
)
def test_a_refused_correction_is_told_beside_its_field(
    admin_browser: Client, changed: dict[str, str], field: str
) -> None:
    operation = rows.a_recorded_operation(operation_status=OperationStatus.SUCCESS, status_details="Done")
    posted = {"operation_type": "upload", "operation_status": "success", "status_details": "Done"} | changed
    answer = admin_browser.post(pages.button("operation-correct", operation), posted)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    fresh = GroupPolicyOperation.objects.get()
    assert (fresh.operation_type, fresh.operation_status, fresh.status_details) == ("upload", "success", "Done")


@pytest.mark.parametrize("button", ["operation-cancel", "operation-retry"])
def test_a_button_pressed_too_late_says_so(admin_browser: Client, button: str) -> None:
    operation = a_finished_upload()
    answer = admin_browser.post(pages.button(button, operation), follow=True)
    assert answer.redirect_chain == [(pages.page_of(operation), 302)]
    assert "Only " in answer.text
    assert GroupPolicyOperation.objects.count() == 1


def test_a_performed_operation_can_be_neither_corrected_nor_deleted(admin_browser: Client) -> None:
    operation = a_finished_upload()
    posted = {"operation_type": "remove", "operation_status": "failed", "status_details": "Forged"}
    answer = admin_browser.post(pages.button("operation-correct", operation), posted)
    assert answer.status_code == 400
    assert "The portal performs this operation itself" in answer.text
    delete = pages.button("operations_grouppolicyoperation_delete", operation)
    assert admin_browser.post(delete, {"post": "yes"}).status_code == 403
    operation.refresh_from_db()
    assert (operation.operation_type, operation.operation_status) == ("upload", "success")


def test_trying_again_makes_a_new_operation_that_names_the_first(admin_browser: Client) -> None:
    failed = a_failed_upload()
    answer = admin_browser.post(pages.button("operation-retry", failed), follow=True)
    again = GroupPolicyOperation.objects.get(retry_of=failed)
    assert answer.redirect_chain == [(pages.page_of(again), 302)]
    assert pages.page_of(failed) in answer.text
    assert DefinitionFile.objects.get().status == DefinitionFileStatus.UPLOAD_IN_PROGRESS
