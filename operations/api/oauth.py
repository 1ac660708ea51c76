"""Client credentials at the address where Microsoft's libraries look for tokens."""

import base64
import json
import math
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views.base import TokenView

from operations.actor import sender
from operations.api.throttling import RefusedTokenThrottle
from operations.choices import Channel, Scope
from operations.services.access import access_events, api_clients

DEFAULT_SUFFIX = "/.default"
# Where the toolkit hands on what it does not know: no header of a request becomes this name.
_SENDER = "gpo_portal.sender"

# Entra's numbers for the same faults: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ERROR_CODES = {
    "invalid_client": 7000215,
    "invalid_request": 900144,
    "invalid_scope": 70011,
    "unauthorized_client": 700016,
    "unsupported_grant_type": 70003,
    "temporarily_unavailable": 90033,
}


def oauth_error(request: HttpRequest, status: int, error: str, description: str) -> HttpResponse:
    """An error as Entra shapes it at the token endpoint, which is RFC 6749 and more."""
    return JsonResponse(_entra_error(request, error, description), status=status)


def _entra_error(request: HttpRequest, error: str, description: str) -> dict[str, Any]:
    code = _ERROR_CODES.get(error, 50000)
    trace = getattr(request, "request_id", "")
    correlation = getattr(request, "client_request_id", trace)
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return {
        "error": error,
        "error_description": f"AADSTS{code}: {description} Trace ID: {trace} Correlation ID: {correlation} "
        f"Timestamp: {moment}",
        "error_codes": [code],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
    }


class ApiClientScopes(BaseScopes):
    """A client has the scopes it was created with, no others."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope.value: str(scope.label) for scope in Scope}

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(application.scopes) if application is not None else []

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return self.get_available_scopes(application)


class ClientCredentialsValidator(OAuth2Validator):
    """Knows `…/.default`, Entra's word for all the client's scopes."""

    def validate_scopes(
        self, client_id: str, scopes: Collection[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if scopes and all(scope.endswith(DEFAULT_SUFFIX) for scope in scopes):
            request.scopes = list(client.scopes)
            return bool(request.scopes)
        known = super().validate_scopes(client_id, scopes, client, request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return bool(known)

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By the Basic header or, as Microsoft's libraries do, by the body; against every valid secret."""
        client_id, secret = _basic_credentials(request.headers.get("HTTP_AUTHORIZATION", ""))
        if not client_id:
            client_id, secret = request.client_id or "", request.client_secret or ""
        client = self._load_application(client_id, request)
        request.secret = client and api_clients.valid_secret(client=client, value=secret)
        return request.secret is not None

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        super().save_bearer_token(token, request, *args, **kwargs)  # type: ignore[no-untyped-call]
        api_clients.record_issued_token(by=request.headers[_SENDER], value=token["access_token"], secret=request.secret)

    def _load_application(self, client_id: str, request: Any) -> Any:
        # PostgreSQL refuses to look for it; the toolkit expects that of another driver only.
        if "\x00" in (client_id or ""):
            return None
        return super()._load_application(client_id, request)  # type: ignore[no-untyped-call]


class EntraTokenView(TokenView):
    """`POST /{tenant}/oauth2/v2.0/token`; any tenant name leads here."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.PORTAL_TLS and not request.is_secure():
            return oauth_error(request, 403, "invalid_request", "Use https: a secret sent in the clear is none.")
        throttle = RefusedTokenThrottle()
        # Before the secret is looked at: checking its hash is slow by design.
        if not throttle.allow_request(request, None):
            answer = oauth_error(request, 429, "temporarily_unavailable", "Too many requests. Retry later.")
            answer["Retry-After"] = str(math.ceil(throttle.wait() or 1))
            return answer
        if request.POST.get("grant_type") not in {None, "", "client_credentials"}:
            return oauth_error(request, 400, "unsupported_grant_type", "Use grant_type=client_credentials.")
        request.META[_SENDER] = sender(request, channel=Channel.API)
        with transaction.atomic():
            response: HttpResponse = self.authorization_flow_token_response(request)
        if response.status_code == 200:
            body = json.loads(response.content)
            # Entra names it beside expires_in, and MSAL reads it.
            response.content = json.dumps({**body, "ext_expires_in": body["expires_in"]}).encode()
        else:
            throttle.counted(request)
            access_events.client_refused(by=sender(request, channel=Channel.API), client_id=_client_id(request))
            body = json.loads(response.content or b"{}")
            told = body.get("error_description") or "The client is unknown or its secret is wrong."
            error = _entra_error(request, str(body.get("error", "invalid_request")), str(told))
            response.content = json.dumps(error).encode()
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = oauth_error(request, 405, "invalid_request", "Ask for a token with POST.")
        answer["Allow"] = "POST"
        return answer


def _client_id(request: HttpRequest) -> str:
    return _basic_credentials(request.META.get("HTTP_AUTHORIZATION", ""))[0] or request.POST.get("client_id", "")


def _basic_credentials(header: str) -> tuple[str, str]:
    """Id and secret as https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 prefers them; empty for anything else."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


@require_safe
def discovery(request: HttpRequest, tenant: str) -> HttpResponse:
    """What Microsoft's libraries ask for first. Tokens are opaque, so there are no keys to check them with."""
    root = request.build_absolute_uri(f"/{tenant}")
    return JsonResponse(
        {
            "issuer": f"{root}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "scopes_supported": [scope.value for scope in Scope],
        }
    )
