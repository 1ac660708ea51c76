"""Whole folders of templates: read from a disk or a zip, judged together, imported in the order they need."""

import hashlib
import time
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from operations import admx
from operations.actor import Actor
from operations.choices import OperationStatus, OperationType
from operations.errors import PortalError
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.permissions import Action, require
from operations.services import definition_files, operations, performing, preflights, versions
from operations.services.bundles import Bundle
from operations.services.handed_in import (
    Candidate,
    candidate,
    check_definition,
    check_language_files,
)
from operations.services.surroundings import around, provider

POLL_SECONDS = 0.2


class Outcome(StrEnum):
    """What became of one template of a folder, or would become of it."""

    IMPORTED = "imported"
    NEW_VERSION = "newVersion"
    ALREADY_THERE = "alreadyThere"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """Templates in the order in which they can come into force; and groups that wait for each other."""

    in_order: tuple[Bundle, ...]
    circles: tuple[tuple[Bundle, ...], ...]


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


@dataclass(frozen=True, slots=True)
class Step:
    """One template of a folder is done."""

    number: int
    total: int
    bundle: Bundle
    outcome: Outcome
    details: str = ""
    operation_id: UUID | None = None


def plan(bundles: Sequence[Bundle]) -> Plan:
    """Whoever needs another's categories comes after it; what cannot be read comes last."""
    pairs = [(_definitions(bundle), bundle) for bundle in bundles]
    readable = [(definitions, bundle) for definitions, bundle in pairs if definitions is not None]
    bundle_of = {id(definitions): bundle for definitions, bundle in readable}
    ordering = admx.order([definitions for definitions, _ in readable])
    unreadable = [bundle for definitions, bundle in pairs if definitions is None]
    return Plan(
        (*(bundle_of[id(definitions)] for definitions in ordering.in_order), *unreadable),
        tuple(tuple(bundle_of[id(definitions)] for definitions in circle) for circle in ordering.circular),
    )


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


def import_folder(
    *, by: Actor, bundles: Sequence[Bundle], new_versions: bool = True, reason: str = "", ticket: str = ""
) -> Iterator[Step]:
    """Import one after the other, needed ones first, and tell of each; what is there already is passed over.

    Each is an operation of its own, so this may be broken off at any time and begun again.
    """
    planned = plan(bundles)
    circle_of = {id(bundle): circle for circle in planned.circles for bundle in circle}
    seen: dict[str, Bundle] = {}
    for number, bundle in enumerate(planned.in_order, 1):
        namespace = admx.target_namespace(bundle.content) or ""
        other = seen.setdefault(namespace, bundle) if namespace else bundle
        circle = circle_of.get(id(bundle), ())
        outcome, details, operation_id = Outcome.FAILED, "", None
        if other is not bundle:
            details = _sentence("NamespaceInUse", bundle, namespace=f"“{namespace}”", file=other.path)
        elif _blocks(circle):
            details = _circular(bundle, circle).sentence
        else:
            try:
                outcome, operation = _import(bundle, namespace, by, new_versions, reason, ticket)
            except PortalError as error:
                details = str(error)
            else:
                operation_id = operation.pk if operation else None
                details = (operation.status_details or "") if operation else ""
                if operation and operation.operation_status != OperationStatus.SUCCESS:
                    outcome = Outcome.FAILED
        yield Step(number, len(planned.in_order), bundle, outcome, details, operation_id)


def carried_out(operation: GroupPolicyOperation) -> GroupPolicyOperation:
    """Perform a queued operation here, or wait for the worker that has it already."""
    while True:
        performing.perform(operation.pk)
        operation.refresh_from_db()
        if operation.is_final:
            return operation
        time.sleep(POLL_SECONDS)


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
        file = None if self._alone or namespace in self._declared else _in_force(namespace)
        outcome = Outcome.IMPORTED
        if file is not None:
            if _holds(file, bundle):
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
        blocked = _blocks(circle, alone=self._alone)
        if self._alone:
            done = _judged_alone(proposed, intune_fails=self._intune_fails)
        else:
            done = self._judge_among(proposed, file, [one for one in circle if blocked and one is not bundle])
        if blocked:
            done = replace(done, findings=(_circular(bundle, circle), *done.findings), would_succeed=False)
        return done

    def _judge_among(
        self, proposed: Candidate, file: DefinitionFile | None, circle: Sequence[Bundle]
    ) -> preflights.Preflight:
        surroundings = around(file, kept=proposed.kept, is_new_version=file is not None).surroundings
        # One finding says it all: that the others of a circle are missing follows from it.
        known = {one.target_namespace: admx.declared_by(one) for one in map(_definitions, circle) if one is not None}
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


