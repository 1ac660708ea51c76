"""People and their groups."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import signals
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from operations.actor import person, sender
from operations.admin.base import RefusalInForm, denial_as_403
from operations.choices import EVERYTHING, Channel
from operations.errors import DeniedError, PortalError
from operations.models import User
from operations.services.access import access_events, accounts, groups

admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(RefusalInForm, UserAdmin):
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Display", {"fields": ("time_zone",)}))
    # What happened is not edited.
    readonly_fields = ("last_login", "date_joined")
    # Only administrators give and take these.
    power_fields = ("is_superuser", "groups", "user_permissions")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if _is_administrator(request) else (*self.readonly_fields, *self.power_fields)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or _has_power_over(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or _has_power_over(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Together with groups and permissions, in save_related: one event tells of all of it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        chosen = form.cleaned_data
        accounts.save_user(
            by=person(request),
            user=form.instance,
            groups=chosen.get("groups"),
            permissions=chosen.get("user_permissions"),
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        accounts.delete_user(by=person(request), user=obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        user = self.get_object(request, unquote(id))
        if request.method != "POST" or user is None:
            return super().user_change_password(request, id, form_url)
        session_key = request.session.session_key
        try:
            with denial_as_403(), accounts.recorded_password_change(by=person(request), user=user):
                return super().user_change_password(request, id, form_url)
        except PortalError as error:
            # One's own new password comes with a new session, which was rolled back like everything else.
            request.session = type(request.session)(session_key)
            messages.error(request, str(error))
            return redirect("admin:operations_user_change", user.pk)


@admin.register(Group)
class AccountGroupAdmin(RefusalInForm, GroupAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_administrator(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Together with its permissions, in save_related."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        groups.save_group(by=person(request), group=form.instance, permissions=form.cleaned_data["permissions"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        groups.delete_group(by=person(request), group=obj)


def _is_administrator(request: HttpRequest) -> bool:
    return EVERYTHING in person(request).permissions


def _has_power_over(request: HttpRequest, user: User) -> bool:
    try:
        accounts.require_power_over(by=person(request), user=user)
    except DeniedError:
        return False
    return True


def own_password_change(request: HttpRequest) -> HttpResponse:
    """Django's page for the person who is signed in."""
    if request.method != "POST" or not isinstance(request.user, User):
        return admin.site.password_change(request)
    with accounts.recorded_password_change(by=person(request), user=request.user):
        return admin.site.password_change(request)


@receiver(signals.user_logged_in, dispatch_uid="signed_in")
def record_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    access_events.signed_in(by=person(request, user), user=user)


@receiver(signals.user_logged_out, dispatch_uid="signed_out")
def record_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        access_events.signed_out(by=person(request, user), user=user)


@receiver(signals.user_login_failed, dispatch_uid="sign_in_failed")
def record_failed_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        access_events.sign_in_failed(
            by=sender(request, channel=Channel.ADMIN), username=str(credentials.get("username") or "")
        )
