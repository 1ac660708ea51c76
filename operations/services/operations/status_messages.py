"""The words of statusDetails."""

from collections.abc import Iterable

from django.conf import settings

from operations import admx
from operations.choices import OperationType
from operations.models import DefinitionFile, GroupPolicyOperation

FINDINGS_IN_DETAILS = 3


def success(
    operation: GroupPolicyOperation,
    template: admx.Template,
    changes: admx.Difference | None,
    findings: Iterable[admx.Finding],
) -> str:
    """What was done, what changed by it, and what to know about it."""
    told = [_done(operation, template)]
    if changes is not None:
        told.append(f"Compared with the version before: {admx.summary(changes)}")
    if warnings := [finding for finding in findings if finding.severity is admx.Severity.WARNING]:
        told.append(f"{counted(len(warnings), 'warning', 'warnings')}: {first_few(warnings)}")
    return " ".join(told)


def removed(file: DefinitionFile) -> str:
    """Of a removal."""
    return f"Removed {file.file_name}."


def first_few(findings: Iterable[admx.Finding]) -> str:
    """The first few findings in words, different ones first, and how many more there are."""
    listed = list(findings)
    kinds = {finding.code: finding for finding in reversed(listed)}
    others = [finding for finding in listed if kinds[finding.code] is not finding]
    told = [finding for finding in listed if kinds[finding.code] is finding] + others
    words = " ".join(finding.sentence for finding in told[:FINDINGS_IN_DETAILS])
    more = len(listed) - FINDINGS_IN_DETAILS
    return f"{words} And {more} more." if more > 0 else words


def counted(number: int, one: str, many: str) -> str:
    """1 policy, 2 policies."""
    return f"{number} {one if number == 1 else many}"


def within_limit(details: str) -> str:
    """Cut to what statusDetails may hold."""
    return details.encode()[: settings.MAX_STATUS_DETAILS_BYTES].decode(errors="ignore")


def _done(operation: GroupPolicyOperation, template: admx.Template) -> str:
    languages = ", ".join(sorted(file.language_code for file in operation.files.all() if file.language_code))
    match operation.operation_type:
        case OperationType.ADD_LANGUAGE_FILES:
            return f"Added {languages}."
        case OperationType.UPDATE_LANGUAGE_FILES:
            return f"Updated {languages}."
        case OperationType.REMOVE_LANGUAGE_FILES:
            return f"Removed {languages}."
    figures = (
        f"{counted(len(template.definitions.policies), 'policy', 'policies')} in "
        f"{counted(len(template.definitions.categories), 'category', 'categories')}, "
        f"{counted(len(template.resources), 'language', 'languages')}."
    )
    if operation.returns_to:
        verb = "Restored" if operation.operation_type == OperationType.UPLOAD else "Rolled back to"
        return f"{verb} version {operation.returns_to.number}: {figures}"
    return f"Imported {figures}"
