"""API clients in the admin: their secrets and tokens are nowhere on a page."""

from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from operations.models import ApiClient, AuditEvent, User
from operations.services.access import api_clients
from tests import rows
from tests.admin import pages

pytestmark = pytest.mark.django_db
READ_OPERATIONS = "/beta/deviceManagement/groupPolicyOperations"


@pytest.fixture
def script() -> tuple[ApiClient, str, str]:
    by = rows.everybody()
    client, secret = api_clients.create_api_client(by=by, name="<b>Nightly</b>", scopes=api_clients.DEFAULT_SCOPES)
    return client, secret, api_clients.issue_token(by=by, client=client, lifetime=timedelta(days=1))


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_no_page_holds_a_secret_or_a_token(
    request: pytest.FixtureRequest, client: Client, script: tuple[ApiClient, str, str], who: str
) -> None:
    api_client, secret, token = script
    client.force_login(request.getfixturevalue(who))
    stored = AccessToken.objects.get()
    hidden = {secret, token, ApiClient.objects.get().client_secret, stored.token, stored.token_checksum} - {""}
    change = pages.button("operations_apiclient_change", api_client)
    for url in (pages.CLIENTS, change, f"{pages.CLIENTS}?q=Night", pages.EVENTS):
        page = client.get(url).text
        assert "&lt;b&gt;Nightly&lt;/b&gt;" in page
        assert "<b>Nightly" not in page
        assert not [value for value in hidden if value in page], url
    for event in AuditEvent.objects.all():
        page = client.get(pages.button("operations_auditevent_change", event)).text
        assert not [value for value in hidden if value in page]


@pytest.mark.parametrize("model", ["accesstoken", "refreshtoken", "grant", "idtoken", "application"])
def test_the_toolkits_own_pages_are_gone(admin_browser: Client, model: str) -> None:
    assert admin_browser.get(f"/admin/oauth2_provider/{model}/").status_code == 404


def test_a_secret_cannot_be_searched_for(admin_browser: Client, script: tuple[ApiClient, str, str]) -> None:
    lookups = admin_browser.get(pages.CLIENTS, {"client_secret__startswith": "pbkdf2"})
    assert lookups.status_code in {302, 400}
    found = admin_browser.get(pages.CLIENTS, {"q": ApiClient.objects.get().client_secret[:12]})
    assert found.context["cl"].result_count == 0


def test_revoking_refuses_the_client_from_then_on(
    admin_browser: Client, administrator: User, script: tuple[ApiClient, str, str]
) -> None:
    api_client, _, token = script
    caller = Client(headers={"authorization": f"Bearer {token}"})
    assert caller.get(READ_OPERATIONS).status_code == 200
    answer = admin_browser.post(pages.button("api-client-revoke", api_client), follow=True)
    assert "Revoked 1 token of" in answer.text
    assert caller.get(READ_OPERATIONS).status_code == 401
    event = AuditEvent.objects.order_by("sequence").last()
    assert event is not None
    assert (event.action, event.actor_name) == ("apiClient.tokensRevoked", administrator.get_username())


@pytest.mark.parametrize(("who", "offered"), [("administrator", True), ("auditor", False)])
def test_only_who_may_revoke_is_offered_it(
    request: pytest.FixtureRequest, client: Client, script: tuple[ApiClient, str, str], who: str, offered: bool
) -> None:
    client.force_login(request.getfixturevalue(who))
    page = client.get(pages.button("operations_apiclient_change", script[0])).text
    assert ("Revoke all tokens" in page) == offered


def test_a_client_is_added_changed_or_deleted_by_no_form(
    admin_browser: Client, script: tuple[ApiClient, str, str]
) -> None:
    change = pages.button("operations_apiclient_change", script[0])
    delete = pages.button("operations_apiclient_delete", script[0])
    for url in (f"{pages.CLIENTS}add/", change, delete):
        assert admin_browser.post(url, {"name": "Forged", "post": "yes"}).status_code == 403
    assert ApiClient.objects.get().name == "<b>Nightly</b>"
