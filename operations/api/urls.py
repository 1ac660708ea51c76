"""Addresses under /beta/ and /v1.0/. Regular expressions, since keys and letter case vary as in OData."""

from django.urls import re_path

from operations.api import actions, additions, definition_files, definitions, operations, views
from operations.odata.addresses import collection, key

ROOT = rf"^(?P<version>beta|v1\.0)/{collection('deviceManagement')}"
OPERATIONS = collection("groupPolicyOperations")
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

# Before Graph's: there any segment may be a key.
ADDITIONS = [
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
    *ADDITIONS,
    re_path(rf"{ROOT}/{OPERATIONS}$", operations.OperationCollection.as_view()),
    re_path(rf"{ROOT}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    re_path(rf"{ROOT}/{UPLOADED}$", definition_files.DefinitionFileCollection.as_view()),
    re_path(rf"{ROOT}/{UPLOADED}{key('file')}(?:/{CAST})?$", definition_files.DefinitionFileItem.as_view()),
    re_path(rf"{ROOT}/{UPLOADED}{key('file')}/{OPERATIONS}$", operations.OperationCollection.as_view()),
    re_path(rf"{ROOT}/{UPLOADED}{key('file')}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    *(
        re_path(rf"{ROOT}/{UPLOADED}{key('file')}/{NAMESPACE}{collection(name)}$", action.as_view())
        for name, action in actions.ACTIONS.items()
    ),
    re_path(
        rf"{ROOT}/{UPLOADED}{key('file')}/{collection('definitions')}$", definitions.DefinitionCollection.as_view()
    ),
    re_path(
        rf"{ROOT}/{UPLOADED}{key('file')}/{collection('definitions')}{key('key')}$",
        definitions.DefinitionItem.as_view(),
    ),
    re_path(rf"{ROOT}/{FILES}$", definitions.FileCollection.as_view()),
    re_path(rf"{ROOT}/{FILES}{key('key')}(?:/{CAST})?$", definitions.FileItem.as_view()),
    re_path(rf"{ROOT}/{FILE}/{CAST}/{OPERATIONS}$", operations.OperationCollection.as_view()),
    re_path(rf"{ROOT}/{FILE}/{CAST}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    re_path(rf"{ROOT}/{FILE}/{collection('definitions')}$", definitions.DefinitionCollection.as_view()),
    re_path(rf"{ROOT}/{FILE}/{collection('definitions')}{key('key')}$", definitions.DefinitionItem.as_view()),
    re_path(rf"{ROOT}/{DEFINITIONS}$", definitions.DefinitionCollection.as_view()),
    re_path(rf"{ROOT}/{DEFINITIONS}{key('key')}$", definitions.DefinitionItem.as_view()),
    re_path(rf"{ROOT}/{DEFINITION}/{collection('category')}$", definitions.CategoryOf.as_view()),
    re_path(rf"{ROOT}/{DEFINITION}/{collection('definitionFile')}(?:/{CAST})?$", definitions.FileOf.as_view()),
    re_path(
        rf"{ROOT}/{DEFINITION}/{collection('nextVersionDefinition|previousVersionDefinition')}$",
        definitions.DefinitionOf.as_view(),
    ),
    re_path(rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}$", definitions.PresentationCollection.as_view()),
    re_path(rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}{key('key')}$", definitions.PresentationItem.as_view()),
    re_path(
        rf"{ROOT}/{DEFINITION}/{PRESENTATIONS}{key('presentation')}/{collection('definition')}$",
        definitions.DefinitionOf.as_view(),
    ),
    re_path(rf"{ROOT}/{CATEGORIES}$", definitions.CategoryCollection.as_view()),
    re_path(rf"{ROOT}/{CATEGORIES}{key('key')}$", definitions.CategoryItem.as_view()),
    re_path(
        rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('children')}$", definitions.CategoryCollection.as_view()
    ),
    re_path(rf"{ROOT}/{CATEGORIES}{key('parent_of')}/{collection('parent')}$", definitions.CategoryOf.as_view()),
    re_path(
        rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('definitions')}$",
        definitions.DefinitionCollection.as_view(),
    ),
    re_path(
        rf"{ROOT}/{CATEGORIES}{key('category')}/{collection('definitionFile')}(?:/{CAST})?$",
        definitions.FileOf.as_view(),
    ),
    re_path(rf"{ROOT}/{collection('groupPolicyConfigurations')}(?:[/(].*)?$", views.NotYet.as_view()),
    re_path(r"^(?P<version>beta|v1\.0)(?:/(?P<rest>.*))?$", views.UnknownSegment.as_view()),
]
