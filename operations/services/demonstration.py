"""Something to look at for people who try the portal; never part of a portal that is used."""

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from operations.actor import Actor
from operations.choices import OperationStatus, OperationType
from operations.errors import ConflictError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.services.operations.records import record_operation
from operations.services.templates.definition_files import upload
from operations.services.templates.submissions import UploadedLanguageFile

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "example"
REASON = "Demonstration: invented, to look at"
_RECORDED = (
    (OperationType.UPLOAD, OperationStatus.SUCCESS, "Imported by hand in Intune."),
    (OperationType.UPLOAD_NEW_VERSION, OperationStatus.FAILED, "Intune answered FeatureDisabled."),
    (OperationType.ADD_LANGUAGE_FILES, OperationStatus.IN_PROGRESS, None),
    (OperationType.REMOVE, OperationStatus.SUCCESS, "Removed after its profiles were gone."),
)


@transaction.atomic
def load(*, by: Actor) -> None:
    """Fill an empty portal. Raises ConflictError where the invented could mix with the real."""
    if connection.vendor != "sqlite" or DefinitionFile.objects.exists() or GroupPolicyOperation.objects.exists():
        raise ConflictError("DEMO=1 loads a demonstration into an empty SQLite only. Choose a new PORTAL_DATA_DIR.")
    admx = (EXAMPLE / "example.admx").read_bytes()
    english = (EXAMPLE / DEFAULT_LANGUAGE_CODE / "example.adml").read_bytes()
    languages = [UploadedLanguageFile("example.adml", DEFAULT_LANGUAGE_CODE, english)]
    upload(by=by, file_name="example.admx", content=admx, language_files=languages, reason=REASON)
    upload(by=by, file_name="without-language.admx", content=admx, reason=REASON)
    for operation_type, status, details in _RECORDED:
        record_operation(
            by=by, operation_type=operation_type, operation_status=status, status_details=details, reason=REASON
        )
