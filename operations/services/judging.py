"""Several templates judged together, each with what is in force and with those before it."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, connection

from operations import admx
from operations.actor import Actor
from operations.choices import OperationType
from operations.errors import PortalError
from operations.models import DefinitionFile
from operations.permissions import Action, require
from operations.services import preflights, versions
from operations.services.bundles import Bundle
from operations.services.handed_in import Candidate, candidate, check_definition, check_language_files
from operations.services.plans import Outcome, blocks, circular, definitions_of, in_force, is_held, plan
from operations.services.surroundings import around


@dataclass(frozen=True, slots=True)
class Judged:
    """What would come of one template; `preflight` is None when it is refused outright."""

    bundle: Bundle
    outcome: Outcome
    preflight: preflights.Preflight | None = None
    refusal: str = ""

    @property
    def first_sentence(self) -> str:
        """Why it would fail, or what would come of it."""
        if self.refusal or self.preflight is None:
            return self.refusal
        if self.outcome is Outcome.FAILED and self.preflight.errors:
            return self.preflight.errors[0].sentence
        difference = self.preflight.difference
        return admx.summary(difference) if difference and not difference.is_empty else ""

    @property
    def findings(self) -> tuple[admx.Finding, ...]:
        """Most severe first."""
        return self.preflight.findings if self.preflight else ()

    @property
    def changes(self) -> str:
        """What would be added, changed and removed, a line for each."""
        difference = self.preflight.difference if self.preflight else None
        return admx.as_text(difference) if difference else ""

    def as_json(self) -> dict[str, Any]:
        """Plain values for scripts."""
        difference = self.preflight.difference if self.preflight else None
        return {
            "file": self.bundle.path,
            "languageCodes": [language.language_code for language in self.bundle.language_files],
            "outcome": self.outcome.value,
            "wouldSucceed": self.outcome is not Outcome.FAILED,
            "refusal": self.refusal or None,
            "findings": [_finding_as_json(finding) for finding in self.findings],
            "difference": admx.as_json(difference) if difference else None,
        }


def database_is_ready() -> bool:
    """Whether there are tables to judge against."""
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
) -> tuple[Judged, ...]:
    """Judge each with what is in force and those before it that would succeed; nothing is stored.

    `alone` asks nothing of the database; whether needed files are there remains open then.
    """
    require(Action.READ_DEFINITION_FILES, by.held)
    planned = plan(bundles)
    fails = settings.PORTAL_INTUNE_RULES == "fail" if intune_fails is None else intune_fails
    batch = _Batch(alone=alone, new_versions=new_versions, intune_fails=fails, circles=planned.circles)
    return tuple(batch.judge(bundle) for bundle in planned.in_order)


class _Batch:
    """Judges one bundle after the other, remembering what those before it declare."""

    def __init__(
        self, *, alone: bool, new_versions: bool, intune_fails: bool, circles: Sequence[tuple[Bundle, ...]]
    ) -> None:
        self._alone = alone
        self._new_versions = new_versions
        self._intune_fails = intune_fails
        self._circle_of = {id(bundle): circle for circle in circles for bundle in circle}
        self._declared: dict[str, admx.Declared] = {}
        self._added = 0

    def judge(self, bundle: Bundle) -> Judged:
        try:
            check_definition(bundle.file_name, bundle.content)
            check_language_files(bundle.language_files)
        except PortalError as error:
            return Judged(bundle, Outcome.FAILED, refusal=str(error))
        namespace = admx.target_namespace(bundle.content) or ""
        # What an earlier file of the batch declares is not replaced by a later one.
        file = None if self._alone or namespace in self._declared else in_force(namespace)
        outcome = Outcome.IMPORTED
        if file is not None:
            if is_held(file, bundle):
                return Judged(bundle, Outcome.ALREADY_THERE, refusal="It is in force already with the same bytes.")
            if not self._new_versions:
                return Judged(bundle, Outcome.KEPT, refusal="Another version of it is in force and stays so.")
            outcome = Outcome.NEW_VERSION
        done = self._judge(bundle, file)
        if not done.would_succeed:
            return Judged(bundle, Outcome.FAILED, done)
        if done.template is not None:
            self._declared[done.template.target_namespace] = admx.declared_by(done.template.definitions)
        self._added += file is None
        return Judged(bundle, outcome, done)

    def _judge(self, bundle: Bundle, file: DefinitionFile | None) -> preflights.Preflight:
        proposed = candidate(
            file,
            operation_type=OperationType.UPLOAD_NEW_VERSION if file else OperationType.UPLOAD,
            file_name=bundle.file_name,
            content=bundle.content,
            language_files=bundle.language_files,
            default_language=bundle.default_language,
        )
        circle = self._circle_of.get(id(bundle), ())
        blocked = blocks(circle, alone=self._alone)
        if self._alone:
            done = _judged_alone(proposed, intune_fails=self._intune_fails)
        else:
            done = self._judge_among(proposed, file, [one for one in circle if blocked and one is not bundle])
        if blocked:
            done = replace(done, findings=(circular(bundle, circle), *done.findings), would_succeed=False)
        return done

    def _judge_among(
        self, proposed: Candidate, file: DefinitionFile | None, circle: Sequence[Bundle]
    ) -> preflights.Preflight:
        surroundings = around(file, kept=proposed.kept, is_new_version=file is not None).surroundings
        # One finding says it all: that the others of a circle are missing follows from it.
        known = {one.target_namespace: admx.declared_by(one) for one in map(definitions_of, circle) if one is not None}
        surroundings = replace(
            surroundings,
            declared=_layered(self._declared, known, surroundings.declared),
            file_count=surroundings.file_count + self._added,
            intune_fails=self._intune_fails,
        )
        return preflights.judge(proposed, surroundings, before=versions.template_of(file.version) if file else None)


def _judged_alone(proposed: Candidate, *, intune_fails: bool) -> preflights.Preflight:
    reading = versions.read(proposed)
    findings = sorted(
        (
            replace(one, severity=admx.Severity.ERROR) if intune_fails and admx.RULES[one.code].intune_refuses else one
            for one in reading.findings
        ),
        key=lambda one: list(admx.Severity).index(one.severity),
    )
    template = versions.as_read(reading)
    return preflights.Preflight(
        file_name=proposed.definition.file_name,
        findings=tuple(findings),
        template=template,
        difference=admx.compare(None, template) if template else None,
        would_succeed=template is not None and all(one.severity is not admx.Severity.ERROR for one in findings),
    )


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


def _layered(*layers: Mapping[str, admx.Declared]) -> Mapping[str, admx.Declared]:
    # ChainMap writes to its first layer only, and nobody writes here. Its own `in` and `get` ask each layer's.
    return ChainMap(*(cast(MutableMapping[str, admx.Declared], layer) for layer in layers))
