"""What can be refused. Channels translate these: the API into Graph's envelope, the admin beside the field."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one named part of the input, with the fix in its message."""

    message: str
    target: str = ""


@dataclass(eq=False)
class PortalError(Exception):
    """An expected refusal. `target` names the wire property or field; `details` holds further problems."""

    message: str
    target: str = ""
    details: tuple[Problem, ...] = field(default=())

    def __str__(self) -> str:
        return self.message


class InvalidError(PortalError):
    """The input is wrong and nothing was changed."""


class DeniedError(PortalError):
    """The actor may not do this."""


class MissingError(PortalError):
    """There is no such object."""


class ConflictError(PortalError):
    """The input is right but the object's present state does not allow it."""


class TooLargeError(PortalError):
    """The input is over a stated limit."""


class DamagedError(PortalError):
    """What is stored is not what was stored."""
