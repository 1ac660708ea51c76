"""Bearer tokens: who calls, or 401 in Graph's words."""

import hashlib
from dataclasses import fields, replace

from django.conf import settings
from oauth2_provider.models import AccessToken
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from operations.actor import Actor, sender
from operations.api.throttling import RefusedTokenThrottle
from operations.choices import ActorType, Authentication, Channel
from operations.models import ApiClient
from operations.odata.errors import ODataError
from operations.services.access import access_events

CHALLENGE = 'Bearer realm="", authorization_uri="{authority}", client_id="00000003-0000-0000-c000-000000000000"'
LONGEST_TOKEN = 4096


class Caller(Actor):
    """An API client as DRF's `request.user`."""

    is_authenticated = True
    is_active = True


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Caller, AccessToken]:
        # An item of a batch: the batch was authenticated.
        known = getattr(request._request, "authenticated_as", None)
        if known is not None:
            found, token = known
            return replace(found, request_id=getattr(request._request, "request_id", "")), token
        if settings.PORTAL_TLS and not request.is_secure():
            raise ODataError(403, "Use https: a token sent in the clear is no longer secret.")
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            raise self._refused(request, "Access token is empty.")
        scheme, _, value = header.partition(" ")
        value = value.strip()
        if scheme.lower() != "bearer" or not value or len(value) > LONGEST_TOKEN or not value.isascii():
            raise self._refused(request, "Access token validation failure. Send Authorization: Bearer {token}.")
        checksum = hashlib.sha256(value.encode()).hexdigest()
        token = AccessToken.objects.select_related("application").filter(token_checksum=checksum).first()
        client = token.application if token else None
        if token is None or client is None:
            raise self._refused(request, "Access token validation failure. The token is unknown or was revoked.")
        if not client.is_active:
            raise self._refused(request, f"The client {client.name} is disabled.", client)
        if token.is_expired():
            raise self._refused(request, "Access token has expired or is not yet valid.", client)
        return caller(request, client, token), token

    def authenticate_header(self, request: Request) -> str:
        authority = request.build_absolute_uri("/portal/oauth2/v2.0/authorize")
        return CHALLENGE.format(authority=authority)

    def _refused(self, request: Request, message: str, client: ApiClient | None = None) -> exceptions.APIException:
        throttle = RefusedTokenThrottle()
        if not throttle.allow_request(request, None):
            return exceptions.Throttled(wait=throttle.wait())
        throttle.counted(request)
        by = sender(request._request, channel=Channel.API)
        if client is not None and client.is_active:
            access_events.expired_token_used(by=by, client=client)
        else:
            access_events.token_refused(by=by, client=client)
        return exceptions.AuthenticationFailed(message)


def caller(request: Request, client: ApiClient, token: AccessToken) -> Caller:
    sent = sender(request._request, channel=Channel.API)
    known = replace(
        sent,
        type=ActorType.CLIENT,
        id=client.client_id[:64],
        name=client.name,
        # What was taken from the client is taken from its tokens too.
        permissions=frozenset(token.scope.split()) & frozenset(client.scopes),
        authentication=Authentication.BEARER,
        token_id=str(token.pk),
    )
    return Caller(**{one.name: getattr(known, one.name) for one in fields(known)})
