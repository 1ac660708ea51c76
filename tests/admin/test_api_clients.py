"""API clients in the admin: their secrets and tokens are nowhere on a page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oauth2_provider.models import AccessToken

from operations.choices import Scope
from operations.models import ApiClient, AuditEvent, ClientSecret, User
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
    answer = admin_browser.post(pages.button("api-client-act", api_client, "revoke"), follow=True)
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


def button(api_client: ApiClient, verb: str) -> str:
    if verb == "add-secret":
        return pages.button("api-client-add-secret", api_client)
    return pages.button("api-client-act", api_client, verb)


def act(browser: Client, api_client: ApiClient, verb: str, **fields: object) -> str:
    return browser.post(button(api_client, verb), fields, follow=True).text


def test_a_client_is_disabled_and_enabled_by_a_button(
    admin_browser: Client, script: tuple[ApiClient, str, str]
) -> None:
    caller = Client(headers={"authorization": f"Bearer {script[2]}"})
    assert "is disabled" in act(admin_browser, script[0], "disable", reason="Leaked")
    assert caller.get(READ_OPERATIONS).status_code == 401
    assert "Enable" in admin_browser.get(pages.button("operations_apiclient_change", script[0])).text
    assert "is enabled again" in act(admin_browser, script[0], "enable")
    assert caller.get(READ_OPERATIONS).status_code == 200
    event = AuditEvent.objects.filter(action="apiClient.disabled").get()
    assert (event.reason, event.actor_name) == ("Leaked", "admin")


def test_a_secret_is_shown_once_and_kept_nowhere(admin_browser: Client, script: tuple[ApiClient, str, str]) -> None:
    answer = admin_browser.post(pages.button("api-client-add-secret", script[0]), {"days": "90"})
    (shown,) = re.findall(r'class="secret">(\w+)<', answer.text)
    assert "no-store" in answer["Cache-Control"]
    assert api_clients.valid_secret(client=script[0], value=shown) == ClientSecret.objects.latest("pk")
    assert shown not in admin_browser.get(pages.button("operations_apiclient_change", script[0])).text
    assert "Remove the older one first" in act(admin_browser, script[0], "add-secret", days="90")
    older = ClientSecret.objects.earliest("pk")
    assert "Removed a secret" in act(admin_browser, script[0], "remove-secret", secret=older.pk)
    assert api_clients.valid_secret(client=script[0], value=script[1]) is None


@pytest.mark.parametrize("days", ["", "0", "-1", "731", "99999", "soon", "1e3", "٣"])
def test_a_secret_lives_for_a_stated_time(admin_browser: Client, script: tuple[ApiClient, str, str], days: str) -> None:
    page = act(admin_browser, script[0], "add-secret", days=days)
    assert "A secret lives from 1 to 730 days." in page
    assert ClientSecret.objects.count() == 1


def test_scopes_are_changed_by_their_boxes(admin_browser: Client, script: tuple[ApiClient, str, str]) -> None:
    assert "Changed the scopes" in act(admin_browser, script[0], "change-scopes", scopes=[Scope.READ])
    assert ApiClient.objects.get().scopes == [Scope.READ]
    assert "A client needs a scope" in act(admin_browser, script[0], "change-scopes")
    assert "Unknown scope" in act(admin_browser, script[0], "change-scopes", scopes=["Directory.Read.All"])
    assert ApiClient.objects.get().scopes == [Scope.READ]


def test_a_client_is_deleted_by_typing_its_name(admin_browser: Client, script: tuple[ApiClient, str, str]) -> None:
    assert "type its name exactly" in act(admin_browser, script[0], "delete-client", name="Nightly")
    assert ApiClient.objects.exists()
    assert "is deleted" in act(admin_browser, script[0], "delete-client", name=script[0].name)
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize(
    "verb", ["disable", "enable", "delete-client", "change-scopes", "add-secret", "remove-secret", "revoke"]
)
def test_one_who_may_only_look_changes_nothing(
    client: Client, auditor: User, script: tuple[ApiClient, str, str], verb: str
) -> None:
    client.force_login(auditor)
    before = (list(ApiClient.objects.values()), list(ClientSecret.objects.values()), AccessToken.objects.count())
    secret = ClientSecret.objects.get().pk
    fields = {"name": script[0].name, "days": "9", "secret": secret, "scopes": [Scope.READ]}
    assert client.post(button(script[0], verb), fields).status_code == 403
    assert client.get(button(script[0], verb)).status_code == 405
    assert before == (
        list(ApiClient.objects.values()),
        list(ClientSecret.objects.values()),
        AccessToken.objects.count(),
    )


def test_the_list_asks_as_often_for_many_clients_as_for_one(
    admin_browser: Client, script: tuple[ApiClient, str, str]
) -> None:
    admin_browser.get(pages.CLIENTS)
    with CaptureQueriesContext(connection) as one:
        admin_browser.get(pages.CLIENTS)
    for name in ("Alpha", "Beta", "Gamma"):
        api_clients.create_api_client(by=rows.everybody(), name=name)
    with CaptureQueriesContext(connection) as many:
        admin_browser.get(pages.CLIENTS)
    assert len(many) == len(one)


@pytest.mark.parametrize("secret", ["", "x", "0", "-1", "٣", "9" * 18, "9" * 40])
def test_a_secret_that_is_none_is_not_removed(
    admin_browser: Client, script: tuple[ApiClient, str, str], secret: str
) -> None:
    assert "has no such secret" in act(admin_browser, script[0], "remove-secret", secret=secret)
    assert ClientSecret.objects.count() == 1
