"""API clients, their tokens, and the first account."""

from datetime import timedelta

import pytest
from oauth2_provider.models import AccessToken

from operations.choices import Scope
from operations.errors import InvalidError
from operations.models import ApiClient, AuditEvent, User
from operations.services.access import accounts, api_clients
from tests import rows

pytestmark = pytest.mark.django_db
BY = rows.everybody()


@pytest.mark.parametrize(("name", "scopes"), [("", [Scope.READ]), ("  ", [Scope.READ]), ("x", ["Directory.Read.All"])])
def test_a_client_needs_a_name_and_known_scopes(name: str, scopes: list[str]) -> None:
    with pytest.raises(InvalidError):
        api_clients.create_api_client(by=BY, name=name, scopes=scopes)
    assert not ApiClient.objects.exists()


def test_unless_said_a_client_reads_and_writes_and_never_reads_the_trail() -> None:
    client, _ = api_clients.create_api_client(by=BY, name="Script")
    assert client.scopes == [Scope.READ_WRITE]


def test_the_secret_is_stored_hashed_and_in_no_event() -> None:
    client, secret = api_clients.create_api_client(by=BY, name="Script")
    client.refresh_from_db()
    assert secret not in client.client_secret
    assert secret not in str(AuditEvent.objects.values())


def test_a_token_is_stored_hashed_and_in_no_event() -> None:
    client, _ = api_clients.create_api_client(by=BY, name="Script")
    value = api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=1))
    assert value not in str(AccessToken.objects.values())
    assert value not in str(AuditEvent.objects.values())


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_a_year_at_most(days: int) -> None:
    client, _ = api_clients.create_api_client(by=BY, name="Script")
    with pytest.raises(InvalidError):
        api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=days))


def test_a_token_has_no_scope_that_its_client_lacks() -> None:
    client, _ = api_clients.create_api_client(by=BY, name="Script", scopes=[Scope.READ])
    with pytest.raises(InvalidError, match="ReadWrite"):
        api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=1), scopes=[Scope.READ_WRITE])
    assert not AccessToken.objects.exists()


def test_revoking_ends_every_token_of_that_client_only() -> None:
    mine, _ = api_clients.create_api_client(by=BY, name="Mine")
    other, _ = api_clients.create_api_client(by=BY, name="Other")
    for client in (mine, mine, other):
        api_clients.issue_token(by=BY, client=client, lifetime=timedelta(days=1))
    assert api_clients.revoke_tokens(by=BY, client=mine, reason="Leaked") == 2
    assert AccessToken.objects.get().application == other
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.after, event.reason) == ("apiClient.tokensRevoked", {"tokens": 2}, "Leaked")


def test_the_first_admin_is_made_once_with_a_password_of_its_own() -> None:
    password = accounts.create_first_admin(by=BY)
    assert password
    admin = User.objects.get()
    assert admin.is_superuser
    assert admin.check_password(password)
    assert password not in str(AuditEvent.objects.values())
    assert accounts.create_first_admin(by=BY) is None
