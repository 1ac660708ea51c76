"""One table: who may do what. Admin, API and services read it; nothing else decides."""

from collections.abc import Set
from dataclasses import dataclass
from enum import Enum, unique

from operations.choices import EVERYTHING, Scope
from operations.errors import DeniedError


# Compared by identity: an Enum makes members with equal values one, and two actions may well need the same.
@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Any one of these suffices: a Django permission (people) or a Graph scope (API clients)."""

    permission: str
    scopes: tuple[Scope, ...] = ()


WRITE = (Scope.READ_WRITE,)
READ = (Scope.READ, Scope.READ_WRITE)


@unique
class Action(Enum):
    READ_OPERATIONS = Rule("operations.view_grouppolicyoperation", READ)
    RECORD_OPERATION = Rule("operations.add_grouppolicyoperation", WRITE)
    CORRECT_OPERATION = Rule("operations.change_grouppolicyoperation", WRITE)
    DELETE_OPERATION = Rule("operations.delete_grouppolicyoperation", WRITE)
    CANCEL_OPERATION = Rule("operations.cancel_grouppolicyoperation", WRITE)
    READ_DEFINITION_FILES = Rule("operations.view_definitionfile", READ)
    UPLOAD_DEFINITION_FILE = Rule("operations.add_definitionfile", WRITE)
    UPLOAD_NEW_VERSION = Rule("operations.add_version", WRITE)
    CHANGE_LANGUAGE_FILES = Rule("operations.change_languagefile", WRITE)
    DESCRIBE_DEFINITION_FILE = Rule("operations.change_definitionfile", WRITE)
    REMOVE_DEFINITION_FILE = Rule("operations.delete_definitionfile", WRITE)
    READ_TRAIL = Rule("operations.view_auditevent", (Scope.AUDIT_READ,))
    MANAGE_API_CLIENTS = Rule("operations.change_apiclient")
    ADD_USER = Rule("operations.add_user")
    CHANGE_USER = Rule("operations.change_user")
    DELETE_USER = Rule("operations.delete_user")
    ADD_GROUP = Rule("auth.add_group")
    CHANGE_GROUP = Rule("auth.change_group")
    DELETE_GROUP = Rule("auth.delete_group")


_VIEW = (
    "grouppolicyoperation",
    "definitionfile",
    "languagefile",
    "finding",
    "version",
    "policy",
    "grouppolicycategory",
)
GROUPS: dict[str, frozenset[str]] = {
    "Operators": frozenset(
        {
            *(f"operations.view_{model}" for model in _VIEW),
            "operations.add_grouppolicyoperation",
            "operations.cancel_grouppolicyoperation",
            "operations.add_definitionfile",
            "operations.add_version",
            "operations.change_languagefile",
        }
    ),
    "Auditors": frozenset(f"operations.view_{model}" for model in (*_VIEW, "auditevent", "apiclient", "user"))
    | {"auth.view_group"},
}


def allows(action: Action, held: Set[str]) -> bool:
    return EVERYTHING in held or action.value.permission in held or any(s in held for s in action.value.scopes)


def require(action: Action, held: Set[str]) -> None:
    """Raise DeniedError naming what would suffice."""
    if not allows(action, held):
        wanted = ", ".join(action.value.scopes) or action.value.permission
        raise DeniedError(
            "Application is not authorized to perform this operation. "
            f"Application must have one of the following scopes: {wanted}"
            if action.value.scopes
            else f"This needs the permission {wanted}."
        )


def require_everything(held: Set[str], what: str) -> None:
    """Raise DeniedError: `what` is for administrators only, who may do everything."""
    if EVERYTHING not in held:
        raise DeniedError(f"{what} needs an administrator, who may do everything.")


def missing_for(scope: str, held: Set[str]) -> list[str]:
    """The permissions that a client with this scope has and this caller has not."""
    actions = [action for action in Action if scope in action.value.scopes and not allows(action, held)]
    return sorted({action.value.permission for action in actions})
