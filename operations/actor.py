"""Who acts, through which channel, from where, in which request. Each channel builds one and passes it as `by=`."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from operations.choices import EVERYTHING, ActorType, Authentication, Channel


@dataclass(frozen=True, slots=True)
class Actor:
    type: ActorType
    id: str
    name: str
    channel: Channel
    permissions: frozenset[str] = frozenset()
    address: str | None = None
    user_agent: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    client_request_id: str = ""
    # The proxies on the way, as the header names them.
    forwarded_for: str = ""
    authentication: Authentication = Authentication.NONE
    token_id: str = ""
    on_behalf_of: str = ""


def command_line(account: str) -> Actor:
    """A person at the machine itself; `account` is the operating system's user name."""
    return Actor(
        ActorType.SYSTEM,
        "command",
        account,
        Channel.COMMAND,
        permissions=frozenset({EVERYTHING}),
        authentication=Authentication.MACHINE,
    )


def worker() -> Actor:
    """The portal itself, carrying out what somebody asked for."""
    return Actor(
        ActorType.SYSTEM,
        "worker",
        "Worker",
        Channel.WORKER,
        permissions=frozenset({EVERYTHING}),
        authentication=Authentication.MACHINE,
    )


def portal() -> Actor:
    """The portal itself, of its own accord."""
    return replace(worker(), id="portal", name="Portal")


def nobody(*, channel: str, address: str | None, user_agent: str, request_id: str) -> Actor:
    """Somebody who did not prove who they are."""
    return Actor(
        ActorType.UNKNOWN,
        "",
        "Somebody unknown",
        Channel(channel),
        address=address,
        user_agent=user_agent,
        request_id=request_id,
    )


def sender(request: HttpRequest, *, channel: Channel) -> Actor:
    """Whoever sent this request, before anything is known of them."""
    unknown = nobody(
        channel=channel,
        address=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        request_id=getattr(request, "request_id", ""),
    )
    return replace(
        unknown,
        client_request_id=getattr(request, "client_request_id", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
    )


def person(request: HttpRequest, user: Any = None) -> Actor:
    """The signed-in person; `user` where the request does not know them yet, or no more."""
    user = user or request.user
    held = frozenset(user.get_all_permissions())
    return replace(
        sender(request, channel=Channel.ADMIN),
        type=ActorType.USER,
        id=str(user.pk),
        name=user.get_username(),
        permissions=held | {EVERYTHING} if user.is_superuser and user.is_active else held,
        authentication=Authentication.SESSION,
    )
