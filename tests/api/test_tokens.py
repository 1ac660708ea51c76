"""The token endpoint, and tokens at rest."""

import base64
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from operations.choices import Scope
from operations.errors import ConflictError
from operations.models import ApiClient, AuditEvent, ClientSecret
from operations.services.access import api_clients
from tests import rows
from tests.answers import Answer
from tests.api.resource import error_of

pytestmark = pytest.mark.django_db
LIST = "/beta/deviceManagement/groupPolicyOperations"
AUDIT_EVENTS = "/beta/deviceManagement/auditEvents"
DEFAULT = "https://graph.microsoft.com/.default"


@pytest.fixture
def credentials(db: None) -> tuple[ApiClient, str]:
    return api_clients.create_api_client(by=rows.everybody(), name="Script", scopes=[Scope.READ, Scope.READ_WRITE])


def ask(client: Client, credentials: tuple[ApiClient, str] | None = None, **form: str) -> Answer:
    """By client_secret_post, as Microsoft's libraries do."""
    named = {"client_id": credentials[0].client_id, "client_secret": credentials[1]} if credentials else {}
    data = {"grant_type": "client_credentials", "scope": DEFAULT, **named, **form}
    tenant = "contoso.example"
    response: Any = client.post(f"/{tenant}/oauth2/v2.0/token", {k: v for k, v in data.items() if v != "-"})
    return response


def refused(response: Answer, status: int, error: str) -> None:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["error"] == error


def bearer(token: str) -> Any:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("scope", [DEFAULT, "http://127.0.0.1/.default", "api://anything/.default", "-"])
def test_default_means_all_the_scopes_of_the_client(
    client: Client, credentials: tuple[ApiClient, str], scope: str
) -> None:
    response = ask(client, credentials, scope=scope)
    body = json.loads(response.content)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == body["ext_expires_in"] == 3600
    assert set(body["scope"].split()) == {Scope.READ, Scope.READ_WRITE}
    assert client.get(LIST, headers=bearer(body["access_token"])).status_code == 200


def test_what_microsofts_libraries_send_besides_is_ignored(client: Client, credentials: tuple[ApiClient, str]) -> None:
    claims = '{"access_token":{"xms_cc":{"values":["CP1"]}}}'
    assert ask(client, credentials, client_info="1", claims=claims).status_code == 200


def test_client_secret_basic_is_taken(client: Client, credentials: tuple[ApiClient, str]) -> None:
    pair = base64.b64encode(f"{credentials[0].client_id}:{credentials[1]}".encode()).decode()
    response = client.post(
        "/portal/oauth2/v2.0/token",
        {"grant_type": "client_credentials", "scope": DEFAULT},
        headers={"authorization": f"Basic {pair}"},
    )
    assert response.status_code == 200


def test_a_scope_may_be_named_to_get_less(client: Client, credentials: tuple[ApiClient, str]) -> None:
    body = json.loads(ask(client, credentials, scope=Scope.READ).content)
    assert body["scope"] == Scope.READ
    assert client.get(LIST, headers=bearer(body["access_token"])).status_code == 200
    post = client.post(LIST, {}, content_type="application/json", headers=bearer(body["access_token"]))
    error_of(post, 403)


@pytest.mark.parametrize("scope", [Scope.AUDIT_READ, "nonsense", f"{Scope.READ} {Scope.AUDIT_READ}", f"{DEFAULT} x"])
def test_a_scope_that_the_client_does_not_have_is_refused(
    client: Client, credentials: tuple[ApiClient, str], scope: str
) -> None:
    refused(ask(client, credentials, scope=scope), 400, "invalid_scope")
    assert not AccessToken.objects.exists()


def test_default_never_grants_more_than_the_client_has(client: Client) -> None:
    made = api_clients.create_api_client(by=rows.everybody(), name="Reader", scopes=[Scope.READ])
    assert json.loads(ask(client, made).content)["scope"] == Scope.READ


@pytest.mark.parametrize(
    "form",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_secret": "-"},
        {"client_id": "x"},
        {"client_id": "\0"},
    ],
)
def test_wrong_credentials_are_401(client: Client, credentials: tuple[ApiClient, str], form: dict[str, str]) -> None:
    refused(ask(client, credentials, **form), 401, "invalid_client")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "grant",
    ["authorization_code", "password", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:device_code"],
)
def test_other_grants_are_refused(client: Client, credentials: tuple[ApiClient, str], grant: str) -> None:
    refused(ask(client, credentials, grant_type=grant, username="a", password="b"), 400, "unsupported_grant_type")
    refused(ask(client, credentials, grant_type="-"), 400, "unsupported_grant_type")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_other_methods_are_405_in_json(client: Client, method: str) -> None:
    response = getattr(client, method)("/portal/oauth2/v2.0/token")
    refused(response, 405, "invalid_request")
    assert response["Allow"] == "POST"


