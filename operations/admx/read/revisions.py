"""Revisions: two numbers with a point between them (MS-GPREG versionString)."""

import re

from operations.admx.model.findings import FileFindings, quoted

_REVISION = re.compile(r"([0-9]{1,4})\.([0-9]{1,5})")


def numbers(revision: str) -> tuple[int, int] | None:
    """The two numbers of a revision, or None when it is oddly written."""
    match = _REVISION.fullmatch(revision)
    return (int(match[1]), int(match[2])) if match else None


def check_minimum(revision: str, minimum: str, findings: FileFindings) -> None:
    """A language file fits when its first number is the same and its second at least the one asked for."""
    have, need = numbers(revision), numbers(minimum)
    if have and need and (have[0] != need[0] or have[1] < need[1]):
        findings.add("RevisionMismatch", revision=quoted(revision), minimum=minimum, major=need[0])
