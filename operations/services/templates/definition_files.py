"""What may be asked of a definition file: the six operation types, roll-back, restoration, description."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from operations import admx, audit
from operations.actor import Actor
from operations.choices import DefinitionFileStatus, OperationStatus, OperationType
from operations.errors import ConflictError, InvalidError, MissingError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.models import Content, DefinitionFile, GroupPolicyOperation, LanguageFile, OperationFile, Version
from operations.permissions import Action, require
from operations.services.operations import lifecycle, status_messages
from operations.services.operations.lifecycle import requester
from operations.services.operations.requests import refuse_busy, request_operation
from operations.services.templates import activation
from operations.services.templates.submissions import (
    LANGUAGE_FILES,
    UploadedLanguageFile,
    check_content,
    check_definition,
    check_language_codes,
    check_language_files,
    keep_files,
)
from operations.services.templates.validation_context import dependents

DESCRIPTIVE = ("display_name", "description")
NAMED_DEPENDENTS = 10


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
    require(Action.UPLOAD_DEFINITION_FILE, by.permissions)
    check_definition(file_name, content)
    if default_language_code and (complaint := admx.check_language_code(default_language_code)):
        raise InvalidError(complaint, target="default_language_code")
    check_language_files(language_files)
    audit.lock_head()
    now = timezone.now()
    file = DefinitionFile.objects.create(
        file_name=file_name,
        display_name=display_name,
        description=description,
        target_namespace=admx.target_namespace(content),
        status=DefinitionFileStatus.UPLOAD_IN_PROGRESS,
        default_language_code=default_language_code or DEFAULT_LANGUAGE_CODE,
        content=Content.store(content),
        created_date_time=now,
        last_modified_date_time=now,
    )
    LanguageFile.objects.bulk_create(
        LanguageFile(
            definition_file=file,
            language_code=language.language_code,
            file_name=language.file_name,
            content=Content.store(language.content),
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
    operation = request_operation(
        by=by, operation_type=OperationType.UPLOAD, definition_file=file, reason=reason, ticket=ticket
    )
    keep_files(operation, definition=(file_name, content), language_files=language_files)
    return operation


@transaction.atomic
def upload_new_version(
    *,
    by: Actor,
    definition_file_id: UUID,
    content: bytes,
    language_files: Sequence[UploadedLanguageFile] = (),
    file_name: str = "",
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Queue replacing the ADMX and the ADMLs given; other languages stay, and so does the old version until then.

    Raises InvalidError, TooLargeError, MissingError, or ConflictError when the file is busy or not in force.
    """
    require(Action.UPLOAD_NEW_VERSION, by.permissions)
    if file_name:
        check_definition(file_name, content)
    check_content(content, "content")
    check_language_files(language_files)
    file = _changeable(definition_file_id)
    operation = request_operation(
        by=by, operation_type=OperationType.UPLOAD_NEW_VERSION, definition_file=file, reason=reason, ticket=ticket
    )
    keep_files(operation, definition=(file_name or file.file_name, content), language_files=language_files)
    return operation


