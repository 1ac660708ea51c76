"""The decisions about a batch, shown before anything is stored."""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection

from operations import admx
from operations.actor import Actor
from operations.models import DefinitionFile
from operations.permissions import Action, require
from operations.services.importing.plan import Decision, ImportOutcome, decide
from operations.services.importing.sources import Bundle


def database_is_ready() -> bool:
    """Whether there are tables to check against."""
    try:
        return DefinitionFile._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        return False


def preflight_batch(
    *,
    by: Actor,
    bundles: Sequence[Bundle],
    alone: bool = False,
    new_versions: bool = True,
    intune_fails: bool | None = None,
) -> tuple[Decision, ...]:
    """What would become of each template, in dependency order; nothing is stored. See `plan.decide`."""
    require(Action.READ_DEFINITION_FILES, by.permissions)
    return decide(bundles, alone=alone, new_versions=new_versions, intune_fails=intune_fails)


def as_json(decision: Decision) -> dict[str, Any]:
    """Plain values for scripts."""
    difference = decision.preflight.difference if decision.preflight else None
    return {
        "file": decision.bundle.path,
        "languageCodes": [language.language_code for language in decision.bundle.language_files],
        "outcome": decision.outcome.value,
        "wouldSucceed": decision.outcome is not ImportOutcome.FAILED,
        "refusal": decision.refusal or None,
        "findings": [_finding_as_json(finding) for finding in decision.findings],
        "difference": admx.as_json(difference) if difference else None,
    }


def _finding_as_json(finding: admx.Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "group": finding.group.value,
        "file": finding.file_name,
        "languageCode": finding.language_code,
        "line": finding.line,
        "item": finding.item or None,
        "message": finding.message,
        "remedy": finding.remedy,
    }