def test_guessing_secrets_is_slowed_down_and_asking_often_is_not(
    client: Client, credentials: tuple[ApiClient, str], settings: Any
) -> None:
    settings.PORTAL_REFUSED_TOKENS_PER_MINUTE = 3
    for _ in range(5):
        assert ask(client, credentials).status_code == 200
    for _ in range(3):
        refused(ask(client, credentials, client_secret="wrong"), 401, "invalid_client")
    response = ask(client, credentials, client_secret="wrong")
    refused(response, 429, "temporarily_unavailable")
    assert 1 <= int(response["Retry-After"]) <= 60
    error_of(client.get(LIST, headers=bearer("wrong")), 429)


def test_with_tls_a_secret_in_the_clear_is_refused(
    client: Client, credentials: tuple[ApiClient, str], settings: Any
) -> None:
    settings.PORTAL_TLS = settings.SECURE_SSL_REDIRECT = True
    refused(ask(client, credentials), 403, "invalid_request")


@pytest.mark.parametrize("wrong", ["host", "size"])
def test_djangos_own_refusals_are_json_here_too(client: Client, wrong: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    headers = {"host": "evil.example"} if wrong == "host" else {}
    data = {"client_id": "x" * (2000 if wrong == "size" else 1)}
    body = "&".join(f"{k}={v}" for k, v in data.items())
    form = "application/x-www-form-urlencoded"
    refused(
        client.generic("POST", "/portal/oauth2/v2.0/token", body, content_type=form, headers=headers),
        400,
        "invalid_request",
    )


def test_an_expired_token_is_401(client: Client, token_for: Any) -> None:
    token = token_for(Scope.READ)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert "expired" in error_of(client.get(LIST, headers=bearer(token)), 401)["message"]


def test_a_revoked_token_is_401_at_once(client: Client, token_for: Any) -> None:
    token = token_for(Scope.READ)
    api_clients.revoke_tokens(by=rows.everybody(), client=ApiClient.objects.get())
    error_of(client.get(LIST, headers=bearer(token)), 401)


def test_a_deleted_clients_token_is_401(client: Client, token_for: Any) -> None:
    token = token_for(Scope.READ)
    ApiClient.objects.get().delete()
    error_of(client.get(LIST, headers=bearer(token)), 401)


@pytest.mark.parametrize("header", ["bearer {}", "BEARER  {}", "Bearer {} "])
def test_the_scheme_comes_in_any_letter_case(client: Client, token_for: Any, header: str) -> None:
    token = token_for(Scope.READ)
    assert client.get(LIST, headers={"authorization": header.format(token)}).status_code == 200


def test_a_token_in_the_address_counts_for_nothing(client: Client, token_for: Any) -> None:
    error_of(client.get(f"{LIST}?access_token={token_for(Scope.READ)}"), 401)


def test_neither_tokens_nor_secrets_are_in_the_database_or_the_log(
    client: Client, credentials: tuple[ApiClient, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("operations", "django", "oauth2_provider", "oauthlib"):
        logging.getLogger(name).propagate = True
    _, secret = credentials
    issued = [
        json.loads(ask(client, credentials).content)["access_token"],
        api_clients.issue_token(by=rows.everybody(), client=credentials[0], lifetime=timedelta(days=1)),
    ]
    for token in issued:
        assert client.get(LIST, headers=bearer(token)).status_code == 200
    ask(client, credentials, scope="nonsense")
    client.get(f"{LIST}/nonsense", headers=bearer(issued[0]))
    stored = "".join(serializers.serialize("json", model._default_manager.all()) for model in apps.get_models())
    assert credentials[0].client_id in stored
    for hidden in (secret, *issued):
        assert hidden not in stored
        assert hidden not in caplog.text
    assert set(AccessToken.objects.values_list("token", flat=True)) == {""}
    assert ClientSecret.objects.get().secret_hash.startswith(("md5$", "pbkdf2_"))
    assert ApiClient.objects.get().client_secret != secret


def test_the_discovery_document_leads_to_the_token_endpoint(client: Client) -> None:
    document = client.get("/any-tenant/v2.0/.well-known/openid-configuration").json()
    assert document["issuer"] == "http://testserver/any-tenant/v2.0"
    assert document["token_endpoint"] == "http://testserver/any-tenant/oauth2/v2.0/token"
    assert document["authorization_endpoint"] == "http://testserver/any-tenant/oauth2/v2.0/authorize"
    assert "jwks_uri" not in document, "tokens are opaque"
    assert client.post("/any-tenant/v2.0/.well-known/openid-configuration").status_code == 405


def test_a_refusal_is_shaped_as_entra_shapes_it(client: Client) -> None:
    response = client.post(
        "/portal/oauth2/v2.0/token",
        {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"},
    )
    body = response.json()
    assert response.status_code == 401
    assert (body["error"], body["error_codes"]) == ("invalid_client", [7000215])
    assert body["error_description"].startswith("AADSTS7000215: ")
    assert body["trace_id"] == response["request-id"]
    assert body["correlation_id"] == response["client-request-id"]
    assert body["timestamp"].endswith("Z")


def test_two_secrets_are_valid_while_a_script_changes_over(client: Client, credentials: tuple[ApiClient, str]) -> None:
    by, api_client = rows.everybody(), credentials[0]
    newer = api_clients.add_secret(by=by, client=api_client)
    with pytest.raises(ConflictError, match="Remove the older one first"):
        api_clients.add_secret(by=by, client=api_client)
    for secret in (credentials[1], newer):
        assert ask(client, (api_client, secret)).status_code == 200
    older = ClientSecret.objects.earliest("pk")
    api_clients.remove_secret(by=by, client=api_client, secret_id=older.pk)
    refused(ask(client, credentials), 401, "invalid_client")
    assert ask(client, (api_client, newer)).status_code == 200


def test_an_expired_secret_gets_no_token(client: Client, credentials: tuple[ApiClient, str]) -> None:
    now = timezone.now()
    ClientSecret.objects.update(start_date_time=now - timedelta(2), end_date_time=now - timedelta(1))
    refused(ask(client, credentials), 401, "invalid_client")
    assert ask(client, (credentials[0], api_clients.add_secret(by=rows.everybody(), client=credentials[0]))).status_code


def test_the_secret_knows_when_it_was_last_used_and_the_token_which_it_was(
    client: Client, credentials: tuple[ApiClient, str]
) -> None:
    ask(client, credentials, client_secret="wrong")
    assert ClientSecret.objects.get().last_used_date_time is None
    ask(client, credentials)
    secret = ClientSecret.objects.get()
    assert secret.last_used_date_time is not None
    event = AuditEvent.objects.filter(action="apiClient.tokenIssued").get()
    assert event.after["secret_hint"] == secret.hint == credentials[1][:3]


def test_the_secrets_of_others_are_not_taken(client: Client, credentials: tuple[ApiClient, str]) -> None:
    _, secret = api_clients.create_api_client(by=rows.everybody(), name="Other", scopes=[Scope.READ])
    refused(ask(client, (credentials[0], secret)), 401, "invalid_client")
    refused(ask(client, (credentials[0], "")), 401, "invalid_client")


def test_a_disabled_client_is_refused_at_once_with_its_tokens_and_comes_back(
    client: Client, credentials: tuple[ApiClient, str]
) -> None:
    by, api_client = rows.everybody(), credentials[0]
    token = json.loads(ask(client, credentials).content)["access_token"]
    api_clients.disable_api_client(by=by, client=api_client, reason="Leaked")
    refused(ask(client, credentials), 401, "invalid_client")
    assert client.get(LIST, headers=bearer(token)).status_code == 401
    rows.the_minute_is_over()
    assert AuditEvent.objects.get(action="access.tokenRefused").after["accounts"] == ["Script"]
    with pytest.raises(ConflictError, match="disabled"):
        api_clients.issue_token(by=by, client=ApiClient.objects.get(pk=api_client.pk), lifetime=timedelta(days=1))
    api_clients.enable_api_client(by=by, client=api_client)
    assert ask(client, credentials).status_code == 200
    assert client.get(LIST, headers=bearer(token)).status_code == 200


def test_a_scope_that_is_taken_is_taken_from_tokens_too(client: Client, credentials: tuple[ApiClient, str]) -> None:
    token = json.loads(ask(client, credentials).content)["access_token"]
    assert client.post(LIST, {}, content_type="application/json", headers=bearer(token)).status_code == 201
    api_clients.change_scopes(by=rows.everybody(), client=credentials[0], scopes=[Scope.READ])
    assert client.post(LIST, {}, content_type="application/json", headers=bearer(token)).status_code == 403
    assert client.get(LIST, headers=bearer(token)).status_code == 200
    api_clients.change_scopes(by=rows.everybody(), client=credentials[0], scopes=[Scope.READ, Scope.AUDIT_READ])
    assert client.get(AUDIT_EVENTS, headers=bearer(token)).status_code == 403, "a token gains nothing"


def test_a_deleted_client_is_gone_with_its_tokens_and_stays_in_the_trail(
    client: Client, credentials: tuple[ApiClient, str]
) -> None:
    token = json.loads(ask(client, credentials).content)["access_token"]
    api_clients.delete_api_client(by=rows.everybody(), client=credentials[0])
    assert client.get(LIST, headers=bearer(token)).status_code == 401
    refused(ask(client, credentials), 401, "invalid_client")
    assert not AccessToken.objects.exists()
    assert not ClientSecret.objects.exists()
    event = AuditEvent.objects.filter(action="apiClient.deleted").get()
    assert (event.before["name"], event.before["tokens"]) == ("Script", 1)
