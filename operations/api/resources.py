"""Every resource declared once: what it consists of, where the database keeps it, and where it leads."""

from datetime import UTC, datetime

from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from operations.api.audit_event_columns import AUDIT_EVENT_COLUMNS
from operations.api.audit_event_serializers import TAG, AuditEventSerializer
from operations.api.serializers import (
    NO_GUID,
    BaseDefinitionFileSerializer,
    CategorySerializer,
    DefinitionFileSerializer,
    DefinitionSerializer,
    OperationSerializer,
    PresentationSerializer,
)
from operations.models import (
    AuditEvent,
    DefinitionFile,
    GroupPolicyCategory,
    GroupPolicyDefinition,
    GroupPolicyOperation,
    GroupPolicyPresentation,
)
from operations.odata.metadata import BoundAction, Singleton
from operations.odata.model import BINARY, BOOLEAN, INT64, STRING, ComplexType, EntityType, Navigation, Property
from operations.odata.registry import Resource, ResourceRegistry, entity_type

GRAPH = "microsoft.graph"
RESOURCES = ResourceRegistry(GRAPH)
UPLOADED, BASE = f"{GRAPH}.groupPolicyUploadedDefinitionFile", f"{GRAPH}.groupPolicyDefinitionFile"
DEFINITION, CATEGORY = f"{GRAPH}.groupPolicyDefinition", f"{GRAPH}.groupPolicyCategory"
OPERATION, PRESENTATION = f"{GRAPH}.groupPolicyOperation", f"{GRAPH}.groupPolicyPresentation"

_NOT_REMOVED = Q(removed_date_time=None)
# What is shown until an upload was processed, as Graph does.
_UNSET = Value(datetime.min.replace(tzinfo=UTC))
_NOTHING = Value(None, output_field=TextField())
_FILE_COLUMNS = {
    # Shown with the id appended; the database keeps the prefix alone.
    "target_prefix": None,
    "upload_date_time": lambda at: Coalesce(f"{at}upload_date_time", _UNSET),
    "language_codes": "language_files__language_code",
}
_UNPROCESSED = {name: Q(upload_date_time=None) for name in ("language_codes", "group_policy_uploaded_language_files")}
_FILE_TEXTS = ("file_name", "target_namespace", "display_name", "description")
_OF_BASE = (
    "display_name", "description", "language_codes", "target_prefix", "target_namespace", "policy_type", "revision",
    "file_name", "id", "last_modified_date_time",
)  # fmt: skip
_DEFINITIONS = Navigation("definitions", DEFINITION, "definitions", "definition_file", is_collection=True)


def _files() -> QuerySet[DefinitionFile]:
    return DefinitionFile.present.prefetch_related("language_files")


def _definitions() -> QuerySet[GroupPolicyDefinition]:
    rows = GroupPolicyDefinition.objects.select_related(
        "definition_file__version", "policy__category", "policy__supported_on"
    )
    # As long as the file has policies, in each row.
    of_version = ("definition_file__version__changes", "definition_file__version__policy_names")
    return rows.defer("policy__details", "policy__searchable", "policy__texts", *of_version)


OPERATIONS = RESOURCES.add(
    Resource(
        entity_type(
            OperationSerializer,
            searched=("status_details",),
            indexed_orders=frozenset({"lastModifiedDateTime"}),
        ),
        OperationSerializer,
        GroupPolicyOperation.objects.all,
        "groupPolicyOperations",
    )
)
UPLOADED_FILES = RESOURCES.add(
    Resource(
        entity_type(
            DefinitionFileSerializer,
            base=BASE,
            columns=_FILE_COLUMNS,
            empty_when=_UNPROCESSED,
            searched=_FILE_TEXTS,
            navigations=(
                _DEFINITIONS,
                Navigation("groupPolicyOperations", OPERATION, "operations", "definition_file", is_collection=True),
            ),
        ),
        DefinitionFileSerializer,
        _files,
        "groupPolicyUploadedDefinitionFiles",
    )
)
FILES = RESOURCES.add(
    Resource(
        entity_type(
            BaseDefinitionFileSerializer,
            name=BASE,
            only=_OF_BASE,
            columns=_FILE_COLUMNS,
            empty_when=_UNPROCESSED,
            searched=_FILE_TEXTS,
            navigations=(_DEFINITIONS,),
        ),
        BaseDefinitionFileSerializer,
        _files,
        "groupPolicyDefinitionFiles",
    )
)
DEFINITIONS = RESOURCES.add(
    Resource(
        entity_type(
            DefinitionSerializer,
            columns={
                "category_path": "policy__category__path",
                "group_policy_category_id": lambda at: Coalesce(
                    f"{at}policy__category_id", Value(NO_GUID, output_field=UUIDField())
                ),
                "has_related_definitions": lambda at: ExpressionWrapper(
                    Q(**{f"{at}policy__policy_class": "Both"}), BooleanField()
                ),
                "min_device_csp_version": _NOTHING,
                "min_user_csp_version": _NOTHING,
                "version": lambda at: Concat(
                    Cast(f"{at}definition_file__version__number", CharField()),
                    Value(".0"),
                    output_field=CharField(),
                ),
            },
            searched=("policy__display_name", "policy__explain_text", "policy__category__path", "policy__key"),
            navigations=(
                Navigation("category", CATEGORY, "policy__category"),
                Navigation("definitionFile", BASE, "definition_file", only=_NOT_REMOVED),
                Navigation("nextVersionDefinition", DEFINITION, "", is_contained=True, is_expandable=False),
                Navigation("previousVersionDefinition", DEFINITION, "", is_contained=True, is_expandable=False),
                Navigation(
                    "presentations", PRESENTATION, "presentations", "definition", is_collection=True, is_contained=True
                ),
            ),
        ),
        DefinitionSerializer,
        _definitions,
        "groupPolicyDefinitions",
    )
)
CATEGORIES = RESOURCES.add(
    Resource(
        entity_type(
            CategorySerializer,
            columns={"is_root": lambda at: ExpressionWrapper(Q(**{f"{at}parent__isnull": True}), BooleanField())},
            searched=("display_name", "explain_text", "path"),
            navigations=(
                Navigation("children", CATEGORY, "children", "parent", is_collection=True),
                Navigation("parent", CATEGORY, "parent"),
                Navigation("definitionFile", BASE, "definition_file", only=_NOT_REMOVED),
                Navigation("definitions", DEFINITION, "policies__definitions", "policy__category", is_collection=True),
            ),
        ),
        CategorySerializer,
        GroupPolicyCategory.objects.all,
        "groupPolicyCategories",
    )
)
PRESENTATIONS = RESOURCES.add(
    Resource(
        entity_type(
            PresentationSerializer,
            searched=("label",),
            navigations=(Navigation("definition", DEFINITION, "definition"),),
        ),
        PresentationSerializer,
        GroupPolicyPresentation.objects.all,
        order=("position", "id"),
    )
)


