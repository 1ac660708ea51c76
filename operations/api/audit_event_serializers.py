"""How events of the trail look on the wire: Microsoft Graph's auditEvent of device management."""

from typing import Any

from operations.audit import REGISTRY
from operations.choices import ActorType
from operations.models import AuditEvent
from operations.odata.fields import (
    ComputedField,
    ConstantField,
    DateTimeOffsetField,
    KeyField,
    StringField,
    StringsField,
)
from operations.odata.model import GUID, STRING
from operations.odata.serializers import ODataSerializer

ACTOR_TYPES: dict[str, str] = {ActorType.USER: "ItPro", ActorType.CLIENT: "Application"}
NO_ACTOR_TYPE = "System"
TAG = "microsoft.graph.roleScopeTagInfo"


def _registered(row: AuditEvent, attribute: str) -> str | None:
    """Null for a code that nobody registered: a forged event must not hide the others."""
    entry = REGISTRY.get(row.action)  # type: ignore[call-overload]
    return getattr(entry, attribute) if entry else None


class NoTagsField(ConstantField):
    is_collection = True

    def __init__(self) -> None:
        super().__init__([], TAG)


class AuditActorSerializer(ODataSerializer):
    """microsoft.graph.auditActor, of an event."""

    odata_type = "microsoft.graph.auditActor"

    application_display_name = ComputedField(STRING)
    application_id = ComputedField(STRING)
    audit_actor_type = ComputedField(STRING)
    ip_address = StringField(source="address")
    remote_tenant_id = ConstantField(None)
    remote_user_id = ConstantField(None)
    service_principal_name = ComputedField(STRING)
    type = ComputedField(STRING)
    user_id = ComputedField(STRING)
    user_permissions = StringsField(source="permissions")
    user_principal_name = ComputedField(STRING)
    user_role_scope_tags = NoTagsField()

    def get_audit_actor_type(self, row: AuditEvent) -> str:
        return ACTOR_TYPES.get(row.actor_type, NO_ACTOR_TYPE)

    get_type = get_audit_actor_type

    def get_user_id(self, row: AuditEvent) -> str | None:
        return row.actor_id if row.actor_type == ActorType.USER else None

    def get_user_principal_name(self, row: AuditEvent) -> str | None:
        return row.actor_name if row.actor_type == ActorType.USER else None

    def get_application_id(self, row: AuditEvent) -> str | None:
        return row.actor_id if row.actor_type == ActorType.CLIENT else None

    def get_application_display_name(self, row: AuditEvent) -> str | None:
        return row.actor_name if row.actor_type == ActorType.CLIENT else None

    get_service_principal_name = get_application_display_name


class AuditPropertySerializer(ODataSerializer):
    """microsoft.graph.auditProperty, of a change."""

    odata_type = "microsoft.graph.auditProperty"

    display_name = StringField(source="name")
    new_value = StringField(source="after")
    old_value = StringField(source="before")


class AuditResourceSerializer(ODataSerializer):
    """microsoft.graph.auditResource: the object that an event is about."""

    odata_type = "microsoft.graph.auditResource"

    audit_resource_type = StringField(source="object_type")
    display_name = StringField(source="object_name")
    modified_properties = AuditPropertySerializer(many=True, source="changes")
    resource_id = StringField(source="object_id")
    type = StringField(source="object_type")


class AuditEventSerializer(ODataSerializer):
    """microsoft.graph.auditEvent."""

    odata_type = "microsoft.graph.auditEvent"

    activity = StringField(source="action")
    activity_date_time = DateTimeOffsetField(source="recorded_date_time")
    activity_operation_type = ComputedField(STRING)
    activity_result = ComputedField(STRING)
    activity_type = StringField(source="action")
    actor = AuditActorSerializer(source="*")
    category = ComputedField(STRING)
    component_name = StringField(source="channel")
    correlation_id = ComputedField(GUID)
    display_name = ComputedField(STRING)
    id = KeyField(source="event_id")
    resources = AuditResourceSerializer(many=True, source="objects_concerned")

    def get_activity_operation_type(self, row: AuditEvent) -> str | None:
        return _registered(row, "kind")

    def get_activity_result(self, row: AuditEvent) -> str:
        return row.outcome.capitalize()

    def get_category(self, row: AuditEvent) -> str | None:
        return _registered(row, "category")

    def get_correlation_id(self, row: AuditEvent) -> str | None:
        return row.request_id or None

    def get_display_name(self, row: AuditEvent) -> str | None:
        return _registered(row, "label")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        instance.objects_concerned = [instance]
        return super().to_representation(instance)
