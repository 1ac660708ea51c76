"""Addresses under /beta/ and /v1.0/. Regular expressions, since keys and letter case vary as in OData."""

from django.urls import URLPattern, re_path

from operations.api import (
    actions,
    additions,
    audit_events,
    batch,
    definition_files,
    definitions,
    operations,
    service,
    views,
)
from operations.api.views import CollectionView
from operations.odata.addresses import collection, key

VERSION = r"^(?P<version>beta|v1\.0)"
ROOT = rf"{VERSION}/{collection('deviceManagement')}"
OPERATIONS = collection("groupPolicyOperations")
EVENTS = collection("auditEvents")
UPLOADED = collection("groupPolicyUploadedDefinitionFiles")
FILES = collection("groupPolicyDefinitionFiles")
DEFINITIONS = collection("groupPolicyDefinitions")
CATEGORIES = collection("groupPolicyCategories")
PRESENTATIONS = collection("presentations")
NAMESPACE = f"(?:{collection('microsoft.graph.')})?"
CAST = collection("microsoft.graph.groupPolicyUploadedDefinitionFile")
FILE, DEFINITION = rf"{FILES}{key('file')}", rf"{DEFINITIONS}{key('definition')}"
OUR_FILE = rf"{ROOT}/{UPLOADED}{key('file')}/{collection(additions.NAMESPACE)}\."
OUR_OPERATION = (
    rf"{ROOT}/(?:{UPLOADED}{key('file')}/)?{OPERATIONS}{key('operation')}/{collection(additions.NAMESPACE)}\."
)
OUR_VERSION = rf"{OUR_FILE}{collection('versions')}{key('number')}"


def counted(pattern: str, view: type[CollectionView]) -> list[URLPattern]:
    """A collection and its `/$count`."""
    return [re_path(rf"{pattern}$", view.as_view()), re_path(rf"{pattern}/\$count$", view.as_view(is_count=True))]


# Before Graph's: there any segment may be a key.
ADDITIONS = [
    re_path(
        rf"{ROOT}/{EVENTS}/{collection(additions.NAMESPACE)}\.{collection('export')}$",
        audit_events.AuditEventExport.as_view(),
    ),
    re_path(
        rf"{ROOT}/{UPLOADED}/{collection(additions.NAMESPACE)}\.{collection('preflight')}$",
        additions.Preflight.as_view(),
    ),
    re_path(rf"{OUR_FILE}{collection('preflight')}$", additions.NewVersionPreflight.as_view()),
    re_path(rf"{OUR_FILE}{collection('versions')}$", additions.VersionCollection.as_view()),
    re_path(rf"{OUR_VERSION}$", additions.VersionItem.as_view()),
    re_path(rf"{OUR_VERSION}/{collection('content')}$", additions.VersionContent.as_view()),
    re_path(rf"{OUR_VERSION}/{collection('content')}{key('language')}$", additions.VersionContent.as_view()),
    re_path(rf"{OUR_VERSION}/{collection('zip')}$", additions.VersionZip.as_view()),
    re_path(rf"{OUR_FILE}{collection('changes')}$", additions.Changes.as_view()),
    re_path(rf"{OUR_FILE}{collection('rollBack')}$", additions.RollBack.as_view()),
    re_path(rf"{OUR_FILE}{collection('restore')}$", additions.Restore.as_view()),
    re_path(rf"{OUR_OPERATION}{collection('findings')}$", additions.Findings.as_view()),
    re_path(rf"{OUR_OPERATION}{collection('retry')}$", additions.Retry.as_view()),
    re_path(rf"{OUR_OPERATION}{collection('cancel')}$", additions.Cancel.as_view()),
]

