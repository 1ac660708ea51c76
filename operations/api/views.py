"""What our resources add to the protocol: who may, transport, and keys that are GUIDs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from operations.actor import Actor
from operations.api import resources
from operations.api.authentication import BearerAuthentication
from operations.api.throttling import ClientThrottle
from operations.errors import DeniedError, MissingError
from operations.odata.body import read_object
from operations.odata.declaring import Resource
from operations.odata.errors import ODataError
from operations.odata.serializers import ODataSerializer
from operations.odata.views import ODataView, ResourceCollection, ResourceItem
from operations.permissions import Action, require
from operations.services import access
from operations.services.turns import take_turn

DEVICE_MANAGEMENT = "deviceManagement"


class ResourceView(ODataView):
    """Each method names the action of the permission table that it needs."""

    authentication_classes = (BearerAuthentication,)
    throttle_classes = (ClientThrottle,)
    resource: ClassVar[Resource]
    actions: dict[str, Action] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.PORTAL_TLS and not request.is_secure():
            raise ODataError(403, "Use https: a token sent in the clear is no longer secret.")
        super().initial(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        action = self.actions.get("GET" if request.method == "HEAD" else request.method or "")
        if action is not None:
            require(action, self.actor.held)

    def handle_exception(self, exc: Exception) -> Response:
        """A denial is told, once whatever led to it is undone."""
        if isinstance(exc, DeniedError):
            access.denied(
                by=self.actor, method=self.request.method or "", path=self.request.get_full_path(), reason=str(exc)
            )
        return super().handle_exception(exc)

    @property
    def written_as(self) -> type[ODataSerializer]:
        """How its rows look on the wire."""
        return getattr(self, "serializer_class", None) or self.resource.serializer

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.user)

    def body(self, serializer_class: type[ODataSerializer] | None = None) -> dict[str, Any]:
        """What was sent, by field name, checked against the serializer."""
        sent = read_object(self.request, limit=settings.MAX_BODY_BYTES)
        return (serializer_class or self.written_as)().validated(sent)

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """A write with what it is checked against, so that nothing comes between the two."""
        with transaction.atomic():
            take_turn()
            yield

    def base(self) -> str:
        """The absolute address that set names follow."""
        return self.request.build_absolute_uri(f"/{self.kwargs['version']}/{DEVICE_MANAGEMENT}")

    def address(self, path: str) -> str:
        return f"/{self.kwargs['version']}/{DEVICE_MANAGEMENT}/{path}"


class CollectionView(ResourceView, ResourceCollection):
    """A collection of one of the declared resources."""

    catalogue = resources.CATALOGUE


class ItemView(ResourceView, ResourceItem):
    """One of its rows."""

    catalogue = resources.CATALOGUE


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


class UnknownSegment(ResourceView):
    """Whatever else stands under a version: Graph's words for it."""

    KNOWN = frozenset(
        {
            "auditEvents",
            "groupPolicyOperations",
            "groupPolicyUploadedDefinitionFiles",
            "groupPolicyDefinitionFiles",
            "groupPolicyDefinitions",
            "groupPolicyCategories",
        }
    )

    def dispatch(self, request: Any, *args: Any, **captured: str) -> Any:
        self.segments = [segment for segment in captured.pop("rest", "").split("/") if segment]
        return super().dispatch(request, *args, **captured)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise ODataError(400, f"Resource not found for the segment '{self._segment()[:80]}'.")

    def _segment(self) -> str:
        service, name, *_ = [*self.segments, "", ""]
        if service.lower() != DEVICE_MANAGEMENT.lower():
            return service
        if not any(name.lower().startswith(known.lower()) for known in self.KNOWN):
            return name
        return self.segments[-1]


class NotYet(ResourceView):
    """Parts of Microsoft Graph that the portal knows of and does not perform yet."""

    methods: tuple[str, ...] = ("GET", "POST", "PATCH", "DELETE")

    @property
    def allowed_methods(self) -> list[str]:
        return list(self.methods)

    def get(self, request: Request, **keys: str) -> Response:
        if request.method not in self.methods:
            self.http_method_not_allowed(request)
        raise ODataError(501, "Microsoft Graph has this; the portal does not perform it yet.")

    post = patch = delete = get
