"""What may happen to a definition file: upload and remove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from operations import admx, audit
from operations.actor import Actor
from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import InvalidError, MissingError, Problem, TooLargeError
from operations.models import DefinitionFile, GroupPolicyOperation, LanguageFile
from operations.permissions import Action, require
from operations.services import contents
from operations.services.operations import refuse_busy, request_operation, requester

DEFAULT_LANGUAGE_CODE = "en-US"
DESCRIPTIVE = ("display_name", "description")


@dataclass(frozen=True, slots=True)
class UploadedLanguageFile:
    """One ADML as handed in."""

    file_name: str
    language_code: str
    content: bytes


@transaction.atomic
def upload(
    *,
    by: Actor,
    file_name: str,
    content: bytes,
    language_files: Sequence[UploadedLanguageFile] = (),
    default_language_code: str = "",
    display_name: str | None = None,
    description: str | None = None,
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Store an ADMX with its ADMLs and queue the operation that checks and imports it.

    Raises InvalidError or TooLargeError naming the property; the templates themselves are judged
    by the worker.
    """
    require(Action.UPLOAD_DEFINITION_FILE, by.held)
    _check_names_and_sizes(file_name, content, language_files, default_language_code)
    now = timezone.now()
    file = DefinitionFile.objects.create(
        file_name=file_name,
        display_name=display_name,
        description=description,
        target_namespace=admx.target_namespace(content),
        status=DefinitionFileStatus.UPLOAD_IN_PROGRESS,
        default_language_code=default_language_code or DEFAULT_LANGUAGE_CODE,
        content=contents.store(content),
        created_date_time=now,
        last_modified_date_time=now,
    )
    LanguageFile.objects.bulk_create(
        LanguageFile(
            definition_file=file,
            language_code=language.language_code,
            file_name=language.file_name,
            content=contents.store(language.content),
            last_modified_date_time=now,
        )
        for language in language_files
    )
    audit.record(
        audit.AuditAction.DEFINITION_FILE_CREATED,
        file,
        by=by,
        reason=reason,
        after={
            "file_name": file.file_name,
            "content_sha256": file.content_id,
            "default_language_code": file.default_language_code,
            "language_codes": [language.language_code for language in language_files],
        },
    )
    return request_operation(
        by=by, operation_type=OperationType.UPLOAD, definition_file=file, reason=reason, ticket=ticket
    )


@transaction.atomic
def describe(*, by: Actor, definition_file_id: UUID, changes: Mapping[str, str | None]) -> DefinitionFile:
    """Change the display name or the description. Raises MissingError."""
    require(Action.DESCRIBE_DEFINITION_FILE, by.held)
    file = _present(definition_file_id)
    before = {name: getattr(file, name) for name in DESCRIPTIVE}
    for name in DESCRIPTIVE:
        setattr(file, name, changes.get(name, before[name]))
    old, new = audit.changed_fields(file, before, DESCRIPTIVE)
    if new:
        file.last_modified_date_time = timezone.now()
        file.save(update_fields=[*DESCRIPTIVE, "last_modified_date_time"])
        audit.record(audit.AuditAction.DEFINITION_FILE_DESCRIBED, file, by=by, before=old, after=new)
    return file


@transaction.atomic
def remove(*, by: Actor, definition_file_id: UUID, reason: str = "", ticket: str = "") -> GroupPolicyOperation:
    """Take a definition file out of force at once; row and content are kept for auditors.

    Raises MissingError, or ConflictError while an operation on it is in progress.
    """
    require(Action.REMOVE_DEFINITION_FILE, by.held)
    file = _present(definition_file_id)
    refuse_busy(file)
    now = timezone.now()
    operation = GroupPolicyOperation.objects.create(
        operation_type=OperationType.REMOVE,
        operation_status=OperationStatus.SUCCESS,
        status_details=f"Removed {file.file_name}.",
        performed=True,
        attempt=1,
        definition_file=file,
        created_date_time=now,
        started_date_time=now,
        finished_date_time=now,
        last_modified_date_time=now,
        reason=reason,
        ticket=ticket,
        **requester(by),
    )
    file.removed_date_time = file.last_modified_date_time = now
    file.save(update_fields=["removed_date_time", "last_modified_date_time"])
    audit.record(
        audit.AuditAction.OPERATION_SUCCEEDED,
        operation,
        by=by,
        reason=reason,
        after={"operation_type": operation.operation_type, "status_details": operation.status_details},
    )
    audit.record(
        audit.AuditAction.DEFINITION_FILE_REMOVED,
        file,
        by=by,
        reason=reason,
        before={"status": file.status, "content_sha256": file.content_id},
        after={"removed_date_time": now, "operation": operation.pk, "ticket": ticket},
    )
    return operation


def _present(definition_file_id: UUID) -> DefinitionFile:
    """The file, locked until the caller commits; a removed one is missing."""
    file = DefinitionFile.present.select_for_update().filter(pk=definition_file_id).first()
    if file is None:
        raise MissingError(f"There is no definition file with the id '{definition_file_id}'.", target="id")
    return file


def _check_names_and_sizes(
    file_name: str, content: bytes, language_files: Sequence[UploadedLanguageFile], default_language_code: str
) -> None:
    if complaint := admx.check_file_name(file_name, ".admx"):
        raise InvalidError(complaint, target="file_name")
    _check_content(content, "content")
    if default_language_code and (complaint := admx.check_language_code(default_language_code)):
        raise InvalidError(complaint, target="default_language_code")
    if len(language_files) > settings.MAX_LANGUAGE_FILES:
        raise TooLargeError(
            f"More than {settings.MAX_LANGUAGE_FILES} language files.", target="group_policy_uploaded_language_files"
        )
    seen: dict[str, int] = {}
    for index, language in enumerate(language_files):
        part = f"group_policy_uploaded_language_files/{index}"
        if complaint := admx.check_file_name(language.file_name, ".adml"):
            raise InvalidError(complaint, target=f"{part}/file_name")
        if complaint := admx.check_language_code(language.language_code):
            raise InvalidError(complaint, target=f"{part}/language_code")
        first = seen.setdefault(language.language_code.lower(), index)
        if first != index:
            problem = Problem(f"The language {language.language_code} is given twice.", f"{part}/language_code")
            raise InvalidError(
                f"{problem.message} Send one ADML for each language.", target=problem.target, details=(problem,)
            )
        _check_content(language.content, f"{part}/content")


def _check_content(content: bytes, target: str) -> None:
    if not content:
        raise InvalidError("The content is empty. Send the bytes of the file.", target=target)
    if len(content) > admx.MAX_FILE_BYTES:
        raise TooLargeError(f"The content has {len(content)} bytes; {admx.MAX_FILE_BYTES} are allowed.", target=target)
