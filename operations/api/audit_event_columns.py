"""Where the database keeps what an auditEvent shows."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, F, Func, TextField, UUIDField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, NullIf, Replace, Substr, Upper

from operations.api.audit_event_serializers import ACTOR_TYPES, NO_ACTOR_TYPE
from operations.audit import REGISTRY
from operations.choices import ActorType


class Address(Func):
    """An address as text; PostgreSQL has a type of its own for it."""

    function = "HOST"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


def _by_action(attribute: str) -> Callable[[str], Combinable]:
    told = [When(action=action, then=Value(getattr(entry, attribute))) for action, entry in REGISTRY.items()]
    return lambda at: Case(*told, output_field=TextField())


def _of_actor(column: str, kind: ActorType) -> Callable[[str], Combinable]:
    return lambda at: Case(When(actor_type=kind, then=F(column)), output_field=TextField())


def _actor_type(at: str) -> Combinable:
    told = [When(actor_type=kind, then=Value(written)) for kind, written in ACTOR_TYPES.items()]
    return Case(*told, default=Value(NO_ACTOR_TYPE), output_field=TextField())


def _request_id(at: str) -> Combinable:
    """Kept as text, of which either database makes a GUID when there are no hyphens in it."""
    without_hyphens = Replace(F("request_id"), Value("-"), Value(""))
    return Cast(NullIf(without_hyphens, Value("")), UUIDField())


AUDIT_EVENT_COLUMNS: Mapping[str, Any] = {
    "activity_operation_type": _by_action("kind"),
    "activity_result": lambda at: Concat(
        Upper(Substr("outcome", 1, 1)), Substr("outcome", 2), output_field=TextField()
    ),
    "actor": {
        "application_display_name": _of_actor("actor_name", ActorType.CLIENT),
        "application_id": _of_actor("actor_id", ActorType.CLIENT),
        "audit_actor_type": _actor_type,
        "ip_address": lambda at: Address("address"),
        "service_principal_name": _of_actor("actor_name", ActorType.CLIENT),
        "type": _actor_type,
        "user_id": _of_actor("actor_id", ActorType.USER),
        "user_permissions": None,
        "user_principal_name": _of_actor("actor_name", ActorType.USER),
        "user_role_scope_tags": None,
    },
    "category": _by_action("category"),
    "correlation_id": _request_id,
    "display_name": _by_action("label"),
    "resources": {"modified_properties": None},
}
