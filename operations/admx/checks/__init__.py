"""Judging a template that could be read: each module holds the checks of one subject."""

from collections.abc import Sequence
from dataclasses import dataclass

from operations.admx.findings import FileFindings
from operations.admx.model import Definitions, Resources
from operations.admx.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Language:
    """One ADML that could be read, where its findings go, and whether its flaws fail the upload."""

    resources: Resources
    findings: FileFindings
    is_default: bool


def check(
    definitions: Definitions, findings: FileFindings, languages: Sequence[Language], surroundings: Surroundings | None
) -> None:
    """Note everything wrong with a template; without surroundings the file is judged alone."""
