"""Who acts, through which door, from where, in which request. Each door builds one and passes it as `by=`."""

import uuid
from dataclasses import dataclass, field

from operations.choices import EVERYTHING, ActorType, Door


@dataclass(frozen=True, slots=True)
class Actor:
    type: ActorType
    id: str
    name: str
    door: Door
    held: frozenset[str] = frozenset()
    address: str | None = None
    user_agent: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def command_line(account: str) -> Actor:
    """A person at the machine itself; `account` is the operating system's user name."""
    return Actor(ActorType.SYSTEM, "command", account, Door.COMMAND, held=frozenset({EVERYTHING}))


def worker() -> Actor:
    return Actor(ActorType.SYSTEM, "worker", "Worker", Door.WORKER, held=frozenset({EVERYTHING}))
