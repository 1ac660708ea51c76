"""API clients and their bearer tokens. Secrets and tokens are stored hashed and returned only once, here."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, set_token_value
from oauthlib.common import generate_token

from operations import audit
from operations.actor import Actor
from operations.choices import ActorType, Authentication, Scope
from operations.errors import ConflictError, DeniedError, InvalidError, MissingError
from operations.models import ApiClient, ClientSecret
from operations.permissions import Action, missing_for, require
from operations.services.access.names import require_clear_name
from operations.services.validation import validate

DEFAULT_SCOPES = (Scope.READ_WRITE,)
LONGEST_DAYS = 366
SECRET_DAYS = 365
MOST_SECRET_DAYS = 2 * 365
MOST_VALID_SECRETS = 2
_HINT_LENGTH = 3


@transaction.atomic
def create_api_client(*, by: Actor, name: str, scopes: Sequence[str] = DEFAULT_SCOPES) -> tuple[ApiClient, str]:
    """A new client and its first secret. Raises InvalidError for an unknown scope or a name that is not clear."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    _require_held(by, scopes)
    audit.lock_head()
    require_clear_name(name, taken=ApiClient.objects.values_list("name", flat=True), target="name")
    client = ApiClient(
        name=name,
        client_id=generate_client_id(),
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        scopes=list(dict.fromkeys(scopes)),
    )
    validate(client)
    client.save()
    audit.record(audit.AuditAction.API_CLIENT_CREATED, client, by=by, after=facts_of(client))
    return client, _new_secret(by, client, SECRET_DAYS)


def disable_api_client(*, by: Actor, client: ApiClient, reason: str = "") -> None:
    """Refuse its secrets and its tokens from now on, until it is enabled again."""
    _set_active(by, client, audit.AuditAction.API_CLIENT_DISABLED, reason)


def enable_api_client(*, by: Actor, client: ApiClient, reason: str = "") -> None:
    """Take its secrets and its unexpired tokens again."""
    _set_active(by, client, audit.AuditAction.API_CLIENT_ENABLED, reason)


@transaction.atomic
def _set_active(by: Actor, client: ApiClient, action: audit.AuditAction, reason: str) -> None:
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    stored, is_active = _locked(client), action == audit.AuditAction.API_CLIENT_ENABLED
    # A leak must not wait for somebody who holds all that the client may do; giving it back does.
    if is_active:
        _require_held(by, stored.scopes)
    if stored.is_active != is_active:
        ApiClient.objects.filter(pk=client.pk).update(is_active=is_active)
        audit.record(action, client, by=by, reason=reason)


@transaction.atomic
def delete_api_client(*, by: Actor, client: ApiClient, reason: str = "") -> None:
    """For good, with its secrets and tokens; what it did stays in the trail under its name."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    stored = _locked(client)
    _require_held(by, stored.scopes)
    before = {**facts_of(stored), "tokens": AccessToken.objects.filter(application=stored).count()}
    audit.record(audit.AuditAction.API_CLIENT_DELETED, stored, by=by, before=before, reason=reason)
    stored.delete()


@transaction.atomic
def change_scopes(*, by: Actor, client: ApiClient, scopes: Sequence[str], reason: str = "") -> None:
    """Exactly these from now on, for tokens that were issued before as well. Raises InvalidError."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    stored = _locked(client)
    wanted, had = list(dict.fromkeys(scopes)), list(stored.scopes)
    if not wanted:
        raise InvalidError("A client needs a scope. To stop it, disable it.", target="scopes")
    stored.scopes = wanted
    validate(stored)
    _require_held(by, sorted(set(wanted) ^ set(had)))
    if set(wanted) == set(had):
        return
    stored.save(update_fields=["scopes", "updated"])
    audit.record(
        audit.AuditAction.SCOPES_CHANGED,
        stored,
        by=by,
        before={"scopes": had},
        after={"scopes": wanted},
        reason=reason,
    )


@transaction.atomic
def add_secret(*, by: Actor, client: ApiClient, days: int = SECRET_DAYS) -> str:
    """A further secret, beside one other that is valid, so that a script can change over without a gap.

    Raises InvalidError for its lifetime, ConflictError where two are valid.
    """
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    stored = _locked(client)
    _require_held(by, stored.scopes)
    if not 1 <= days <= MOST_SECRET_DAYS:
        raise InvalidError(f"A secret lives from 1 to {MOST_SECRET_DAYS} days.", target="days")
    if stored.secrets.filter(end_date_time__gt=timezone.now()).count() >= MOST_VALID_SECRETS:
        raise ConflictError(f"{stored.name} has {MOST_VALID_SECRETS} valid secrets. Remove the older one first.")
    return _new_secret(by, stored, days)


