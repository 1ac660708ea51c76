"""What our resources add to the protocol: who may, and keys that are GUIDs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model, QuerySet
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from operations import audit
from operations.actor import Actor
from operations.api import resources
from operations.api.authentication import BearerAuthentication
from operations.api.throttling import ClientThrottle
from operations.errors import DeniedError, MissingError
from operations.odata.body import has_body, read_object
from operations.odata.errors import ODataError
from operations.odata.serializers import ODataSerializer
from operations.odata.viewsets import ODataViewSet
from operations.permissions import Action, require
from operations.services.access import access_events

DEVICE_MANAGEMENT = "deviceManagement"


class ActionPermission(BasePermission):
    """What the viewset's `required_permissions` say of the action that is called; an action without a rule is open
    to nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if (request.method or "").lower() not in view.action_map:
            return True  # no such method here: 405
        if view.action not in view.required_permissions:
            raise ImproperlyConfigured(f"{type(view).__name__}.{view.action} has no required permission.")
        require(view.required_permissions[view.action], view.actor.permissions)
        return True


class PortalViewSet(ODataViewSet):
    """Identified callers only; what each action needs stands in `required_permissions`."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = (ActionPermission,)
    throttle_classes = (ClientThrottle,)
    registry = resources.RESOURCES
    # By action: the entry of the permission table, and with it the scopes.
    required_permissions: ClassVar[Mapping[str, Action]] = {}
    # The name of the key in the addresses of this resource.
    lookup_url_kwarg = ""

    def handle_exception(self, exc: Exception) -> Response:
        """A denial is recorded, once whatever led to it is undone."""
        if isinstance(exc, DeniedError):
            access_events.denied(
                by=self.actor, method=self.request.method or "", path=self.request.get_full_path(), reason=str(exc)
            )
        return super().handle_exception(exc)

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.user)

    def get_object(self) -> Any:
        return by_key(self.get_queryset(), self.kwargs[self.lookup_url_kwarg])

    def body(self, serializer_class: type[ODataSerializer] | None = None) -> dict[str, Any]:
        """What was sent, by field name, checked against the serializer."""
        sent = read_object(self.request, limit=settings.MAX_BODY_BYTES)
        return (serializer_class or self.get_serializer_class())().validated(sent)

    def parameters(self, serializer_class: type[ODataSerializer], *, are_optional: bool = False) -> dict[str, Any]:
        """The parameters of an action, by field name."""
        # Clients send an action without parameters with no body, or with an empty object.
        if are_optional and not has_body(self.request):
            return {}
        return self.body(serializer_class)

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """A write with what it is checked against, so that nothing comes between the two."""
        with transaction.atomic():
            audit.lock_head()
            yield

    @property
    def fragment(self) -> str:
        return f"{DEVICE_MANAGEMENT}/{self.resource.set_name}"

    def base(self) -> str:
        return self.request.build_absolute_uri(f"/{self.kwargs['version']}/{DEVICE_MANAGEMENT}")

    def address(self, path: str) -> str:
        return f"/{self.kwargs['version']}/{DEVICE_MANAGEMENT}/{path}"


class NoParameters(ODataSerializer):
    """Of actions that take none."""

    odata_type = "parameters"


def by_key(rows: QuerySet[Any], key: str) -> Any:
    """The row with this key; ids are case-sensitive. Raises MissingError."""
    row = rows.filter(pk=guid(key)).first()
    if row is None:
        raise missing(rows.model, key)
    return row


def guid(key: str) -> UUID:
    try:
        value = UUID(key)
    except ValueError:
        value = None
    if value is None or str(value) != key:
        raise MissingError(f"Resource '{key[:80]}' does not exist.", target="id")
    return value


def missing(model: type[Model], key: str) -> MissingError:
    return MissingError(f"There is no {model._meta.verbose_name} with the id '{key}'.", target="id")


def same_id(values: dict[str, Any], key: UUID) -> dict[str, Any]:
    """The members other than an `id`, which must be that of the address if it is sent at all."""
    if values.get("id", key) != key:
        raise ODataError(400, f"The id in the body differs from '{key}' in the address.", target="id")
    return {name: value for name, value in values.items() if name != "id"}
