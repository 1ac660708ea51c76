"""What would come of an operation: the same checks as when it is performed, and nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from operations import admx
from operations.actor import Actor
from operations.choices import OperationType
from operations.errors import ConflictError, MissingError
from operations.languages import DEFAULT_LANGUAGE_CODE
from operations.models import DefinitionFile
from operations.permissions import Action, require
from operations.services.templates import versions
from operations.services.templates.submissions import (
    Candidate,
    UploadedLanguageFile,
    candidate,
    check_content,
    check_definition,
    check_language_files,
)
from operations.services.templates.validation_context import context_of


@dataclass(frozen=True, slots=True)
class Preflight:
    """The findings, most important first, and what would be added, changed and removed.

    `template` and `difference` are None when the files could not be read far enough.
    """

    file_name: str
    findings: tuple[admx.Finding, ...]
    template: admx.Template | None
    difference: admx.Difference | None
    would_succeed: bool

    @property
    def errors(self) -> tuple[admx.Finding, ...]:
        """What would make the operation fail."""
        return tuple(finding for finding in self.findings if finding.severity is admx.Severity.ERROR)


def preflight(
    *,
    by: Actor,
    file_name: str,
    content: bytes,
    language_files: Sequence[UploadedLanguageFile] = (),
    default_language_code: str = "",
    definition_file_id: UUID | None = None,
    operation_type: str = OperationType.UPLOAD,
) -> Preflight:
    """Judge an upload, or what is to become of the definition file named.

    For language operations `content` may be b"" and `file_name` "": the ADMX in force is taken.
    Raises what the operation itself would raise at once: InvalidError, TooLargeError, MissingError, ConflictError.
    """
    require(Action.READ_DEFINITION_FILES, by.permissions)
    file = _file(definition_file_id, operation_type)
    if file is None or content:
        check_definition(file_name or (file.file_name if file else ""), content)
    elif operation_type == OperationType.UPLOAD_NEW_VERSION:
        check_content(content, "content")
    check_language_files(language_files)
    proposed = candidate(
        file,
        operation_type=operation_type,
        file_name=file_name or (file.file_name if file else ""),
        content=content or (file.content.data if file else b""),
        language_files=language_files,
        default_language=default_language_code or DEFAULT_LANGUAGE_CODE,
    )
    file_context = context_of(file, kept=proposed.kept, is_new_version=file is not None)
    return judge(proposed, file_context.context, before=versions.template_of(versions.in_force(file)) if file else None)


def judge(proposed: Candidate, context: admx.ValidationContext, *, before: admx.Template | None = None) -> Preflight:
    """Check files against given context and compare them with what they would replace."""
    reading = versions.read(proposed, context)
    template = versions.as_read(reading)
    return Preflight(
        file_name=proposed.definition.file_name,
        findings=reading.findings,
        template=template,
        difference=admx.compare(before, template) if template else None,
        would_succeed=reading.template is not None,
    )


def _file(definition_file_id: UUID | None, operation_type: str) -> DefinitionFile | None:
    if definition_file_id is None:
        return None
    file = DefinitionFile.present.select_related("version__content", "content").filter(pk=definition_file_id).first()
    if file is None:
        raise MissingError(f"There is no definition file with the id '{definition_file_id}'.", target="id")
    if operation_type != OperationType.UPLOAD and not file.is_in_force:
        raise ConflictError(f"{file.file_name} never became available, so there is nothing to change.")
    return file


def proposed_as_json(preflight: Preflight) -> dict[str, Any] | None:
    """What an operation would change; None when the files could not be read far enough."""
    return None if preflight.difference is None else admx.as_json(preflight.difference)
