"""Client credentials at the address where Microsoft's libraries look for tokens."""

import json
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import TokenView

from operations.api.authentication import RefusedTokenThrottle
from operations.choices import Scope

DEFAULT_SUFFIX = "/.default"


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
        return bool(super().validate_scopes(client_id, scopes, client, request, *args, **kwargs))


class EntraTokenView(TokenView):
    """`POST /{tenant}/oauth2/v2.0/token`; any tenant name leads here."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle = RefusedTokenThrottle()
        # Before the secret is looked at: checking its hash is slow by design.
        if not throttle.allow_request(request, None):  # type: ignore[arg-type]
            answer = JsonResponse(
                {"error": "temporarily_unavailable", "error_description": "Too many requests. Retry later."}, status=429
            )
            answer["Retry-After"] = str(max(1, int(throttle.wait() or 1)))
            return answer
        if request.POST.get("grant_type") not in {None, "", "client_credentials"}:
            return JsonResponse(
                {"error": "unsupported_grant_type", "error_description": "Use grant_type=client_credentials."},
                status=400,
            )
        response = self.authorization_flow_token_response(request)
        if response.status_code == 200:
            body = json.loads(response.content)
            # Entra names it beside expires_in, and MSAL reads it.
            response.content = json.dumps({**body, "ext_expires_in": body["expires_in"]}).encode()
        return response
