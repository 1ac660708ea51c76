"""Addresses under /beta/ and /v1.0/. Regular expressions, since keys and letter case vary as in OData."""

from django.urls import re_path

from operations.api import definition_files, operations, views
from operations.odata.addresses import collection, key

ROOT = rf"^(?P<version>beta|v1\.0)/{collection('deviceManagement')}"
OPERATIONS = collection("groupPolicyOperations")
FILES = collection("groupPolicyUploadedDefinitionFiles")
ACTIONS = "|".join(("uploadNewVersion", "addLanguageFiles", "updateLanguageFiles", "removeLanguageFiles", "remove"))
LATER = "|".join(
    (
        "groupPolicyConfigurations",
        "groupPolicyDefinitionFiles",
        "groupPolicyDefinitions",
        "groupPolicyCategories",
    )
)

urlpatterns = [
    re_path(rf"{ROOT}/{OPERATIONS}$", operations.OperationCollection.as_view()),
    re_path(rf"{ROOT}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    re_path(rf"{ROOT}/{FILES}$", definition_files.DefinitionFileCollection.as_view()),
    re_path(rf"{ROOT}/{FILES}{key('file')}$", definition_files.DefinitionFileItem.as_view()),
    re_path(rf"{ROOT}/{FILES}{key('file')}/{OPERATIONS}$", operations.OperationCollection.as_view()),
    re_path(rf"{ROOT}/{FILES}{key('file')}/{OPERATIONS}{key('operation')}$", operations.OperationItem.as_view()),
    re_path(
        rf"{ROOT}/{FILES}{key('file')}/(?:{collection('microsoft.graph.')})?{collection(ACTIONS)}$",
        views.NotYet.as_view(methods=("POST",)),
    ),
    re_path(
        rf"{ROOT}/{FILES}{key('file')}/{collection('definitions')}(?:/.*)?$", views.NotYet.as_view(methods=("GET",))
    ),
    re_path(rf"{ROOT}/{collection(LATER)}(?:[/(].*)?$", views.NotYet.as_view()),
    re_path(r"^(?P<version>beta|v1\.0)(?:/(?P<rest>.*))?$", views.UnknownSegment.as_view()),
]
