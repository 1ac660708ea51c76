"""Addresses, and what to post to the form that creates operations."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import reverse

from operations.models import GroupPolicyOperation
from tests import rows

OPERATIONS = "/admin/operations/grouppolicyoperation/"
ADD = f"{OPERATIONS}add/"
IMPORT = f"{OPERATIONS}import/"
EVENTS = "/admin/operations/auditevent/"
FILES = "/admin/operations/definitionfile/"
CLIENTS = "/admin/operations/apiclient/"
USERS = "/admin/operations/user/"
BOARD = "/dashboards/"


def page_of(operation: GroupPolicyOperation) -> str:
    return reverse("admin:operations_grouppolicyoperation_change", args=[operation.pk])


def page_of_row(row: Model) -> str:
    """The own page of any row."""
    return reverse(f"admin:operations_{row._meta.model_name}_change", args=[row.pk])


def button(name: str, row: Any, *more: str) -> str:
    return reverse(f"admin:{name}", args=[row.pk, *more])


def an_admx(content: bytes = rows.ADMX, name: str = "example.admx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def an_adml(content: bytes = rows.ADML, name: str = "example.adml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def filled_in(*languages: tuple[Any, str], **values: Any) -> dict[str, Any]:
    """The form as posted: an upload to perform unless told otherwise, with these (ADML, language) rows."""
    posted = {
        "operation_type": "upload",
        "how": "perform",
        "default_language_code": "en-US",
        "languages-TOTAL_FORMS": "3",
        "languages-INITIAL_FORMS": "0",
    } | values
    for index, (adml, code) in enumerate(languages):
        posted[f"languages-{index}-language_code"] = code
        if adml is not None:
            posted[f"languages-{index}-adml"] = adml
    return posted


def recorded(**values: Any) -> dict[str, Any]:
    """The form as posted for something done elsewhere."""
    return filled_in(how="record", **({"operation_status": "success"} | values))
