"""Who acts: twelve people, six API clients, the worker and somebody unknown."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from operations.actor import nobody, portal, worker
from operations.choices import ActorType, Authentication, Channel, Scope
from operations.permissions import GROUPS, Action

NAMES = (
    "anna.berg",
    "benedikt.vogel",
    "chiara.rossi",
    "daniel.okafor",
    "elif.kaya",
    "frederic.morel",
    "greta.lindqvist",
    "hassan.mahdi",
    "ines.carvalho",
    "jonas.weber",
    "katarzyna.nowak",
    "liam.murphy",
)
CLIENTS = ("Nightly import", "Intune bridge", "Packaging pipeline", "Template mirror", "CMDB sync", "Compliance report")
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.6; rv:143.0) Gecko/20100101 Firefox/143.0",
)
SCRIPTS = ("python-requests/2.32", "msgraph-sdk-python/1.40", "Microsoft.Graph/5.80", "PowerShell/7.5.2")
AUDITORS = 2
_KNOWN = frozenset(action.value.permission for action in Action)


@dataclass(slots=True)
class Somebody:
    """An actor as the columns that an event has of one."""

    type: str
    id: str
    name: str
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Everybody:
    people: list[Somebody]
    clients: list[Somebody]
    worker: Somebody
    portal: Somebody

    @property
    def auditors(self) -> list[Somebody]:
        return self.people[:AUDITORS]

    def unknown(self, rng: Random) -> Somebody:
        channel, agent = rng.choice([(Channel.ADMIN, BROWSERS[0]), (Channel.API, SCRIPTS[0])])
        actor = nobody(channel=channel, address=f"203.0.113.{rng.randrange(1, 255)}", user_agent=agent, request_id="")
        return _somebody(actor)


def everybody(rng: Random) -> Everybody:
    return Everybody(
        people=[_person(rng, number, name) for number, name in enumerate(NAMES, 1)],
        clients=[_client(rng, number, name) for number, name in enumerate(CLIENTS, 1)],
        worker=_somebody(worker()),
        portal=_somebody(portal()),
    )


def _person(rng: Random, number: int, name: str) -> Somebody:
    held = GROUPS["Operators"] | (GROUPS["Auditors"] if number <= AUDITORS else frozenset())
    return Somebody(
        ActorType.USER.value,
        str(number),
        name,
        _columns(
            channel=Channel.ADMIN,
            authentication=Authentication.SESSION,
            permissions=sorted(held & _KNOWN),
            address=f"10.20.{number}.{rng.randrange(10, 250)}",
            user_agent=rng.choice(BROWSERS),
        ),
    )


def _client(rng: Random, number: int, name: str) -> Somebody:
    scopes = {Scope.READ_WRITE.value} | ({Scope.AUDIT_READ.value} if name == CLIENTS[-1] else set())
    return Somebody(
        ActorType.CLIENT.value,
        "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", k=40)),
        name,
        _columns(
            channel=Channel.API,
            authentication=Authentication.BEARER,
            token_id=str(number),
            permissions=sorted(scopes),
            address=f"192.0.2.{number}",
            user_agent=rng.choice(SCRIPTS),
        ),
    )


def _somebody(actor: Any) -> Somebody:
    return Somebody(
        actor.type.value,
        actor.id,
        actor.name,
        _columns(
            channel=actor.channel,
            authentication=actor.authentication,
            permissions=sorted(actor.permissions),
            address=actor.address,
            user_agent=actor.user_agent,
        ),
    )


def _columns(**values: Any) -> dict[str, Any]:
    told = {"token_id": "", "forwarded_for": "", "client_request_id": "", **values}
    return {name: getattr(value, "value", value) for name, value in told.items()}
