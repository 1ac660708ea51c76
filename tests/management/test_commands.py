"""Commands that make API clients and tokens, and the one that puts the trail's guard back."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from operations.audit.guard import lift_guard, missing_triggers
from operations.choices import Scope
from operations.models import ApiClient, AuditEvent
from operations.services.access import api_clients

pytestmark = pytest.mark.django_db
OPERATIONS = "/beta/deviceManagement/groupPolicyOperations"


def run(*words: str) -> str:
    screen = StringIO()
    call_command(*words, stdout=screen)
    return screen.getvalue()


def test_create_api_client_prints_what_gets_a_token() -> None:
    screen = run("create_api_client", "Nightly import")
    client = ApiClient.objects.get()
    assert client.name == "Nightly import"
    assert client.scopes == [Scope.READ_WRITE]
    assert f"client_id={client.client_id}\n" in screen
    (secret,) = re.findall(r"^client_secret=(\S{40,})$", screen, re.MULTILINE)
    assert client.client_secret not in screen
    asked = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": secret,
        "scope": "http://testserver/.default",
    }
    token = Client().post("/portal/oauth2/v2.0/token", asked).json()["access_token"]
    assert Client(headers={"authorization": f"Bearer {token}"}).get(OPERATIONS).status_code == 200
    event = AuditEvent.objects.order_by("sequence").first()
    assert event is not None
    assert (event.action, event.channel) == ("apiClient.created", "command")


def test_create_api_client_gives_the_scopes_asked_for() -> None:
    run("create_api_client", "Auditing", "--scope", Scope.AUDIT_READ, "--scope", Scope.READ)
    assert ApiClient.objects.get().scopes == [Scope.AUDIT_READ, Scope.READ]


def test_issue_token_prints_a_token_and_nothing_else() -> None:
    token = run("issue_token", "Quick").strip()
    assert re.fullmatch(r"\S+", token)
    assert Client(headers={"authorization": f"Bearer {token}"}).get(OPERATIONS).status_code == 200
    run("issue_token", "Quick", "--days", "366")
    assert ApiClient.objects.count() == 1


def test_issue_token_narrows_to_the_scope_asked_for() -> None:
    token = run("issue_token", "Quick", "--scope", Scope.READ).strip()
    caller = Client(headers={"authorization": f"Bearer {token}"})
    assert caller.get(OPERATIONS).status_code == 200
    assert caller.post(OPERATIONS, {}, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create_api_client", ""), "A name is needed"),
        (("create_api_client", "  "), "A name is needed"),
        (("create_api_client", "x" * 256), "at most 255 characters"),
        (("create_api_client", "Script", "--scope", "Everything.All"), "invalid choice: 'Everything.All'"),
        (("create_api_client",), "required: name"),
        (("issue_token", "Script", "--scope", "Everything.All"), "invalid choice: 'Everything.All'"),
        (("issue_token", "Script", "--days", "0"), "366"),
        (("issue_token", "Script", "--days", "-1"), "366"),
        (("issue_token", "Script", "--days", "367"), "366"),
        (("issue_token", "Script", "--days", "99999999999"), "366"),
        (("issue_token", "Script", "--days", "soon"), "invalid int value"),
        (("issue_token", ""), "A name is needed"),
    ],
)
def test_a_command_refuses_in_one_sentence_and_stores_nothing(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=re.escape(told)) as refused:
        run(*words)
    assert "\n" not in str(refused.value)
    assert not ApiClient.objects.exists()
    assert not AuditEvent.objects.exists()


def test_issue_token_gives_no_scope_that_the_client_lacks() -> None:
    run("create_api_client", "Reader", "--scope", Scope.READ)
    with pytest.raises(CommandError, match=f"does not have the scope {re.escape(Scope.READ_WRITE)}"):
        run("issue_token", "Reader", "--scope", Scope.READ_WRITE)


def test_raise_audit_guard_puts_back_what_is_missing_and_says_what() -> None:
    assert run("raise_audit_guard") == "The guard was whole.\n"
    lift_guard(connection)
    missing = missing_triggers(connection)
    assert missing
    assert run("raise_audit_guard") == f"Raised: {', '.join(missing)}.\n"
    assert missing_triggers(connection) == []


def test_a_client_is_listed_stopped_narrowed_and_deleted_by_one_command() -> None:
    run("create_api_client", "Script")
    assert f"Script: enabled; {Scope.READ_WRITE}; secrets: " in run("api_client", "list")
    run("api_client", "disable", "Script", "--reason", "Leaked")
    assert "Script: disabled" in run("api_client", "list")
    run("api_client", "enable", "Script")
    run("api_client", "set_scopes", "Script", "--scope", Scope.READ)
    assert ApiClient.objects.get().scopes == [Scope.READ]
    assert "can get new ones" in run("api_client", "revoke_tokens", "Script")
    run("api_client", "delete", "Script")
    assert not ApiClient.objects.exists()
    events = AuditEvent.objects.filter(action__startswith="apiClient").order_by("sequence")
    told = list(events.values_list("action", "reason", "channel"))
    assert ("apiClient.disabled", "Leaked", "command") in told
    assert told[-1][0] == "apiClient.deleted"


def test_secrets_are_rotated_by_the_same_command() -> None:
    first = re.findall(r"client_secret=(\S+)", run("create_api_client", "Script"))[0]
    second = re.findall(r"client_secret=(\S+)", run("api_client", "add_secret", "Script", "--days", "30"))[0]
    client = ApiClient.objects.get()
    assert api_clients.valid_secret(client=client, value=first)
    run("api_client", "remove_secret", "Script", "--hint", first[:3])
    assert api_clients.valid_secret(client=client, value=first) is None
    assert api_clients.valid_secret(client=client, value=second)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("disable", "Nobody"), "no API client called Nobody"),
        (("disable",), "no API client called"),
        (("set_scopes", "Script"), "needs a scope"),
        (("add_secret", "Script", "--days", "0"), "from 1 to 730 days"),
        (("add_secret", "Script", "--days", "999999999999"), "from 1 to 730 days"),
        (("remove_secret", "Script"), "Name one secret"),
        (("explode", "Script"), "invalid choice"),
    ],
)
def test_the_command_refuses_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    run("create_api_client", "Script")
    before = list(ApiClient.objects.values())
    with pytest.raises(CommandError, match=said):
        run("api_client", *words)
    assert list(ApiClient.objects.values()) == before