@transaction.atomic
def add_language_files(
    *,
    by: Actor,
    definition_file_id: UUID,
    language_files: Sequence[UploadedLanguageFile],
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Queue adding ADMLs. Raises InvalidError for a language that is there already."""
    require(Action.CHANGE_LANGUAGE_FILES, by.permissions)
    file = _with_languages(definition_file_id, language_files)
    present = _languages(file)
    for index, language in enumerate(language_files):
        if language.language_code.lower() in present:
            raise _refused("LanguageExists", index, language.language_code, file)
    operation = request_operation(
        by=by, operation_type=OperationType.ADD_LANGUAGE_FILES, definition_file=file, reason=reason, ticket=ticket
    )
    keep_files(operation, language_files=language_files)
    return operation


@transaction.atomic
def update_language_files(
    *,
    by: Actor,
    definition_file_id: UUID,
    language_files: Sequence[UploadedLanguageFile],
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Queue replacing ADMLs. Raises InvalidError for a language that is not there."""
    require(Action.CHANGE_LANGUAGE_FILES, by.permissions)
    file = _with_languages(definition_file_id, language_files)
    present = _languages(file)
    for index, language in enumerate(language_files):
        if language.language_code.lower() not in present:
            raise _refused("LanguageNotFound", index, language.language_code, file)
    operation = request_operation(
        by=by, operation_type=OperationType.UPDATE_LANGUAGE_FILES, definition_file=file, reason=reason, ticket=ticket
    )
    keep_files(operation, language_files=language_files)
    return operation


@transaction.atomic
def remove_language_files(
    *,
    by: Actor,
    definition_file_id: UUID,
    language_codes: Sequence[str],
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Queue removing languages. Raises InvalidError for the default language or one that is not there."""
    require(Action.CHANGE_LANGUAGE_FILES, by.permissions)
    _some(language_codes)
    check_language_codes(language_codes)
    file = _changeable(definition_file_id)
    present = _languages(file)
    for index, code in enumerate(language_codes):
        if code.lower() == file.default_language_code.lower():
            raise _refused("DefaultLanguageRequired", index, code, file)
        if code.lower() not in present:
            raise _refused("LanguageNotFound", index, code, file)
    operation = request_operation(
        by=by, operation_type=OperationType.REMOVE_LANGUAGE_FILES, definition_file=file, reason=reason, ticket=ticket
    )
    keep_files(operation, language_codes=[present[code.lower()] for code in language_codes])
    return operation


@transaction.atomic
def remove(*, by: Actor, definition_file_id: UUID, reason: str = "", ticket: str = "") -> GroupPolicyOperation:
    """Queue taking a definition file out of force; its row, versions and bytes are kept.

    Raises MissingError, or ConflictError while it is busy or others depend on it (naming them).
    """
    require(Action.REMOVE_DEFINITION_FILE, by.permissions)
    file = present_file(definition_file_id)
    refuse_busy(file)
    refuse_dependents(file)
    return request_operation(
        by=by, operation_type=OperationType.REMOVE, definition_file=file, reason=reason, ticket=ticket
    )


@transaction.atomic
def remove_at_once(*, by: Actor, definition_file_id: UUID, reason: str = "", ticket: str = "") -> GroupPolicyOperation:
    """Remove without the queue, as DELETE promises. Refuses what `remove` refuses."""
    require(Action.REMOVE_DEFINITION_FILE, by.permissions)
    file = present_file(definition_file_id)
    refuse_busy(file)
    refuse_dependents(file)
    now = timezone.now()
    operation = GroupPolicyOperation(
        operation_type=OperationType.REMOVE,
        operation_status=OperationStatus.SUCCESS,
        status_details=status_messages.removed(file),
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
    lifecycle.create_operation(
        operation,
        action=audit.AuditAction.OPERATION_SUCCEEDED,
        by=by,
        reason=reason,
        after={"operation_type": operation.operation_type, "status_details": operation.status_details},
    )
    activation.deactivate(file, operation, by=by, now=now)
    return operation


@transaction.atomic
def roll_back(*, by: Actor, version_id: UUID, reason: str = "", ticket: str = "") -> GroupPolicyOperation:
    """Queue bringing a kept version back into force: a new version with the same bytes and languages.

    Raises MissingError, or ConflictError when the file is busy or removed, or that version is in force.
    """
    require(Action.UPLOAD_NEW_VERSION, by.permissions)
    version = _version(version_id)
    file = _changeable(version.definition_file_id)
    if file.version_id == version.pk:
        raise ConflictError(f"Version {version.number} is in force already.")
    return _return_to(version, file, OperationType.UPLOAD_NEW_VERSION, by=by, reason=reason, ticket=ticket)


@transaction.atomic
def restore(
    *,
    by: Actor,
    definition_file_id: UUID,
    version_id: UUID | None = None,
    reason: str = "",
    ticket: str = "",
) -> GroupPolicyOperation:
    """Queue bringing a removed file back, with its last version unless another one is named.

    Raises MissingError, or ConflictError when the file was not removed, is busy, or never came into force.
    """
    require(Action.UPLOAD_DEFINITION_FILE, by.permissions)
    file = _locked(definition_file_id, removed=True)
    refuse_busy(file)
    version = _version(version_id) if version_id else file.version
    if version is None or version.definition_file_id != file.pk:
        raise ConflictError(f"{file.file_name} has no such version. Upload the file again.")
    return _return_to(version, file, OperationType.UPLOAD, by=by, reason=reason, ticket=ticket)


@transaction.atomic
def describe(*, by: Actor, definition_file_id: UUID, changes: Mapping[str, str | None]) -> DefinitionFile:
    """Change the display name or the description. Raises MissingError."""
    require(Action.DESCRIBE_DEFINITION_FILE, by.permissions)
    file = present_file(definition_file_id)
    before = {name: getattr(file, name) for name in DESCRIPTIVE}
    for name in DESCRIPTIVE:
        setattr(file, name, changes.get(name, before[name]))
    old, new = audit.changed_fields(file, before, DESCRIPTIVE)
    if new:
        file.last_modified_date_time = timezone.now()
        file.save(update_fields=[*DESCRIPTIVE, "last_modified_date_time"])
        audit.record(audit.AuditAction.DEFINITION_FILE_DESCRIBED, file, by=by, before=old, after=new)
    return file


def present_file(definition_file_id: UUID) -> DefinitionFile:
    """The file, locked until the caller commits; a removed one is missing."""
    return _locked(definition_file_id, removed=False)


def refuse_dependents(file: DefinitionFile) -> None:
    """Raise ConflictError naming the files in force that cannot do without this one."""
    needing = dependents(file) if file.is_in_force else []
    if needing:
        names = [dependent.file_name for dependent in needing]
        more = f" and {len(names) - NAMED_DEPENDENTS} more" if len(names) > NAMED_DEPENDENTS else ""
        rule = admx.RULES["InUseByFile"]
        words = {"name": file.file_name, "files": f"{', '.join(names[:NAMED_DEPENDENTS])}{more}"}
        raise ConflictError(f"{rule.message.format(**words)} To fix: {rule.remedy.format(**words)}")


def _locked(definition_file_id: UUID, *, removed: bool) -> DefinitionFile:
    audit.lock_head()
    rows = DefinitionFile.objects.select_for_update(of=("self",)).select_related("version")
    file = rows.filter(pk=definition_file_id).first()
    if file is None or (file.removed_date_time is not None and not removed):
        raise MissingError(f"There is no definition file with the id '{definition_file_id}'.", target="id")
    if removed and file.removed_date_time is None:
        raise ConflictError(f"{file.file_name} was not removed, so there is nothing to restore.")
    return file


def _changeable(definition_file_id: UUID) -> DefinitionFile:
    """A present file with a version in force and nothing in progress."""
    file = present_file(definition_file_id)
    refuse_busy(file)
    if not file.is_in_force:
        raise ConflictError(
            f"{file.file_name} never became available, so there is nothing to change. "
            "Remove it, fix the template and upload it again."
        )
    return file


def _with_languages(definition_file_id: UUID, language_files: Sequence[UploadedLanguageFile]) -> DefinitionFile:
    _some(language_files)
    check_language_files(language_files)
    return _changeable(definition_file_id)


def _some(given: Sequence[object]) -> None:
    if not given:
        raise InvalidError("No language file is given. Send at least one.", target=LANGUAGE_FILES)


def _languages(file: DefinitionFile) -> dict[str, str]:
    """The file's language codes as given, by lower-case code."""
    return {code.lower(): code for code in file.language_files.values_list("language_code", flat=True)}


def _refused(code: str, index: int, language_code: str, file: DefinitionFile) -> InvalidError:
    rule = admx.RULES[code]
    words = {"language": language_code, "name": file.file_name}
    message = f"{rule.message.format(**words)} To fix: {rule.remedy.format(**words)}"
    return InvalidError(message, target=f"{LANGUAGE_FILES}/{index}/language_code")


def _version(version_id: UUID) -> Version:
    version = Version.objects.filter(pk=version_id).first()
    if version is None:
        raise MissingError(f"There is no version with the id '{version_id}'.", target="id")
    return version


def _return_to(
    version: Version, file: DefinitionFile, operation_type: OperationType, *, by: Actor, reason: str, ticket: str
) -> GroupPolicyOperation:
    operation = request_operation(
        by=by,
        operation_type=operation_type,
        definition_file=file,
        reason=reason,
        ticket=ticket,
        returns_to=version,
    )
    OperationFile.objects.bulk_create(
        [
            OperationFile(operation=operation, file_name=version.file_name, content_id=version.content_id),
            *(
                OperationFile(
                    operation=operation,
                    language_code=language.language_code,
                    file_name=language.file_name,
                    content_id=language.content_id,
                )
                for language in version.language_files.all()
            ),
        ]
    )
    return operation