AUDIT_EVENTS = RESOURCES.add(
    Resource(
        entity_type(
            AuditEventSerializer,
            columns=AUDIT_EVENT_COLUMNS,
            searched=("object_name", "actor_name", "action", "reason"),
            indexed_orders=frozenset({"activityDateTime"}),
        ),
        AuditEventSerializer,
        AuditEvent.objects.all,
        "auditEvents",
        order=("-sequence",),
    )
)
RESOURCES.schema.add(ComplexType(TAG, (Property("displayName", STRING), Property("roleScopeTagId", STRING))))

# What the rows of presentations are: each says its own type.
UPLOADED_PRESENTATION = f"{GRAPH}.groupPolicyUploadedPresentation"
_ITEM = ComplexType(
    f"{GRAPH}.groupPolicyPresentationDropdownListItem", (Property("displayName", STRING), Property("value", STRING))
)


def _required(edm_type: str, *names: str) -> tuple[Property, ...]:
    return tuple(Property(name, edm_type, nullable=False) for name in names)


_NUMBER = (
    *_required(INT64, "defaultValue", "maxValue", "minValue"),
    *_required(BOOLEAN, "required", "spin"),
    *_required(INT64, "spinStep"),
)
SUBTYPES: dict[str, tuple[Property, ...]] = {
    "CheckBox": _required(BOOLEAN, "defaultChecked"),
    "ComboBox": (
        Property("defaultValue", STRING),
        *_required(INT64, "maxLength"),
        *_required(BOOLEAN, "required"),
        Property("suggestions", STRING, is_collection=True),
    ),
    "DecimalTextBox": _NUMBER,
    "DropdownList": (
        Property("defaultItem", _ITEM.name, members=_ITEM),
        Property("items", _ITEM.name, members=_ITEM, is_collection=True),
        *_required(BOOLEAN, "required"),
    ),
    "ListBox": (*_required(BOOLEAN, "explicitValue"), Property("valuePrefix", STRING)),
    "LongDecimalTextBox": _NUMBER,
    "MultiTextBox": (*_required(INT64, "maxLength", "maxStrings"), *_required(BOOLEAN, "required")),
    "Text": (),
    "TextBox": (
        Property("defaultValue", STRING),
        *_required(INT64, "maxLength"),
        *_required(BOOLEAN, "required"),
    ),
}
RESOURCES.schema.add(
    EntityType(UPLOADED_PRESENTATION, base=PRESENTATION),
    *(
        EntityType(f"{GRAPH}.groupPolicyPresentation{name}", properties, base=UPLOADED_PRESENTATION)
        for name, properties in SUBTYPES.items()
    ),
)
_LANGUAGE_FILES = UPLOADED_FILES.entity.property_of["grouppolicyuploadedlanguagefiles"]
ACTIONS = (
    *(
        BoundAction(name, UPLOADED, (_LANGUAGE_FILES,))
        for name in ("addLanguageFiles", "removeLanguageFiles", "updateLanguageFiles")
    ),
    BoundAction("uploadNewVersion", UPLOADED, (Property("content", BINARY, nullable=False), _LANGUAGE_FILES)),
    BoundAction("remove", UPLOADED),
)
SINGLETON = Singleton(
    "deviceManagement",
    tuple(
        (resource.set_name, resource.entity.name)
        for resource in (AUDIT_EVENTS, CATEGORIES, FILES, DEFINITIONS, UPLOADED_FILES, OPERATIONS)
    ),
)
