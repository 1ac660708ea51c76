"""Accounts of people."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from operations import audit
from operations.actor import Actor
from operations.errors import InvalidError
from operations.models import User
from operations.permissions import Action, require
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
    audit.record(audit.AuditAction.USER_CREATED, user, by=by, after=_told(user), reason="First start of the portal")
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
    """One transaction, at whose end a changed password of this account is recorded."""
    with transaction.atomic():
        audit.lock_head()
        stored = User.objects.filter(pk=user.pk).values_list("password", flat=True)
        before = stored.get()
        yield
        if stored.get() != before:
            audit.record(audit.AuditAction.PASSWORD_CHANGED, user, by=by)


@transaction.atomic
def save_user(
    *,
    by: Actor,
    user: User,
    groups: Iterable[Group] | None = None,
    permissions: Iterable[Permission] | None = None,
) -> User:
    """A new account, or a changed one; groups and permissions stay where none are given. Raises InvalidError."""
    require(Action.CHANGE_USER if user.pk else Action.ADD_USER, by.permissions)
    audit.lock_head()
    stored = User.objects.filter(pk=user.pk).first() if user.pk else None
    before = _told(stored) if stored else {}
    validate(user)
    user.save()
    if groups is not None:
        user.groups.set(groups)
    if permissions is not None:
        user.user_permissions.set(permissions)
    after = _told(user)
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
    """With Django's own history of what they did in the admin; the trail keeps theirs."""
    require(Action.DELETE_USER, by.permissions)
    audit.record(audit.AuditAction.USER_DELETED, user, by=by, before=_told(user))
    user.delete()


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidError(" ".join(error.messages), target="password") from error
    user.set_password(password)


def _told(user: User) -> dict[str, Any]:
    permissions = user.user_permissions.select_related("content_type")
    return {
        **{name: getattr(user, name) for name in _FIELDS},
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(f"{one.content_type.app_label}.{one.codename}" for one in permissions),
    }