@transaction.atomic
def remove_secret(*, by: Actor, client: ApiClient, secret_id: int, reason: str = "") -> None:
    """No new tokens for it from now on; those that it got stay valid. Raises MissingError."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    secret = _locked(client).secrets.filter(pk=secret_id).first()
    if secret is None:
        raise MissingError(f"{client.name} has no such secret.", target="secret")
    before = {"hint": secret.hint, "expires": secret.end_date_time, "last_used": secret.last_used_date_time}
    audit.record(audit.AuditAction.SECRET_REMOVED, client, by=by, before=before, reason=reason)
    secret.delete()


def valid_secret(*, client: ApiClient, value: str) -> ClientSecret | None:
    """Which of the client's valid secrets this is."""
    candidates = client.secrets.filter(end_date_time__gt=timezone.now()).order_by("-start_date_time", "-pk")
    # Checking a hash is slow by design: the hint leaves one to check.
    likely = sorted(candidates, key=lambda secret: secret.hint != value[:_HINT_LENGTH])
    return next((secret for secret in likely if check_password(value, secret.secret_hash)), None)


def named(name: str) -> ApiClient:
    """The client with this name. Raises MissingError."""
    client = ApiClient.objects.filter(name=name).order_by("pk").first()
    if client is None:
        raise MissingError(f"There is no API client called {name}.", target="name")
    return client


@transaction.atomic
def issue_token(*, by: Actor, client: ApiClient, lifetime: timedelta, scopes: Sequence[str] = ()) -> str:
    """A bearer token for a quick script; all of the client's scopes unless fewer are named."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    if not client.is_active:
        raise ConflictError(f"The client {client.name} is disabled. Enable it first.")
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
def record_issued_token(*, by: Actor, value: str, secret: ClientSecret) -> None:
    """A token that the token endpoint made in this very transaction, for this secret."""
    checksum = hashlib.sha256(value.encode()).hexdigest()
    token = AccessToken.objects.select_related("application").get(token_checksum=checksum)
    client = cast(ApiClient, token.application)
    acting = replace(by, type=ActorType.CLIENT, id=client.client_id[:64], name=client.name)
    ClientSecret.objects.filter(pk=secret.pk).update(last_used_date_time=timezone.now())
    _record_token(replace(acting, authentication=Authentication.SECRET), client, token, secret_hint=secret.hint)


@transaction.atomic
def forget_expired_tokens(*, by: Actor) -> None:
    """Tokens that expired a day ago or longer; until then their use is told as that of an expired one."""
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    count: int = AccessToken.objects.filter(expires__lt=timezone.now() - timedelta(days=1)).delete()[0]
    if count:
        audit.record(audit.AuditAction.TOKENS_FORGOTTEN, by=by, after={"tokens": count})


def _record_token(by: Actor, client: ApiClient, token: AccessToken, **more: str) -> None:
    after = {"scopes": token.scope.split(), "expires": token.expires, "token_id": str(token.pk), **more}
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
    """Make every token of the client invalid at once. Returns how many there were.

    Its secrets still get new ones: to stop it, disable it.
    """
    require(Action.MANAGE_API_CLIENTS, by.permissions)
    count: int = AccessToken.objects.filter(application=client).delete()[0]
    audit.record(audit.AuditAction.TOKENS_REVOKED, client, by=by, after={"tokens": count}, reason=reason)
    return count


@transaction.atomic
def revoke_tokens_of_name(*, by: Actor, name: str) -> None:
    """Make the tokens of the clients with this name invalid, if there are any."""
    for client in ApiClient.objects.filter(name=name, accesstoken__isnull=False).distinct():
        revoke_tokens(by=by, client=client)


def facts_of(client: ApiClient) -> dict[str, Any]:
    """What events tell of a client."""
    return {"name": client.name, "client_id": client.client_id, "scopes": list(client.scopes)}


def _locked(client: ApiClient) -> ApiClient:
    """As it is stored now, with every other change of clients kept waiting. Raises MissingError."""
    audit.lock_head()
    stored = ApiClient.objects.filter(pk=client.pk).first()
    if stored is None:
        raise MissingError(f"There is no API client called {client.name} any more.", target="name")
    return stored


def _new_secret(by: Actor, client: ApiClient, days: int) -> str:
    value: str = generate_client_secret()
    now = timezone.now()
    secret = ClientSecret(
        api_client=client,
        hint=value[:_HINT_LENGTH],
        secret_hash=make_password(value),
        start_date_time=now,
        end_date_time=now + timedelta(days=days),
    )
    validate(secret)
    secret.save()
    audit.record(
        audit.AuditAction.SECRET_ADDED, client, by=by, after={"hint": secret.hint, "expires": secret.end_date_time}
    )
    return value
