"""Who came in, who went and who was turned away."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from operations import audit
from operations.actor import Actor, nobody
from operations.choices import ActorType, Authentication, Channel, Outcome
from operations.models import ApiClient, RefusedAttempt, User
from operations.origins import origin_of, plain_address

logger = logging.getLogger(__name__)

# Addresses of which one minute is told apart; the rest of that minute is one event.
MOST_ORIGINS = 200
MOST_ACCOUNTS = 20
# What is kept of a known actor until the minute is over, besides what every attempt has.
_KNOWN = ("type", "id", "name", "permissions", "authentication", "token_id", "on_behalf_of", "forwarded_for")
_OUTCOMES = {audit.AuditAction.SIGN_IN_FAILED: Outcome.FAILURE}


@transaction.atomic
def signed_in(*, by: Actor, user: User) -> None:
    audit.record(audit.AuditAction.SIGNED_IN, user, by=by)


@transaction.atomic
def signed_out(*, by: Actor, user: User) -> None:
    audit.record(audit.AuditAction.SIGNED_OUT, user, by=by)


def denied(*, by: Actor, method: str, path: str, reason: str = "") -> None:
    """Somebody known asked for what they may not have: one event for each person, address and minute that is over."""
    _refused(audit.AuditAction.ACCESS_DENIED, by, "", asked_for={"method": method, "path": path[:500]}, reason=reason)


def sign_in_failed(*, by: Actor, username: str) -> None:
    """`username` is kept only if there is such an account: people type passwords into the wrong field."""
    known = User.objects.filter(username=username).exists() if "\x00" not in username else False
    _refused(audit.AuditAction.SIGN_IN_FAILED, by, username if known else "")


def client_refused(*, by: Actor, client_id: str) -> None:
    client = ApiClient.objects.filter(client_id=client_id).first() if "\x00" not in client_id else None
    _refused(audit.AuditAction.CLIENT_REFUSED, by, client.name if client else "")


def token_refused(*, by: Actor, client: ApiClient | None = None) -> None:
    """A token of nobody, or of a client that is disabled."""
    _refused(audit.AuditAction.TOKEN_REFUSED, by, client.name if client else "")


def expired_token_used(*, by: Actor, client: ApiClient) -> None:
    _refused(audit.AuditAction.EXPIRED_TOKEN_USED, by, client.name)


def may_try_to_sign_in(*, address: str | None) -> bool:
    """Whether fewer attempts from there failed in this minute than are allowed."""
    here = RefusedAttempt.objects.filter(
        action=audit.AuditAction.SIGN_IN_FAILED, origin=origin_of(address), minute=_minute(timezone.now())
    )
    return (here.values_list("count", flat=True).first() or 0) < settings.PORTAL_REFUSED_TOKENS_PER_MINUTE


def record_refused_attempts() -> None:
    """One event for each address, code and minute that is over."""
    if RefusedAttempt.objects.filter(minute__lt=_minute(timezone.now())).exists():
        _record_refused_attempts()


@transaction.atomic
def _record_refused_attempts() -> None:
    audit.lock_head()
    for attempt in RefusedAttempt.objects.filter(minute__lt=_minute(timezone.now())).order_by("minute", "pk"):
        action = audit.AuditAction(attempt.action)
        counted = {"count": attempt.count}
        audit.record(
            action,
            by=_actor_of(attempt),
            outcome=_OUTCOMES.get(action, Outcome.DENIED),
            after=attempt.asked_for | counted if attempt.asked_for else {**counted, "accounts": attempt.accounts},
            reason=attempt.reason,
            occurred=attempt.last_date_time,
        )
        attempt.delete()


def _refused(action: audit.AuditAction, by: Actor, account: str, **first: Any) -> None:
    record_refused_attempts()
    _count(action, by, account, first)


@transaction.atomic
def _count(action: audit.AuditAction, by: Actor, account: str, first: dict[str, Any]) -> None:
    audit.lock_head()
    now = timezone.now()
    here = RefusedAttempt.objects.filter(action=action, minute=_minute(now))
    known = {name: _plain(getattr(by, name)) for name in _KNOWN} if by.type != ActorType.UNKNOWN else {}
    origin = f"{by.type}:{by.id}@{origin_of(by.address)}" if known else origin_of(by.address)
    attempt = here.filter(origin=origin).first()
    if attempt is None and here.count() >= MOST_ORIGINS:
        origin = ""
        attempt = here.filter(origin=origin).first()
    if attempt is None:
        attempt = RefusedAttempt(
            action=action, origin=origin, minute=_minute(now), actor=known if origin else {}, **first
        )
        logger.warning("%s: %s from %s (more in this minute are only counted).", action, by.name, by.address)
    attempt.count += 1
    attempt.last_date_time = now
    attempt.channel = by.channel
    attempt.address = plain_address(by.address) if origin else None
    attempt.user_agent = by.user_agent[:512]
    attempt.request_id = by.request_id
    if account and account not in attempt.accounts and len(attempt.accounts) < MOST_ACCOUNTS:
        attempt.accounts = [*attempt.accounts, account]
    attempt.save()


def _actor_of(attempt: RefusedAttempt) -> Actor:
    sent = {name: getattr(attempt, name) for name in ("channel", "address", "user_agent", "request_id")}
    if not attempt.actor:
        return nobody(**sent)
    kept = attempt.actor | {
        "type": ActorType(attempt.actor["type"]),
        "authentication": Authentication(attempt.actor["authentication"]),
        "permissions": frozenset(attempt.actor["permissions"]),
    }
    return Actor(**kept, **sent | {"channel": Channel(attempt.channel)})


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
