"""What the checks are handed for each language."""

from dataclasses import dataclass

from operations.admx.findings import FileFindings
from operations.admx.model import Resources


@dataclass(frozen=True, slots=True)
class Language:
    """One ADML that could be read, where its findings go, and whether its flaws fail the upload."""

    resources: Resources
    findings: FileFindings
    is_default: bool
