"""API clients and their bearer tokens. Secrets and tokens are stored hashed and returned only once, here."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, set_token_value
from oauthlib.common import generate_token

from operations import audit
from operations.actor import Actor
from operations.choices import ActorType, Authentication, Scope
from operations.errors import DeniedError, InvalidError
from operations.models import ApiClient
from operations.permissions import Action, missing_for, require
from operations.services.access.names import require_clear_name
from operations.services.validation import validate

DEFAULT_SCOPES = (Scope.READ_WRITE,)
LONGEST_DAYS = 366


@transaction.atomic
def create_api_client(*, by: Actor, name: str, scopes: Sequence[str] = DEFAULT_SCOPES) -> tuple[ApiClient, str]:
    """A new client and its secret. Raises InvalidError for an unknown scope or an empty name."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    _require_held(by, scopes)
    audit.lock_head()
    require_clear_name(name, taken=ApiClient.objects.values_list("name", flat=True), target="name")
    secret = generate_client_secret()
    client = ApiClient(
        name=name,
        client_id=generate_client_id(),
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        scopes=list(dict.fromkeys(scopes)),
    )
    validate(client)
    client.save()
    audit.record(
        audit.AuditAction.API_CLIENT_CREATED,
        client,
        by=by,
        after={"name": client.name, "client_id": client.client_id, "scopes": client.scopes},
    )
    return client, secret


@transaction.atomic
def issue_token(*, by: Actor, client: ApiClient, lifetime: timedelta, scopes: Sequence[str] = ()) -> str:
    """A bearer token for a quick script; all of the client's scopes unless fewer are named."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    wanted = list(dict.fromkeys(scopes)) or list(client.scopes)
    if missing := sorted(set(wanted) - set(client.scopes)):
        raise InvalidError(
            f"The client {client.name} does not have the scope {missing[0]}. It has: {', '.join(client.scopes)}.",
            target="scope",
        )
    _require_held(by, wanted)
    if not timedelta(0) < lifetime <= timedelta(days=LONGEST_DAYS):
        raise InvalidError(f"A token lives from 1 to {LONGEST_DAYS} days.", target="days")
    value: str = generate_token(length=43)
    token = AccessToken(application=client, scope=" ".join(wanted), expires=timezone.now() + lifetime)
    set_token_value(token, value)
    token.save()
    _record_token(by, client, token)
    return value


def _require_held(by: Actor, scopes: Iterable[str]) -> None:
    """Raises DeniedError for a scope with which a client could do what the caller may not."""
    for scope in scopes:
        if missing := missing_for(scope, by.permissions):
            raise DeniedError(f"The scope {scope} needs the permission {missing[0]}, which you do not have.")


@transaction.atomic
def record_issued_token(*, by: Actor, value: str) -> None:
    """A token that the token endpoint made in this very transaction."""
    checksum = hashlib.sha256(value.encode()).hexdigest()
    token = AccessToken.objects.select_related("application").get(token_checksum=checksum)
    client = cast(ApiClient, token.application)
    acting = replace(by, type=ActorType.CLIENT, id=client.client_id[:64], name=client.name)
    _record_token(replace(acting, authentication=Authentication.SECRET), client, token)


@transaction.atomic
def forget_expired_tokens(*, by: Actor) -> None:
    """Tokens that expired a day ago or longer; until then their use is told as that of an expired one."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    count: int = AccessToken.objects.filter(expires__lt=timezone.now() - timedelta(days=1)).delete()[0]
    if count:
        audit.record(audit.AuditAction.TOKENS_FORGOTTEN, by=by, after={"tokens": count})


def _record_token(by: Actor, client: ApiClient, token: AccessToken) -> None:
    after = {"scopes": token.scope.split(), "expires": token.expires, "token_id": str(token.pk)}
    audit.record(audit.AuditAction.TOKEN_ISSUED, client, by=by, after=after)


@transaction.atomic
def issue_token_for_name(*, by: Actor, name: str, lifetime: timedelta, scopes: Sequence[str] = ()) -> str:
    """A token of the client with this name, which is created with the scopes if there is none."""
    client = ApiClient.objects.filter(name=name).order_by("pk").first()
    if client is None:
        client, _ = create_api_client(by=by, name=name, scopes=scopes or DEFAULT_SCOPES)
    return issue_token(by=by, client=client, lifetime=lifetime, scopes=scopes)


@transaction.atomic
def revoke_tokens(*, by: Actor, client: ApiClient, reason: str = "") -> int:
    """Make every token of the client invalid at once. Returns how many there were."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    count: int = AccessToken.objects.filter(application=client).delete()[0]
    audit.record(audit.AuditAction.TOKENS_REVOKED, client, by=by, after={"tokens": count}, reason=reason)
    return count


@transaction.atomic
def revoke_tokens_of_name(*, by: Actor, name: str) -> None:
    """Make the tokens of the clients with this name invalid, if there are any."""
    for client in ApiClient.objects.filter(name=name, accesstoken__isnull=False).distinct():
        revoke_tokens(by=by, client=client)
