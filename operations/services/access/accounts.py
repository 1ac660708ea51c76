"""Accounts of people. Nobody gives or takes here what they do not hold themselves."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from operations import audit
from operations.actor import Actor
from operations.choices import EVERYTHING, ActorType
from operations.errors import ConflictError, DeniedError, InvalidError
from operations.models import User
from operations.permissions import Action, require, require_everything
from operations.services.access.names import require_clear_name
from operations.services.validation import validate

FIRST_ADMIN = "admin"
_FIELDS = ("username", "first_name", "last_name", "email", "time_zone", "is_active", "is_staff", "is_superuser")


@transaction.atomic
def create_first_admin(*, by: Actor) -> str | None:
    """Create the first administrator with a random password and return it; None when anybody exists."""
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(15)
    user = User.objects.create_superuser(FIRST_ADMIN, password=password)
    audit.record(audit.AuditAction.USER_CREATED, user, by=by, after=facts_of(user), reason="First start of the portal")
    return password


@transaction.atomic
def create_superuser(*, by: Actor, username: str, password: str, email: str = "") -> User:
    """Raises InvalidError for a name that is taken or a password that is too weak."""
    user = User(username=User.normalize_username(username), email=email, is_staff=True, is_superuser=True)
    _set_password(user, password)
    return save_user(by=by, user=user)


@transaction.atomic
def change_password(*, by: Actor, username: str, password: str) -> None:
    """Raises InvalidError for an unknown account or a password that is too weak."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise InvalidError(f"There is no account called {username}.", target="username")
    require(Action.CHANGE_USER, by.permissions)
    with recorded_password_change(by=by, user=user):
        _set_password(user, password)
        user.save(update_fields=["password"])


@contextmanager
def recorded_password_change(*, by: Actor, user: User) -> Iterator[None]:
    """One transaction, at whose end a changed password of this account is recorded.

    Raises DeniedError for somebody else's account that may do more than the caller, ConflictError where the last
    administrator would be left without a password.
    """
    with transaction.atomic():
        audit.lock_head()
        before = User.objects.get(pk=user.pk)
        if not _is_own(by, user):
            require_power_over(by=by, user=before)
        yield
        if User.objects.values_list("password", flat=True).get(pk=user.pk) != before.password:
            if _is_administrator(before):
                _require_an_administrator()
            audit.record(audit.AuditAction.PASSWORD_CHANGED, user, by=by)


@transaction.atomic
def save_user(
    *,
    by: Actor,
    user: User,
    groups: Iterable[Group] | None = None,
    permissions: Iterable[Permission] | None = None,
) -> User:
    """A new account, or a changed one; groups and permissions stay where none are given.

    Raises InvalidError, DeniedError for what the caller does not hold, ConflictError for the last administrator.
    """
    require(Action.CHANGE_USER if user.pk else Action.ADD_USER, by.permissions)
    audit.lock_head()
    stored = User.objects.filter(pk=user.pk).first() if user.pk else None
    before = facts_of(stored) if stored else {}
    validate(user)
    if stored:
        require_power_over(by=by, user=stored)
    if stored is None or stored.username != user.username:
        others = User.objects.exclude(pk=user.pk).values_list("username", flat=True)
        require_clear_name(user.username, taken=others, target="username")
    user.save()
    if groups is not None:
        user.groups.set(groups)
    if permissions is not None:
        user.user_permissions.set(permissions)
    after = facts_of(user)
    for name in ("is_superuser", "groups", "permissions"):
        if after[name] != before.get(name, type(after[name])()):
            require_everything(by.permissions, "Giving or taking the administrator's flag, groups and permissions")
    if stored and _is_administrator(stored):
        _require_an_administrator()
    if stored is None:
        audit.record(audit.AuditAction.USER_CREATED, user, by=by, after=after)
    elif after != before:
        old, new = audit.differences(before, after)
        audit.record(audit.AuditAction.USER_CHANGED, user, by=by, before=old, after=new)
    return user


@transaction.atomic
def choose_time_zone(*, by: Actor, user_id: int, time_zone: str) -> None:
    """One's own choice, for which nobody needs a permission; empty for the portal's zone. Raises InvalidError."""
    audit.lock_head()
    user = User.objects.get(pk=user_id)
    before = {"time_zone": user.time_zone}
    user.time_zone = time_zone
    validate(user)
    old, new = audit.changed_fields(user, before, ("time_zone",))
    if new:
        user.save(update_fields=["time_zone"])
        audit.record(audit.AuditAction.USER_CHANGED, user, by=by, before=old, after=new)


@transaction.atomic
def delete_user(*, by: Actor, user: User) -> None:
    """With Django's own history of what they did in the admin; the trail keeps theirs.

    Raises DeniedError for an account that may do more than the caller, ConflictError for the last administrator.
    """
    require(Action.DELETE_USER, by.permissions)
    audit.lock_head()
    # As it is now that nothing can change any more; the caller may have read it earlier.
    stored = User.objects.get(pk=user.pk)
    require_power_over(by=by, user=stored)
    was_administrator = _is_administrator(stored)
    audit.record(audit.AuditAction.USER_DELETED, user, by=by, before=facts_of(user))
    user.delete()
    if was_administrator:
        _require_an_administrator()


def require_power_over(*, by: Actor, user: User) -> None:
    """Raise DeniedError where the account may do anything, now or once it is active, that the caller may not."""
    if user.is_superuser:
        require_everything(by.permissions, "Changing an administrator's account")
    held = Permission.objects.filter(Q(user=user) | Q(group__user=user)).select_related("content_type").distinct()
    missing = sorted({permission_name(permission) for permission in held} - by.permissions)
    if missing and EVERYTHING not in by.permissions:
        raise DeniedError(f"The account {user.username} has the permission {missing[0]}, which you do not have.")


def permission_name(permission: Permission) -> str:
    """As Django's checks name it: `operations.view_version`."""
    return f"{permission.content_type.app_label}.{permission.codename}"


def _is_own(by: Actor, user: User) -> bool:
    return by.type == ActorType.USER and by.id == str(user.pk)


def _is_administrator(user: User) -> bool:
    return user.is_active and user.is_staff and user.is_superuser and user.has_usable_password()


def _require_an_administrator() -> None:
    if not any(_is_administrator(user) for user in User.objects.filter(is_superuser=True, is_active=True)):
        raise ConflictError(
            "This is the last administrator who can sign in; without one nobody could manage accounts. "
            "Make somebody else an administrator first.",
            target="is_active",
        )


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidError(" ".join(error.messages), target="password") from error
    user.set_password(password)


def facts_of(user: User) -> dict[str, Any]:
    """What events tell of an account."""
    permissions = user.user_permissions.select_related("content_type")
    return {
        **{name: getattr(user, name) for name in _FIELDS},
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(permission_name(permission) for permission in permissions),
    }