def _import(
    bundle: Bundle, namespace: str, by: Actor, new_versions: bool, reason: str, ticket: str
) -> tuple[Outcome, GroupPolicyOperation | None]:
    file = _in_force(namespace)
    if file is not None:
        if _holds(file, bundle):
            return Outcome.ALREADY_THERE, None
        if not new_versions:
            return Outcome.KEPT, None
        operation = definition_files.upload_new_version(
            by=by,
            definition_file_id=file.pk,
            content=bundle.content,
            language_files=bundle.language_files,
            file_name=bundle.file_name,
            reason=reason,
            ticket=ticket,
        )
        return Outcome.NEW_VERSION, carried_out(operation)
    unfinished = _unfinished(bundle, namespace)
    if unfinished is None:
        unfinished = definition_files.upload(
            by=by,
            file_name=bundle.file_name,
            content=bundle.content,
            language_files=bundle.language_files,
            default_language_code=bundle.default_language,
            reason=reason,
            ticket=ticket,
        )
    elif unfinished.is_final:
        unfinished = operations.retry_operation(by=by, operation_id=unfinished.pk)
    return Outcome.IMPORTED, carried_out(unfinished)


def _unfinished(bundle: Bundle, namespace: str) -> GroupPolicyOperation | None:
    """An earlier upload of exactly this bundle that still waits, or failed and may be tried again."""
    uploads = GroupPolicyOperation.objects.filter(
        performed=True,
        operation_type=OperationType.UPLOAD,
        returns_to=None,
        definition_file__in=DefinitionFile.present.filter(target_namespace=namespace, version=None),
    ).select_related("definition_file")
    for operation in uploads.order_by("-created_date_time", "-id"):
        file = operation.definition_file
        if file is None or file.default_language_code != bundle.default_language or not _asks_for(operation, bundle):
            continue
        if not operation.is_final or operations.may_be_retried(operation, file):
            return operation
    return None


def _asks_for(operation: GroupPolicyOperation, bundle: Bundle) -> bool:
    asked = {(one.language_code.lower(), one.content_id) for one in operation.files.all()}
    return asked == _digests(bundle)


def _holds(file: DefinitionFile, bundle: Bundle) -> bool:
    """Whether all that is given is in force byte for byte; further languages do no harm."""
    version = versions.in_force(file)
    if version is None:
        return False
    there = {("", version.content_id)}
    there |= {(one.language_code.lower(), one.content_id) for one in version.language_files.all()}
    return _digests(bundle) <= there


def _digests(bundle: Bundle) -> set[tuple[str, str | None]]:
    given = {("", bundle.content)} | {(one.language_code.lower(), one.content) for one in bundle.language_files}
    return {(code, hashlib.sha256(content).hexdigest()) for code, content in given}


def _in_force(namespace: str) -> DefinitionFile | None:
    return provider(namespace) if namespace else None


def _definitions(bundle: Bundle) -> admx.Definitions | None:
    source = admx.SourceFile(bundle.file_name, bundle.content)
    return admx.read(source, (), default_language=bundle.default_language).definitions


def _blocks(circle: Sequence[Bundle], *, alone: bool = False) -> bool:
    """A circle is none as long as all of its files are in force already, in whatever version."""
    return any(alone or _in_force(admx.target_namespace(bundle.content) or "") is None for bundle in circle)


def _circular(bundle: Bundle, circle: Sequence[Bundle]) -> admx.Finding:
    return _finding("LoadOrderCircular", bundle, files=", ".join(one.file_name for one in circle))


def _sentence(code: str, bundle: Bundle, **words: str) -> str:
    return _finding(code, bundle, **words).sentence


def _finding(code: str, bundle: Bundle, **words: str) -> admx.Finding:
    rule = admx.RULES[code]
    return admx.Finding(
        code, rule.severity, rule.message.format(**words), rule.remedy.format(**words), bundle.file_name
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
