"""People and their groups."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import signals
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from operations.actor import person, sender
from operations.choices import Channel
from operations.models import User
from operations.services.access import access_events, accounts, groups

admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(UserAdmin):
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Display", {"fields": ("time_zone",)}))
    # What happened is not edited.
    readonly_fields = ("last_login", "date_joined")

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
        with accounts.recorded_password_change(by=person(request), user=user):
            return super().user_change_password(request, id, form_url)


@admin.register(Group)
class AccountGroupAdmin(GroupAdmin):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Together with its permissions, in save_related."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        groups.save_group(by=person(request), group=form.instance, permissions=form.cleaned_data["permissions"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        groups.delete_group(by=person(request), group=obj)


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
