"""Carries out what was decided about a batch, in dependency order."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from operations.actor import Actor
from operations.choices import OperationStatus, OperationType
from operations.errors import PortalError
from operations.models import DefinitionFile, GroupPolicyOperation
from operations.services.importing.plan import (
    Decision,
    ImportOutcome,
    decide,
    definition_file_in_force,
    digests_of,
    namespace_of,
)
from operations.services.importing.sources import Bundle
from operations.services.operations import execution, requests
from operations.services.templates import definition_files

POLL_SECONDS = 0.2

Then = Callable[[GroupPolicyOperation], GroupPolicyOperation]


@dataclass(frozen=True, slots=True)
class Step:
    """One template of a folder is done."""

    number: int
    total: int
    bundle: Bundle
    outcome: ImportOutcome
    details: str = ""
    operation_id: UUID | None = None


def import_folder(
    *, by: Actor, bundles: Sequence[Bundle], new_versions: bool = True, reason: str = "", ticket: str = ""
) -> Iterator[Step]:
    """Import one after the other in dependency order and report each; what is in force already is skipped.

    Each is an operation of its own, so this may be interrupted at any time and started again.
    """
    return _steps(by, bundles, new_versions, reason, ticket, then=carried_out)


def request_folder(
    *, by: Actor, bundles: Sequence[Bundle], new_versions: bool = True, reason: str = "", ticket: str = ""
) -> tuple[Step, ...]:
    """The same for the worker to perform: it waits with each until those are done that it needs."""
    return tuple(_steps(by, bundles, new_versions, reason, ticket, then=lambda operation: operation))


def carried_out(operation: GroupPolicyOperation) -> GroupPolicyOperation:
    """Perform a queued operation here, or wait for the worker that has it already."""
    while True:
        execution.perform(operation.pk)
        operation.refresh_from_db()
        if operation.is_final:
            return operation
        time.sleep(POLL_SECONDS)


def _steps(
    by: Actor, bundles: Sequence[Bundle], new_versions: bool, reason: str, ticket: str, *, then: Then
) -> Iterator[Step]:
    decisions = decide(bundles, new_versions=new_versions)
    for number, decision in enumerate(decisions, 1):
        outcome, details, operation_id = decision.outcome, "", None
        if not decision.creates_operation:
            details = decision.sentence if outcome is ImportOutcome.FAILED else ""
        else:
            try:
                operation = then(_request(decision, by, reason, ticket))
            except PortalError as error:
                outcome, details = ImportOutcome.FAILED, str(error)
            else:
                operation_id, details = operation.pk, operation.status_details or ""
                if operation.operation_status == OperationStatus.FAILED:
                    outcome = ImportOutcome.FAILED
        yield Step(number, len(decisions), decision.bundle, outcome, details, operation_id)


def _request(decision: Decision, by: Actor, reason: str, ticket: str) -> GroupPolicyOperation:
    bundle = decision.bundle
    namespace = namespace_of(bundle)
    file = definition_file_in_force(namespace)
    if file is not None:
        return definition_files.upload_new_version(
            by=by,
            definition_file_id=file.pk,
            content=bundle.content,
            language_files=bundle.language_files,
            file_name=bundle.file_name,
            reason=reason,
            ticket=ticket,
        )
    unfinished = _unfinished(bundle, namespace)
    if unfinished is None:
        return definition_files.upload(
            by=by,
            file_name=bundle.file_name,
            content=bundle.content,
            language_files=bundle.language_files,
            default_language_code=bundle.default_language,
            reason=reason,
            ticket=ticket,
        )
    if unfinished.is_final:
        return requests.retry_operation(by=by, operation_id=unfinished.pk)
    return unfinished


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
        if file is None or file.default_language_code != bundle.default_language or not _requests(operation, bundle):
            continue
        if not operation.is_final or requests.may_be_retried(operation, file):
            return operation
    return None


def _requests(operation: GroupPolicyOperation, bundle: Bundle) -> bool:
    requested = {(file.language_code.lower(), file.content_id) for file in operation.files.all()}
    return requested == digests_of(bundle)
