"""What the files in force declare: definition files, definitions, categories and presentations, all to be read."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.definition_files import DefinitionFileSerializer
from operations.api.views import ResourceView, by_key
from operations.choices import ClassType, PolicyType
from operations.models import (
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyPresentation,
)
from operations.odata.fields import DateTimeOffsetField, EnumField, KeyField, StringField
from operations.odata.names import wire_members
from operations.odata.paging import newest_first
from operations.odata.serializers import ODataSerializer
from operations.permissions import Action

NO_GUID = UUID(int=0)


class DefinitionSerializer(ODataSerializer):
    """microsoft.graph.groupPolicyDefinition."""

    odata_type = "microsoft.graph.groupPolicyDefinition"

    category_path = StringField(source="policy.category.path", default=None)
    class_type = EnumField(ClassType, "microsoft.graph.groupPolicyDefinitionClassType")
    display_name = StringField(source="policy.display_name")
    explain_text = StringField(source="policy.explain_text")
    group_policy_category_id = serializers.SerializerMethodField()
    has_related_definitions = serializers.SerializerMethodField()
    id = KeyField()
    last_modified_date_time = DateTimeOffsetField()
    min_device_csp_version = serializers.ReadOnlyField(default=None)
    min_user_csp_version = serializers.ReadOnlyField(default=None)
    policy_type = EnumField(PolicyType, "microsoft.graph.groupPolicyType", source="definition_file.policy_type")
    supported_on = StringField(source="policy.supported_on.display_name", default=None)
    version = serializers.SerializerMethodField()

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
    ingestion_source = serializers.ReadOnlyField(default="custom")
    is_root = serializers.SerializerMethodField()
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


class ReadView(ResourceView):
    """A collection, one of its rows, or one row that another leads to."""

    actions = {"GET": Action.READ_DEFINITION_FILES}
    set_name: ClassVar[str]

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return f"deviceManagement/{self.set_name}"


class Files(ReadView):
    set_name = "groupPolicyDefinitionFiles"
    serializer_class = BaseDefinitionFileSerializer

    def rows(self) -> QuerySet[DefinitionFile]:
        rows = DefinitionFile.present.prefetch_related("language_files")
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
            return rows.filter(pk=parent.definition_file_id)
        if "category" in self.kwargs:
            parent = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(pk=parent.definition_file_id)
        return rows


class Definitions(ReadView):
    set_name = "groupPolicyDefinitions"
    serializer_class = DefinitionSerializer

    def rows(self) -> QuerySet[GroupPolicyDefinition]:
        rows = GroupPolicyDefinition.objects.select_related(
            "definition_file__version", "policy__category", "policy__supported_on"
        ).defer("policy__details", "policy__searchable", "policy__texts", "definition_file__version__changes")
        if "file" in self.kwargs:
            return rows.filter(definition_file=by_key(DefinitionFile.present.all(), self.kwargs["file"]))
        if "category" in self.kwargs:
            category = by_key(GroupPolicyCategory.objects.all(), self.kwargs["category"])
            return rows.filter(policy__category=category)
        return rows


class Categories(ReadView):
    set_name = "groupPolicyCategories"
    serializer_class = CategorySerializer

    def rows(self) -> QuerySet[GroupPolicyCategory]:
        rows = GroupPolicyCategory.objects.all()
        if "definition" in self.kwargs:
            parent = by_key(GroupPolicyDefinition.objects.select_related("policy"), self.kwargs["definition"])
            return rows.filter(pk=parent.policy.category_id)
        if "parent_of" in self.kwargs:
            return rows.filter(pk=by_key(rows, self.kwargs["parent_of"]).parent_id)
        if "category" in self.kwargs:
            return rows.filter(parent=by_key(rows, self.kwargs["category"]))
        return rows


class Presentations(ReadView):
    serializer_class = PresentationSerializer

    @property
    def fragment(self) -> str:
        return f"deviceManagement/groupPolicyDefinitions('{self.kwargs['definition']}')/presentations"

    def rows(self) -> QuerySet[GroupPolicyPresentation]:
        definition = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
        return GroupPolicyPresentation.objects.filter(definition=definition)


class Collection(ReadView):
    supported_options = frozenset({"top", "skiptoken"})

    def get(self, request: Request, **keys: str) -> Response:
        return self.collection(newest_first(self.rows(), self.options_read, request), self.fragment)


class Item(ReadView):
    def get(self, request: Request, **keys: str) -> Response:
        return self.entity(by_key(self.rows(), keys["key"]), self.fragment)


class Single(ReadView):
    """What another row leads to; nothing there is 204, as OData has it."""

    def get(self, request: Request, **keys: str) -> Response:
        row = self.rows().first()
        return self.no_content() if row is None else self.entity(row, self.fragment)


class FileCollection(Files, Collection):
    pass


class FileItem(Files, Item):
    pass


class FileOf(Files, Single):
    pass


class DefinitionCollection(Definitions, Collection):
    pass


class DefinitionItem(Definitions, Item):
    pass


class DefinitionOf(Definitions, Single):
    """Of a presentation; also of the next and previous version, which imported templates do not have."""

    def rows(self) -> QuerySet[GroupPolicyDefinition]:
        parent = by_key(GroupPolicyDefinition.objects.all(), self.kwargs["definition"])
        if "presentation" not in self.kwargs:
            return GroupPolicyDefinition.objects.none()
        by_key(GroupPolicyPresentation.objects.filter(definition=parent), self.kwargs["presentation"])
        return super().rows().filter(pk=parent.pk)


class CategoryCollection(Categories, Collection):
    pass


class CategoryItem(Categories, Item):
    pass


class CategoryOf(Categories, Single):
    pass


class PresentationCollection(Presentations, Collection):
    pass


class PresentationItem(Presentations, Item):
    pass
