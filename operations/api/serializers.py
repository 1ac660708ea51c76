"""How our entities look on the wire: names, types and their order, as the CSDL has them."""

from typing import Any
from uuid import UUID

from operations.choices import ClassType, DefinitionFileStatus, OperationStatus, OperationType, PolicyType
from operations.models import DefinitionFile, GroupPolicyCategory, GroupPolicyDefinition, GroupPolicyPresentation
from operations.odata.fields import (
    BinaryField,
    ComputedField,
    ConstantField,
    DateTimeOffsetField,
    EnumField,
    KeyField,
    StringField,
    StringsField,
)
from operations.odata.model import BOOLEAN, GUID, STRING
from operations.odata.names import wire_members
from operations.odata.serializers import ODataSerializer

LANGUAGE_FILES = "group_policy_uploaded_language_files"
NO_GUID = UUID(int=0)


class OperationSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyOperation."""

    odata_type = "microsoft.graph.groupPolicyOperation"

    operation_type = EnumField(OperationType, "microsoft.graph.groupPolicyOperationType")
    operation_status = EnumField(OperationStatus, "microsoft.graph.groupPolicyOperationStatus")
    status_details = StringField(allow_null=True)
    id = KeyField()
    last_modified_date_time = DateTimeOffsetField()


class LanguageFileSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyUploadedLanguageFile."""

    odata_type = "microsoft.graph.groupPolicyUploadedLanguageFile"

    content = BinaryField(allow_null=True)
    file_name = StringField(allow_null=True)
    language_code = StringField(allow_null=True)
    id = KeyField(read_only=True)
    last_modified_date_time = DateTimeOffsetField()


class DefinitionFileSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyUploadedDefinitionFile."""

    odata_type = "microsoft.graph.groupPolicyUploadedDefinitionFile"

    display_name = StringField(allow_null=True, max_length=255)
    description = StringField(allow_null=True)
    language_codes = StringsField()
    target_prefix = StringField(read_only=True)
    target_namespace = StringField(read_only=True)
    policy_type = EnumField(PolicyType, "microsoft.graph.groupPolicyType", read_only=True)
    revision = StringField(read_only=True)
    file_name = StringField(allow_null=True)
    id = KeyField(read_only=True)
    last_modified_date_time = DateTimeOffsetField()
    status = EnumField(DefinitionFileStatus, "microsoft.graph.groupPolicyUploadedDefinitionFileStatus", read_only=True)
    content = BinaryField(allow_null=True)
    upload_date_time = DateTimeOffsetField()
    default_language_code = StringField(allow_null=True)
    group_policy_uploaded_language_files = LanguageFileSerializer(many=True, source="language_files.all")

    def to_representation(self, instance: DefinitionFile) -> dict[str, Any]:
        shown = super().to_representation(instance)
        # Observed of Graph: the prefix carries the id, and languages are empty until the upload was processed.
        shown["targetPrefix"] = f"{instance.target_prefix}{instance.pk}" if instance.target_prefix else None
        if instance.upload_date_time is None:
            shown["languageCodes"] = shown["groupPolicyUploadedLanguageFiles"] = []
        return shown


class DefinitionFileChangeSerializer(DefinitionFileSerializer):
    """A PATCH: its `id` is read, to be compared with the address."""

    id = KeyField()


class DefinitionSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyDefinition."""

    odata_type = "microsoft.graph.groupPolicyDefinition"

    category_path = StringField(source="policy.category.path", default=None)
    class_type = EnumField(ClassType, "microsoft.graph.groupPolicyDefinitionClassType")
    display_name = StringField(source="policy.display_name")
    explain_text = StringField(source="policy.explain_text")
    group_policy_category_id = ComputedField(GUID)
    has_related_definitions = ComputedField(BOOLEAN)
    id = KeyField()
    last_modified_date_time = DateTimeOffsetField()
    min_device_csp_version = ConstantField(None)
    min_user_csp_version = ConstantField(None)
    policy_type = EnumField(PolicyType, "microsoft.graph.groupPolicyType", source="definition_file.policy_type")
    supported_on = StringField(source="policy.supported_on.display_name", default=None)
    version = ComputedField(STRING)

    def get_group_policy_category_id(self, row: GroupPolicyDefinition) -> str:
        return str(row.policy.category_id or NO_GUID)

    def get_has_related_definitions(self, row: GroupPolicyDefinition) -> bool:
        """The same policy for the other class."""
        return row.policy.policy_class == "Both"

    def get_version(self, row: GroupPolicyDefinition) -> str | None:
        version = row.definition_file.version
        return f"{version.number}.0" if version else None


class CategorySerializer(ODataSerializer):
    """microsoft.graph.groupPolicyCategory."""

    odata_type = "microsoft.graph.groupPolicyCategory"

    display_name = StringField()
    id = KeyField()
    ingestion_source = ConstantField(
        "custom", "microsoft.graph.ingestionSource", ("unknown", "custom", "builtIn", "unknownFutureValue")
    )
    is_root = ComputedField(BOOLEAN)
    last_modified_date_time = DateTimeOffsetField()

    def get_is_root(self, row: GroupPolicyCategory) -> bool:
        return row.parent_id is None


class PresentationSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyPresentation; each row says which of its subtypes it is."""

    odata_type = "microsoft.graph.groupPolicyPresentation"

    id = KeyField()
    label = StringField()  # type: ignore[assignment]  # a DRF field has a label of its own
    last_modified_date_time = DateTimeOffsetField()

    def to_representation(self, instance: GroupPolicyPresentation) -> dict[str, Any]:
        subtype = f"{instance.type[:1].upper()}{instance.type[1:]}"
        return {
            "@odata.type": f"#{self.odata_type}{subtype}",
            **super().to_representation(instance),
            **wire_members(instance.properties),
        }


class BaseDefinitionFileSerializer(DefinitionFileSerializer):
    """A groupPolicyDefinitionFile, which in the portal is always an uploaded one."""

    def to_representation(self, instance: DefinitionFile) -> dict[str, Any]:
        return {"@odata.type": f"#{self.odata_type}", **super().to_representation(instance)}