urlpatterns = [
    re_path(rf"{VERSION}/\$[mM][eE][tT][aA][dD][aA][tT][aA]$", service.Metadata.as_view()),
    re_path(rf"{VERSION}/\$[bB][aA][tT][cC][hH]$", batch.Batch.as_view()),
    re_path(rf"{VERSION}/?$", service.ServiceDocument.as_view()),
    *ADDITIONS,
    *counted(rf"{ROOT}/{EVENTS}", audit_events.AuditEventCollection),
    re_path(rf"{ROOT}/{EVENTS}{key('event')}$", audit_events.AuditEventItem.as_view()),
    *counted(rf"{ROOT}/{OPERATIONS}", operations.OperationCollection),
    re_path(rf"{ROOT}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    *counted(rf"{ROOT}/{UPLOADED}", definition_files.DefinitionFileCollection),
    re_path(rf"{ROOT}/{UPLOADED}{key('file')}(?:/{CAST})?$", definition_files.DefinitionFileItem.as_view()),
    *counted(rf"{ROOT}/{UPLOADED}{key('file')}/{OPERATIONS}", operations.OperationCollection),
    re_path(rf"{ROOT}/{UPLOADED}{key('file')}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    *(
        re_path(rf"{ROOT}/{UPLOADED}{key('file')}/{NAMESPACE}{collection(name)}$", action.as_view())
        for name, action in actions.ACTIONS.items()
    ),
    *counted(rf"{ROOT}/{UPLOADED}{key('file')}/{collection('definitions')}", definitions.DefinitionCollection),
    re_path(
        rf"{ROOT}/{UPLOADED}{key('file')}/{collection('definitions')}{key('key')}$",
        definitions.DefinitionItem.as_view(),
    ),
    *counted(rf"{ROOT}/{FILES}", definitions.FileCollection),
    re_path(rf"{ROOT}/{FILES}{key('key')}(?:/{CAST})?$", definitions.FileItem.as_view()),
    *counted(rf"{ROOT}/{FILE}/{CAST}/{OPERATIONS}", operations.OperationCollection),
    re_path(rf"{ROOT}/{FILE}/{CAST}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    *counted(rf"{ROOT}/{FILE}/{collection('definitions')}", definitions.DefinitionCollection),
    re_path(rf"{ROOT}/{FILE}/{collection('definitions')}{key('key')}$", definitions.DefinitionItem.as_view()),
    *counted(rf"{ROOT}/{DEFINITIONS}", definitions.DefinitionCollection),
    re_path(rf"{ROOT}/{DEFINITIONS}{key('key')}$", definitions.DefinitionItem.as_view()),
    re_path(rf"{ROOT}/{DEFINITION}/{collection('category')}$", definitions.CategoryOf.as_view()),
    re_path(rf"{ROOT}/{DEFINITION}/{collection('definitionFile')}(?:/{CAST})?$", definitions.FileOf.as_view()),
    re_path(
        rf"{ROOT}/{DEFINITION}/{collection('nextVersionDefinition|previousVersionDefinition')}$",
        definitions.DefinitionOf.as_view(),
    ),
    *counted(rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}", definitions.PresentationCollection),
    re_path(rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}{key('key')}$", definitions.PresentationItem.as_view()),
    re_path(
        rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}{key('presentation')}/{collection('definition')}$",
        definitions.DefinitionOf.as_view(),
    ),
    *counted(rf"{ROOT}/{CATEGORIES}", definitions.CategoryCollection),
    re_path(rf"{ROOT}/{CATEGORIES}{key('key')}$", definitions.CategoryItem.as_view()),
    *counted(rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('children')}", definitions.CategoryCollection),
    re_path(rf"{ROOT}/{CATEGORIES}{key('parent_of')}/{collection('parent')}$", definitions.CategoryOf.as_view()),
    *counted(rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('definitions')}", definitions.DefinitionCollection),
    re_path(
        rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('definitionFile')}(?:/{CAST})?$",
        definitions.FileOf.as_view(),
    ),
    re_path(rf"{ROOT}/{collection('groupPolicyConfigurations')}(?:[/(].*)?$", views.NotYet.as_view()),
    re_path(r"^(?P<version>beta|v1\.0)(?:/(?P<rest>.*))?$", views.UnknownSegment.as_view()),
]
