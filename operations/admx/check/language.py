"""What the checks are handed for each language."""

from dataclasses import dataclass

from operations.admx.model.definitions import Resources
from operations.admx.model.findings import FileFindings


@dataclass(frozen=True, slots=True)
class Language:
    """One ADML that could be read, where its findings go, and whether its flaws fail the upload."""

    resources: Resources
    findings: FileFindings
    is_default: bool
