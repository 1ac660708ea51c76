"""Accounts of people."""

import secrets

from django.db import transaction

from operations import audit
from operations.actor import Actor
from operations.models import User

FIRST_ADMIN = "admin"


@transaction.atomic
def create_first_admin(*, by: Actor) -> str | None:
    """Create the first administrator with a random password and return it; None when anybody exists."""
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(15)
    user = User.objects.create_superuser(FIRST_ADMIN, password=password)
    audit.record(
        audit.AuditAction.USER_CREATED,
        user,
        by=by,
        after={"username": user.username, "is_superuser": True},
        reason="First start of the portal",
    )
    return password
