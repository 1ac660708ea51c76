"""The one table of permissions, as seen at every page of the admin and with every verb."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from operations.models import ApiClient, AuditEvent, DefinitionFile, GroupPolicyOperation, User
from tests.admin.pages import ADD, CLIENTS, EVENTS, FILES, IMPORT, OPERATIONS, USERS, an_admx, recorded
from tests.admx import samples
from tests.rows import a_definition_file, a_performed_operation, a_recorded_operation, an_upload, changes_told

SEEN, MOVED, REFUSED, NO_VERB = 200, 302, 403, 405
SIGN_IN = "sign-in"
CAST = ("administrator", "operator", "auditor", "anonymous")

# page, then what each of the cast gets for GET: administrator, operator, auditor, anonymous.
READING = [
    ("list", SEEN, SEEN, SEEN, SIGN_IN),
    ("recorded", SEEN, SEEN, SEEN, SIGN_IN),
    ("performed", SEEN, SEEN, SEEN, SIGN_IN),
    ("live", SEEN, SEEN, SEEN, SIGN_IN),
    ("add", SEEN, SEEN, REFUSED, SIGN_IN),
    ("import", SEEN, SEEN, REFUSED, SIGN_IN),
    ("imported", SEEN, SEEN, SEEN, SIGN_IN),
    ("policies", SEEN, SEEN, SEEN, SIGN_IN),
    ("categories", SEEN, SEEN, SEEN, SIGN_IN),
    ("delete", SEEN, REFUSED, REFUSED, SIGN_IN),
    ("delete performed", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("files", SEEN, SEEN, SEEN, SIGN_IN),
    ("file", SEEN, SEEN, SEEN, SIGN_IN),
    ("add file", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete file", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("events", SEEN, REFUSED, SEEN, SIGN_IN),
    ("event", SEEN, REFUSED, SEEN, SIGN_IN),
    ("add event", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete event", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("clients", SEEN, REFUSED, SEEN, SIGN_IN),
    ("client", SEEN, REFUSED, SEEN, SIGN_IN),
    ("add client", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete client", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("people", SEEN, REFUSED, SEEN, SIGN_IN),
    ("cancel", NO_VERB, NO_VERB, NO_VERB, SIGN_IN),
    ("retry", NO_VERB, NO_VERB, NO_VERB, SIGN_IN),
    ("remove", NO_VERB, NO_VERB, NO_VERB, SIGN_IN),
    ("revoke", NO_VERB, NO_VERB, NO_VERB, SIGN_IN),
]
# The same for POST with a form that is right.
WRITING = [
    ("add", MOVED, MOVED, REFUSED, SIGN_IN),
    ("import", MOVED, MOVED, REFUSED, SIGN_IN),
    ("correct", MOVED, REFUSED, REFUSED, SIGN_IN),
    ("delete", MOVED, REFUSED, REFUSED, SIGN_IN),
    ("delete performed", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("cancel", MOVED, MOVED, REFUSED, SIGN_IN),
    ("retry", MOVED, MOVED, REFUSED, SIGN_IN),
    ("remove", MOVED, REFUSED, REFUSED, SIGN_IN),
    ("revoke", MOVED, REFUSED, REFUSED, SIGN_IN),
    ("recorded", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("performed", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("file", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("add file", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete file", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("event", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("add event", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete event", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("client", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("add client", REFUSED, REFUSED, REFUSED, SIGN_IN),
    ("delete client", REFUSED, REFUSED, REFUSED, SIGN_IN),
]


def form_of(page: str) -> dict[str, Any]:
    """A form that is right for the page, with files that were not read yet."""
    forms: dict[str, dict[str, Any]] = {
        "import": {"templates": [an_admx(samples.admx(target=samples.target("Imported")).encode())]},
        "add": recorded(),
        "correct": {"operation_type": "upload", "operation_status": "success", "status_details": "Corrected"},
        "delete": {"post": "yes"},
        "delete performed": {"post": "yes"},
        "delete event": {"post": "yes"},
        "delete file": {"post": "yes"},
        "delete client": {"post": "yes"},
    }
    return forms.get(page, {})


def each(table: list[tuple[Any, ...]]) -> list[Any]:
    return [
        pytest.param(page, who, expected, id=f"{who} {page}")
        for page, *all_expected in table
        for who, expected in zip(CAST, all_expected, strict=True)
    ]


@pytest.fixture
def addresses(api_client_of: Callable[..., ApiClient]) -> dict[str, str]:
    written_down = a_recorded_operation()
    performed = a_performed_operation()
    waiting = an_upload()
    available = a_definition_file()
    failed = an_upload()
    GroupPolicyOperation.objects.filter(pk=failed.pk).update(
        operation_status="failed", finished_date_time=failed.created_date_time
    )
    assert failed.definition_file_id is not None
    DefinitionFile.objects.filter(pk=failed.definition_file_id).update(status="uploadFailed")
    client = api_client_of("DeviceManagementConfiguration.Read.All")
    event = AuditEvent.objects.first()
    assert event is not None
    return {
        "list": OPERATIONS,
        "add": ADD,
        "import": IMPORT,
        "imported": f"{IMPORT}{event.request_id}/",
        "policies": "/admin/operations/policy/",
        "categories": "/admin/operations/grouppolicycategory/",
        "recorded": f"{OPERATIONS}{written_down.pk}/change/",
        "performed": f"{OPERATIONS}{performed.pk}/change/",
        "live": f"{OPERATIONS}{performed.pk}/live/",
        "correct": f"{OPERATIONS}{written_down.pk}/correct/",
        "delete": f"{OPERATIONS}{written_down.pk}/delete/",
        "delete performed": f"{OPERATIONS}{performed.pk}/delete/",
        "cancel": f"{OPERATIONS}{waiting.pk}/cancel/",
        "retry": f"{OPERATIONS}{failed.pk}/retry/",
        "files": FILES,
        "file": f"{FILES}{available.pk}/change/",
        "add file": f"{FILES}add/",
        "delete file": f"{FILES}{available.pk}/delete/",
        "remove": f"{FILES}{available.pk}/remove/",
        "events": EVENTS,
        "event": f"{EVENTS}{event.pk}/change/",
        "add event": f"{EVENTS}add/",
        "delete event": f"{EVENTS}{event.pk}/delete/",
        "clients": CLIENTS,
        "client": f"{CLIENTS}{client.pk}/change/",
        "add client": f"{CLIENTS}add/",
        "delete client": f"{CLIENTS}{client.pk}/delete/",
        "revoke": f"{CLIENTS}{client.pk}/act/revoke/",
        "people": USERS,
    }


@pytest.fixture
def person(browser_of: Callable[[str], Client], who: str) -> Client:
    return browser_of(who)


def expect(response: Any, expected: Any) -> None:
    if expected == SIGN_IN:
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/?next=")
    else:
        assert response.status_code == expected
        assert not response.get("Location", "").startswith("/admin/login/")


@pytest.mark.parametrize(("page", "who", "expected"), each(READING))
def test_who_may_read(addresses: dict[str, str], person: Client, page: str, who: str, expected: Any) -> None:
    expect(person.get(addresses[page]), expected)


@pytest.mark.parametrize(("page", "who", "expected"), each(WRITING))
def test_who_may_write(addresses: dict[str, str], person: Client, page: str, who: str, expected: Any) -> None:
    def state() -> Any:
        return (
            list(GroupPolicyOperation.objects.order_by("pk").values()),
            list(DefinitionFile.objects.order_by("pk").values()),
            ApiClient.objects.count(),
            changes_told().count(),
        )

    before = state()
    expect(person.post(addresses[page], form_of(page)), expected)
    assert (state() != before) is (expected == MOVED)


@pytest.mark.parametrize("who", CAST[:3])
def test_there_is_no_bulk_action(addresses: dict[str, str], person: Client, who: str) -> None:
    for page in ("list", "files", "events", "clients"):
        if (listed := person.get(addresses[page])).status_code == 200:
            assert b'name="action"' not in listed.content
            assert b"_selected_action" not in listed.content
    chosen = {
        "action": "delete_selected",
        "_selected_action": [str(row.pk) for row in GroupPolicyOperation.objects.all()],
    }
    before = GroupPolicyOperation.objects.count()
    person.post(addresses["list"], chosen | {"post": "yes"})
    assert GroupPolicyOperation.objects.count() == before


def test_tables_cover_every_page_of_the_portals_own(addresses: dict[str, str]) -> None:
    assert {page for page, *_ in READING + WRITING} == set(addresses)


@pytest.mark.parametrize(
    ("page", "probe"),
    [
        ("grouppolicyoperation", "create_digest__startswith=a"),
        ("grouppolicyoperation", "status_details__regex=a"),
        ("definitionfile", "content__compressed__contains=a"),
        ("auditevent", "user_agent__startswith=a"),
        ("apiclient", "client_secret__startswith=pbkdf2"),
    ],
)
def test_no_column_can_be_probed_through_the_url(client: Client, administrator: User, page: str, probe: str) -> None:
    client.force_login(administrator)
    assert client.get(f"/admin/operations/{page}/?{probe}").status_code == 400
