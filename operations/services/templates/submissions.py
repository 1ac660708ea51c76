"""What is handed in with a request, checked before anything is stored, and what it would put in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from operations import admx
from operations.choices import OperationType
from operations.errors import InvalidError, Problem, TooLargeError
from operations.models import Content, DefinitionFile, GroupPolicyOperation, OperationFile

# What people are told before they choose files.
MAX_FILE_MEBIBYTES = admx.MAX_FILE_BYTES // 1024**2
LANGUAGE_FILES = "group_policy_uploaded_language_files"


@dataclass(frozen=True, slots=True)
class UploadedLanguageFile:
    """One ADML as handed in."""

    file_name: str
    language_code: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Candidate:
    """The files that would be in force after an operation; `kept` are the languages it leaves as they are."""

    definition: admx.SourceFile
    languages: tuple[admx.SourceFile, ...]
    default_language: str
    kept: frozenset[str] = frozenset()


def check_definition(file_name: str, content: bytes) -> None:
    """Raises InvalidError or TooLargeError naming the property."""
    if complaint := admx.check_file_name(file_name, ".admx"):
        raise InvalidError(complaint, target="file_name")
    check_content(content, "content")


def check_content(content: bytes, target: str) -> None:
    """Raises InvalidError or TooLargeError."""
    if not content:
        raise InvalidError("The content is empty. Send the bytes of the file.", target=target)
    if len(content) > admx.MAX_FILE_BYTES:
        raise TooLargeError(f"The content has {len(content)} bytes; {admx.MAX_FILE_BYTES} are allowed.", target=target)


def check_language_files(language_files: Sequence[UploadedLanguageFile]) -> None:
    """Raises InvalidError or TooLargeError naming the file and its property."""
    for index, language in enumerate(language_files):
        part = f"{LANGUAGE_FILES}/{index}"
        if complaint := admx.check_file_name(language.file_name, ".adml"):
            raise InvalidError(complaint, target=f"{part}/file_name")
    check_language_codes([language.language_code for language in language_files])
    for index, language in enumerate(language_files):
        check_content(language.content, f"{LANGUAGE_FILES}/{index}/content")


def check_language_codes(language_codes: Sequence[str]) -> None:
    """Raises InvalidError for a code that is none or is given twice, TooLargeError for too many."""
    if len(language_codes) > settings.MAX_LANGUAGE_FILES:
        raise TooLargeError(f"More than {settings.MAX_LANGUAGE_FILES} language files.", target=LANGUAGE_FILES)
    seen: dict[str, int] = {}
    for index, code in enumerate(language_codes):
        part = f"{LANGUAGE_FILES}/{index}"
        if complaint := admx.check_language_code(code):
            raise InvalidError(complaint, target=f"{part}/language_code")
        if seen.setdefault(code.lower(), index) != index:
            problem = Problem(f"The language {code} is given twice.", f"{part}/language_code")
            raise InvalidError(
                f"{problem.message} Send one ADML for each language.", target=problem.target, details=(problem,)
            )


def keep_files(
    operation: GroupPolicyOperation,
    *,
    definition: tuple[str, bytes] | None = None,
    language_files: Sequence[UploadedLanguageFile] = (),
    language_codes: Sequence[str] = (),
) -> None:
    """Store what an operation was asked with; `definition` is (file name, bytes)."""
    rows = []
    if definition is not None:
        rows.append(OperationFile(operation=operation, file_name=definition[0], content=Content.store(definition[1])))
    for language in language_files:
        rows.append(
            OperationFile(
                operation=operation,
                language_code=language.language_code,
                file_name=language.file_name,
                content=Content.store(language.content),
            )
        )
    rows.extend(OperationFile(operation=operation, language_code=code) for code in language_codes)
    OperationFile.objects.bulk_create(rows)


def candidate_of(operation: GroupPolicyOperation) -> Candidate:
    """What a performed operation (of any type but remove) would put in force."""
    file = DefinitionFile.objects.select_related("content").get(operations=operation)
    files = operation.files.select_related("content")
    definition = next((one for one in files if not one.language_code), None)
    given = [
        UploadedLanguageFile(one.file_name, one.language_code, one.content.data if one.content else b"")
        for one in files
        if one.language_code
    ]
    return candidate(
        file,
        operation_type=operation.operation_type,
        file_name=definition.file_name if definition else file.file_name,
        content=definition.content.data if definition and definition.content else file.content.data,
        language_files=given,
        exactly=operation.returns_to_id is not None,
    )


def candidate(
    file: DefinitionFile | None,
    *,
    operation_type: str,
    file_name: str,
    content: bytes,
    language_files: Sequence[UploadedLanguageFile],
    default_language: str = "",
    exactly: bool = False,
) -> Candidate:
    """Merge what is handed in with what stays of `file`; `exactly` keeps no other language."""
    given = {language.language_code.lower(): language for language in language_files}
    stays = []
    if file is not None and operation_type != OperationType.UPLOAD and not exactly:
        stays = [
            admx.SourceFile(language.file_name, language.content.data, language.language_code)
            for language in file.language_files.select_related("content")
            if language.language_code.lower() not in given
        ]
    if operation_type == OperationType.REMOVE_LANGUAGE_FILES:
        given = {}
    new = [admx.SourceFile(one.file_name, one.content, one.language_code) for one in given.values()]
    return Candidate(
        definition=admx.SourceFile(file_name, content),
        languages=(*stays, *new),
        default_language=file.default_language_code if file else default_language,
        kept=frozenset(source.language_code or "" for source in stays),
    )
