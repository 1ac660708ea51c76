"""Client credentials at the address where Microsoft's libraries look for tokens."""

import json
import math
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views.base import TokenView

from operations.api.throttling import RefusedTokenThrottle
from operations.choices import Scope

DEFAULT_SUFFIX = "/.default"


def oauth_error(status: int, error: str, description: str) -> HttpResponse:
    """An error as RFC 6749 shapes it at the token endpoint."""
    return JsonResponse({"error": error, "error_description": description}, status=status)


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
            return oauth_error(403, "invalid_request", "Use https: a secret sent in the clear is no longer one.")
        throttle = RefusedTokenThrottle()
        # Before the secret is looked at: checking its hash is slow by design.
        if not throttle.allow_request(request, None):
            answer = oauth_error(429, "temporarily_unavailable", "Too many requests. Retry later.")
            answer["Retry-After"] = str(math.ceil(throttle.wait() or 1))
            return answer
        if request.POST.get("grant_type") not in {None, "", "client_credentials"}:
            return oauth_error(400, "unsupported_grant_type", "Use grant_type=client_credentials.")
        response: HttpResponse = self.authorization_flow_token_response(request)
        if response.status_code == 200:
            body = json.loads(response.content)
            # Entra names it beside expires_in, and MSAL reads it.
            response.content = json.dumps({**body, "ext_expires_in": body["expires_in"]}).encode()
        else:
            throttle.counted(request)
        return response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = oauth_error(405, "invalid_request", "Ask for a token with POST.")
        answer["Allow"] = "POST"
        return answer
